class LRUCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = []

    def get(self, key):
        for place, (held, value) in enumerate(self.entries):
            if held == key:
                self.entries.append(self.entries.pop(place))
                return value
        return None

    def put(self, key, value):
        for place, (held, _) in enumerate(self.entries):
            if held == key:
                self.entries.pop(place)
                break
        if len(self.entries) >= self.capacity:
            self.entries.pop(0)
        self.entries.append((key, value))
