class TransactionStore:
    def __init__(self):
        self.values = {}
        self.earlier = []
        self.failed = False

    def set(self, key, value):
        self.check_usable()
        replaced = self.values.get(key)
        self.values[key] = value
        return replaced

    def get(self, key):
        self.check_usable()
        return self.values.get(key)

    def delete(self, key):
        self.check_usable()
        if key not in self.values:
            self.failed = bool(self.earlier)
            raise KeyError(key)
        return self.values.pop(key)

    def count(self, value):
        self.check_usable()
        return list(self.values.values()).count(value)

    def begin(self):
        self.check_usable()
        self.earlier.append(dict(self.values))
        return len(self.earlier)

    def commit(self):
        self.check_usable()
        return self.close(self.values)

    def rollback(self):
        return self.close(self.earlier[-1] if self.earlier else {})

    def check_usable(self):
        if self.failed:
            raise RuntimeError("the innermost transaction has failed")

    def close(self, values):
        if not self.earlier:
            raise RuntimeError("no transaction is open")
        earlier = self.earlier.pop()
        changed = sum(earlier.get(key) != self.values.get(key) for key in earlier | self.values)
        self.values = values
        self.failed = False
        return changed
