"""A claim about an instrument, what was found, and the verdict that the pass rule gives."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, NamedTuple

from scipy.stats import binomtest

from cis_study.statistics.resampling import Interval

Verdict = Literal["supported", "contradicted", "not decided", "not testable"]
NOWHERE = Interval(math.nan, math.nan)


class Finding(NamedTuple):
    """A row of the validity table."""

    claim: str
    evidence: str
    statistic: str
    estimate: float
    """NaN where nothing was estimated."""
    low: float
    high: float
    """Both NaN where the estimate holds for all that the claim is about."""
    n: int
    unit: str
    """What `n` counts."""
    rule: str
    verdict: Verdict
    note: str = ""
    """Why there is no verdict, or what a reader must know to use it."""


class PassRule(NamedTuple):
    """The range in which an estimate has to lie, both ends included."""

    lower: float
    upper: float

    @property
    def text(self) -> str:
        """As tables print it."""
        if math.isinf(self.upper):
            return f"≥ {self.lower:g}"
        return f"≤ {self.upper:g}" if math.isinf(self.lower) else f"within ±{self.upper:g}"

    def verdict(self, low: float, high: float) -> Verdict:
        """Supported where the whole interval lies inside, contradicted where none of it does."""
        if self.lower <= low and high <= self.upper:
            return "supported"
        return "contradicted" if high < self.lower or low > self.upper else "not decided"


def at_least(bound: float) -> PassRule:
    """An estimate of `bound` or more."""
    return PassRule(bound, math.inf)


def at_most(bound: float) -> PassRule:
    """An estimate of `bound` or less."""
    return PassRule(-math.inf, bound)


def within(bound: float) -> PassRule:
    """An estimate no further from 0 than `bound`."""
    return PassRule(-bound, bound)


def decided(
    claim: str,
    evidence: str,
    statistic: str,
    estimate: float,
    interval: Interval,
    n: int,
    unit: str,
    rule: PassRule,
    note: str = "",
) -> Finding:
    """A finding whose verdict follows from its interval."""
    verdict = rule.verdict(*interval)
    if verdict == "not decided" and math.isnan(interval.low):
        note = note or "no interval can be computed"
    return Finding(claim, evidence, statistic, estimate, *interval, n, unit, rule.text, verdict, note)


def exact(
    claim: str, evidence: str, statistic: str, estimate: float, n: int, unit: str, rule: PassRule, note: str = ""
) -> Finding:
    """A finding about all there is, such as every planted cheat: no sampling, hence no interval."""
    verdict = rule.verdict(estimate, estimate)
    return Finding(claim, evidence, statistic, estimate, *NOWHERE, n, unit, rule.text, verdict, note)


def untestable(claim: str, statistic: str, rule: PassRule, why: str) -> Finding:
    """A claim about which these data say nothing."""
    return Finding(claim, "none", statistic, math.nan, *NOWHERE, 0, "", rule.text, "not testable", why)


def flat(claim: str, evidence: str, statistic: str, n: int, unit: str, rule: PassRule) -> Finding:
    """A score that never varies supports no claim that it goes with anything."""
    note = "the score never varies within a task"
    return Finding(claim, evidence, statistic, math.nan, *NOWHERE, n, unit, rule.text, "contradicted", note)


def least_favourable(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on a claim about several things at once."""
    order: tuple[Verdict, ...] = ("contradicted", "not decided", "not testable", "supported")
    return min(verdicts, key=order.index)


def exact_share(kept: Iterable[bool], alpha: float) -> Interval:
    """Clopper and Pearson's interval of a share."""
    known = list(kept)
    found = binomtest(sum(known), len(known)).proportion_ci(1 - alpha, method="exact")
    return Interval(float(found.low), float(found.high))
