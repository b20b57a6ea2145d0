"""The process of the program under test: it answers what a suite asks, as far as that is behaviour."""

from __future__ import annotations

import builtins
import os
import sys
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from .clock import ScriptedClock
from .copies import SUBCLASSED
from .guard import MEMORY_EXIT_CODE, Report
from .mirrors import REVEALING, SPECIAL
from .peer import Peer
from .shared_clock import ProgramClock

NAME = "solution"
_OF_OTHERS = frozenset({"send", "throw", "close", "cache_info", "cache_clear"})
"""Attributes of objects of the standard library, such as generators, that suites need."""


class Program(Peer):
    """Keeps the text of the program, its code and everything around them to itself."""

    def __init__(self, channel: int, text: str, clock: ScriptedClock) -> None:
        program_clock = ProgramClock(clock)
        super().__init__(channel, program=True, tell=program_clock.tell, heed=program_clock.heed)
        self._text = text
        self._replaced: dict[tuple[int, str], Any] = {}

    def perform(self, act: str, target: Any, *rest: Any) -> Any:
        """As of `Peer`, for what may be asked; loading belongs here too."""
        if not self._allows(act, target, *rest[:1]):
            raise AttributeError(f"{type(target).__name__!r} object has no attribute {str(*rest[:1])!r}")
        match act:
            case "module":
                return self.export(ModuleType(NAME))
            case "load":
                sys.modules[NAME] = target
                exec(compile(self._text, f"{NAME}.py", "exec", dont_inherit=True), vars(target))
                return None
            case "names":
                return [name for name in getattr(target, "__all__", None) or vars(target) if not name.startswith("_")]
            case "set" | "delete" if isinstance(target, ModuleType | type) and self._restores(act, target, rest[0]):
                return None
        return super().perform(act, target, *rest)

    def _allows(self, act: str, target: Any, name: Any = None) -> bool:
        """Whether the suite may ask that: only of what it was handed, and never by a text that is equal to others."""
        if type(act) is not str or (act != "module" and not self.is_mine(target)):
            return False
        match act:
            case "module":
                return True
            case "load" | "names":
                return isinstance(target, ModuleType)
            case "call":
                return not isinstance(target, type) or self.is_own(target)
            case "copy":
                return self.is_own(type(target))
        return type(name) is str and self._shows(target, name) and not (act == "set" and _spies(target, name))

    def _restores(self, act: str, target: Any, name: str) -> bool:
        """Patches are undone by deletion, as the suite's module and classes hold nothing: the program's own returns."""
        place = (id(target), name)
        if act == "set":
            self._replaced.setdefault(place, vars(target).get(name, self))
            return False
        original = self._replaced.pop(place, self)
        if original is not self:
            setattr(target, name, original)
        return original is not self

    def _shows(self, target: Any, name: str) -> bool:
        """Whether an attribute is part of the behaviour, and not a way into the program."""
        if isinstance(target, type) and not self.is_own(target):
            return False
        kind = type(target)
        own = self.is_own(kind) and not isinstance(target, type)
        if name == "__dict__":
            return own
        # Text of the suite as a template, in a class of the program that is a text, would reach anything.
        if next((owner in SUBCLASSED for owner in kind.__mro__ if name in vars(owner)), False):
            return False
        if name.startswith("__") and name.endswith("__"):
            return name in SPECIAL and (own or name not in REVEALING)
        if isinstance(target, ModuleType):
            return not name.startswith("_")
        return own or isinstance(target, type | FunctionType) or name in _OF_OTHERS


def _spies(module: Any, name: str) -> bool:
    """Whether a name that a module does not have would stand in front of a built-in function that it calls."""
    return isinstance(module, ModuleType) and hasattr(builtins, name) and name not in vars(module)


def run(text: str, channel: int, report: Report, measure: bool) -> NoReturn:
    """Answer until the suite has ended, and say so; where the program ends the process, nothing is said."""
    clock = ScriptedClock()
    clock.install()
    report({"ready": True})
    try:
        program = Program(channel, text, clock)
        if measure:
            report({"arcs": _measured(program)})
        else:
            program.serve()
            report({})
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)
    os._exit(0)


def _measured(program: Program) -> list[tuple[int, int]]:
    """Serve; the line numbers between which the program went."""
    # Imported here alone: suites would inherit what it needs of the address space.
    from coverage import Coverage

    tracer = Coverage(data_file=None, branch=True, config_file=False, include=[f"*/{NAME}.py"])
    tracer.start()
    program.serve()
    tracer.stop()
    data = tracer.get_data()
    return sorted(arc for file in data.measured_files() for arc in data.arcs(file) or [])
