"""Sections of `config/analysis.yaml` that state what is expected, so that the data can say no."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cis_study.statistics.statuses import MISSING
from cis_study.yamlfile import Strict

Tier = Literal["weak", "baseline", "strong"]
Group = Literal["weak", "baseline", "strong", "reasoning", "others"]
"""Contestants of a tier, those with a reasoning channel, or all with a tier that are not in the other group."""
Share = Annotated[float, Field(ge=0, le=1)]


class Estimands(Strict):
    """What the numbers estimate, each the expected score of a contestant with equal weights of tasks."""

    primary: Literal["on_these_tasks"]
    """Expected score on the tasks of the study, which weigh the same."""
    secondary: Literal["over_tasks_like_these"]
    """The same over tasks of which those of the study are a sample."""
    secondary_min_tasks: Annotated[int, Field(ge=6)]
    """With fewer tasks the secondary estimand is not estimated; below 6 no sign-flip test can reach 0.05."""


class Exclusions(Strict):
    """What is left out, whatever it would have scored."""

    statuses: list[str]
    """The three kinds of missing battle."""
    contestants: Literal["none"]
    """Nobody."""

    @model_validator(mode="after")
    def _those_that_are_missing(self) -> Self:
        if sorted(self.statuses) != sorted(MISSING):
            raise ValueError(f"the analysis leaves out exactly {', '.join(MISSING)}")
        return self


class Hypothesis(Strict):
    """One group of contestants scores higher than another on every outcome named."""

    claim: str
    """Completes the sentence `H1, that ...`."""
    higher: Group
    """Group whose every member scores higher."""
    lower: Group
    """Than every member of this one; the groups are tiers, those with a `reasoning_effort`, or the others with a
    tier."""
    outcomes: Annotated[list[Literal["CIS", "R", "A", "T", "L"]], Field(min_length=1)]
    """On each of these."""

    @model_validator(mode="after")
    def _groups_differ(self) -> Self:
        if self.higher == self.lower:
            raise ValueError("the two groups are the same")
        return self


class AgenticRelation(Strict):
    """Battles of higher CIS go with episodes that pass more unseen cases."""

    level: Literal["across tasks", "within model and task"]
    """At which battles and episodes are compared; `statistics/episodes.py` says how."""


class Range(Strict):
    """Where the mean CIS of a tier is expected."""

    tier: Tier
    """Tier whose mean it is."""
    at_least: Share
    """Lower end, in CIS."""
    at_most: Share
    """Upper end, in CIS."""
    counted: bool = False
    """One of those on which the first study based its verdict."""


class Step(Strict):
    """By how much the mean CIS is expected to rise between two tiers."""

    lower: Tier
    """Tier from which it rises."""
    higher: Tier
    """Tier to which it rises."""
    at_least: Share
    """Least rise, in CIS."""
    at_most: Share = 1.0
    """Largest rise, in CIS."""
    counted: bool = False
    """One of those on which the first study based its verdict."""


class Order(Strict):
    """Tiers whose mean CIS is expected to rise in this order."""

    order: Annotated[list[Tier], Field(min_length=2)]
    """Tiers, lowest first."""
    counted: bool = False
    """One of those on which the first study based its verdict."""


class Expectations(Strict):
    """Numbers that were promised before the first study, by source."""

    request: Annotated[list[Range], Field(min_length=1)]
    """As this study was asked for."""
    original: Annotated[list[Range | Step | Order], Field(min_length=1)]
    """Of the first study: a range, a step between tiers, or an order."""
    original_sufficient: Annotated[int, Field(ge=1)]
    """Counted gates that, once met by their point estimates, made the first study say "validated"."""

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        for gate in (*self.request, *self.original):
            if not isinstance(gate, Order) and gate.at_least > gate.at_most:
                raise ValueError(f"nothing lies between {gate.at_least} and {gate.at_most}")
        return self
