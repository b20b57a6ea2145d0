"""`cis-study doctor`: which sandbox works on this machine, why the others do not, and how to enable them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from cis_study.errors import StudyError
from cis_study.sandbox.bubblewrap import bubblewrap
from cis_study.sandbox.examination import examine
from cis_study.sandbox.landlock import landlock_abi
from cis_study.sandbox.machine import enable_bubblewrap, read_machine, warnings
from cis_study.sandbox.probe import BACKENDS, choose_backend
from cis_study.sandbox.profile import interpreter

_EXAMINED = "honest code runs; reading and writing files, both kinds of sockets, fork and signals are refused"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings; 0 where a sandbox works and submissions can be run, else 1."""
    argparse.ArgumentParser(prog="cis-study doctor", description=__doc__).parse_args(arguments)
    machine = read_machine()
    abi = landlock_abi()
    _say("kernel", f"Linux {machine.kernel}, {machine.processor}")
    _say("Landlock", f"ABI {abi}" if abi else "not there")
    _say("bwrap", _or_problem(bubblewrap))
    _say("interpreter", _or_problem(interpreter))
    for backend in BACKENDS.values():
        try:
            examine(backend)
        except StudyError as problem:
            _say(backend.name, f"does not work: {problem}")
            if backend.name == "bubblewrap":
                for step in enable_bubblewrap(machine, _or_problem(bubblewrap)):
                    print(f"  to enable it: {step}")
        else:
            _say(backend.name, f"works ({backend.describe()}): {_EXAMINED}")
    for warning in warnings(machine):
        _say("warning", warning)
    try:
        _say("submissions", f"run in {choose_backend().name}")
    except StudyError as problem:
        _say("submissions", f"are not run: {problem.why}")
        return 1
    return 0


def _or_problem(look_up: Callable[[], object]) -> str:
    try:
        return str(look_up())
    except StudyError as problem:
        return str(problem)


def _say(subject: str, text: str) -> None:
    print(f"{subject:<12} {text}")


if __name__ == "__main__":
    sys.exit(main())
