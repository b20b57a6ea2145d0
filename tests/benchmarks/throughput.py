"""Tokens per second of one pass over some requests, however they were asked, and what it is compared with."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cis_study.battles.record import FINISHED
from cis_study.errors import StudyError
from cis_study.models.candidate import Candidate
from cis_study.models.roofline import speed_range

TOKENS_AGREE = 0.02
"""Two passes did the same work where their token counts differ by no more than this share."""
ROOFLINE_GPU = "H100"
"""`cis_study.models.roofline` knows the bandwidth of this one."""


@dataclass(frozen=True)
class Pass:
    """All requests answered once."""

    requests: int
    prompt_tokens: int
    completion_tokens: int
    wall_s: float

    @property
    def tokens_per_s(self) -> float:
        return self.completion_tokens / self.wall_s

    @property
    def context_tokens(self) -> int:
        """Mean length of a sequence while it is decoded: its prompt and half of its reply."""
        return round((self.prompt_tokens + self.completion_tokens / 2) / self.requests)


def of_battles(battles: Collection[Mapping[str, Any]], wall_s: float) -> Pass:
    """The pass of the workflow's generator.

    Raises:
        StudyError: a battle was lost, or the engine did not count its tokens; a rate would be wrong.
    """
    for battle in battles:
        if battle["status"] not in FINISHED or battle["reply"]["usage"] is None:
            where = f"{battle['task']}/{battle['replicate']}"
            raise StudyError(where, battle["error"] or battle["reply"], "no whole battle", "Read the engine's log.")
    usages = [battle["reply"]["usage"] for battle in battles]
    prompt, completion = (sum(usage[kind] for usage in usages) for kind in ("prompt_tokens", "completion_tokens"))
    return Pass(len(usages), prompt, completion, wall_s)


def of_vllm_result(path: Path, requests: int) -> Pass:
    """The pass of vLLM's benchmark client, from the file that it saved.

    Raises:
        StudyError: not every request was answered.
    """
    result = json.loads(path.read_text(encoding="utf-8"))
    if result["completed"] != requests or result["failed"]:
        raise StudyError(
            path,
            f"{result['completed']} of {requests} completed",
            "requests failed",
            "Read the client's log beside it.",
        )
    return Pass(requests, result["total_input_tokens"], result["total_output_tokens"], result["duration"])


def same_work(one: Pass, other: Pass) -> bool:
    """Whether two passes read the same prompts and wrote the same number of tokens, within `TOKENS_AGREE`."""
    written = sorted((one.completion_tokens, other.completion_tokens))
    return one.prompt_tokens == other.prompt_tokens and written[1] - written[0] <= TOKENS_AGREE * written[1]


def roofline_share(done: Pass, candidate: Candidate | None, sequences: int, gpus: Collection[str]) -> float | None:
    """Share of the decode roofline of one H100; None on other hardware or where size or layers are unknown."""
    if candidate is None or len(gpus) != 1 or not all(ROOFLINE_GPU in gpu for gpu in gpus):
        return None
    speed = speed_range(candidate, sequences, done.context_tokens)
    return None if speed is None else done.tokens_per_s / speed.roofline_tokens_per_s
