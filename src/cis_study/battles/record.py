"""The battle as data: the content of `results/{study}/battles/{model}/{task}/{replicate}.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from cis_study.plan import PROTOCOL, spec_hash

Status = Literal["answered", "budget_exhausted", "infra_failure"]
FINISHED: frozenset[str] = frozenset({"answered", "budget_exhausted"})
"""States that are kept for good; an `infra_failure` is asked again on the next run."""

StoppedBy = Literal["repetition", "wall_time", "max_tokens"]
"""The cap of the client that ended a reply: it became a loop, it took too long, or the engine ignored its limit."""


def identify(planned: dict[str, Any], model: str, engine: str, weights_sha256: str) -> dict[str, Any]:
    """The part of a battle that is known before it is fought."""
    return {
        "protocol": PROTOCOL,
        "spec": spec_hash(planned["request"], engine, weights_sha256, planned.get("budget")),
        "model": model,
        "engine": engine,
        "weights": weights_sha256,
        **planned,
    }


def battle_key(battle: dict[str, Any]) -> str:
    """Key of journal and archive. The spec alone would merge equal prompts of two replicates."""
    return f"{battle['spec']}/{battle['task']}/{battle['replicate']}"


def replied(
    battle: dict[str, Any],
    *,
    content: str,
    reasoning: str | None,
    finish_reason: str | None,
    usage: dict[str, int] | None,
    stopped_by: StoppedBy | None = None,
    raw: str | None = None,
) -> dict[str, Any]:
    """A battle with its reply; one that reached the token limit or a cap is `budget_exhausted`, the text is kept.

    Args:
        finish_reason: the engine's own; None where a cap ended the reply.
        usage: tokens as the engine counts them; None where it did not say.
        raw: the text as it came, where `content` and `reasoning` were taken out of it here.
    """
    spent = finish_reason == "length" or stopped_by is not None
    status: Status = "budget_exhausted" if spent else "answered"
    reply: dict[str, Any] = {
        "content": content,
        "reasoning": reasoning,
        "finish_reason": finish_reason,
        "usage": usage,
        "stopped_by": stopped_by,
    }
    if raw is not None:
        reply["raw"] = raw
    return {**battle, "reply": reply, "status": status, "error": None}


def failed(battle: dict[str, Any], error: Exception) -> dict[str, Any]:
    """A battle the infrastructure lost: no reply, no score, a typed reason."""
    reply = dict.fromkeys(("content", "reasoning", "finish_reason", "usage", "stopped_by"))
    status: Status = "infra_failure"
    return {**battle, "reply": reply, "status": status, "error": {"type": type(error).__name__, "message": str(error)}}


def battle_path(study_dir: Path, model: str, task: str, replicate: int) -> Path:
    """The file target of a battle."""
    return study_dir / "battles" / model / task / f"{replicate}.json"
