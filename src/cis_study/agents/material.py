"""What an episode starts from: the files of the workspace and the opening message, as a pure function of its slot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

from cis_study.agents.workspace import SOLUTION
from cis_study.tasks.hidden import Case, HiddenSide, apply
from cis_study.tasks.repairs import Repairs
from cis_study.tasks.visible import as_tests, can_be_shown

Item = TypeVar("Item")
Kind = Literal["implement", "repair"]
VISIBLE_TESTS = "test_visible.py"
SHOWN_CASES = 3
"""Of which, in a repair, the mutant fails at least one."""


class Material(NamedTuple):
    """Start of one episode."""

    files: dict[str, str]
    opening: str
    shown: list[str]
    """Hidden cases that the contestant sees; they do not count when its work is graded."""
    mutant: str | None


def implement(side: HiddenSide, seed: int, replicate: int, steps: int) -> Material:
    """An empty module and a few tests of different requirements."""
    ordered = _shuffled([case for case in side.cases if can_be_shown(case)], f"{seed}/{side.task.id}/{replicate}")
    return _material(side, "", _of_different_requirements(ordered, SHOWN_CASES), None, _IMPLEMENT, steps)


def repair(side: HiddenSide, repairs: Repairs, seed: int, replicate: int, steps: int) -> Material:
    """A mutant, a test that it fails and two that it passes; mutants come in a hashed order, each once per round.

    A mutant that fails a single case is left out: once that is shown, no unseen case tells whether it was repaired.
    """
    showable = {case.id: case for case in side.cases if can_be_shown(case)}
    mutants = {mutant.id: mutant for mutant in side.mutants}
    candidates = _shuffled(
        [name for name, fails in repairs.fails.items() if len(fails) > 1 and set(fails) & set(showable)],
        f"{seed}/{side.task.id}/mutants",
    )
    name = candidates[(replicate - 1) % len(candidates)]
    fails = set(repairs.fails[name])
    ordered = _shuffled(list(showable.values()), f"{seed}/{side.task.id}/{replicate}")
    failing = [case for case in ordered if case.id in fails][:1]
    passing = _of_different_requirements([case for case in ordered if case.id not in fails], SHOWN_CASES - 1)
    program = apply(mutants[name], side.reference)
    return _material(side, program, [*failing, *passing], name, _REPAIR, steps)


_IMPLEMENT = (
    "Implement a Python module: {title}.\n\n{requirements}\n\n"
    "The workspace holds an empty {solution} and a few tests in {tests}. Write {solution} so that it meets every point "
    "above; it must define {exports} and use the standard library alone."
)
_REPAIR = (
    "Repair a Python module: {title}. It should satisfy this:\n\n{requirements}\n\n"
    "The workspace holds the module, {solution}, and a few tests in {tests}. The module has one defect, and at least "
    "one of the tests fails. Find the defect and correct it; keep everything else."
)
_RULES = (
    "\n\nWhat counts is whether {solution} passes further tests that you do not see. You have {steps} tool calls; then "
    "the workspace is taken as it is. Call finish when you are done."
)


def _material(
    side: HiddenSide, program: str, shown: Sequence[Case], mutant: str | None, wording: str, steps: int
) -> Material:
    task = side.task
    fields: Mapping[str, str] = {
        "title": task.title,
        "requirements": "\n".join(f"{number}. {r.text}" for number, r in enumerate(task.requirements, start=1)),
        "solution": SOLUTION,
        "tests": VISIBLE_TESTS,
        "exports": ", ".join(task.exports),
        "steps": str(steps),
    }
    # One pass: a requirement may hold braces.
    opening = wording + _RULES
    for name, text in fields.items():
        if name != "requirements":
            opening = opening.replace("{" + name + "}", text)
    opening = opening.replace("{requirements}", fields["requirements"])
    in_order = [case for case in side.cases if case in shown]
    files = {SOLUTION: program, VISIBLE_TESTS: as_tests(in_order, task.exports)}
    return Material(files, opening, [case.id for case in in_order], mutant)


def _of_different_requirements(cases: Sequence[Case], number: int) -> list[Case]:
    """The first of each requirement, then the others, up to a number."""
    firsts: dict[str, Case] = {}
    for case in cases:
        firsts.setdefault(case.requirement, case)
    others = [case for case in cases if firsts[case.requirement] is not case]
    return [*firsts.values(), *others][:number]


def _shuffled(items: Sequence[Item], salt: str) -> list[Item]:
    """A hashed order: the same on every machine and in every version of Python."""
    keys = [hashlib.sha256(f"{salt}/{place}".encode()).digest() for place in range(len(items))]
    return [item for _, item in sorted(zip(keys, items, strict=True), key=lambda pair: pair[0])]
