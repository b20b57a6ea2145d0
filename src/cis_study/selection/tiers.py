"""Tier rules: the request's own on HumanEval, and the study's on a benchmark that is not saturated."""

from __future__ import annotations

from cis_study.models.candidate import Candidate, Figure
from cis_study.selection.finding import Context, Finding, Used, agreed, measured, own
from cis_study.selection.settings import Harder, Tiers
from cis_study.selection.words import gap_text, listed, quantity, shown


def evidence(candidate: Candidate, name: str, tiers: Tiers) -> tuple[Used, ...]:
    """Figures a tier may rest on: those of the first group of kinds that has any."""
    for kinds in tiers.kinds:
        if used := own(candidate, name, kinds):
            return used
    return ()


def comparable(one: Figure, other: Figure) -> bool:
    """Whether two figures were measured alike: the same setting, or the same source where neither states one."""
    return one.setting == other.setting and bool(one.setting or one.source == other.source)


def weak(candidate: Candidate, context: Context) -> Finding:
    """The request's rule for the weak tier."""
    tiers = context.settings.tiers
    used = evidence(candidate, tiers.weak.benchmark, tiers)
    limit = f"{tiers.weak.below:g} on {quantity(tiers.weak.benchmark)}"
    if not used:
        return Finding("weak", "unknown", (), f"no figure to compare with {limit}")
    verdict = agreed([measured(one) < tiers.weak.below for one in used])
    words = {"pass": f"below {limit}", "fail": f"not below {limit}", "unknown": f"sources differ about {limit}"}
    return Finding("weak", verdict, used, f"{words[verdict]}: {listed(used)}")


def needed_by_request(context: Context) -> float | None:
    """Score the request's rule asks of a strong model; None where the baseline has no figure."""
    tiers = context.settings.tiers
    base = evidence(context.baseline, tiers.strong_of_the_request.benchmark, tiers)
    return max(measured(one) for one in base) + tiers.strong_of_the_request.gap if base else None


def strong_of_the_request(candidate: Candidate, context: Context) -> Finding:
    """The request's rule for the strong tier: so many points above the baseline's best figure."""
    tiers = context.settings.tiers
    asked = tiers.strong_of_the_request
    used, base = evidence(candidate, asked.benchmark, tiers), evidence(context.baseline, asked.benchmark, tiers)
    name, needed = "strong by the request", needed_by_request(context)
    if needed is None:
        return Finding(name, "unknown", used, f"the baseline has no figure on {quantity(asked.benchmark)}")
    more = f"{needed:.4g} needed" + (f", more than the {asked.ceiling:g} there are" if needed > asked.ceiling else "")
    if not used:
        return Finding(name, "unknown", base, f"no figure on {quantity(asked.benchmark)}; {more}")
    verdict = agreed([measured(one) >= needed for one in used])
    return Finding(name, verdict, (*used, *base), f"{listed(used)}; {more}")


def strong(candidate: Candidate, context: Context) -> Finding:
    """The study's rule: the first harder benchmark on which candidate and baseline have figures of one setting."""
    tiers = context.settings.tiers
    for harder in tiers.strong:
        pairs = [
            (one, base)
            for one in evidence(candidate, harder.benchmark, tiers)
            for base in evidence(context.baseline, harder.benchmark, tiers)
            if comparable(one.figure, base.figure)
        ]
        if pairs:
            return _compared(harder, pairs)
    tried = ", ".join(quantity(harder.benchmark) for harder in tiers.strong)
    return Finding("strong", "unknown", (), f"no figure of one setting with the baseline on {tried}")


def _compared(harder: Harder, pairs: list[tuple[Used, Used]]) -> Finding:
    gaps = [measured(one) - measured(base) for one, base in pairs]
    verdict = agreed([gap >= harder.gap for gap in gaps])
    told = "; ".join(
        f"{shown(one)} against {shown(base)}, {gap_text(gap)}{_noted(one, base)}"
        for (one, base), gap in zip(pairs, gaps, strict=True)
    )
    used: list[Used] = []
    for pair in pairs:
        used += [one for one in pair if one not in used]
    needed = f"{gap_text(harder.gap)} needed"
    return Finding("strong", verdict, tuple(used), f"{quantity(harder.benchmark)} {told}; {needed}")


def _noted(one: Used, base: Used) -> str:
    """What a reader must know before trusting the comparison, such as two versions of one harness."""
    notes = [used.figure.note for used in (one, base) if used.figure.note]
    return f" ({' against '.join(notes)})" if notes else ""
