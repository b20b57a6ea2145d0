"""Run a candidate under observation: what it imports and does, what state it leaves, how much it works."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import statistics
import sys
import types
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any

from .answer_cases import play, time_limit
from .clock import ScriptedClock
from .guard import MEMORY_EXIT_CODE, start
from .values import encode

_SOURCE = "solution.py"
_OWN_CALL = ("compile", "exec")
"""Audit events that honest code causes through the standard library: they count when called directly."""
_WATCHED = frozenset(
    {*_OWN_CALL, "ctypes", "ftplib", "os", "pickle", "shutil", "smtplib", "socket", "sqlite3", "subprocess"}
    | {"tempfile", "urllib"}
)
_MAX_NAMES = 50


class Key(int):
    """A whole number that counts how often it is hashed or compared, also by code that no tracer sees."""

    seen = 0


def _counted(name: str) -> Callable[..., Any]:
    original = getattr(int, name)

    def method(*arguments: Any) -> Any:
        Key.seen += 1
        return original(*arguments)

    return method


for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__"):
    setattr(Key, _name, _counted(_name))


class _TooMuch(BaseException):
    """More operations than are worth counting, or than can be counted."""


class _Tracer:
    """Counts bytecodes of the candidate and the calls of one function that are open at once."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.operations = 0
        self.deepest = 0
        self._open: Counter[types.CodeType] = Counter()

    def is_installed(self) -> bool:
        """False where the candidate switched tracing off."""
        return sys.gettrace() is self

    def __call__(self, frame: types.FrameType, event: str, _: object) -> _Tracer | None:
        if frame.f_code.co_filename != _SOURCE:
            return None
        if event == "opcode":
            self.operations += 1
            if self.operations > self.limit:
                raise _TooMuch
        elif event == "call":
            frame.f_trace_opcodes = True
            self._open[frame.f_code] += 1
            self.deepest = max(self.deepest, self._open[frame.f_code])
        elif event == "return":
            self._open[frame.f_code] -= 1
        return self


class _Watch:
    """Records imports and audit events that the candidate causes."""

    def __init__(self) -> None:
        self.imports: set[str] = set()
        self.deeds: set[str] = set()
        self.active = False

    def install(self) -> None:
        """Once per process, before the candidate is loaded: an audit hook cannot be removed."""
        import_statement, import_module = builtins.__import__, importlib.import_module

        def watched_import(name: str, *rest: Any, **options: Any) -> Any:
            self._note(self.imports, name, sys._getframe(1))
            return import_statement(name, *rest, **options)

        def watched_import_module(name: str, package: str | None = None) -> Any:
            self._note(self.imports, name, sys._getframe(1))
            return import_module(name, package)

        builtins.__import__ = watched_import
        importlib.import_module = watched_import_module
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _: object) -> None:
        if self.active and event.split(".")[0] in _WATCHED:
            frame = sys._getframe(1)
            # The import system acts for itself; the outermost frame is the command that started the runner.
            while frame.f_back is not None and not frame.f_code.co_filename.startswith("<frozen"):
                if event in _OWN_CALL or _is_foreign(frame):
                    self._note(self.deeds, event, frame)
                    break
                frame = frame.f_back

    def _note(self, kept: set[str], name: str, frame: types.FrameType) -> None:
        if self.active and _is_foreign(frame) and len(kept) < _MAX_NAMES:
            kept.add(str(name)[:80])


def _is_foreign(frame: types.FrameType) -> bool:
    """Code of the candidate, or code it made from text."""
    name = frame.f_code.co_filename
    return name == _SOURCE or (name.startswith("<") and not name.startswith("<frozen"))


class _Clock(ScriptedClock):
    """Knows whether it was slept on."""

    slept = False

    def sleep(self, seconds: float) -> None:
        self.slept = True
        super().sleep(seconds)


def main() -> None:
    """Report part by part, so that a candidate which ends the process loses only what follows."""
    request, report = start()
    clock, watch = _Clock(), _Watch()
    clock.install()
    watch.install()
    limits = request["case_cpu_s"], request["case_wall_s"]
    counted = request["counted_cpu_s"], request["case_wall_s"]
    try:
        code = compile(request["source"], _SOURCE, "exec", dont_inherit=True)
        if request["example"] is not None:
            report({"depth": _depth(code, clock, request["example"], request["max_operations"], counted)})
        if request["workload"] is not None:
            report({"operations": _growth(code, request, counted)})
        watch.active = True
        changed = _state_left(code, clock, request["cases"], limits)
        watch.active = False
        deeds = watch.deeds | ({"time.sleep"} if clock.slept else set())
        report({"imports": sorted(watch.imports), "deeds": sorted(deeds), "changed": sorted(changed)})
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)
    os._exit(0)


