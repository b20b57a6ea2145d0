"""`config/analysis.yaml`: what is estimated and tested, fixed before there is anything to analyse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cis_study.errors import StudyError
from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.power_settings import PowerSettings
from cis_study.statistics.registered import AgenticRelation, Estimands, Exclusions, Expectations, Hypothesis
from cis_study.yamlfile import Strict, read_yaml


class Family(Strict):
    """The contrasts whose p values are adjusted together."""

    outcome: Literal["CIS"]
    """What is compared."""
    contrasts: Literal["all_pairs", "adjacent"]
    """`adjacent` compares neighbours in the order of the contestants only."""
    adjust: Literal["holm"]
    """How p values are adjusted."""


class Gate(Strict):
    """A bound that a judge must keep; exactly one of the first three."""

    at_least: float | None = None
    """Lower bound."""
    at_most: float | None = None
    """Upper bound."""
    within: Annotated[float, Field(gt=0)] | None = None
    """Distance from 0 in either direction."""
    by: Literal["interval", "estimate"] = "interval"
    """`interval`: all of it must keep the bound. `estimate`: for what is so sparse that an interval says little."""

    @model_validator(mode="after")
    def _one_bound(self) -> Gate:
        if len(self.model_dump(exclude={"by"}, exclude_none=True)) != 1:
            raise ValueError("exactly one of at_least, at_most and within is expected")
        return self

    @property
    def rule(self) -> str:
        """The bound in words, without its number."""
        kind = next(iter(self.model_dump(exclude={"by"}, exclude_none=True)))
        return kind.replace("_", " ")

    @property
    def threshold(self) -> float:
        """The number of the bound."""
        (number,) = self.model_dump(exclude={"by"}, exclude_none=True).values()
        return float(number)

    def holds(self, value: float, low: float, high: float) -> bool:
        """Whether the bound is kept; NaN keeps none."""
        if self.by == "estimate":
            low = high = value
        if self.at_least is not None:
            return low >= self.at_least
        if self.at_most is not None:
            return high <= self.at_most
        return -self.threshold <= low and high <= self.threshold


class Gates(Strict):
    """What a judge has to show on controls before its ratings count; `statistics/calibration.py` says how."""

    rank: Gate
    """Tau-b of the ratings of the reference and its faulty forms with the number of faults."""
    detection: Gate
    """Share of planted defects that are rated below the reference."""
    each_defect: Gate
    """The same for every kind of defect."""
    false_alarms: Gate
    """Share of references that are not approved, or rated low in L."""
    retest_kappa: Gate
    """Weighted kappa of its ratings of one exhibit that is shown again, in every aspect."""
    retest_alpha: Gate
    """Krippendorff's alpha of the same."""
    verbosity: Gate
    """Change of the rating for words that say nothing."""
    position: Gate
    """Change of the rating for another order of the parts."""
    obeyed_share: Gate
    """Share of hidden orders that win a point."""
    obeyed_mean: Gate
    """Mean rise with hidden orders."""
    self_preference: Gate
    """What contestants of the judge's vendor gain over the others."""
    failures: Gate
    """Share of judgements without a result."""


class Judging(Strict):
    """The calibration of judges, and what their agreement with CIS must reach."""

    gates: Gates
    """What a judge has to show before its ratings count."""
    agreement: Annotated[float, Field(gt=0, lt=1)]
    """Pearson correlation that the whole interval must reach."""
    planned_agreement: Annotated[float, Field(gt=0, lt=1)]
    """Correlation for which the paper says how many submissions it takes."""


class AnalysisSettings(Strict):
    """Every number the analysis depends on besides the scores themselves."""

    alpha: Annotated[float, Field(gt=0, lt=0.5)]
    """Two-sided level of the adjusted tests; intervals cover 1 - alpha."""
    bootstrap_resamples: Annotated[int, Field(ge=200)]
    """Resamples behind every interval."""
    permutations: Annotated[int, Field(ge=99)]
    """Shuffles behind every p value."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of the resampling streams."""
    missing_gate: Annotated[float, Field(ge=0, lt=1)]
    """Largest share of a model x task cell that may be missing."""
    family: Family
    estimands: Estimands
    minimum_effect: Annotated[float, Field(gt=0, lt=1)]
    """Smallest difference of interest, in points of CIS; the bound within which contestants count as equivalent."""
    exclusions: Exclusions
    stop_rule: Literal["planned_replicates"]
    """Every planned battle is fought, whatever the first ones score."""
    hypotheses: dict[str, Hypothesis]
    """By name; the contrasts of all of them are adjusted together."""
    agentic_relation: AgenticRelation
    expectations: Expectations
    judging: Judging
    power: PowerSettings = PowerSettings(pilot="cpu")
    validity: PassRules | None = None
    """Pass rules of the validity battery; null: this analysis has none."""

    @property
    def pass_rules(self) -> PassRules:
        """Those of the validity battery.

        Raises:
            StudyError: none are stated.
        """
        if self.validity is None:
            raise StudyError("config/analysis.yaml: validity", "absent", "no pass rule is stated", "State them first.")
        return self.validity


def load_settings(path: Path) -> AnalysisSettings:
    """Read the analysis settings.

    Raises:
        StudyError: the file is missing, or a key is unknown, missing or out of range.
    """
    return read_yaml(path, AnalysisSettings)
