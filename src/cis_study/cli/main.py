"""Entry point: choose the command, and turn errors into one line and exit code 2."""

from __future__ import annotations

import argparse
import io
import os
import select
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cis_study.cli import explain, reanalyse, score
from cis_study.cli.text import printable
from cis_study.errors import StudyError
from cis_study.sandbox import doctor


class Command(NamedTuple):
    """A command: takes its own arguments and returns the exit code."""

    run: Callable[[Sequence[str]], int]
    summary: str


COMMANDS: Mapping[str, Command] = {
    "score": Command(score.main, "score a submission, or every row of a LogoMesh file"),
    "explain": Command(explain.main, "show what earned and lost each point of a battle"),
    "reanalyse": Command(reanalyse.main, "compare the scores that LogoMesh published with ours"),
    "doctor": Command(doctor.main, "say which sandbox works on this machine, and how to enable one"),
}

READER_LEFT = 128 + signal.SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 done but rows were damaged, 2 refused, 141 nobody reads on (`| head`)."""
    try:
        code = _run(arguments)
        sys.stdout.flush()  # Here, as Python has no answer to a broken pipe while it exits.
    except BrokenPipeError:
        if not _reader_left():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    return code


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character must not cost the result.
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(
        prog="cis-study",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="\n".join(f"{name:<10} {command.summary}" for name, command in COMMANDS.items()),
        epilog="`cis-study COMMAND --help` explains a command.",
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of the command")
    given = parser.parse_args(arguments)
    try:
        return COMMANDS[given.command].run(given.arguments)
    except StudyError as problem:
        print(f"cis-study {given.command}: {printable(str(problem))}", file=sys.stderr)
        return 2


def _reader_left() -> bool:
    """Whether it was our output that broke, and no pipe of a sandbox."""
    output = select.poll()
    output.register(sys.stdout, 0)
    return bool(output.poll(0))
