"""Mutable containers that two processes both have: each keeps one of its own, and messages keep them in step."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .copies import CONTAINERS, contents, refill, settings

if TYPE_CHECKING:
    from .crossing import Crossing


class Sharing:
    """The containers in use by both processes; `first` is 0 in one of them and 1 in the other.

    A container is shared from the message in which it first appears until one side holds it for no other reason than
    that it is shared: the other side's is then an object of its own.
    """

    def __init__(self, peer: Crossing, first: int) -> None:
        self._peer = peer
        self._next = first
        self._objects: dict[int, Any] = {}
        self._keys: dict[int, int] = {}
        self._last: dict[int, list[Any]] = {}
        self._incomplete: set[int] = set()

    def share(self, container: Any) -> int:
        """The number of a container."""
        key = self._keys.get(id(container))
        if key is None:
            key, self._next = self._next, self._next + 2
            self._add(key, container)
        return key

    def find(self, key: int) -> Any:
        """The container of a number."""
        return self._objects[key]

    def changes(self) -> list[Any]:
        """Number, type, settings and contents of all that changed since it was last in step."""
        seen: set[int] = set()
        changed = []
        # Encoding the contents of one container may share others.
        while waiting := [key for key in self._objects if key not in seen and key not in self._incomplete]:
            for key in waiting:
                seen.add(key)
                now = self._contents(key)
                if now != self._last.get(key):
                    self._last[key] = now
                    container = self._objects[key]
                    extra = [self._peer.encode(part) for part in settings(container)]
                    changed.append([key, type(container).__name__, extra, now])
        return changed

    def unused(self) -> list[int]:
        """Stop sharing what nothing else here holds; the numbers of those."""
        # What an unused container holds was shared after it, as a rule.
        return [key for key in list(self._objects) if key not in self._incomplete and self._forget_unused(key)]

    def forget(self, keys: list[int]) -> None:
        """Stop sharing what the other process no longer uses."""
        for key in keys:
            if key in self._objects:
                del self._keys[id(self._objects.pop(key))]
                self._last.pop(key, None)

    def adopt(self, changed: list[Any]) -> None:
        """Bring our containers in step."""
        keys = [key for key, *_ in changed]
        for key, kind, extra, _ in changed:
            if key not in self._objects:
                self._add(key, CONTAINERS[kind](*map(self._peer.decode, extra)))
        # Decoding may ask the other process, for a hash; it must not be told of half of a container then.
        self._incomplete.update(keys)
        for key, _, _, values in changed:
            refill(self._objects[key], [self._peer.decode(value) for value in values])
        self._incomplete.difference_update(keys)
        for key in keys:
            self._last[key] = self._contents(key)

    def _contents(self, key: int) -> list[Any]:
        return [self._peer.encode(part) for part in contents(self._objects[key])]

    def _forget_unused(self, key: int) -> bool:
        if sys.getrefcount(self._objects[key]) > _ALONE:
            return False
        self.forget([key])
        return True

    def _add(self, key: int, container: Any) -> None:
        self._objects[key] = container
        self._keys[id(container)] = key


_SAMPLE: dict[int, Any] = {0: []}
_ALONE = sys.getrefcount(_SAMPLE[0])
