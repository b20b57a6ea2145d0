"""A sentence per instrument: every outcome, and no claim that is left out."""

from __future__ import annotations

import pandas as pd
import pytest
from fake_runs import fake_row, fake_table

from cis_study.reanalysis.table import OUR_INSTRUMENT
from cis_study.reanalysis.validity import untested, validity_sentence
from cis_study.validity.surface import looks


def fake_claims(instrument: str = "x", **verdicts: str) -> pd.DataFrame:
    """Claims by name; one that cannot be tested has a reason and no number."""
    rows = [
        {"instrument": instrument, "claim": name, "statistic": "share", "estimate": 0.5, "low": 0.4, "high": 0.6,
         "n": 20 + place, "unit": "battles", "rule": "≥ 0.3", "verdict": verdict, "note": ""}
        for place, (name, verdict) in enumerate(verdicts.items())
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    none = table["verdict"] == "not testable"
    table.loc[none, ["estimate", "low", "high"]] = float("nan")
    return table.assign(n=table["n"].mask(none, 0), note=table["note"].mask(none, "nobody asked"))


@pytest.mark.parametrize(
    ("verdicts", "outcome", "words"),
    [
        (
            {"a": "supported"},
            "supported",
            "Of 1 claims about it, 1 is supported, 0 are contradicted, 0 are not decided.",
        ),
        ({"a": "supported", "b": "not decided"}, "not decided", "Supported: a (share 0.50 [0.40, 0.60], rule ≥ 0.3)."),
        ({"a": "supported", "b": "contradicted", "c": "not decided"}, "contradicted", "Contradicted: b (share 0.50"),
        ({"a": "not testable", "b": "not testable"}, "not testable", "No claim about x can be tested: nobody asked."),
        ({"a": "not decided", "b": "not testable"}, "not decided", "1 is not decided and 1 cannot be tested."),
    ],
)
def test_outcomes(verdicts: dict[str, str], outcome: str, words: str) -> None:
    sentence = validity_sentence(fake_claims(**verdicts), "x")
    assert (sentence.question, sentence.outcome) == ("validity of x", outcome)
    assert words in sentence.text
    assert "our wording" not in sentence.text


def test_ours_has_its_caveat_and_the_answers_it_scored() -> None:
    text = validity_sentence(fake_claims(a="supported", b="contradicted", c="not testable"), OUR_INSTRUMENT).text
    assert text.startswith("cis-3 has a score for 21 answers. Of 3 claims")
    assert "our wording of the tasks" in text


def test_every_claim_that_cannot_be_tested_has_its_reason() -> None:
    other = fake_claims("y", a="not testable", b="not testable", c="not testable")
    other.loc[2, "note"] = "a rare reason"
    claims = pd.concat([fake_claims(a="not testable", b="supported"), other])
    assert untested(claims) == [("nobody asked", "x, y: a. y: b"), ("a rare reason", "y: c")]


def test_the_table_says_what_an_answer_looks_like_and_what_a_formula_lacks() -> None:
    lost = fake_row(3, "tier2_fake", "lru_cache", 0.1, answered=False)._replace(kind="no connection")
    row = fake_row(1, "tier2_fake", "lru_cache", 0.5, red_multiplier=None)
    table = fake_table([row, lost])
    assert table[["source_lines", "comments", "rationale_words"]].iloc[0].to_list() == [2, 0, 2]
    assert table[["source_lines", "comments", "rationale_words"]].iloc[1].isna().all()
    assert table["logomesh-tier3 lacks"].to_list() == ["red_multiplier", ""]
    assert table["logomesh-head lacks"].iloc[1].startswith("task_rationale_cosine, rationale_characters")
    assert looks("# a\n\nx = 1  # b\n", "one two") == (1, 2, 2)
