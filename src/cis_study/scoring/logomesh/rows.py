"""One stored row to a typed record: the shapes in which LogoMesh left a battle, and what is told from them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cis_study.errors import StudyError
from cis_study.scoring.logomesh import constants as c
from cis_study.scoring.logomesh.instruments import Finite, Recorded, stored_failures

TASKS: Mapping[str, str] = {
    "Email Validator": "email_validator",
    "Rate Limiter": "rate_limiter",
    "LRU Cache": "lru_cache",
    "Recursive Fibonacci": "fibonacci",
}
"""Title of a LogoMesh task -> our task of the same purpose; the prompts differ."""
RUNS_WITHOUT_RED_AGENT = frozenset({"stage2", "tier2_published", "tier3_published"})
"""Runs of the JSON lines, none of which had a red agent; its multiplier is 1 there."""


@dataclass(frozen=True)
class StoredBattle:
    """One battle as LogoMesh stored it.

    Attributes:
        where: file and row, for messages.
        row: `id` in a database, line number in JSON lines.
        battle_id: as stored; several rows may share one.
        run: the run that a JSON line names; a database names none.
        task: our task id.
        status: what kind of result the stored numbers are.
        cis: the stored score, which may be the code of a failure.
    """

    where: str
    row: int
    battle_id: str
    run: str | None
    task: str
    source: str
    tests: str
    rationale: str
    recorded: Recorded
    status: Literal["scored", "judge_failure", "infra_failure"]
    cis: float


def from_line(where: str, row: int, line: bytes) -> StoredBattle | StudyError:
    """A JSON line as a battle, or the error it gives."""
    try:
        content = _Line.model_validate(_json(line))
        recorded = Recorded(
            **content.published.model_dump(include={"R", "A", "T", "L"}),
            critique=content.published.judge_critique,
            answered=_is_answer(content.source_code, content.rationale),
            red_multiplier=1.0 if content.run in RUNS_WITHOUT_RED_AGENT else None,
            **_checks(content.audit, content.sandbox),
        )
    except ValueError as error:
        return _damaged(where, error)
    parts = content.source_code, content.test_code, content.rationale
    return _battle(where, row, (content.battle_id, content.run), content.task, parts, recorded, content.published.cis)


def from_row(where: str, row: Any, battle_id: Any, score: Any, result: Any) -> StoredBattle | StudyError:
    """Columns of a database row as a battle, or the error they give."""
    try:
        if not isinstance(score, (int, float)) or not math.isfinite(score):
            raise ValueError(f"score is {score!r:.60}")
        if not isinstance(result, bytes):
            raise ValueError(f"raw_result is {result!r:.60}")
        if not isinstance(battle_id, bytes):
            raise ValueError(f"battle_id is {battle_id!r:.60}")
        content = _Result.model_validate(_json(result))
        name = battle_id.decode()
        judged = content.evaluation
        recorded = Recorded(
            R=judged.rationale_score,
            A=judged.architecture_score,
            T=judged.testing_score,
            L=judged.logic_score,
            critique=_text(judged.logic_critique),
            breakdown=_text(judged.breakdown),
            answered=_is_answer(content.purple_response.sourceCode, content.purple_response.rationale),
            task_code_cosine=judged.intent_code_similarity,
            red_multiplier=_red_multiplier(content),
            **_checks(content.audit_result, content.sandbox_result),
        )
    except ValueError as error:
        return _damaged(where, error)
    answer = content.purple_response
    parts = answer.sourceCode, answer.testCode, answer.rationale
    return _battle(where, row, (name, None), content.task, parts, recorded, score)


def _text(value: Any) -> str | None:
    """A text of the judge, who is free to answer with any JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _red_multiplier(content: _Result) -> float | None:
    if content.evaluation.red_penalty_applied is not None:
        return 1 - content.evaluation.red_penalty_applied
    return 1.0 if "red_report" in content.model_fields_set and content.red_report is None else None


def _checks(audit: _Audit | None, sandbox: _Sandbox | None) -> dict[str, Any]:
    return {
        "audit_valid": audit.valid if audit else None,
        "audit_penalty": audit.penalty if audit else None,
        "sandbox_passed": sandbox.success if sandbox else None,
    }


def _is_answer(source: str, rationale: str) -> bool:
    return not (source.startswith(c.AGENT_ERROR) and rationale == c.UNPARSED_RATIONALE)


def _battle(
    where: str,
    row: int,
    name: tuple[str, str | None],
    title: str,
    parts: tuple[str, str, str],
    recorded: Recorded,
    cis: float,
) -> StoredBattle | StudyError:
    if title not in TASKS:
        return StudyError(where, repr(title), "it is no task of this study", f"Known are {', '.join(TASKS)}.")
    failures = stored_failures(recorded)
    kinds = {failure.kind for failure in failures}
    status: Literal["scored", "judge_failure", "infra_failure"] = (
        "infra_failure" if "infra_failure" in kinds else "judge_failure" if kinds else "scored"
    )
    return StoredBattle(where, row, *name, TASKS[title], *parts, recorded, status, cis)


def _json(text: bytes) -> Any:
    """A JSON value; text that is too deeply nested is a ValueError like any other that is no JSON."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _damaged(where: str, error: ValueError) -> StudyError:
    if isinstance(error, ValidationError):
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or '(whole)'}: {fault['msg']}" for fault in error.errors()
        )
        return StudyError(where, faults, "the row is no LogoMesh battle", "Leave it out or restore it.")
    return StudyError(where, error, "the row is damaged", "Leave it out or restore it.")


class _Section(BaseModel):
    """Part of a stored row; keys that no score needs are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Answer(_Section):
    sourceCode: str = ""
    testCode: str = ""
    rationale: str = ""


class _Audit(_Section):
    valid: bool
    penalty: float


class _Sandbox(_Section):
    success: bool


class _Evaluation(_Section):
    rationale_score: Finite | None = None
    architecture_score: Finite | None = None
    testing_score: Finite | None = None
    logic_score: Finite | None = None
    logic_critique: Any = None
    breakdown: Any = None
    red_penalty_applied: Finite | None = None
    intent_code_similarity: Finite | None = None


class _Result(_Section):
    """Column `raw_result`."""

    task: str
    purple_response: _Answer
    evaluation: _Evaluation
    audit_result: _Audit | None = None
    sandbox_result: _Sandbox | None = None
    red_report: dict[str, Any] | None = None


class _Published(_Section):
    R: Finite | None
    A: Finite | None
    T: Finite | None
    L: Finite | None
    cis: Finite
    judge_critique: str | None = None


class _Line(_Section):
    """One JSON line."""

    task: str
    run: str
    battle_id: str = ""
    source_code: str
    test_code: str
    rationale: str
    published: _Published
    audit: _Audit | None = None
    sandbox: _Sandbox | None = None
