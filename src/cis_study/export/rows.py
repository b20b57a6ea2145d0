"""Battles, episodes and judgements as flat rows: texts as they are, nested parts as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cis_study.battles.record import usage_of
from cis_study.errors import StudyError
from cis_study.provenance import canonical_json
from cis_study.scoring.episodes import EpisodeOutcome

Row = dict[str, Any]

_HALF = re.compile("[\ud800-\udfff]")
_GRADED = {
    "status", "solved", "hidden_passed", "hidden_total", "regressions", "steps", "unread_calls", "invalid_calls",
    "test_runs", "recovered",
}  # fmt: skip
_IDENTITY = ("model", "engine", "weights", "protocol", "spec", "task", "replicate")


def battle_row(study: str, battle: Mapping[str, Any]) -> Row:
    """One row of `battles`.

    Raises:
        StudyError: the request is not one system and one user message.
    """
    request, reply = dict(battle["request"]), battle["reply"]
    said = [(message["role"], message["content"]) for message in request.pop("messages")]
    if [role for role, _ in said] != ["system", "user"]:
        where = f"request of {battle['model']}/{battle['task']}/{battle['replicate']}"
        roles = ", ".join(role for role, _ in said)
        raise StudyError(where, roles, "one system and one user message are expected", "Export needs other columns.")
    del request["seed"]
    return _finished(
        {
            "study": study,
            **{name: battle[name] for name in (*_IDENTITY, "variant", "seed", "status")},
            "system": said[0][1],
            "prompt": said[1][1],
            "sampling": canonical_json(request),
            "caps": _json(battle.get("budget")),
            "reply": reply["content"],
            **{name: reply[name] for name in ("reasoning", "finish_reason")},
            # Battles that were fought before there were caps have no such key, and only some replies were taken apart.
            **{name: reply.get(name) for name in ("stopped_by", "raw")},
            "tool_calls": _json(reply.get("tool_calls")),
        },
        battle,
    )


def episode_row(study: str, episode: Mapping[str, Any], outcome: EpisodeOutcome) -> Row:
    """One row of `episodes`.

    Args:
        outcome: of the same episode; its status counts, the sandbox may have broken while it was graded.
    """
    return _finished(
        {
            "study": study,
            **{name: episode[name] for name in _IDENTITY},
            **{name: episode[name] for name in ("kind", "tool_protocol", "mutant", "opening", "stopped_by")},
            **{name: canonical_json(episode[name]) for name in ("seeds", "sampling", "transcript", "files")},
            "caps": _json(episode["budget"]),
            **outcome.model_dump(include=_GRADED),
        },
        episode,
    )


def judgement_row(study: str, judgement: Mapping[str, Any]) -> Row:
    """One row of `judgements`."""
    said = judgement["said"]
    identity = {name: judgement[name] for name in (*_IDENTITY, "author", "condition", "repeat", "status")}
    judge = identity.pop("model")
    return _finished(
        {
            "study": study,
            "judge": judge,
            **identity,
            **{part: said["scores"][part] if said else None for part in ("R", "A", "T", "L")},
            "approve": said["approve"] if said else None,
            "evidence": _json(said and said["evidence"]),
            "prompt": canonical_json(judgement["messages"]),
            **{name: canonical_json(judgement[name]) for name in ("attempts", "sampling")},
        },
        judgement,
    )


def whole_text(text: str) -> str:
    """The text with U+FFFD for every lone surrogate: models emit them, and no UTF-8 format may hold them."""
    return _HALF.sub("\ufffd", text)


def _finished(row: Row, record: Mapping[str, Any]) -> Row:
    """Add tokens and error of the record, and make every text valid."""
    usage, error = usage_of(record), record["error"] or {}
    row |= {name: usage.get(name) for name in ("prompt_tokens", "completion_tokens")}
    row |= {"error_type": error.get("type"), "error_message": error.get("message")}
    whole = {name: whole_text(value) if isinstance(value, str) else value for name, value in row.items()}
    return {**whole, "altered": whole != row}


def _json(value: Any) -> str | None:
    return canonical_json(value) if value else None
