"""The hidden side of a task: reference solution, hidden cases, mutants and the scoring rubric."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, model_validator

from cis_study.errors import StudyError
from cis_study.provenance import canonical_json, sha256_file, sha256_text
from cis_study.tasks.task import Requirement, Task, load_task
from cis_study.yamlfile import Strict, read_yaml


class Expect(Strict):
    """What a call must return, or raise. Types are compared exactly: `True` is not 1."""

    equals: Any = None
    """What every call returns."""
    has: dict[str, Any] = {}
    """Keys a returned dict must hold with these values; other keys are allowed."""
    text_keys: list[str] = []
    """Keys a returned dict must hold with a non-empty string."""

    raises: Annotated[str | None, Field(pattern=r"^[A-Za-z_]\w*$")] = None
    """Name of the exception's own type; the case goes on after it."""

    @model_validator(mode="after")
    def _says_something(self) -> Expect:
        returns = self.is_equality or bool(self.has) or bool(self.text_keys)
        if returns == (self.raises is not None):
            raise ValueError("an expectation names equals, has or text_keys, or raises alone")
        return self

    @property
    def is_equality(self) -> bool:
        """`equals: null` expects None, so presence of the key decides."""
        return "equals" in self.model_fields_set


class Step(Strict):
    """One step of a case: construct (`new` .. `as`), call, or set the scripted clock."""

    new: str | None = None
    """Exported name to construct."""
    name: Annotated[str | None, Field(alias="as")] = None
    """Name under which the object is kept."""
    call: str | None = None
    """Function, or `object.method` of a kept object."""
    clock: Annotated[float | None, Field(ge=0)] = None
    """Seconds since the start of the case."""
    args: list[Any] = []
    """Arguments of the call or construction."""
    repeat: Annotated[int, Field(ge=1, le=1000)] = 1
    """How often to call."""
    expect: Expect | None = None
    """Holds for every repetition."""

    @model_validator(mode="after")
    def _is_one_kind(self) -> Step:
        if sum(kind is not None for kind in (self.new, self.call, self.clock)) != 1:
            raise ValueError("a step is exactly one of new, call, clock")
        if (self.new is None) != (self.name is None):
            raise ValueError("new and as go together")
        if self.expect is not None and self.call is None and (self.new is None or self.expect.raises is None):
            raise ValueError("only a call has an expectation; a construction may be expected to raise")
        if self.call is None and self.repeat != 1:
            raise ValueError("only a call is repeated")
        return self

    def inputs(self) -> dict[str, Any]:
        """The part that the candidate's process is told: never an expectation."""
        if self.clock is not None:
            return {"clock": self.clock}
        if self.new is not None:
            return {"new": self.new, "as": self.name, "args": self.args, "repeat": 1}
        return {"call": self.call, "args": self.args, "repeat": self.repeat}


class Case(Strict):
    """A short script with expectations that tests one requirement."""

    id: str
    """Name of the case."""
    requirement: str
    """Requirement that it tests."""
    steps: Annotated[list[Step], Field(min_length=1)]
    """What is done, in order."""


class Edit(Strict):
    """A replacement in the reference; `find` occurs there exactly once."""

    find: Annotated[str, Field(min_length=1)]
    """Text that occurs exactly once in the reference, and in every dialect."""
    replace: str
    """What stands there instead."""


class Variant(Strict):
    """A named change of the reference."""

    id: str
    """Name of the change."""
    edits: Annotated[list[Edit], Field(min_length=1)]
    """Replacements, applied together."""


class Mutant(Variant):
    """A defect planted in the reference."""

    breaks: str
    """Requirement that the defect violates."""
    what: str
    """The defect in words."""


class Constraint(Strict):
    """One architectural constraint: a rule of `cis_study.scoring.constraints` with its parameters."""

    rule: str
    """Name of the rule; they are listed below."""
    params: dict[str, Any] = {}
    """Parameters of the rule."""


class CasesFile(Strict):
    cases: Annotated[list[Case], Field(min_length=1)]
    """Hidden cases; 30 or more."""


class MutantsFile(Strict):
    dialects: list[Variant] = []
    """Equally correct ways to write the reference that a suite may depend on, such as which clock it patches."""
    mutants: Annotated[list[Mutant], Field(min_length=1)]
    """Hand-written defects; with the generated ones 20 to 60."""


BANK_FILE = "bank.yaml"
BANK_SOURCES = ("cases.yaml", "mutants.yaml", "reference.py")
"""Files of a task folder that decide what its bank of generated mutants holds."""


class Bank(Strict):
    """`bank.yaml`: generated mutants."""

    made_from: dict[str, str]
    """SHA-256 of each of `BANK_SOURCES` as they were."""
    mutants: list[Mutant]


class Addressing(Strict):
    """How a rationale addresses a requirement."""

    terms: Annotated[list[Annotated[list[str], Field(min_length=1)]], Field(min_length=1)]
    """Groups of terms; each group needs one of its terms."""
    paraphrases: Annotated[list[str], Field(min_length=1)]
    """Sentences that would do it."""


class ScoringFile(Strict):
    constraints: Annotated[list[Constraint], Field(min_length=1)]
    """Architectural constraints; with the structure of the code they make A."""
    structural: list[str] = []
    """Requirements that constraints decide and no hidden case can."""
    rationale: dict[str, Addressing]
    """By requirement: how a rationale addresses it."""


