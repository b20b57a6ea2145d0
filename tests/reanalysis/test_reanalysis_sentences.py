"""Every sentence can come out the other way: planted data, and the sentence that they deserve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_runs import fake_published, fake_row, fake_settings, fake_table, two_runs

from cis_study.reanalysis.analysis import Reanalysis, reanalyse
from cis_study.reanalysis.choices import LEVELS
from cis_study.reanalysis.sentences import claims, gates, sentences
from cis_study.reanalysis.verdicts import agreement, decided, ours, sign

NONE = pd.DataFrame(columns=["file", "reason", "rows"])


def outcomes(found: Reanalysis) -> dict[str, str]:
    return {sentence.question: sentence.outcome for sentence in sentences(found, 0.05)}


def fake_specifications(differences: list[float], **columns: Any) -> pd.DataFrame:
    levels = {choice: names[0] for choice, names in LEVELS.items()}
    frame = pd.DataFrame({"difference": differences, "reference": "a", "run": "b"}).assign(**levels)
    return frame.assign(student=0.5, welch=0.5, permutation=0.5, low=-1.0, high=1.0).assign(**columns)


def test_a_troubled_archive() -> None:
    rows = two_runs()
    lost = fake_row(50, "tier3_fake", "lru_cache", 0.1, answered=False)
    rows += [lost._replace(kind="HTTP 401"), lost._replace(kind="no connection")]
    unreadable = pd.DataFrame([["fake.db", "the row is damaged", 3]], columns=NONE.columns)
    found = reanalyse(fake_table(rows), unreadable, fake_published(), fake_settings())
    told = {sentence.question: sentence for sentence in sentences(found, 0.05)}
    assert {name: sentence.outcome for name, sentence in told.items() if name not in ("significance", "rescored")} == {
        "failures": "stored as scores",
        "failed reviews": "scored 0.5",
        "formula": "different",
        "published numbers": "not all reproduce",
        "gates": "not met",
        "sign": "flips",
        "criterion": "supported",
    }
    assert "2 of 29 rows" in told["failures"].text
    assert "1 HTTP 401, 1 no connection" in told["failures"].text
    assert "3 more rows" in told["failures"].text
    assert "2 of 14 in tier2_fake, 0 of 13 in tier3_fake" in told["failed reviews"].text
    assert found.runs.set_index("run").loc["tier3_fake", "failures"] == 2


def test_a_clean_archive_reads_otherwise() -> None:
    rows = [fake_row(n, run, task, level + n / 100) for task in ("lru_cache", "fibonacci") for n in range(4)
            for run, level in (("tier2_fake", 0.3), ("tier3_fake", 0.7))]  # fmt: skip
    mean = np.mean([row.battle.cis for row in rows if row.run == "tier3_fake"])
    found = reanalyse(fake_table(rows), NONE, fake_published(f"{mean:.4f}", 0.5), fake_settings())
    assert outcomes(found) == {
        "failures": "none",
        "failed reviews": "none",
        "formula": "one",
        "published numbers": "reproduce",
        "gates": "met",
        "sign": "holds",
        "significance": "one sign",
        "rescored": "decided",
        "criterion": "supported",
    }


def test_without_two_tiers_there_is_no_difference() -> None:
    rows = [fake_row(n, "tier2_fake", "lru_cache", 0.5) for n in range(3)]
    told = outcomes(reanalyse(fake_table(rows, [0.5] * 3), NONE, fake_published(), fake_settings()))
    assert told["difference"] == "not testable"
    assert told["criterion"] == "not testable"
    assert told["published numbers"] == "not testable"


@pytest.mark.parametrize(
    ("differences", "outcome", "words"),
    [
        ([-0.1, 0.2], "flips", "above 0 in 1 and below in 1"),
        ([0.1, 0.2], "holds", "never below 0"),
        ([-0.1, -0.2], "holds", "never above 0"),
    ],
)
def test_signs(differences: list[float], outcome: str, words: str) -> None:
    sentence = sign(fake_specifications(differences))
    assert sentence.outcome == outcome
    assert words in sentence.text


@pytest.mark.parametrize(
    ("p", "outcome"), [([0.5, 0.5], "none"), ([0.01, 0.5], "one sign"), ([0.01, 0.01], "both signs")]
)
def test_significance(p: list[float], outcome: str) -> None:
    assert decided(fake_specifications([-0.1, 0.2], welch=p), 0.05).outcome == outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome", "words"),
    [
        (0.1, 0.3, "decided", "b is ahead"),
        (-0.3, -0.1, "decided", "a is ahead"),
        (-0.1, 0.1, "undecided", "neither run is ahead"),
        (np.nan, np.nan, "not testable", "too few"),
    ],
)
def test_our_instrument(low: float, high: float, outcome: str, words: str) -> None:
    changes = {"score": "cis-3", "task weights": "equal", "low": low, "high": high}
    sentence = ours(fake_specifications([(low + high) / 2], **changes))
    assert sentence.outcome == outcome
    assert words in sentence.text


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.1, 0.5, "supported"),
        (-0.5, -0.1, "contradicted"),
        (-0.1, 0.1, "not supported"),
        (np.nan, np.nan, "not testable"),
    ],
)
def test_criterion(low: float, high: float, outcome: str) -> None:
    table = pd.DataFrame([("stored", "cis-3 L", 9, (low + high) / 2, low, high)],
                         columns=["stored", "ours", "n", "rho", "low", "high"])  # fmt: skip
    assert agreement(table).outcome == outcome


def test_a_claim_or_gate_that_fails_is_named() -> None:
    columns = ["claim", "run", "published", "recomputed", "n", "verdict", "source"]
    rows = [("x: mean", "x", "0.5", "0.6", 3, "differs", "s"), ("y: mean", "", "0.5", "", 0, "no rows", "s")]
    sentence = claims(pd.DataFrame(rows, columns=columns))
    assert "x: mean 0.5, recomputed 0.6" in sentence.text
    assert "1 more" in sentence.text
    missed = pd.DataFrame([("g", 0.1, 0.2, 0.3, False)], columns=["gate", "low", "high", "published", "met"])
    assert "missed: g" in gates(missed).text
