"""Battles and episodes as data: what their file targets hold, their keys, where they lie."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from cis_study.errors import StudyError
from cis_study.plan import PROTOCOL, spec_hash

Status = Literal["answered", "budget_exhausted", "infra_failure"]
FINISHED: frozenset[str] = frozenset(
    {"answered", "budget_exhausted", "finished", "agent_failure", "rated", "judge_failure"}
)
"""States that are kept for good, of battles, episodes and judgements; the others are asked again on the next run."""

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


def record_key(record: Mapping[str, Any]) -> str:
    """Key of journal and archive. The spec alone would merge equal prompts of two replicates."""
    return "/".join([record["spec"], *_place(record)])


def replied(
    battle: dict[str, Any],
    *,
    content: str,
    reasoning: str | None,
    finish_reason: str | None,
    usage: dict[str, int] | None,
    stopped_by: StoppedBy | None = None,
    raw: str | None = None,
    tool_calls: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A battle with its reply; one that reached the token limit or a cap is `budget_exhausted`, the text is kept.

    Args:
        finish_reason: the engine's own; None where a cap ended the reply.
        usage: tokens as the engine counts them; None where it did not say.
        raw: the text as it came, where `content` and `reasoning` were taken out of it here.
        tool_calls: that the engine's parser found.
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
    if tool_calls:
        reply["tool_calls"] = list(tool_calls)
    return {**battle, "reply": reply, "status": status, "error": None}


def failed(battle: dict[str, Any], error: Exception) -> dict[str, Any]:
    """A battle the infrastructure lost: no reply, no score, a typed reason."""
    reply = dict.fromkeys(("content", "reasoning", "finish_reason", "usage", "stopped_by"))
    status: Status = "infra_failure"
    return {**battle, "reply": reply, "status": status, "error": {"type": type(error).__name__, "message": str(error)}}


def record_path(study_dir: Path, record: Mapping[str, Any]) -> Path:
    """The file target of a battle or an episode."""
    kind = "episodes" if is_episode(record) else "battles"
    *folders, replicate = [kind, str(record["model"]), *_place(record)]
    return study_dir.joinpath(*folders, f"{replicate}.json")


def _place(record: Mapping[str, Any]) -> list[str]:
    kind = [arm(record["kind"], record["tool_protocol"])] if is_episode(record) else []
    return [*kind, record["task"], str(record["replicate"])]


def is_episode(record: Mapping[str, Any]) -> bool:
    """Episodes have a kind, battles have none."""
    return "kind" in record


def arm(kind: str, tool_protocol: str) -> str:
    """Folder of a kind of episode in one tool protocol; the model-neutral one has no suffix."""
    return kind if tool_protocol == "fenced" else f"{kind}-{tool_protocol}"


def usage_of(record: Mapping[str, Any]) -> Mapping[str, int]:
    """Tokens, as far as the engine told them."""
    usage: Mapping[str, int] | None = record["reply"]["usage"] if "reply" in record else record["usage"]
    return usage or {}


def read_battles(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Battle files as stored.

    Raises:
        StudyError: a file is no JSON object.
    """
    battles = []
    for path in paths:
        try:
            battle = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise StudyError(path, error, "it is not a battle file", "Delete it and run again.") from error
        if not isinstance(battle, dict):
            raise StudyError(path, type(battle).__name__, "a battle is a JSON object", "Delete it and run again.")
        battles.append(battle)
    return battles