class Topic(NamedTuple):
    """A requirement as a rationale may speak of it: its statement and paraphrases, and groups of terms."""

    requirement: str
    wordings: tuple[str, ...]
    terms: list[list[str]]


@dataclass(frozen=True, eq=False)
class HiddenSide:
    """Everything the scorer knows about a task and the contestant does not. Each is equal to itself alone."""

    task: Task
    reference: str
    cases: tuple[Case, ...]
    dialects: tuple[Variant, ...]
    mutants: tuple[Mutant, ...]
    constraints: tuple[Constraint, ...]
    structural: frozenset[str]
    topics: tuple[Topic, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The reference and the ways to write it that are as correct."""
        return (self.reference, *(apply(dialect, self.reference) for dialect in self.dialects))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        return sha256_text(canonical_json({part.name: _plain(getattr(self, part.name)) for part in fields(self)}))


def _plain(part: Any) -> Any:
    if isinstance(part, Strict):
        # `equals: null` is another expectation than none.
        return part.model_dump(mode="json", exclude_unset=True)
    if isinstance(part, frozenset):
        return sorted(part)
    return [_plain(item) for item in part] if isinstance(part, tuple) else part


def load_hidden_side(folder: Path, generated: bool = True) -> HiddenSide:
    """Read and cross-check a task folder.

    Args:
        folder: `config/tasks/{task}`.
        generated: whether the mutants of `bank.yaml` follow the hand-written ones, where there is such a file.

    Raises:
        StudyError: a file is missing or malformed, a requirement is unknown, an id is repeated, an edit does not
            apply, or something changed after the bank was made.
    """
    side = _load_written(folder)
    bank = read_bank(folder) if generated else None
    if bank is None:
        return side
    if changed := changed_sources(bank, folder):
        raise StudyError(
            folder / BANK_FILE,
            ", ".join(changed),
            "the bank was made before this changed",
            "Run `snakemake --cores 1 build_mutants`.",
        )
    side = replace(side, mutants=(*side.mutants, *bank.mutants))
    _check_mutants(folder / BANK_FILE, side)
    return side


def _load_written(folder: Path) -> HiddenSide:
    task = load_task(folder)
    known = {requirement.id for requirement in task.requirements}
    path = folder / "reference.py"
    if not path.is_file():
        raise StudyError(path, "missing", "every task has a reference solution", "Write one.")
    cases = read_yaml(folder / "cases.yaml", CasesFile).cases
    _check(folder / "cases.yaml", [case.id for case in cases], [case.requirement for case in cases], known)
    written = read_yaml(folder / "mutants.yaml", MutantsFile)
    rubric = read_yaml(folder / "scoring.yaml", ScoringFile)
    _check(folder / "scoring.yaml", list(rubric.rationale), [*rubric.rationale, *rubric.structural], known)
    if missing := sorted(known - set(rubric.rationale)):
        raise StudyError(folder / "scoring.yaml", missing, "nothing says how a rationale addresses it", "Add an entry.")
    side = HiddenSide(
        task=task,
        reference=path.read_text(encoding="utf-8"),
        cases=tuple(cases),
        dialects=tuple(written.dialects),
        mutants=tuple(written.mutants),
        constraints=tuple(rubric.constraints),
        structural=frozenset(rubric.structural),
        topics=tuple(_topic(requirement, rubric.rationale[requirement.id]) for requirement in task.requirements),
    )
    _check_mutants(folder / "mutants.yaml", side)
    return side


def _topic(requirement: Requirement, way: Addressing) -> Topic:
    return Topic(requirement.id, (requirement.text, *way.paraphrases), way.terms)


def read_bank(folder: Path) -> Bank | None:
    """The generated mutants of a task folder; None where none were made.

    Raises:
        StudyError: the file is malformed.
    """
    path = folder / BANK_FILE
    return read_yaml(path, Bank) if path.is_file() else None


def changed_sources(bank: Bank, folder: Path) -> list[str]:
    """Files that are no longer what the bank was made from."""
    return [name for name, digest in bank_sources(folder).items() if bank.made_from.get(name) != digest]


def bank_sources(folder: Path) -> dict[str, str]:
    """File -> SHA-256 of all that a bank is made from."""
    return {name: sha256_file(folder / name) for name in BANK_SOURCES}


def apply(variant: Variant, source: str) -> str:
    """The changed source.

    Raises:
        StudyError: a text to find does not occur exactly once.
    """
    for edit in variant.edits:
        if source.count(edit.find) != 1:
            raise StudyError(
                f"variant {variant.id}",
                edit.find,
                f"it occurs {source.count(edit.find)} times in the reference, not once",
                "Choose a text that is unique there.",
            )
        source = source.replace(edit.find, edit.replace)
    return source


def _check_mutants(path: Path, side: HiddenSide) -> None:
    known = {requirement.id for requirement in side.task.requirements}
    _check(path, [mutant.id for mutant in side.mutants], [mutant.breaks for mutant in side.mutants], known)
    for form in side.forms:
        for mutant in side.mutants:
            apply(mutant, form)


def _check(path: Path, ids: list[str], requirements: list[str], known: set[str]) -> None:
    if repeated := sorted({name for name in ids if ids.count(name) > 1}):
        raise StudyError(path, repeated, "an id occurs twice", "Give every entry its own id.")
    if unknown := sorted(set(requirements) - known):
        raise StudyError(path, unknown, f"no such requirement; task.yaml has {sorted(known)}", "Correct the id.")
