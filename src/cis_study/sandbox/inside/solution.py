"""The module `solution` as a suite sees it: whatever it is asked for is asked of the process of the program."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .clock import ScriptedClock
from .peer import Peer
from .shared_clock import SuiteClock

NAME = "solution"


def install(channel: int, clock: ScriptedClock) -> None:
    """Make the program at the other end of a channel importable."""
    suite_clock = SuiteClock(clock)
    sys.meta_path.insert(0, _Finder(Peer(channel, program=False, tell=suite_clock.tell, heed=suite_clock.heed)))


class _Finder(MetaPathFinder, Loader):
    """Finds that module alone. Loading it again runs the program again, in the same names."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name == NAME else None

    def create_module(self, _: ModuleSpec) -> ModuleType:
        return _Solution(self._peer)

    def exec_module(self, module: ModuleType) -> None:
        self._peer.ask("load", module)


class _Solution(ModuleType):
    def __init__(self, peer: Peer) -> None:
        super().__init__(NAME)
        vars(self)["__ask__"] = peer.ask
        peer.adopt(peer.ask("module", None), self)

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return dir(self)
        if _is_local(name):
            raise AttributeError(f"module {NAME!r} has no attribute {name!r}")
        return vars(self)["__ask__"]("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if _is_local(name):
            super().__setattr__(name, value)
        else:
            vars(self)["__ask__"]("set", self, name, value)

    def __delattr__(self, name: str) -> None:
        if _is_local(name):
            super().__delattr__(name)
        else:
            vars(self)["__ask__"]("delete", self, name)

    def __dir__(self) -> list[str]:
        return list(vars(self)["__ask__"]("names", self))


def _is_local(name: str) -> bool:
    """What the import system keeps in a module, of which the program has its own."""
    return name.startswith("__") and name.endswith("__")
