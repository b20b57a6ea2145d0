"""What the choice rests on, and whether the study compares the models that were chosen, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cis_study.selection.choice import Assessed, eligible, rank, ranked, tier_finding
from cis_study.selection.finding import measured, own
from cis_study.selection.settings import TIERS, Selection, Tier
from cis_study.selection.words import quantity

Chosen = Mapping[Tier, Sequence[Assessed]]


def agreement(
    chosen: Chosen, contestants: Sequence[str], assessed: Mapping[str, Assessed], settings: Selection
) -> list[str]:
    """One sentence where rules and study agree, else one for each model on one side only."""
    names = [one.candidate.name for tier in TIERS for one in chosen[tier]]
    if set(names) == set(contestants):
        return [f"The study {settings.study} compares exactly these models."]
    missed = [
        f"{assessed[name].candidate.label} is chosen by the rules, but is no contestant of the study {settings.study}."
        for name in names
        if name not in contestants
    ]
    return missed + [_contestant(name, assessed, settings) for name in contestants if name not in names]


def ties(chosen: Chosen, assessed: Mapping[str, Assessed], settings: Selection) -> list[str]:
    """A sentence for each tier whose last place the evidence leaves open."""
    told = []
    for tier in TIERS:
        names = {one.candidate.name for one in chosen[tier]}
        if not names or tier == "baseline":
            continue
        last = chosen[tier][-1]
        equals = [one for one in ranked(tier, assessed, settings) if rank(one, tier) == rank(last, tier)]
        beaten = [one for one in equals if one.candidate.name not in names]
        if beaten:
            others = " and ".join(map(_with_speed, beaten))
            taken = " and ".join(_with_speed(one) for one in equals if one.candidate.name in names)
            told.append(
                f"For the {tier} tier the evidence does not tell {taken} from {others}:"
                " the faster ones on the study's card are taken, because they cost less."
            )
    return told


def widest_spread(assessed: Mapping[str, Assessed], settings: Selection) -> str | None:
    """The model whose own figures on one benchmark lie furthest apart, where that is more than a tier's gap."""
    found = []
    for harder in settings.tiers.strong:
        for one in assessed.values():
            values = [measured(used) for used in own(one.candidate, harder.benchmark)]
            if values and max(values) - min(values) > harder.gap:
                share = (max(values) - min(values)) / harder.gap
                told = f"{one.candidate.label}, {quantity(harder.benchmark)} {min(values):g} to {max(values):g}"
                found.append((share, f"{told}, where a gap of {harder.gap:g} defines a tier"))
    return max(found)[1] if found else None


def misplaced(chosen: Chosen, assessed: Mapping[str, Assessed], settings: Selection) -> list[str]:
    """A sentence for each candidate whose figures refute the tier it was asked for."""
    told = []
    for one in assessed.values():
        asked = one.candidate.requested_tier
        if asked is None or asked == "baseline" or tier_finding(one, asked).verdict != "fail":
            continue
        reason = tier_finding(one, asked).reason
        told.append(f"{one.candidate.label} was asked for as {asked}, which its figures refute: {reason}.")
        for tier in TIERS:
            order = eligible(tier, assessed, settings)
            if one in order and chosen[tier] and order.index(one) < order.index(chosen[tier][0]):
                told[-1] += f" It would come first in the {tier} tier, had it been asked for there."
    return told


def _with_speed(one: Assessed) -> str:
    return f"{one.candidate.label} (at most {one.roofline_tokens_per_s:,.0f} tokens/s)"


def _contestant(name: str, assessed: Mapping[str, Assessed], settings: Selection) -> str:
    if name not in assessed:
        return f"{name} is a contestant of the study, but no candidate: no rule speaks about it."
    places = []
    for tier in TIERS:
        order = [one.candidate.name for one in ranked(tier, assessed, settings)]
        if name in order:
            places.append(f"{tier} place {order.index(name) + 1} of {len(order)}")
    found = f"only at {' and '.join(places)}" if places else "in no tier"
    return f"{assessed[name].candidate.label} is a contestant of the study; the rules see it {found}."
