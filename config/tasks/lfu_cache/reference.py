from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class LFUCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = _checked(capacity)
        self.values: dict[Hashable, Any] = {}
        self.counts: dict[Hashable, int] = {}
        # Keys by use count, the least recently used first; no group is empty.
        self.groups: dict[int, OrderedDict[Hashable, None]] = {}
        # The lowest count, kept up to date only while the cache is full: nothing is evicted at other times.
        self.lowest = 1

    def get(self, key: Hashable) -> Any:
        if key not in self.values:
            return None
        self._use(key)
        return self.values[key]

    def put(self, key: Hashable, value: Any) -> Hashable | None:
        removed = None
        if key in self.values:
            self._use(key)
        else:
            if len(self.values) >= self.capacity:
                removed = self._evict()
            self._join(key, 1)
            self.lowest = 1
        self.values[key] = value
        return removed

    def remove(self, key: Hashable) -> bool:
        if key not in self.values:
            return False
        self._leave(key)
        del self.values[key]
        return True

    def uses(self, key: Hashable) -> int:
        return self.counts.get(key, 0)

    def resize(self, capacity: int) -> list[Hashable]:
        self.capacity = _checked(capacity)
        removed = []
        self.lowest = min(self.groups, default=1)
        while len(self.values) > self.capacity:
            removed.append(self._evict())
            self.lowest = min(self.groups)
        return removed

    def _use(self, key: Hashable) -> None:
        count = self._leave(key)
        if self.lowest == count and count not in self.groups:
            self.lowest = count + 1
        self._join(key, count + 1)

    def _evict(self) -> Hashable:
        key = next(iter(self.groups[self.lowest]))
        self._leave(key)
        del self.values[key]
        return key

    def _join(self, key: Hashable, count: int) -> None:
        self.counts[key] = count
        self.groups.setdefault(count, OrderedDict())[key] = None

    def _leave(self, key: Hashable) -> int:
        count = self.counts.pop(key)
        del self.groups[count][key]
        if not self.groups[count]:
            del self.groups[count]
        return count


def _checked(capacity: int) -> int:
    if capacity < 1:
        raise ValueError("the capacity must be at least 1")
    return capacity
