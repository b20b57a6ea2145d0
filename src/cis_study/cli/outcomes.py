"""What an instrument says of a submission, in the one form that the commands print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cis_study.config import Weights
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.instrument import score
from cis_study.scoring.logomesh.instruments import Recorded, rate

CIS = "cis"
COMPONENTS = ("R", "A", "T", "L")


class Outcome(NamedTuple):
    """Status, components and CIS (None where missing), and why they are not higher or not there."""

    status: str
    cis: float | None
    components: Mapping[str, float | None]
    reasons: tuple[str, ...]


def of_evidence(evidence: Evidence, weights: Weights) -> Outcome:
    """Our instrument."""
    result = score(evidence, weights)
    parts = result.components or {}
    reasons = [f"{name}: {part.reason}" for name, part in parts.items() if part.reason]
    if evidence.sandbox_failure is not None:
        reasons.append(f"sandbox: {evidence.sandbox_failure}")
    return Outcome(result.status, result.cis, _all({name: part.value for name, part in parts.items()}), tuple(reasons))


def of_record(instrument: str, recorded: Recorded) -> Outcome:
    """A LogoMesh instrument."""
    rating = rate(instrument, recorded)
    reasons = [f"{gap.kind}: {gap.what}" for gap in rating.gaps]
    if rating.cis is None and rating.arithmetic is not None:
        reasons.append(f"the published formula gave {rating.arithmetic:.4f}")
    status = rating.gaps[0].kind if rating.gaps else "scored"
    return Outcome(status, rating.cis, _all(rating.components or {}), tuple(reasons))


def _all(components: Mapping[str, float]) -> dict[str, float | None]:
    return {name: components.get(name) for name in COMPONENTS}
