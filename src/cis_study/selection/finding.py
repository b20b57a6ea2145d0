"""What a rule found: its verdict, the figures it rests on, the reason in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cis_study.errors import StudyError
from cis_study.models.candidate import Candidate, Figure
from cis_study.selection.settings import Selection, Verdict

OTHER_CHECKPOINT = "other checkpoint:"
"""How the setting of a figure begins that belongs to a base model, a sibling or an older version."""


class Used(NamedTuple):
    """A figure a rule looked at."""

    candidate: str
    quantity: str
    figure: Figure


@dataclass(frozen=True)
class Finding:
    rule: str
    verdict: Verdict
    used: tuple[Used, ...]
    reason: str


@dataclass(frozen=True)
class Context:
    """What the rules know besides the candidate."""

    settings: Selection
    candidates: Mapping[str, Candidate]
    tokens: int
    """Context of one sequence in the study."""
    sequences: int
    """Requests in flight in the study."""
    utilization: float
    """Share of the card's memory the engine may take in the study."""

    @property
    def baseline(self) -> Candidate:
        """Raises StudyError where the configured baseline is no candidate."""
        return self.candidate(self.settings.baseline)

    def candidate(self, name: str) -> Candidate:
        """Raises StudyError where there is no such candidate."""
        if name not in self.candidates:
            raise StudyError(
                "config/models/selection.yaml", name, "there is no such candidate",
                f"Known: {', '.join(sorted(self.candidates))}.",
            )  # fmt: skip
        return self.candidates[name]


Rule = Callable[[Candidate, Context], Finding]


def own(candidate: Candidate, quantity: str, kinds: Iterable[str] | None = None) -> tuple[Used, ...]:
    """Known figures of `quantity` of exactly this checkpoint, of the given kinds of source (None: of any)."""
    wanted = None if kinds is None else set(kinds)
    return tuple(
        Used(candidate.name, quantity, figure)
        for figure in candidate.known(quantity)
        if not figure.setting.startswith(OTHER_CHECKPOINT) and (wanted is None or figure.kind in wanted)
    )


def measured(used: Used) -> float:
    """A figure as a number.

    Raises:
        StudyError: it is something else.
    """
    value = used.figure.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise StudyError(
            f"config/models/candidates/{used.candidate}.yaml: {used.quantity}", value, "a number is expected",
            "Write one figure per setting.",
        )  # fmt: skip
    return float(value)


def agreed(verdicts: Sequence[bool]) -> Verdict:
    """Pass where all do, fail where none does, unknown where sources conflict or are silent."""
    if not verdicts or (any(verdicts) and not all(verdicts)):
        return "unknown"
    return "pass" if verdicts[0] else "fail"
