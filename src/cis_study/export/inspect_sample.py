"""A battle and its scores as a sample of an Inspect log, as plain JSON values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cis_study.battles.record import record_key, usage_of
from cis_study.export.rows import whole_text
from cis_study.provenance import canonical_json, sha256_text

PARTS = ("CIS", "R", "A", "T", "L")
_STOPS = {"stop": "stop", "length": "max_tokens", "tool_calls": "tool_calls", "content_filter": "content_filter"}
"""Inspect's words for the engines' words; any other is `unknown`."""


def sample(battle: Mapping[str, Any], scores: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sample of one battle. Its id is the task, its epoch the replicate.

    A missing score is no score: where no instrument has one, the sample is an error. Texts with a lone surrogate are
    altered as in the tables.

    Args:
        scores: rows of the battle, one per instrument.
    """
    model, reply = battle["model"], battle["reply"]
    asked = [{"role": said["role"], "content": said["content"], "source": "input"} for said in _messages(battle)]
    told = [] if reply["content"] is None else [_answer(model, reply)]
    usage = _usage(battle)
    written = {
        "id": battle["task"],
        "epoch": battle["replicate"],
        "uuid": identifier(record_key(battle)),
        "input": asked,
        "target": "",
        "messages": [*asked, *told],
        "output": {
            "model": model,
            "choices": [{"message": message, "stop_reason": _stop(reply)} for message in told],
            "completion": reply["content"] or "",
            "usage": usage,
            "metadata": {"finish_reason": reply["finish_reason"]},
        },
        "scores": {row["instrument"]: _score(row) for row in scores if row["CIS"] is not None},
        "metadata": {
            **{name: battle[name] for name in ("status", "variant", "seed", "spec")},
            "status_by_instrument": {row["instrument"]: row["status"] for row in scores},
        },
        "model_usage": {model: usage} if usage else {},
        "error": _error(battle, scores),
        "limit": _limit(battle),
    }
    whole: dict[str, Any] = json.loads(whole_text(canonical_json(written)))
    return whole


def summary(full: Mapping[str, Any]) -> dict[str, Any]:
    """What lists of samples show of one."""
    same = ("id", "epoch", "uuid", "input", "target", "scores", "metadata", "model_usage")
    return {
        **{name: full[name] for name in same},
        "error": full["error"] and full["error"]["message"],
        "limit": full["limit"] and full["limit"]["type"],
        "limit_reason": full["limit"] and full["limit"]["reason"],
        "message_count": len(full["messages"]),
        "completed": True,
    }


def identifier(text: str) -> str:
    """An id for Inspect, which draws its own by chance: 22 characters of a hash."""
    return sha256_text(text)[:22]


def _messages(battle: Mapping[str, Any]) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = battle["request"]["messages"]
    return messages


def _answer(model: str, reply: Mapping[str, Any]) -> dict[str, Any]:
    text = {"type": "text", "text": reply["content"]}
    thought = [{"type": "reasoning", "reasoning": reply["reasoning"]}] if reply["reasoning"] else []
    return {"role": "assistant", "content": [*thought, text], "source": "generate", "model": model}


def _stop(reply: Mapping[str, Any]) -> str:
    return "max_tokens" if reply.get("stopped_by") == "max_tokens" else _STOPS.get(reply["finish_reason"], "unknown")


def _usage(battle: Mapping[str, Any]) -> dict[str, int] | None:
    usage = usage_of(battle)
    if not usage:
        return None
    read, written = usage["prompt_tokens"], usage["completion_tokens"]
    return {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}


def _score(row: Mapping[str, Any]) -> dict[str, Any]:
    reasons = json.loads(row["reasons"])
    return {
        "value": {part: row[part] for part in PARTS},
        "explanation": "\n".join(f"{part}: {reasons[part] or 'nothing lost'}" for part in PARTS[1:] if part in reasons),
        "metadata": {name: row[name] for name in ("status", "hidden_passed", "hidden_total")},
    }


def _error(battle: Mapping[str, Any], scores: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    if any(row["CIS"] is not None for row in scores):
        return None
    kinds = ", ".join(sorted({row["status"] for row in scores})) or "not scored"
    why = f": {battle['error']['type']}: {battle['error']['message']}" if battle["error"] else ""
    return {"message": f"missing ({kinds}){why}", "traceback": "", "traceback_ansi": ""}


def _limit(battle: Mapping[str, Any]) -> dict[str, Any] | None:
    if battle["status"] != "budget_exhausted":
        return None
    caps, by = battle.get("budget") or {}, battle["reply"].get("stopped_by")
    if by == "wall_time":
        return {"type": "time", "limit": caps["wall_s"], "reason": "the reply took longer than the cap"}
    if by == "repetition":
        # Inspect wants a number: the version of what counts as a loop.
        return {"type": "custom", "limit": caps["repetition"], "reason": "the reply had become a loop"}
    return {"type": "token", "limit": battle["request"]["max_tokens"], "reason": "the reply reached its token limit"}
