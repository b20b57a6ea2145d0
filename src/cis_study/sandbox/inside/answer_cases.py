"""Load a candidate and answer cases: inputs arrive, tagged results leave, nothing is compared here."""

from __future__ import annotations

import os
import signal
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .clock import ScriptedClock
from .guard import MEMORY_EXIT_CODE, Report, start
from .values import encode, type_name

_MAX_WAITS = 2
"""Cases that may wait out their wall time; a candidate that deadlocks does so in every case."""


class CaseTimeout(BaseException):
    """A case used up its time; derives from BaseException so that `except Exception` does not swallow it."""

    def __init__(self, waited: bool) -> None:
        super().__init__()
        self.waited = waited


def main() -> None:
    """Answer every case of the request with one report; a case never sees objects of another."""
    request, report = start()
    clock = ScriptedClock()
    clock.install()
    try:
        code = compile(request["source"], "solution.py", "exec", dont_inherit=True)
        waits = 0
        for case in request["cases"]:
            if waits < _MAX_WAITS:
                waits += _answer(case, code, clock, request["case_cpu_s"], request["case_wall_s"], report)
            else:
                report({"id": case["id"], "results": [{"timeout": True}]})
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)
    # Threads and exit handlers of the candidate have nothing more to say.
    os._exit(0)


def _answer(
    case: dict[str, Any], code: types.CodeType, clock: ScriptedClock, cpu_s: float, wall_s: float, report: Report
) -> bool:
    """Play and report one case; True when it ran out of wall time, waiting for what never came."""
    report({"id": case["id"], "begins": True})
    clock.offset_s = 0.0
    waited = False
    results: list[Any] = []
    try:
        with time_limit(cpu_s, wall_s):
            play(case["steps"], code, clock, results)
    except CaseTimeout as timeout:
        waited = timeout.waited
        results.append({"timeout": True})
    except BaseException as error:  # noqa: BLE001 - a module that cannot be imported, a name that is not there
        results.append({"failed": type_name(type(error))})
    report({"id": case["id"], "results": results})
    return waited


def play(steps: list[dict[str, Any]], code: types.CodeType, clock: ScriptedClock, results: list[Any]) -> None:
    """Add one result per construction and call. An exception ends none of them: only the judge knows whether it is due.

    Whatever fails outside the constructions and calls themselves is raised, so that it never passes for their answer.
    """
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    exec(code, module.__dict__)
    names: dict[str, Any] = {}
    for step in steps:
        if "clock" in step:
            clock.offset_s = step["clock"]
            continue
        target, *attributes = (step.get("new") or step["call"]).split(".")
        value = names[target] if target in names else getattr(module, target)
        for attribute in attributes:
            value = getattr(value, attribute)
        for _ in range(step["repeat"]):
            try:
                result = value(*step["args"])
            except CaseTimeout:
                raise
            except BaseException as error:  # noqa: BLE001 - whatever the candidate raises is its answer
                results.append({"raised": type_name(type(error))})
                continue
            if "new" in step:
                names[step["as"]] = result
                results.append({"made": True})
            else:
                results.append({"value": encode(result)})


@contextmanager
def time_limit(cpu_s: float, wall_s: float) -> Iterator[None]:
    """Interrupt the case; where the interruption is swallowed, the profiling timer ends the process."""

    def interrupt(number: int, _: object) -> None:
        raise CaseTimeout(waited=number == signal.SIGALRM)

    signal.signal(signal.SIGVTALRM, interrupt)
    signal.signal(signal.SIGALRM, interrupt)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s)
    signal.setitimer(signal.ITIMER_PROF, 2 * cpu_s)
    signal.setitimer(signal.ITIMER_REAL, wall_s)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_VIRTUAL, signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
