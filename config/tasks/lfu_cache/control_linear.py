class LFUCache:
    def __init__(self, capacity):
        self.clock = 0
        self.entries = {}
        self.resize(capacity)

    def get(self, key):
        if key not in self.entries:
            return None
        self.put(key, self.entries[key]["value"])
        return self.entries[key]["value"]

    def put(self, key, value):
        removed = None
        if key not in self.entries and len(self.entries) >= self.capacity:
            removed = self.evict()
        self.clock += 1
        self.entries[key] = {"value": value, "uses": self.uses(key) + 1, "used_at": self.clock}
        return removed

    def remove(self, key):
        return self.entries.pop(key, None) is not None

    def uses(self, key):
        return self.entries[key]["uses"] if key in self.entries else 0

    def resize(self, capacity):
        if capacity < 1:
            raise ValueError("the capacity must be at least 1")
        self.capacity = capacity
        removed = []
        while len(self.entries) > capacity:
            removed.append(self.evict())
        return removed

    def evict(self):
        key = min(self.entries, key=lambda held: (self.entries[held]["uses"], self.entries[held]["used_at"]))
        del self.entries[key]
        return key
