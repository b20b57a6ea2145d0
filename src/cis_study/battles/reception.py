"""One reply as it arrives, and the caps that the client holds it to."""

from __future__ import annotations

from typing import Any

from cis_study.battles.harmony import split_channels
from cis_study.battles.record import StoppedBy, replied
from cis_study.battles.repetition import LoopWatch
from cis_study.battles.stream import BrokenStream

_NO_END = (None, "abort", "error")
"""Finish reasons that leave a reply unfinished; vLLM gives the latter two."""


class Reception:
    """Takes the chunks of one reply in order; `stopped_by` says when to take no more.

    Args:
        battle: asked for; its `budget`, where it has one, says which caps apply.
    """

    def __init__(self, battle: dict[str, Any]) -> None:
        budget = battle.get("budget") or {}
        self._battle = battle
        self._max_tokens: int = battle["request"]["max_tokens"]
        self._wall_s: float | None = budget.get("wall_s")
        self._content = _Channel(watched=bool(budget.get("repetition")))
        self._reasoning = _Channel(watched=bool(budget.get("repetition")))
        self._tool_calls: dict[int, dict[str, Any]] = {}
        self._finish_reason: str | None = None
        self._usage: dict[str, int] | None = None
        self.begun_s: float | None = None
        """When its first text came."""
        self.stopped_by: StoppedBy | None = None

    def take(self, chunk: dict[str, Any], now_s: float) -> None:
        """Add one chunk.

        Args:
            chunk: of the OpenAI streaming API, with what vLLM or llama.cpp add to it.
            now_s: when it came, on any clock that only goes forward.

        Raises:
            BrokenStream: it is no such chunk.
        """
        try:
            self._usage = _usage(chunk) or self._usage
            for choice in chunk["choices"]:
                self._add(choice.get("delta") or {}, now_s)
                self._finish_reason = choice.get("finish_reason") or self._finish_reason
        except (KeyError, TypeError, AttributeError) as error:
            raise BrokenStream(f"no chunk of a chat completion: {str(chunk)[:200]}") from error
        if self.stopped_by is None and self._finish_reason is None:
            if self._usage and self._usage["completion_tokens"] > self._max_tokens:
                self.stopped_by = "max_tokens"
            elif self._wall_s and self.begun_s is not None and now_s - self.begun_s > self._wall_s:
                self.stopped_by = "wall_time"

    def _add(self, delta: dict[str, Any], now_s: float) -> None:
        for piece in delta.get("tool_calls") or []:
            self._add_call(piece)
        content = delta.get("content") or ""
        reasoning = delta.get("reasoning") or delta.get("reasoning_content") or ""
        if self.begun_s is None and (content or reasoning):
            self.begun_s = now_s
        if self._content.add(content) | self._reasoning.add(reasoning):
            self.stopped_by = "repetition"

    def _add_call(self, piece: dict[str, Any]) -> None:
        empty = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        call = self._tool_calls.setdefault(piece["index"], empty)
        call["id"] = piece.get("id") or call["id"]
        for key, text in (piece.get("function") or {}).items():
            if key in call["function"]:
                call["function"][key] += text or ""

    def battle(self) -> dict[str, Any]:
        """The battle with its reply.

        Raises:
            BrokenStream: neither the engine nor a cap ended it.
        """
        if self.stopped_by is None and self._finish_reason in _NO_END:
            raise BrokenStream(f"it ended with the finish reason {self._finish_reason}")
        text, reasoning = self._content.text(), self._reasoning.text()
        channels = split_channels(text)
        return replied(
            self._battle,
            content=channels.answer if channels else text,
            reasoning=reasoning or (channels.reasoning if channels else None),
            # What the engine says belongs to its own end of the text, which is not where a cap cut it.
            finish_reason=self._finish_reason if self.stopped_by is None else None,
            usage=self._usage,
            stopped_by=self.stopped_by,
            raw=text if channels else None,
            tool_calls=[call for _, call in sorted(self._tool_calls.items())],
        )


class _Channel:
    def __init__(self, watched: bool) -> None:
        self._pieces: list[str] = []
        self._watch = LoopWatch() if watched else None
        self._end: int | None = None

    def add(self, piece: str) -> bool:
        """Whether the text has become a loop."""
        self._pieces.append(piece)
        if self._watch and self._end is None:
            self._end = self._watch.feed(piece)
        return self._end is not None

    def text(self) -> str:
        return "".join(self._pieces)[: self._end]


def _usage(chunk: dict[str, Any]) -> dict[str, int] | None:
    if usage := chunk.get("usage"):
        told = {"prompt_tokens": usage["prompt_tokens"], "completion_tokens": usage["completion_tokens"]}
        details = usage.get("completion_tokens_details") or {}
        return told | ({"reasoning_tokens": details["reasoning_tokens"]} if "reasoning_tokens" in details else {})
    if timings := chunk.get("timings"):
        return {
            "prompt_tokens": timings["cache_n"] + timings["prompt_n"],
            "completion_tokens": timings["predicted_n"],
        }
    return None
