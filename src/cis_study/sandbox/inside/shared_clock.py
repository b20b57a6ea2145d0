"""One scripted clock for two processes: sleeping in either advances it, and what a suite patches the program gets."""

from __future__ import annotations

import datetime
import time
from typing import Any

from .clock import ScriptedClock

_MODULES = {module.__name__: module for module in (time, datetime)}


class SuiteClock:
    """The suite's end: tells the time and what stands in place of the functions of `time` and `datetime`."""

    def __init__(self, clock: ScriptedClock) -> None:
        self._clock = clock
        self._original = {name: dict(vars(module)) for name, module in _MODULES.items()}

    def tell(self) -> tuple[float, tuple[Any, ...]]:
        """The time, and module, name and object of everything patched."""
        patched = [
            (module, name, value)
            for module, original in self._original.items()
            if vars(_MODULES[module]) != original
            for name, value in vars(_MODULES[module]).items()
            if value is not original.get(name, value)
        ]
        return self._clock.offset_s, tuple(patched)

    def heed(self, offset_s: float) -> None:
        """Go on from the time that the program left."""
        self._clock.offset_s = offset_s


class ProgramClock:
    """The program's end: a function that it has taken out of its module before stays what it was."""

    def __init__(self, clock: ScriptedClock) -> None:
        self._clock = clock
        self._original = {
            (module.__name__, name): value
            for module in _MODULES.values()
            for name, value in vars(module).items()
            if callable(value)
        }
        self._patched: dict[tuple[str, str], Any] = {}

    def tell(self) -> float:
        """The time."""
        return self._clock.offset_s

    def heed(self, told: tuple[float, tuple[Any, ...]]) -> None:
        """Take over time and patches, and undo those that are gone."""
        self._clock.offset_s, patched = told
        places = {(module, name): value for module, name, value in patched if type(module) is type(name) is str}
        now = {place: value for place, value in places.items() if place in self._original}
        for place in self._patched.keys() - now.keys():
            self._put(place, self._original[place])
        for place, value in now.items():
            self._put(place, value)
        self._patched = now

    def _put(self, place: tuple[str, str], value: Any) -> None:
        setattr(_MODULES[place[0]], place[1], value)