def _depth(
    code: types.CodeType, clock: ScriptedClock, call: dict[str, Any], limit: int, limits: tuple[float, float]
) -> int | None:
    """Deepest nesting of calls of one function while a call runs; None where it fails before one nests."""
    tracer = _Tracer(limit)
    results: list[dict[str, Any]] = []
    try:
        with time_limit(*limits):
            sys.settrace(tracer)
            play([{"call": call["function"], "args": call["args"], "repeat": 1}], code, clock, results)
    except BaseException:  # noqa: BLE001 - what ends a case ends the observation
        results.clear()
    finally:
        sys.settrace(None)
    returned = any("value" in result for result in results)
    return tracer.deepest if returned or tracer.deepest > 1 else None


def _growth(code: types.CodeType, request: dict[str, Any], limits: tuple[float, float]) -> list[dict[str, Any]]:
    """Median operations of a call of each method at both sizes; empty where a call fails."""
    found = []
    try:
        for method in sorted(request["workload"]["measure"]):
            few, many = (_median(code, request, method, size, limits) for size in request["sizes"])
            found.append({"method": method, "few": few, "many": many})
    except BaseException:  # noqa: BLE001 - whatever the candidate raises ends the observation
        return []
    return found


def _median(code: types.CodeType, request: dict[str, Any], method: str, size: int, limits: tuple[float, float]) -> int:
    with time_limit(*limits):
        counts = list(_counts(code, request, method, size))
    return int(statistics.median(counts))


def _counts(code: types.CodeType, request: dict[str, Any], method: str, size: int) -> Iterator[int]:
    """Operations of each call on an object that holds `size` entries.

    Where all of them together reach the limit, or a call switches the counting off, the limit is the last count.
    """
    work, calls, limit = request["workload"], request["calls"], request["max_operations"]
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    exec(code, module.__dict__)
    held = getattr(module, work["class"])(*_filled(work["new"], size))
    add, *entry = work["fill"]
    for number in range(size):
        getattr(held, add)(*_filled(entry, size, number))
    function = getattr(held, method)
    tracer = _Tracer(limit)
    for call in range(calls):
        given = _filled(work["measure"][method], size, call * size // calls, size + call)
        before, Key.seen = tracer.operations, 0
        sys.settrace(tracer)
        try:
            function(*given)
            if not tracer.is_installed():
                raise _TooMuch
        except _TooMuch:
            yield limit
            return
        finally:
            sys.settrace(None)
        yield tracer.operations - before + Key.seen


def _filled(arguments: list[Any], size: int, number: int = 0, new: int = 0) -> list[Any]:
    """Arguments with `$size`, `$key` (of an entry that is held) and `$new` (of one that is not) put in."""
    values = {"$size": size, "$key": Key(number), "$new": Key(new)}
    return [values.get(item, item) if isinstance(item, str) else item for item in arguments]


def _state_left(
    code: types.CodeType, clock: ScriptedClock, cases: list[list[dict[str, Any]]], limits: tuple[float, float]
) -> set[str]:
    """What objects of a module share and calls change: it differs from that of a module just loaded."""
    changed: set[str] = set()
    fresh: dict[str, Any] = {}
    for steps in [[], *cases]:
        clock.offset_s = 0.0
        # Whatever the candidate raises says nothing about its state, which is compared all the same.
        with contextlib.suppress(BaseException), time_limit(*limits):
            play(steps, code, clock, [])
        with contextlib.suppress(BaseException), time_limit(*limits):
            state = _state(sys.modules["solution"])
            fresh = fresh or state
            changed |= {name for name in fresh if state.get(name) != fresh[name]}
    return changed


def _state(module: types.ModuleType) -> dict[str, Any]:
    """Name -> tagged value of module attributes, class attributes and default arguments."""
    found: dict[str, Any] = {}
    waiting = [(name, value) for name, value in vars(module).items() if not name.startswith("__")]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, type):
            inside = vars(value).items() if value.__module__ == "solution" else ()
            waiting += [(f"{name}.{key}", item) for key, item in inside if not key.startswith("__") or callable(item)]
        elif isinstance(value, types.FunctionType):
            found[f"{name}()"] = [
                encode(item) for item in [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
            ]
        elif not isinstance(value, types.ModuleType):
            found[name] = encode(list(value) if isinstance(value, deque) else value)
    return found
