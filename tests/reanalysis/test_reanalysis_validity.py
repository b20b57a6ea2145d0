"""A sentence per instrument: every outcome, and no claim that is left out."""

from __future__ import annotations

import pandas as pd
import pytest
from fake_runs import fake_row, fake_table

from cis_study.reanalysis.table import OUR_INSTRUMENT
from cis_study.reanalysis.validity import validity_sentence
from cis_study.validity.surface import looks


def fake_claims(**verdicts: str) -> pd.DataFrame:
    """Claims by name; one that cannot be tested has a reason."""
    rows = [
        (name, 20 + place, "battles", verdict, "nobody asked" if verdict == "not testable" else "")
        for place, (name, verdict) in enumerate(verdicts.items())
    ]
    return pd.DataFrame(rows, columns=["claim", "n", "unit", "verdict", "note"])


@pytest.mark.parametrize(
    ("verdicts", "outcome", "words"),
    [
        ({"a": "supported"}, "supported", "1 are supported, 0 contradicted and 0 not decided by them; 0 cannot be"),
        ({"a": "supported", "b": "not decided"}, "not decided", "Supported: a."),
        ({"a": "supported", "b": "contradicted", "c": "not decided"}, "contradicted", "Contradicted: b."),
        ({"a": "not testable", "b": "not testable"}, "not testable", "None of 2 claims about x can be tested: nobody"),
        ({"a": "not decided", "b": "not testable"}, "not decided", "Not testable: nobody asked (1 claim)."),
    ],
)
def test_outcomes(verdicts: dict[str, str], outcome: str, words: str) -> None:
    sentence = validity_sentence(fake_claims(**verdicts), "x")
    assert (sentence.question, sentence.outcome) == ("validity of x", outcome)
    assert words in sentence.text
    assert "our wording" not in sentence.text


def test_ours_is_told_apart_and_reasons_are_counted() -> None:
    claims = fake_claims(a="supported", b="not testable", c="not testable", d="not testable")
    claims.loc[1, "note"] = "a rare reason"
    text = validity_sentence(claims, OUR_INSTRUMENT).text
    assert "our wording of the tasks" in text
    assert "Not testable: nobody asked (2 claims); a rare reason (1 claim)." in text
    assert text.startswith("cis-3 has a score for 23 answers. Of 4 claims")


def test_the_table_says_what_an_answer_looks_like_and_what_a_formula_lacks() -> None:
    lost = fake_row(3, "tier2_fake", "lru_cache", 0.1, answered=False)._replace(kind="no connection")
    row = fake_row(1, "tier2_fake", "lru_cache", 0.5, red_multiplier=None)
    table = fake_table([row, lost])
    assert table[["source_lines", "comments", "rationale_words"]].iloc[0].to_list() == [2, 0, 2]
    assert table[["source_lines", "comments", "rationale_words"]].iloc[1].isna().all()
    assert table["logomesh-tier3 lacks"].to_list() == ["red_multiplier", ""]
    assert table["logomesh-head lacks"].iloc[1].startswith("task_rationale_cosine, rationale_characters")
    assert looks("# a\n\nx = 1  # b\n", "one two") == (1, 2, 2)
