"""From findings to a choice: who may play in which tier, in which order, and what the choice rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cis_study.models.candidate import Candidate
from cis_study.models.roofline import SpeedRange, speed_range
from cis_study.selection.finding import Context, Finding
from cis_study.selection.must_haves import MUST_HAVES, REPORTED
from cis_study.selection.settings import TIERS, Selection, Tier
from cis_study.selection.tiers import strong, strong_of_the_request, weak

_SUPPORT = {"pass": 0, "unknown": 1, "fail": 2}


@dataclass(frozen=True)
class Assessed:
    """A candidate with every finding about it."""

    candidate: Candidate
    must_haves: Mapping[str, Finding]
    reported: Mapping[str, Finding]
    weak: Finding
    strong: Finding
    strong_of_the_request: Finding
    speed: SpeedRange | None

    @property
    def roofline_tokens_per_s(self) -> float:
        """Limit of its decode speed in the study; 0 where it cannot be computed."""
        return self.speed.roofline_tokens_per_s if self.speed else 0.0

    @property
    def findings(self) -> list[Finding]:
        """All of them, in the order of the rule table."""
        tiers = [self.weak, self.strong, self.strong_of_the_request]
        return [*self.must_haves.values(), *self.reported.values(), *tiers]

    def failed(self) -> list[Finding]:
        return [finding for finding in self.must_haves.values() if finding.verdict == "fail"]

    def undecided(self) -> list[Finding]:
        return [finding for finding in self.must_haves.values() if finding.verdict == "unknown"]


def assess(candidate: Candidate, context: Context) -> Assessed:
    """Apply every rule."""
    return Assessed(
        candidate,
        {name: rule(candidate, context) for name, rule in MUST_HAVES.items()},
        {name: rule(candidate, context) for name, rule in REPORTED.items()},
        weak(candidate, context),
        strong(candidate, context),
        strong_of_the_request(candidate, context),
        speed_range(candidate, context.sequences, context.tokens),
    )


def ranked(tier: Tier, assessed: Mapping[str, Assessed], settings: Selection) -> list[Assessed]:
    """Candidates of a tier, best first.

    A candidate plays in the tier the request asked it for; one that this study added plays in any. Order: fewest
    failed must-haves, fewest undecided ones, evidence for the tier; among equals the one that decodes faster on the
    card, since it costs less; name.
    """
    admitted = eligible(tier, assessed, settings)
    return [one for one in admitted if tier == "baseline" or one.candidate.requested_tier in (tier, None)]


def eligible(tier: Tier, assessed: Mapping[str, Assessed], settings: Selection) -> list[Assessed]:
    """Whoever exists and passes the tier's rule well enough, in the order of `ranked`, whatever it was asked for."""
    if tier == "baseline":
        return [assessed[settings.baseline]]
    playing = [
        one
        for name, one in assessed.items()
        if name != settings.baseline
        and one.candidate.exists
        and tier_finding(one, tier).verdict in settings.tiers.admitted[tier]
    ]
    return sorted(playing, key=lambda one: (rank(one, tier), -one.roofline_tokens_per_s, one.candidate.name))


def rank(one: Assessed, tier: Tier) -> tuple[int, int, int]:
    """What the evidence says, lowest first: failed must-haves, undecided ones, verdict of the tier's rule."""
    return len(one.failed()), len(one.undecided()), _SUPPORT[tier_finding(one, tier).verdict]


def tier_finding(one: Assessed, tier: Tier) -> Finding:
    """The finding that decides a tier."""
    return one.weak if tier == "weak" else one.strong


def choose(assessed: Mapping[str, Assessed], settings: Selection) -> dict[Tier, list[Assessed]]:
    """The first of each tier, as many as are wanted."""
    return {tier: ranked(tier, assessed, settings)[: settings.tiers.wanted.get(tier, 0)] for tier in TIERS}
