"""Caps outside the engine, against the fake server: the reply ends, its text is kept, the engine is told to stop."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from fake_openai import Fight, Wire

from cis_study.battles.repetition import first_loop

Battles = list[dict[str, Any]]

WATCHED = {"repetition": 1, "wall_s": None}
TEXT = "def f():\n" + "    return 1\n" * 200


def battle(planned: Battles, budget: dict[str, Any] | None, max_tokens: int = 100_000) -> dict[str, Any]:
    first = {**planned[0], "request": {**planned[0]["request"], "max_tokens": max_tokens}}
    return {**first, "budget": budget} if budget else first


def endless(piece: str, channel: str = "content", **told: Any) -> Any:
    """Goes on until the client hangs up; tells a growing count where the test names one."""

    def respond(wire: Wire) -> None:
        tokens = 0
        while True:
            tokens += 1
            wire.chunk(**{channel: piece}, **{name: count(tokens) for name, count in told.items()})

    return respond


@pytest.mark.parametrize("size", [1, 13, 900, len(TEXT)])
def test_a_loop_is_cut_at_one_place_however_it_arrives(planned: Battles, fought: Fight, size: int) -> None:
    def respond(wire: Wire) -> None:
        for start in range(0, len(TEXT), size):
            last = start + size >= len(TEXT)
            wire.chunk(content=TEXT[start : start + size], finish_reason="length" if last else None)
        wire.done()
        wire.close()

    ((cut, _),), _ = fought(respond, [battle(planned, WATCHED)])
    reply = cut["reply"]
    assert (cut["status"], cut["error"]) == ("budget_exhausted", None)
    assert (reply["stopped_by"], reply["finish_reason"]) == ("repetition", None)
    assert reply["content"] == TEXT[: first_loop(TEXT)]

    ((whole, _),), _ = fought(respond, [battle(planned, None)])
    assert (whole["reply"]["content"], whole["reply"]["finish_reason"]) == (TEXT, "length")
    assert whole["reply"]["stopped_by"] is None


@pytest.mark.parametrize("channel", ["content", "reasoning", "reasoning_content"])
def test_endless_repetition_ends_and_the_engine_hears_of_it(planned: Battles, fought: Fight, channel: str) -> None:
    ((cut, timing),), server = fought(endless("again and ", channel), [battle(planned, WATCHED)])
    assert cut["reply"]["stopped_by"] == "repetition"
    kept = cut["reply"]["content" if channel == "content" else "reasoning"]
    assert kept == ("again and " * 60)[: len(kept)]
    assert len(kept) == 512
    assert timing.latency_s < 10
    assert server.hung_up.wait(5)


def vllm(tokens: int) -> dict[str, Any]:
    details = {"reasoning_tokens": tokens // 2}
    return {"prompt_tokens": 7, "completion_tokens": tokens, "completion_tokens_details": details}


def llama_cpp(tokens: int) -> dict[str, Any]:
    return {"cache_n": 3, "prompt_n": 4, "predicted_n": tokens}


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"usage": vllm}, {"prompt_tokens": 7, "completion_tokens": 52, "reasoning_tokens": 26}),
        ({"timings": llama_cpp}, {"prompt_tokens": 7, "completion_tokens": 52}),
        ({}, None),
    ],
)
def test_the_tokens_of_a_cut_reply_are_what_the_engine_said(
    planned: Battles, fought: Fight, told: dict[str, Any], usage: dict[str, int] | None
) -> None:
    ((cut, _),), _ = fought(endless("again and ", **told), [battle(planned, WATCHED)])
    assert cut["reply"]["usage"] == usage


@pytest.mark.parametrize("told", [{"usage": vllm}, {"timings": llama_cpp}])
def test_an_engine_that_ignores_its_limit_is_cut(planned: Battles, fought: Fight, told: dict[str, Any]) -> None:
    ((cut, _),), server = fought(endless("x\n", **told), [battle(planned, None, max_tokens=40)])
    assert (cut["status"], cut["reply"]["stopped_by"]) == ("budget_exhausted", "max_tokens")
    assert cut["reply"]["usage"]["completion_tokens"] == 41
    assert server.hung_up.wait(5)


def test_wall_time_counts_from_the_first_token(planned: Battles, fought: Fight) -> None:
    def respond(wire: Wire) -> None:
        threading.Event().wait(1)
        for number in range(1000):
            wire.chunk(content=f"{number} ")
            threading.Event().wait(0.05)

    ((cut, timing),), server = fought(respond, [battle(planned, {"repetition": None, "wall_s": 0.6})])
    assert (cut["status"], cut["reply"]["stopped_by"]) == ("budget_exhausted", "wall_time")
    assert cut["reply"]["content"].startswith("0 1 2 ")
    assert 1.6 < timing.latency_s < 5
    assert server.hung_up.wait(5)


def test_reasoning_is_kept_apart_from_the_answer(planned: Battles, fought: Fight) -> None:
    def respond(wire: Wire) -> None:
        wire.chunk(reasoning="thin")
        wire.chunk(reasoning="king")
        wire.reply(usage=vllm(4))

    ((answered, _),), _ = fought(respond, planned[:1])
    assert (answered["reply"]["content"], answered["reply"]["reasoning"]) == ("text", "thinking")
    assert "raw" not in answered["reply"]


def test_one_chunk_may_end_the_thought_and_begin_the_answer(planned: Battles, fought: Fight) -> None:
    def respond(wire: Wire) -> None:
        wire.chunk(reasoning="thinking", content=TEXT)
        wire.reply()

    ((cut, _),), _ = fought(respond, [battle(planned, WATCHED)])
    assert (cut["reply"]["reasoning"], cut["reply"]["stopped_by"]) == ("thinking", "repetition")


def test_raw_harmony_is_taken_apart_and_kept_as_it_came(planned: Battles, fought: Fight) -> None:
    raw = "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>text<|return|>"
    ((answered, _),), _ = fought(lambda wire: wire.reply(raw), planned[:1])
    reply = answered["reply"]
    assert (reply["content"], reply["reasoning"], reply["raw"]) == ("text", "hm", raw)
