"""What is wrong with a task folder, one message per fault: the condition for its scores to mean something."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from cis_study.errors import StudyError
from cis_study.scoring.bank_building import MAX_MUTANTS, cannot_be_imported, failed_cases
from cis_study.scoring.constant_answers import constant_programs
from cis_study.scoring.constraints import check_constraints
from cis_study.scoring.python_text import parse
from cis_study.tasks.bank import shape
from cis_study.tasks.hidden import HiddenSide, apply, load_hidden_side

MIN_CASES = 30
MIN_MUTANTS = 20
MAX_CONSTANT_SHARE = 0.5
"""Of the hidden cases, for a program that gives one answer to all of them."""


class Checked(NamedTuple):
    """A task folder: how much it holds (null where it cannot be read) and what is wrong with it."""

    task: str
    cases: int | None
    mutants: int | None
    faults: tuple[str, ...]


def check_task(folder: Path, workers: int) -> Checked:
    """Read the folder, then put reference and mutants to the hidden cases.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    try:
        side = load_hidden_side(folder, generated=False)
    except StudyError as error:
        return Checked(folder.name, None, None, (str(error),))
    faults = []
    try:
        side = load_hidden_side(folder)
    except StudyError as error:
        faults.append(str(error))
    else:
        faults += _size_of_bank(side)
    faults += [*_cases(side), *_constraints(side), *_constant_answers(side), *_programs(side, workers)]
    return Checked(folder.name, len(side.cases), len(side.mutants), tuple(faults))


def _size_of_bank(side: HiddenSide) -> Iterator[str]:
    if not MIN_MUTANTS <= len(side.mutants) <= MAX_MUTANTS:
        yield (
            f"{len(side.mutants)} mutants, not {MIN_MUTANTS} to {MAX_MUTANTS}: "
            "run `snakemake --cores 1 build_mutants`, or change mutants.yaml"
        )


def _cases(side: HiddenSide) -> Iterator[str]:
    if len(side.cases) < MIN_CASES:
        yield f"{len(side.cases)} hidden cases, fewer than {MIN_CASES}"
    tested = {case.requirement for case in side.cases}
    for requirement in side.task.requirements:
        if requirement.id not in tested | side.structural:
            yield (
                f"requirement {requirement.id} has no hidden case: write one, or name it under `structural` in "
                "scoring.yaml if a constraint decides it"
            )


def _constraints(side: HiddenSide) -> Iterator[str]:
    tree = parse(side.reference)
    if tree is None:  # `_programs` says so
        return
    try:
        verdicts = check_constraints(tree, side.task.exports, side.constraints)
    except StudyError as error:
        yield str(error)
        return
    for verdict in verdicts:
        for finding in verdict.findings:
            yield f"the reference breaks {verdict.rule} in line {finding.line}: {finding.what}"


def _constant_answers(side: HiddenSide) -> Iterator[str]:
    for told, program in constant_programs(side).items():
        passed = len(side.cases) - len(failed_cases(program, side))
        if passed > MAX_CONSTANT_SHARE * len(side.cases):
            yield (
                f"a program that always {told} passes {passed} of {len(side.cases)} hidden cases, more than "
                f"{MAX_CONSTANT_SHARE:.0%}: add cases, or steps to these, that expect something else"
            )


def _programs(side: HiddenSide, workers: int) -> Iterator[str]:
    """Faults of the reference, its dialects and the mutants, each run against the hidden cases."""
    names = ["the reference", *(f"dialect {dialect.id}" for dialect in side.dialects)]
    correct = dict(zip(names, side.forms, strict=True))
    mutants = {f"mutant {mutant.id}": apply(mutant, side.reference) for mutant in side.mutants}
    programs = correct | mutants
    with ThreadPoolExecutor(max(1, workers)) as threads:
        outcomes = threads.map(lambda program: failed_cases(program, side), programs.values())
        failed = dict(zip(programs, outcomes, strict=True))
    for name in correct:
        for case in failed[name]:
            yield f"{name} fails case {case.id}: {case.detail}"
    first: dict[str, str] = {}
    for name, program in programs.items():
        code = shape(program)
        if code is None:
            yield f"{name} is not valid Python"
        elif (twin := first.setdefault(code, name)) != name:
            yield f"{name} is the same program as {twin}"
    for name, mutant in zip(mutants, side.mutants, strict=True):
        if not failed[name]:
            yield f"{name} survives every hidden case"
        elif cannot_be_imported(programs[name], failed[name], side):
            yield f"{name} cannot be imported: every test suite kills it"
        elif mutant.breaks not in {case.requirement for case in failed[name]}:
            yield f"{name} fails no case of {mutant.breaks}, the requirement it breaks"
