"""R's evidence: own words about a requirement count, the prompt's words and silence do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from cis_study.scoring.rationale import cover
from cis_study.tasks.hidden import load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"
NAMES = sorted(path.parent.name for path in TASKS.glob("*/task.yaml"))
TERMS = {"evict": [["evict", "remov"], ["least recently", "oldest"]], "limit": [["10"], ["minute", "60"]]}

GOOD = {
    "email_validator": (
        "The function returns a dict whose valid flag is paired with a reason. A regular expression counts the @ "
        "characters and insists on one. An empty local part is rejected before anything else. The domain pattern "
        "demands labels joined by dots. Any whitespace is spotted with a search. Only the re module is used, so "
        "there is no network access. Odd values such as an empty string are handled early without an exception."
    ),
    "fibonacci": (
        "The function accepts an integer and returns an int. Base cases give 0 and 1. Negative arguments yield 0. "
        "It calls itself on smaller numbers, with no loop anywhere; recursion does all the work. No module is "
        "imported. A cache of earlier results keeps large inputs fast."
    ),
    "lru_cache": (
        "The class keeps the capacity given to the constructor and offers get and put. An ordered dictionary maps "
        "each key to its value. Absent keys give None. When the cache is full, the oldest entry is evicted. Each "
        "get moves the key to the end, so the order tells recency. Dictionary operations make both O(1)."
    ),
    "rate_limiter": (
        "The class RateLimiter has one method, is_allowed. It keeps at most 10 timestamps per 60 seconds. The method "
        "answers True below that and False above. Timestamps older than a minute are dropped from the window. "
        "Every client has a separate deque. All state lives in a dictionary stored on the instance. Time comes from "
        "time.monotonic and nothing sleeps."
    ),
}


def covered(text: str, prompt: str = "") -> set[str]:
    found, _ = cover(text, prompt, TERMS)
    return {item.requirement for item in found if item.sentences is not None}


@pytest.mark.parametrize("name", GOOD)
def test_a_rationale_that_addresses_everything_covers_everything(name: str) -> None:
    side = load_hidden_side(TASKS / name)
    prompt = "\n".join(requirement.text for requirement in side.task.requirements)
    found, copied = cover(GOOD[name], prompt, side.rationale_terms)
    assert [item.requirement for item in found if item.sentences is None] == []
    assert copied == 0


@pytest.mark.parametrize("name", NAMES)
def test_repeating_the_prompt_earns_nothing(name: str) -> None:
    side = load_hidden_side(TASKS / name)
    statements = [requirement.text for requirement in side.task.requirements]
    found, copied = cover("\n".join(statements), "\n".join(statements), side.rationale_terms)
    assert [item.requirement for item in found if item.sentences is not None] == []
    assert copied >= len(statements)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text", ["", "This code is simple, clean and well documented.", "I hope that this helps! Let me know."]
)
def test_empty_praise_earns_nothing(name: str, text: str) -> None:
    side = load_hidden_side(TASKS / name)
    found, _ = cover(text, "", side.rationale_terms)
    assert [item.requirement for item in found if item.sentences is not None] == []


@pytest.mark.parametrize("name", GOOD)
def test_leaving_a_sentence_out_loses_a_requirement(name: str) -> None:
    """Planted violation: some sentence of a full rationale carries each requirement, so cutting must cost."""
    side = load_hidden_side(TASKS / name)
    sentences = GOOD[name].split(". ")
    total = len(side.rationale_terms)
    counts = [
        sum(item.sentences is not None for item in cover(". ".join(sentences[:n]), "", side.rationale_terms)[0])
        for n in range(len(sentences) + 1)
    ]
    assert counts[0] == 0
    assert counts[-1] == total
    assert counts == sorted(counts)
    assert counts[len(sentences) // 2] < total


def test_terms_count_only_within_two_neighbouring_sentences() -> None:
    assert covered("We evict. It is the oldest.") == {"evict"}
    assert covered("We evict. Nothing else happens here. It is the oldest.") == set()


def test_numbers_and_short_terms_match_whole_words() -> None:
    assert covered("It allows 100 per minute.") == set()
    assert covered("It allows 10 per minute.") == {"limit"}


def test_a_copied_sentence_breaks_the_neighbourhood() -> None:
    prompt = "the quick brown fox jumps over the lazy dog"
    assert covered(f"We evict. {prompt}. It is the oldest.", prompt) == set()


def test_own_words_that_share_terms_with_the_prompt_count() -> None:
    prompt = "When the cache is full, put of a new key removes the least recently used entry."
    assert covered(prompt, prompt) == set()
    assert covered("popitem removes the front element, which was least recently used.", prompt) == {"evict"}
