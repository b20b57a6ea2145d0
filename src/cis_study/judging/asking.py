"""Ask a judge for one judgement, again with another seed where its answer cannot be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cis_study.battles.client import Ask, Play, Stage
from cis_study.judging.reading import Said, Unreadable, read_judgement
from cis_study.judging.rubric import Rubric

_TOO_LONG = re.compile(r"context (?:length|size)|maximum model length", re.IGNORECASE)
"""What vLLM and llama.cpp say of a request that does not fit."""


def bench(rubric: Rubric) -> Stage:
    """Where judgements are made: each takes as many requests as it needs until one answer can be read."""

    @asynccontextmanager
    async def seated(_model: str, ask: Ask, _turn_timeout_s: float) -> AsyncIterator[Play]:
        async def judge(planned: dict[str, Any]) -> dict[str, Any]:
            return await _judge(planned, ask, rubric)

        yield judge

    return seated


async def _judge(planned: dict[str, Any], ask: Ask, rubric: Rubric) -> dict[str, Any]:
    attempts: list[dict[str, Any]] = []
    error: dict[str, str] | None = None
    for seed in planned["seeds"]:
        asked = await ask({"request": _request(planned, seed), "budget": planned["budget"]})
        if asked["status"] == "infra_failure":
            if _TOO_LONG.search(asked["error"]["message"]) is None:
                return _decided(planned, attempts, "infra_failure", asked["error"])
            # Another seed makes it no shorter.
            return _decided(planned, attempts, "judge_failure", {**asked["error"], "type": "too_long"})
        reply = asked["reply"]
        try:
            said = read_judgement(reply["content"], reply["finish_reason"], rubric)
        except Unreadable as unreadable:
            error = {"type": unreadable.fault, "message": str(unreadable)}
            attempts.append({"seed": seed, **reply, "fault": unreadable.fault})
        else:
            attempts.append({"seed": seed, **reply, "fault": None})
            return _decided(planned, attempts, "rated", None, said)
    return _decided(planned, attempts, "judge_failure", error)


def _request(planned: dict[str, Any], seed: int) -> dict[str, Any]:
    shown = {key: planned[key] for key in ("messages", "response_format")}
    return {**shown, "seed": seed, **planned["sampling"]}


def _decided(
    planned: dict[str, Any],
    attempts: list[dict[str, Any]],
    status: str,
    error: dict[str, str] | None,
    said: Said | None = None,
) -> dict[str, Any]:
    """The record of a judgement; `error` is that of the last attempt, whose text stands in `attempts`."""
    used: Counter[str] = Counter()
    for attempt in attempts:
        used.update(attempt["usage"] or {})
    return {
        **planned,
        "attempts": attempts,
        "said": said and said._asdict(),
        "usage": dict(used) or None,
        "status": status,
        "error": error,
    }
