"""`power:` of `config/analysis.yaml`: which designs are simulated, with which spreads, how often."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from cis_study.yamlfile import Name, Strict

FIXED, RANDOM = "on these tasks", "over tasks like these"
WITHIN, BETWEEN = "permutation within tasks", "t over tasks"
"""Claims, and the tests of them."""
BATCHES = 40
"""Parts into which the simulated studies are divided; their spread is the simulation error."""

Sizes = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
Spread = Annotated[float, Field(ge=0, le=0.5)]


class Spreads(Strict):
    """Standard deviations of CIS that a simulation draws from; contestants themselves are fixed."""

    residual_sd: Spread
    """Of battles of one contestant on one task."""
    model_task_sd: Spread
    """Of what a task adds for one contestant and not for another."""
    task_sd: Spread
    """Of what a task adds for everybody. It cancels within tasks, so neither power nor false positives depend on it."""


class GivenSpreads(Spreads):
    """Spreads from elsewhere."""

    source: Annotated[str, Field(min_length=1)]
    """Where the numbers are from."""


class PowerSettings(Strict):
    """What the simulation depends on besides the design, the pilot, and the rest of the analysis settings."""

    pilot: Name | None = None
    """A study in `results/cached/` whose battles give the spreads."""
    spreads: GivenSpreads | None = None
    """In place of a pilot."""
    target: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    """Power that a design should have for `minimum_effect`."""
    tasks: Sizes = [4, 8, 16, 32]
    """Numbers of tasks that are simulated, besides that of the study."""
    replicates: Sizes = [3, 10, 25, 50]
    """Every number of tasks is simulated with every number of replicates, besides the design of the study."""
    studies: Annotated[int, Field(ge=5 * BATCHES, multiple_of=BATCHES)] = 2000
    """Simulated studies per design."""
    permutations: Annotated[int, Field(ge=99)] = 999
    """Of each simulated test; the analysis itself makes more."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.pilot is None) == (self.spreads is None):
            raise ValueError("name a `pilot` or give `spreads` with their source, one of the two")
        return self


class Simulated(PowerSettings):
    """What a simulation was made with, as its results keep it."""

    effect: Annotated[float, Field(gt=0, lt=1)]
    """The `minimum_effect` of that time, in points of CIS, for which power was simulated."""
