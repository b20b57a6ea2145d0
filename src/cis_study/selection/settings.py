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
    kinds: Annotated[list[Kind], Field(min_length=1)]
    """A record that only other kinds of source state is unknown, not missing."""


class Licence(Strict):
    verdict: Verdict
    reason: str


class WeakRule(Strict):
    """The request's own: below a limit."""

    benchmark: str
    below: float


class StrongRule(Strict):
    """The request's own: so many points above the baseline, on a benchmark that ends at `ceiling`."""

    benchmark: str
    gap: Annotated[float, Field(gt=0)]
    ceiling: float


class Harder(Strict):
    """A benchmark on which strong and baseline can still differ, compared only within one setting."""

    benchmark: str
    gap: Annotated[float, Field(gt=0)]
    """In the benchmark's own unit."""
    reason: str


class Tiers(Strict):
    wanted: dict[Tier, Annotated[int, Field(ge=0)]]
    admitted: dict[Literal["weak", "strong"], Annotated[list[Verdict], Field(min_length=1)]]
    """Verdicts of the tier's rule with which a candidate may play in it."""
    kinds: Annotated[list[list[Kind]], Field(min_length=1)]
    """Groups of kinds of source a tier may rest on; a later group counts where the earlier ones hold nothing."""
    weak: WeakRule
    strong_of_the_request: StrongRule
    strong: Annotated[list[Harder], Field(min_length=1)]
    """Tried in this order; the first with comparable figures decides."""


class FigureTest(Strict):
    """The claim says that a figure lies in `low` to `high`, ends included, or equals a text."""

    candidate: str
    figure: str
    low: float | None = None
    high: float | None = None
    equals: str | None = None
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
    rule: str


class Statement(Strict):
    """A verdict that no figure of a candidate decides."""

    verdict: str
    reason: str
    source: str


class Claim(Strict):
    """Something the request takes for granted, in our words."""

    claim: str
    test: FigureTest | RuleTest | None = None
    stated: Statement | None = None
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
    agentic_record: Record
    licences: dict[str, Licence]
    """SPDX id -> whether it allows research on rented GPUs; one that is not listed is unknown."""
    tiers: Tiers
    claims: list[Claim]


def load_selection(path: Path) -> Selection:
    """Read the file. Raises StudyError where it does not fit."""
    return read_yaml(path, Selection)
