"""A key-value store with nested transactions."""

Value = str | int


class TransactionStore:
    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._totals: dict[Value, int] = {}
        # Per open transaction: what every key it touched held when it began, None for nothing.
        self._before: list[dict[str, Value | None]] = []
        self._failed = False

    def set(self, key: str, value: Value) -> Value | None:
        self._check_usable()
        return self._change(key, value)

    def get(self, key: str) -> Value | None:
        self._check_usable()
        return self._values.get(key)

    def delete(self, key: str) -> Value | None:
        self._check_usable()
        if key not in self._values:
            self._failed = len(self._before) > 0
            raise KeyError(key)
        return self._change(key, None)

    def count(self, value: Value) -> int:
        self._check_usable()
        return self._totals.get(value, 0)

    def begin(self) -> int:
        self._check_usable()
        self._before.append({})
        return len(self._before)

    def commit(self) -> int:
        self._check_usable()
        changes = self._count_changes()
        before = self._before.pop()
        if self._before:
            self._before[-1] = before | self._before[-1]
        return changes

    def rollback(self) -> int:
        changes = self._count_changes()
        for key, value in self._before.pop().items():
            self._put(key, value)
        self._failed = False
        return changes

    def _check_usable(self) -> None:
        if self._failed:
            raise RuntimeError("the innermost transaction has failed; roll it back")

    def _count_changes(self) -> int:
        if not self._before:
            raise RuntimeError("no transaction is open")
        return sum(self._values.get(key) != value for key, value in self._before[-1].items())

    def _change(self, key: str, value: Value | None) -> Value | None:
        """Put and remember; returns what the key held."""
        held = self._values.get(key)
        if self._before:
            self._before[-1].setdefault(key, held)
        self._put(key, value)
        return held

    def _put(self, key: str, value: Value | None) -> None:
        held = self._values.pop(key, None)
        if held is not None:
            self._totals[held] -= 1
        if value is not None:
            self._values[key] = value
            self._totals[value] = self._totals.get(value, 0) + 1
