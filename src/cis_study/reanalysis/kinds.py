"""What a stored score is: a score, or one of the failures that LogoMesh stored in the same column."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cis_study.scoring.logomesh import constants as c
from cis_study.scoring.logomesh.instruments import is_unevaluated
from cis_study.scoring.logomesh.rows import StoredBattle

SCORED = "scored"
TIMEOUT = "judge timeout"
COPY = "copy"
_STATUS = re.compile(r"Error code: (\d{3})\b")
STAND_IN: frozenset[str] = frozenset({TIMEOUT, "judge error", "judge unknown"})
"""R, A and T were judged; L is the stand-in 0.5 of a logic review that gave none."""
MEANING: Mapping[str, str] = {
    SCORED: "all four components were judged",
    TIMEOUT: "the logic review timed out; 0.5 was stored as L",
    "judge error": "the logic review failed; 0.5 was stored as L",
    "judge unknown": "L is 0.5 without a critique, which a failed review and a real one share",
    "evaluation failed": "the second judge call failed; 0 was stored as R, A and T",
    "no connection": "the contestant's server did not reach its model; its error was scored as source code",
    "HTTP error": "the contestant's model answered with this HTTP status; the error was scored as source code",
    "contestant error": "the contestant's server sent another error, which was scored as source code",
    COPY: "the row stands in a file before, so it counts there",
}
"""Every kind; `HTTP error` stands for `HTTP 401`, `HTTP 404` and the like."""


def kind_of(battle: StoredBattle) -> str:
    """Kind of one stored score, by the texts that LogoMesh stored with it."""
    if battle.status == SCORED:
        return SCORED
    if battle.status == "infra_failure":
        status = _STATUS.search(battle.source)
        if status:
            return f"HTTP {status.group(1)}"
        return "no connection" if "connection" in battle.source.lower() else "contestant error"
    if is_unevaluated(battle.recorded):
        return "evaluation failed"
    if battle.recorded.critique is None:
        return "judge unknown"
    return TIMEOUT if battle.recorded.critique.startswith(c.REVIEW_FAILED[0]) else "judge error"


def meaning(kind: str) -> str:
    """The kind in words."""
    return MEANING["HTTP error" if kind.startswith("HTTP ") else kind]


def is_answer(kind: str) -> bool:
    """Whether a contestant answered, so that there is a submission to score again."""
    return kind in STAND_IN | {SCORED, "evaluation failed"}
