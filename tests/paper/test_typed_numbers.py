"""No number of the paper is typed: neither in its text, nor in its layout, nor in the sentences that are computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed_numbers import typed_in_layout, typed_in_prose, typed_in_sentences

ROOT = Path(__file__).parents[2]
PROSE = sorted([*(ROOT / "paper/sections").glob("*.typ"), ROOT / "paper/main.typ"])
LAYOUT = sorted([*(ROOT / "paper/venues").glob("*.typ"), ROOT / "paper/study.typ", ROOT / "paper/template.typ"])
SENTENCES = sorted((ROOT / "src/cis_study/paper").glob("*.py"))


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.stem)
def test_no_number_is_typed_into_the_text(path: Path) -> None:
    assert typed_in_prose(path.read_text()) == []


@pytest.mark.parametrize("path", LAYOUT, ids=lambda path: path.stem)
def test_the_layout_holds_lengths_alone(path: Path) -> None:
    assert typed_in_layout(path.read_text()) == []


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.stem)
def test_no_number_is_typed_into_a_sentence(path: Path) -> None:
    assert typed_in_sentences(path.read_text()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CIS was 0.42.", ["0.42."]),
        ("with 1,120 battles", ["1,120"]),
        ("Four tasks, ten-fold, two-thirds", ["Four", "ten", "two", "thirds"]),
        ("half of them, fought twice", ["half", "twice"]),
        ("a share of ½ and m²", ["½", "²"]),
        ("from https://example.org/x in 93 cases", ["93"]),
        ('#wide-table("main", [The 3 best.], <main>)', ["3"]),
        ("$ 0.25 R $", ["0.25"]),
        ("/* 5 */ seven // 7", ["seven"]),
        ('#n("weight_2"), @bowyer2025, <table-1>, #verdict("H1"), one of them', []),
        ("a two-sided test of a score between zero and one", []),
    ],
)
def test_the_search_finds_what_is_typed_and_nothing_else(text: str, found: list[str]) -> None:
    assert typed_in_prose(text) == found


def test_the_searches_in_layout_and_sentences_find_what_is_typed() -> None:
    assert typed_in_layout("#set page(columns: 2, margin: 17mm)\n[of 40 battles] // 3") == ["40"]
    module = '"""On 3 things."""\nNAME = "H1"\n\n\ndef f(x):\n    """Of 2."""\n    return f"of {x:.2f} in 12 cases"\n'
    assert typed_in_sentences(module) == ["12"]
