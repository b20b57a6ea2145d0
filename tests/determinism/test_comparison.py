"""Two replies to one request: the same, different from some place on, or not there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from cis_study.battles.record import failed, replied
from cis_study.determinism.comparison import Compared, compare, first_difference, pair_sha256
from cis_study.determinism.summary import summarise
from cis_study.determinism.tokens import TokenPositions
from cis_study.errors import StudyError

BATTLE: dict[str, Any] = {"spec": "s", "model": "m", "task": "t", "replicate": 1}


def said(content: str, reasoning: str | None = None) -> dict[str, Any]:
    return replied(BATTLE, content=content, reasoning=reasoning, finish_reason="stop", usage=None)


def no_tokenizer(_one: str, _two: str) -> None:
    return None


def outcome(one: dict[str, Any], two: dict[str, Any]) -> Compared:
    return compare(one, two, no_tokenizer)


@pytest.mark.parametrize(
    ("one", "two", "first", "share"),
    [
        ("abcd", "abXd", 3, 0.5),
        ("abcd", "Xbcd", 1, 0.0),
        # A reply that goes on where the other ended has parted from it there.
        ("abc", "abcd", 4, 0.75),
        ("abcd", "abc", 4, 0.75),
        ("", "abcd", 1, 0.0),
    ],
)
def test_replies_part_at_a_known_character(one: str, two: str, first: int, share: float) -> None:
    found = outcome(said(one), said(two))
    assert (found.outcome, found.first_character, found.equal_share) == ("differs", first, share)


def test_equal_replies_are_identical_whatever_ended_them() -> None:
    cut = {**said("abc"), "status": "budget_exhausted"}
    assert outcome(said("abc"), cut) == Compared("t", 1, "identical")


def test_reasoning_is_part_of_the_reply_and_comes_first() -> None:
    assert outcome(said("same", "think"), said("same", "think")).outcome == "identical"
    found = outcome(said("same", "think"), said("same", "thank"))
    assert (found.outcome, found.first_character) == ("differs", 3)
    moved = outcome(said("answer", "x"), said("x\nanswer"))
    assert (moved.outcome, moved.first_character, moved.equal_share) == ("differs", 9, 1.0)


def test_a_lost_battle_is_missing_and_not_different() -> None:
    lost = failed(BATTLE, TimeoutError())
    assert outcome(said("abc"), lost).outcome == outcome(lost, lost).outcome == "missing"


@pytest.mark.parametrize("change", [{"spec": "other"}, {"replicate": 2}, {"task": "u"}])
def test_battles_of_two_slots_or_specs_are_never_compared(change: dict[str, Any]) -> None:
    with pytest.raises(StudyError, match="the same battles"):
        outcome(said("abc"), {**said("abc"), **change})


@given(st.text(), st.text(), st.text())
def test_the_equal_beginning_is_all_of_it(beginning: str, one: str, two: str) -> None:
    first = first_difference(beginning + one, beginning + two)
    assert (beginning + one)[: first - 1] == (beginning + two)[: first - 1]
    assert first > len(beginning)
    if len(one) and len(two) and one[0] != two[0]:
        assert first == len(beginning) + 1


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    """A tokenizer of words, where a conversion leaves it."""
    words = {word: number for number, word in enumerate(["<unk>", "the", "cat", "cats", "sat"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    (tmp_path / "safetensors").mkdir()
    tokenizer.save(str(tmp_path / "safetensors/tokenizer.json"))
    return tmp_path


def test_the_token_that_differs_is_found_in_the_middle_of_a_word(model_dir: Path) -> None:
    first_token = TokenPositions(model_dir, {})
    assert first_token("the cat sat", "the cats sat") == 2
    assert first_token("the cat", "the cat sat") == 3
    assert first_token("\ud83d the", "\ud83d cat") == 2


def test_without_weights_the_position_that_was_kept_counts_and_no_other_is_made_up(tmp_path: Path) -> None:
    first_token = TokenPositions(tmp_path, {pair_sha256("the cat", "the sat"): 7})
    assert first_token("the cat", "the sat") == 7
    assert first_token("the sat", "the cat") is None


def binomial(successes: int, of: int, share: float) -> float:
    return math.comb(of, successes) * share**successes * (1 - share) ** (of - successes)


def differing(token: int | None, character: int = 10) -> Compared:
    return Compared("t", 1, "differs", character, 0.5, token, "h")


def test_the_share_is_of_pairs_that_have_replies() -> None:
    same, lost = Compared("t", 1, "identical"), Compared("t", 1, "missing")
    found = summarise([*[same] * 38, differing(4, 20), differing(8, 30), lost], alpha=0.05)
    assert (found["battles"], found["missing"], found["identical"], found["share"]) == (41, 1, 38, 0.95)
    # Clopper-Pearson by its definition: the shares under which so many identical pairs, or so few, are as rare as that.
    assert sum(binomial(k, 40, found["low"]) for k in (38, 39, 40)) == pytest.approx(0.025)
    assert sum(binomial(k, 40, found["high"]) for k in range(39)) == pytest.approx(0.025)
    assert (found["first_token_min"], found["first_token_median"]) == (4, 6)
    assert (found["first_character_min"], found["first_character_median"]) == (20, 25)


def test_all_identical_is_not_certainty() -> None:
    found = summarise([Compared("t", 1, "identical")] * 40, alpha=0.05)
    assert found["low"] == pytest.approx(0.025 ** (1 / 40))
    assert (found["high"], found["first_token_min"], found["equal_share_median"]) == (1.0, None, None)


def test_nothing_to_compare_has_no_share() -> None:
    found = summarise([Compared("t", 1, "missing")] * 3, alpha=0.05)
    assert (found["missing"], found["share"], found["low"], found["high"]) == (3, None, None, None)


def test_a_median_of_the_known_positions_alone_is_not_given() -> None:
    found = summarise([differing(4), differing(None)], alpha=0.05)
    assert (found["first_token_min"], found["first_token_median"], found["first_character_median"]) == (None, None, 10)
