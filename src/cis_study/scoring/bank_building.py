"""Make a task's bank: run every candidate against the hidden cases and keep a choice of those that fail one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from cis_study.errors import StudyError
from cis_study.provenance import write_atomic
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.profile import Limits
from cis_study.sandbox.suite import run_suite
from cis_study.scoring.collecting import answers_of
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.evidence import HiddenCase
from cis_study.tasks.bank import Candidate, candidates, choose, render_bank, shape
from cis_study.tasks.hidden import (
    BANK_FILE,
    Bank,
    HiddenSide,
    Mutant,
    bank_sources,
    changed_sources,
    load_hidden_side,
    read_bank,
)

MAX_GENERATED = 40
MAX_MUTANTS = 60
"""Of a task, hand-written ones included."""
MAX_ENDLESS = 2
"""Mutants that run until they are stopped. Each costs a test suite its whole time limit, so they only fill places
that are left."""
_IN_VAIN = Limits(cpu_s=2)
"""Enough for the one case that shows that a program does not end, and for all cases of one that does."""
_LOOKS_AT_NOTHING = "from solution import *\n\n\ndef test_nothing():\n    pass\n"


class Built(NamedTuple):
    """What building a bank did: candidates tried, mutants kept, and the candidates that no hidden case catches."""

    task: str
    tried: int
    kept: int
    survivors: tuple[str, ...]

    def lines(self) -> list[str]:
        """The same for people."""
        first = f"{self.task}: {self.tried} candidates, {self.kept} kept, {len(self.survivors)} survive"
        return [first, *(f"  survives every hidden case: {survivor}" for survivor in self.survivors)]


def build_bank(folder: Path, workers: int) -> Built | None:
    """Write the bank of a task folder; None where the present one was made from the present files.

    Raises:
        StudyError: the folder has a fault.
        SandboxFailure: the sandbox itself broke.
    """
    side = load_hidden_side(folder, generated=False)
    present = read_bank(folder)
    if present is not None and not changed_sources(present, folder):
        return None
    if shape(side.reference) is None:
        raise StudyError(folder / "reference.py", "invalid", "it is not valid Python", "Correct it.")
    pool = candidates(side)
    with ThreadPoolExecutor(max(1, workers)) as threads:
        failed = dict(zip(pool, threads.map(lambda item: failed_cases(item.program, side), pool), strict=True))
    pool = [item for item in pool if not cannot_be_imported(item.program, failed[item], side)]
    caught = [item for item in pool if failed[item]]
    endless = {item for item in caught if any(case.outcome is CaseOutcome.TIMEOUT for case in failed[item])}
    room = max(0, min(MAX_GENERATED, MAX_MUTANTS - len(side.mutants)))
    chosen = choose([item for item in caught if item not in endless], room, side.task.id)
    chosen += choose(endless, min(MAX_ENDLESS, room - len(chosen)), side.task.id)
    mutants = [_mutant(item, failed[item], side) for item in pool if item in chosen]
    write_atomic(folder / BANK_FILE, render_bank(Bank(made_from=bank_sources(folder), mutants=mutants)))
    survivors = tuple(f"{item.what} ({item.operator})" for item in pool if not failed[item])
    return Built(side.task.id, len(pool), len(mutants), survivors)


def failed_cases(source: str, side: HiddenSide) -> list[HiddenCase]:
    """Hidden cases that a program fails.

    A program that computes for ever would use up the time of every case: it gets little time first, and all of it
    only where nothing but that little time speaks against it.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    failed: list[HiddenCase] = []
    for limits in (_IN_VAIN, None):
        failed = [case for case in answers_of(source, side, limits) if case.outcome is not CaseOutcome.PASSED]
        if any(case.detail != Outcome.CPU_LIMIT for case in failed) or not failed:
            break
    return failed


def cannot_be_imported(source: str, failed: Sequence[HiddenCase], side: HiddenSide) -> bool:
    """Whether a program that fails these cases fails a test that looks at nothing, too.

    Such a program is no mutant: it would count for every suite, the empty one included.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    return len(failed) == len(side.cases) and not run_suite(_LOOKS_AT_NOTHING, source).green


def _mutant(item: Candidate, failed: Sequence[HiddenCase], side: HiddenSide) -> Mutant:
    """A generated mutant breaks the requirement most of whose cases fail, the first of equals."""
    counts = Counter(case.requirement for case in failed)
    breaks = max((requirement.id for requirement in side.task.requirements), key=lambda name: counts[name])
    return Mutant(id=item.id, breaks=breaks, what=item.what, edits=[item.edit])
