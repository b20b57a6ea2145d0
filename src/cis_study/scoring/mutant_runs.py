"""T's evidence: a contestant's own tests on the mutants of a reference, and on the reference hidden among them."""

from __future__ import annotations

import functools
import random

from cis_study.provenance import sha256_text
from cis_study.sandbox.suite import run_suite
from cis_study.scoring.branches import count_branches
from cis_study.scoring.constants import PLANTED_REFERENCES
from cis_study.scoring.evidence import Coverage, MutantRun, Suite
from cis_study.tasks.hidden import HiddenSide, Mutant, apply

_PRELUDE = "import pytest\nfrom solution import *\n"
"""Put before every suite: a forgotten import is not a fault of the tests."""


@functools.lru_cache(maxsize=1024)
def face_mutants(tests: str, hidden: HiddenSide) -> Suite:
    """The suite on the mutants, among which correct programs are hidden; it has to pass on each of those.

    A suite that does not pass on the reference to begin with faces no mutants. The order is drawn from the
    text of the suite, so that it repeats and no suite can know it. One more run measures branches.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    program = _with_prelude(tests)
    names = ["reference", *(dialect.id for dialect in hidden.dialects)]
    first = None
    for name, reference in zip(names, hidden.forms, strict=True):
        seen = run_suite(program, reference)
        first = first or seen
        if not seen.green:
            continue
        order: list[Mutant | None] = [*hidden.mutants, *[None] * PLANTED_REFERENCES]
        random.Random(sha256_text(f"{hidden.task.id}/{tests}")).shuffle(order)
        planted: list[bool] = []
        runs: dict[str, MutantRun] = {}
        for mutant in order:
            faced = run_suite(program, reference if mutant is None else apply(mutant, reference))
            if mutant is None:
                planted.append(faced.green)
                continue
            ended = "reported" if faced.complete else faced.ended.value
            runs[mutant.id] = MutantRun(id=mutant.id, breaks=mutant.breaks, killed=faced.red, ended=ended)
        sound = all(planted)
        return Suite(
            dialect=name if sound else None,
            passed=seen.passed,
            failed=seen.failed,
            ended="reported" if sound else "not repeatable",
            planted=planted,
            sound=sound,
            mutants=[runs[mutant.id] for mutant in hidden.mutants] if sound else [],
            coverage=_coverage(program, reference) if sound else None,
        )
    assert first is not None
    return Suite(
        dialect=None,
        passed=first.passed,
        failed=first.failed,
        ended="reported" if first.complete else first.ended.value,
        planted=[],
        sound=False,
        mutants=[],
        coverage=None,
    )


def _coverage(program: str, reference: str) -> Coverage | None:
    measured = run_suite(program, reference, measure=True)
    return count_branches(reference, measured.arcs) if measured.green and measured.arcs is not None else None


def _with_prelude(tests: str) -> str:
    """The prelude goes after `from __future__` imports, which must come first."""
    lines = tests.split("\n")
    last = max((number for number, line in enumerate(lines) if line.startswith("from __future__")), default=-1)
    return "\n".join([*lines[: last + 1], _PRELUDE + "\n".join(lines[last + 1 :])])
