import time
from collections.abc import Hashable
from typing import Any, NamedTuple


class Entry(NamedTuple):
    value: Any
    expires_s: float


class TTLCache:
    def __init__(self, capacity: int, ttl_s: float) -> None:
        if capacity < 1:
            raise ValueError("the capacity must be at least 1")
        self.capacity = capacity
        self.ttl_s = _lifetime(ttl_s)
        self.entries: dict[Hashable, Entry] = {}

    def put(self, key: Hashable, value: Any, ttl_s: float | None = None) -> None:
        lifetime_s = self.ttl_s if ttl_s is None else _lifetime(ttl_s)
        now = self._forget_expired()
        self.entries.pop(key, None)
        if len(self.entries) >= self.capacity:
            del self.entries[min(self.entries, key=lambda held: self.entries[held].expires_s)]
        self.entries[key] = Entry(value, now + lifetime_s)

    def get(self, key: Hashable) -> Any:
        self._forget_expired()
        return self.entries[key].value if key in self.entries else None

    def delete(self, key: Hashable) -> bool:
        self._forget_expired()
        return self.entries.pop(key, None) is not None

    def size(self) -> int:
        self._forget_expired()
        return len(self.entries)

    def _forget_expired(self) -> float:
        now = time.monotonic()
        for key in [key for key, entry in self.entries.items() if entry.expires_s <= now]:
            del self.entries[key]
        return now


def _lifetime(ttl_s: float) -> float:
    if ttl_s <= 0:
        raise ValueError("a lifetime must be above zero")
    return ttl_s
