"""What is a loop and what only looks like one: planted loops, an oracle that tries every period, real replies."""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cis_study.battles.repetition import STEP, LoopWatch, first_loop

PROSE = "".join(random.Random(1).choices("abcdefghij \n", k=3000))
LOOPS = {
    "one sign": "0" * 4000,
    "a word": "_finally" * 500,
    "a line": '    assert validate("a@.com") == {"valid": False, "reason": "no domain"}\n' * 60,
    "a paragraph": PROSE[:350] * 12,
    "a long paragraph": PROSE[:900] * 6,
    "counting": "".join(f"    # test {i}: client {i} waits\n    assert limiter.ok({i})\n" for i in range(200)),
    "digits": "3076813755982055963" * 200,
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS.keys())
def test_a_loop_is_found_where_it_has_become_one(loop: str) -> None:
    found = first_loop(PROSE + loop)
    assert found is not None
    assert len(PROSE) < found < len(PROSE + loop)
    assert first_loop((PROSE + loop)[: found - 1]) is None


LOOKALIKES = {
    "a rule": f"{PROSE[:700]}{'-' * 500}\n{PROSE[700:]}",
    "a line 11 times": PROSE + ("    assert limiter.is_allowed('client') is True  # within the limit\n" * 11) + PROSE,
    "a paragraph 3 times": PROSE[:900] * 3,
    "a table": "".join(f"    ({i}, {i * i}),\n" for i in range(120)) + PROSE,
    "test cases": "".join(f"    assert fibonacci({i}) == {i * 7}, 'case {i}'\n" for i in range(30)) + PROSE,
    "code": Path(__file__).read_text(),
}


@pytest.mark.parametrize("text", LOOKALIKES.values(), ids=LOOKALIKES.keys())
def test_what_people_write_is_no_loop(text: str) -> None:
    assert first_loop(text) is None


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=5),
    st.sampled_from([*LOOPS.values(), *LOOKALIKES.values()]),
    st.integers(0, 600),
)
def test_the_place_does_not_depend_on_the_pieces(sizes: list[int], text: str, shift: int) -> None:
    text = PROSE[:shift] + text
    watch, start, found = LoopWatch(), 0, None
    for size in itertools.cycle(sizes):
        found = watch.feed(text[start : start + size])
        start += size
        if found is not None or start >= len(text):
            break
    assert found == first_loop(text)


def test_a_number_is_one_sign_also_across_two_looks() -> None:
    numbers = random.Random(2)
    assert first_loop(", ".join(str(numbers.randrange(10**11, 10**12)) for _ in range(900))) is not None


@settings(deadline=None)
@given(
    block=st.text("ab1\n", min_size=1, max_size=400),
    repeats=st.integers(1, 700),
    before=st.integers(0, 300),
    every=st.integers(1, 60),
)
def test_the_search_agrees_with_trying_every_period(block: str, repeats: int, before: int, every: int) -> None:
    text = PROSE[:before] + (block * repeats)[:5000]
    # A flaw now and then, so that loops end and begin again.
    text = "".join(line + ("#" if i % every == every - 1 else "") for i, line in enumerate(re.split("(?<=\n)", text)))
    assert first_loop(text) == next((n for n in range(STEP, len(text) + 1, STEP) if _is_loop(text[:n])), None)


def _is_loop(text: str) -> bool:
    shape = re.sub("[0-9]+", "0", text)
    return any(
        _has_period(text[-4096:], p, max(512, min(12 * p, 1536), 4 * p))
        or _has_period(shape[-4096:], p, max(2048, min(32 * p, 3072), 12 * p))
        for p in range(1, 1025)
    )


def _has_period(text: str, period: int, length: int) -> bool:
    tail = text[-length:]
    return len(tail) == length and tail[period:] == tail[:-period]


def test_no_reply_that_ended_by_itself_is_called_a_loop_and_most_that_did_not_are(first_cpu_study: list[dict[str, Any]]) -> None:
    replies = [battle["reply"] for battle in first_cpu_study]
    ended = [first_loop(reply["content"]) for reply in replies if reply["finish_reason"] == "stop"]
    endless = [first_loop(reply["content"]) for reply in replies if reply["finish_reason"] == "length"]
    assert len(ended) > 50
    assert set(ended) == {None}
    assert sum(found is not None for found in endless) >= 0.75 * len(endless) > 0
