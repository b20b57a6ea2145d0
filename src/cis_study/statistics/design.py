"""The planned study as the analysis sees it: who was to fight what, how often, in which order of tiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from cis_study.config import OutsideAgent, Study, Weights
from cis_study.models.registry import Model
from cis_study.tasks.task import Task
from cis_study.yamlfile import Strict, validate

COMPONENTS = ("R", "A", "T", "L")


class PlannedTask(Strict):
    """A task in the order of the study."""

    id: str
    title: str
    replicates: Annotated[int, Field(ge=1)]
    """Battles that every contestant fights, numbered from 1."""


class Contestant(Strict):
    """A model with the facts that tables print; `tier` was fixed from outside sources, never from CIS."""

    name: str
    label: str
    vendor: str | None = None
    """None: nobody said who made it."""
    tier: str | None
    """None: nobody placed it, so no order is expected of it."""
    quantization: str | None
    parameters: Annotated[float, Field(gt=0)] | None
    """Total parameters, counted (7.25e9)."""
    licence: str | None
    reasoning_effort: str | None = None
    """None: it has no reasoning channel."""


class Judge(Strict):
    """A model of the panel of judges; it may also be a contestant."""

    name: str
    label: str
    vendor: str


class StudyDesign(Strict):
    """The plan of one study; contestants stand from the weakest tier to the strongest."""

    study: str
    description: str
    demonstration: bool
    """True for studies that show the pipeline on models too small to carry a claim."""
    episodes: bool = False
    """Contestants also work in steps."""
    judges: list[Judge] = []
    """Who rates submissions; none where the study has no panel."""
    tasks: Annotated[list[PlannedTask], Field(min_length=1)]
    contestants: Annotated[list[Contestant], Field(min_length=1)]
    weights: Weights
    instrument: str
    """The instrument whose scores are analysed."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for kind, names in (
            ("task", self.task_ids),
            ("contestant", self.models),
            ("label", [c.label for c in self.contestants]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"{kind} named twice: {', '.join(repeated)}")
        return self

    @model_validator(mode="after")
    def _tiers_are_contiguous(self) -> Self:
        if len(self.tiers) != len(set(self.tiers)):
            order = ", ".join(f"{c.name} ({c.tier})" for c in self.contestants)
            raise ValueError(f"contestants must stand from weak to strong, tier by tier: {order}")
        return self

    @property
    def task_ids(self) -> list[str]:
        """Task ids in the order of the study."""
        return [task.id for task in self.tasks]

    @property
    def replicates(self) -> dict[str, int]:
        """Task id -> planned battles of every contestant."""
        return {task.id: task.replicates for task in self.tasks}

    @property
    def models(self) -> list[str]:
        """Contestant names, weakest tier first."""
        return [contestant.name for contestant in self.contestants]

    @property
    def tiers(self) -> list[str]:
        """Distinct tiers, weakest first."""
        return [tier for tier, _ in groupby(c.tier for c in self.contestants if c.tier is not None)]

    def is_expected(self, stronger: str, weaker: str) -> bool:
        """Whether the tiers say that one contestant is stronger than another."""
        tiers = [self.contestant(model).tier for model in (stronger, weaker)]
        if None in tiers:
            return False
        higher, lower = (self.tiers.index(tier) for tier in tiers if tier is not None)
        return higher > lower

    def contestant(self, model: str) -> Contestant:
        """The contestant called `model` (`KeyError` if there is none)."""
        return {contestant.name: contestant for contestant in self.contestants}[model]


def study_design(given: Mapping[str, Any]) -> StudyDesign:
    """Validate the design a rule hands over as parameters.

    Raises:
        StudyError: a key is unknown, missing or wrong, or the tiers are out of order.
    """
    return validate(StudyDesign, given, where="study design (parameters of the rule)")


def design_parameters(
    study: Study,
    contestants: Iterable[Model | OutsideAgent],
    tasks: Iterable[Task],
    judges: Iterable[Model] = (),
) -> dict[str, Any]:
    """The design of a configured study as plain data, the form in which rules hand it to scripts.

    Args:
        contestants, tasks, judges: those of the study, in its order.
    """
    return {
        "study": study.study,
        "description": study.description,
        "demonstration": study.demonstration,
        "episodes": study.episodes is not None,
        "judges": [judge.model_dump(include=set(Judge.model_fields)) for judge in judges],
        "tasks": [{"id": task.id, "title": task.title, "replicates": study.replicates(task.id)} for task in tasks],
        "contestants": [_facts(contestant) for contestant in contestants],
        "weights": study.weights.model_dump(),
        "instrument": study.instrument,
    }


def _facts(contestant: Model | OutsideAgent) -> dict[str, Any]:
    if isinstance(contestant, Model):
        return contestant.model_dump(include=set(Contestant.model_fields))
    return {
        **dict.fromkeys(Contestant.model_fields),
        "name": contestant.name,
        "label": contestant.label or contestant.name,
    }
