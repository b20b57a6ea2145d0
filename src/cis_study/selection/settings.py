"""The choices behind the selection rules, `config/models/selection.yaml`; `config/README.md` explains every key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cis_study.models.candidate import Kind
from cis_study.yamlfile import Strict, read_yaml

Verdict = Literal["pass", "fail", "unknown"]
Tier = Literal["weak", "baseline", "strong"]
TIERS: tuple[Tier, ...] = ("weak", "baseline", "strong")
Names = Annotated[list[str], Field(min_length=1)]


class Record(Strict):
    """What counts as a published record of one ability."""

    benchmarks: Names
    """One of these must be published."""
    kinds: Annotated[list[Kind], Field(min_length=1)]
    """A record that only other kinds of source state is unknown, not missing."""


class Licence(Strict):
    verdict: Verdict
    """Whether it allows research on rented GPUs."""
    reason: str
    """Why."""


class WeakRule(Strict):
    """The request's own: below a limit."""

    benchmark: str
    """Name of the quantity."""
    below: float
    """Limit, in the unit of the benchmark."""


class StrongRule(Strict):
    """The request's own: so many points above the baseline, on a benchmark that ends at `ceiling`."""

    benchmark: str
    """Name of the quantity."""
    gap: Annotated[float, Field(gt=0)]
    """Least distance above the baseline, in the unit of the benchmark."""
    ceiling: float
    """Best value that the benchmark allows."""


class Harder(Strict):
    """A benchmark on which strong and baseline can still differ, compared only within one setting."""

    benchmark: str
    """Name of the quantity."""
    gap: Annotated[float, Field(gt=0)]
    """In the benchmark's own unit."""
    reason: str
    """Why so much."""


class Tiers(Strict):
    wanted: dict[Tier, Annotated[int, Field(ge=0)]]
    """Models per tier."""
    admitted: dict[Literal["weak", "strong"], Annotated[list[Verdict], Field(min_length=1)]]
    """Verdicts of the tier's rule with which a candidate may play in it."""
    kinds: Annotated[list[list[Kind]], Field(min_length=1)]
    """Groups of kinds of source a tier may rest on; a later group counts where the earlier ones hold nothing."""
    weak: WeakRule
    """Rule of the request for the weak tier."""
    strong_of_the_request: StrongRule
    """Rule of the request for the strong tier; reported only."""
    strong: Annotated[list[Harder], Field(min_length=1)]
    """Tried in this order; the first with comparable figures decides."""


class FigureTest(Strict):
    """The claim says that a figure lies in `low` to `high`, ends included, or equals a text."""

    candidate: str
    """Name in `config/models/candidates/`."""
    figure: str
    """Name of the quantity."""
    low: float | None = None
    """Least value with which the claim holds."""
    high: float | None = None
    """Largest value with which the claim holds."""
    equals: str | None = None
    """Text with which the claim holds."""
    kinds: list[Kind] = ["official", "leaderboard", "vendor_claim", "computed"]
    """Kinds of source the test listens to."""

    @model_validator(mode="after")
    def _one_relation(self) -> FigureTest:
        if (self.equals is None) == (self.low is None and self.high is None):
            raise ValueError("give `equals`, or `low` and `high` (one of them may be left out)")
        return self


class RuleTest(Strict):
    """The claim says that a candidate passes a must-have."""

    candidate: str
    """Name in `config/models/candidates/`."""
    rule: str
    """Name of the must-have."""


class Statement(Strict):
    """A verdict that no figure of a candidate decides."""

    verdict: str
    """What became of the claim."""
    reason: str
    """Why."""
    source: str
    """Document that says so."""


class Claim(Strict):
    """Something the request takes for granted, in our words."""

    claim: str
    """What is taken for granted."""
    test: FigureTest | RuleTest | None = None
    """How figures decide it."""
    stated: Statement | None = None
    """What decides it where no figure does."""
    remark: str = ""
    """What else a reader should know."""

    @model_validator(mode="after")
    def _tested_or_stated(self) -> Claim:
        if (self.test is None) == (self.stated is None):
            raise ValueError("a claim is either tested or stated")
        return self


class Selection(Strict):
    """`config/models/selection.yaml`."""

    study: str
    """Study whose context, concurrency and contestants apply."""
    baseline: str
    """The candidate the request fixed as baseline."""
    code_record: Record
    """What counts as a record in writing code."""
    agentic_record: Record
    """What counts as a record in working with tools."""
    licences: dict[str, Licence]
    """SPDX id -> whether it allows research on rented GPUs; one that is not listed is unknown."""
    tiers: Tiers
    """How candidates come into tiers."""
    claims: list[Claim]
    """What the request takes for granted."""


def load_selection(path: Path) -> Selection:
    """Read the file. Raises StudyError where it does not fit."""
    return read_yaml(path, Selection)
