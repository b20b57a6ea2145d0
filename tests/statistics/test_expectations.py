"""Hypotheses and promised numbers: data for which each holds, fails and cannot be decided, and the sentence it gets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_cells import MIDDLE, STRONG, WEAK, fake_cells, fake_study
from fake_scores import fake_settings

from cis_study.statistics import conclusions, promises
from cis_study.statistics.contrasts import contrast_table
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.gates import gate_table
from cis_study.statistics.hypotheses import hypothesis_table, pairs_of
from cis_study.statistics.registered import Hypothesis
from cis_study.statistics.trend import tier_trend
from cis_study.statistics.verdicts import Verdict

REASONING = {"qwen2_5_coder_1_5b": {"reasoning_effort": "medium"}}
EVERYTHING = 0.5
"""Of any outcome that a test does not plant."""


def planted(
    means: dict[tuple[str, str], float], sd: float = 0.05, replicates: int = 25, **contestants: dict[str, str | None]
) -> tuple[StudyDesign, Cells]:
    """Cells whose sample means are exactly those planted, by contestant and outcome."""
    design, rng = fake_study(replicates, **contestants), np.random.default_rng(8)

    def draw(model: str, _: str, outcome: str, count: int) -> np.ndarray:
        noise = rng.normal(0, sd, count)
        return means.get((model, outcome), EVERYTHING) + noise - noise.mean()

    return design, fake_cells(design, fake_settings(), draw)


def verdict(name: str, means: dict[tuple[str, str], float], sd: float = 0.05, **contestants: Any) -> Verdict:
    design, cells = planted(means, sd, **contestants)
    settings = fake_settings()
    table = hypothesis_table(cells, design, settings)
    return promises.hypothesis(name, settings.hypotheses[name], table, design, settings)


H1 = "H1, that reasoning models score higher on R than the baseline,"
H2 = "H2, that the weak model scores lowest on A and T,"
H3 = "H3, that the baseline scores highest on L,"


@pytest.mark.parametrize(
    ("name", "means", "sd", "outcome", "sentence"),
    [
        ("H1", {(STRONG, "R"): 0.7}, 0.05, "supported",
         f"{H1} is supported: 1 of 1 contrasts hold after Holm adjustment, at least Qwen2.5-Coder 1.5B against"
         " Qwen2.5-Coder 0.5B on R: 0.200 ["),
        ("H1", {(STRONG, "R"): 0.3}, 0.05, "contradicted",
         f"{H1} is contradicted: 1 of 1 contrasts go the other way after Holm adjustment, most of all Qwen2.5-Coder"
         " 1.5B against Qwen2.5-Coder 0.5B on R: −0.200 ["),
        ("H1", {(STRONG, "R"): 0.51}, 0.3, "not supported",
         f"{H1} is not supported: 0 of 1 contrasts hold after Holm adjustment and none is reversed; the smallest is"),
        ("H2", {(WEAK, "A"): 0.2, (WEAK, "T"): 0.3}, 0.05, "supported", f"{H2} is supported: 4 of 4 contrasts hold"),
        ("H2", {(WEAK, "A"): 0.2, (WEAK, "T"): 0.7}, 0.05, "contradicted", f"{H2} is contradicted: 2 of 4"),
        ("H2", {(WEAK, "A"): 0.2}, 0.05, "not supported", f"{H2} is not supported: 2 of 4 contrasts hold"),
        ("H3", {(MIDDLE, "L"): 0.8}, 0.05, "supported", f"{H3} is supported: 2 of 2 contrasts hold"),
        ("H3", {(STRONG, "L"): 0.8}, 0.05, "contradicted", f"{H3} is contradicted: 1 of 2 contrasts go"),
        ("H3", {(MIDDLE, "L"): 0.51}, 0.3, "not supported", f"{H3} is not supported: 0 of 2 contrasts hold"),
    ],
)  # fmt: skip
def test_hypotheses(name: str, means: dict[tuple[str, str], float], sd: float, outcome: str, sentence: str) -> None:
    found = verdict(name, means, sd, **REASONING)
    assert found.outcome == outcome
    assert found.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("name", "contestants", "groups"),
    [
        ("H1", {}, "reasoning and baseline"),
        ("H2", {"smollm2_135m": {"tier": None}}, "others and weak"),
        ("H3", {"qwen2_5_coder_0_5b": {"tier": "weak"}}, "baseline and others"),
    ],
)
def test_a_hypothesis_without_contestants_is_not_testable(name: str, contestants: Any, groups: str) -> None:
    found = verdict(name, {}, **contestants)
    assert found.outcome == "not testable"
    assert found.sentence.endswith(f"cannot be tested: the study lacks contestants to compare ({groups}).")


def test_a_baseline_that_reasons_is_compared_with_nobody() -> None:
    effort = {"reasoning_effort": "low"}
    design = fake_study(2, smollm2_135m=effort, qwen2_5_coder_0_5b=effort)
    wanted = Hypothesis(claim="x", higher="reasoning", lower="baseline", outcomes=["R"])
    assert list(pairs_of(wanted, design)) == []


def gates_of(weak: float, middle: float, strong: float, sd: float = 0.05, **how: Any) -> tuple[pd.DataFrame, Verdict]:
    means = {(WEAK, "CIS"): weak, (MIDDLE, "CIS"): middle, (STRONG, "CIS"): strong}
    design, cells = planted(means, sd, **how)
    gates = gate_table(cells, design, fake_settings())
    return gates, promises.original_gates(gates, fake_settings())


RULE = "By the rule of the first study, which was content with 1 of 5 gates met by their estimates, CIS would be called"
END = "the promise that they make together is"


def test_what_the_first_study_published_is_validated_by_its_rule_alone() -> None:
    """0.569, 0.667 and 0.643: one gate of five met, "validated"."""
    gates, found = gates_of(0.569, 0.667, 0.643)
    assert gates["met"].to_list() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert found == (
        "original gates",
        "contradicted",
        f"{RULE} “validated” (1 met). By whole intervals (1 met, 4 missed, 0 undecided) {END} not kept.",
    )


def test_gates_that_are_all_met() -> None:
    gates, found = gates_of(0.57, 0.82, 0.90, sd=0.02)
    assert (gates[gates["source"] == "original"]["outcome"].iloc[:5] == "supported").all()
    assert found == (
        "original gates",
        "supported",
        f"{RULE} “validated” (5 met). By whole intervals (5 met, 0 missed, 0 undecided) {END} kept.",
    )


def test_gates_that_cannot_be_decided() -> None:
    gates, found = gates_of(0.57, 0.82, 0.90, sd=0.5)
    row = gates.set_index("gate").loc["the mean CIS of the baseline tier is 0.76 to 0.87"]
    assert (row["met"], row["outcome"]) == (1, "not supported")
    sentence = "Whether the mean CIS of the baseline tier is 0.76 to 0.87 is not decided: 0.820 ["
    assert row["sentence"].startswith(sentence)
    assert found.outcome == "not supported"
    assert found.sentence.endswith(f"{END} not decided.")


def test_data_that_even_the_first_studys_rule_refuses() -> None:
    _, found = gates_of(0.3, 0.25, 0.2)
    assert found.outcome == "contradicted"
    assert found.sentence.startswith(f"{RULE} not “validated” (0 met).")


def test_ranges_of_the_request() -> None:
    gates, _ = gates_of(0.50, 0.70, 0.75, sd=0.02)
    request = gates[gates["source"] == "request"]
    assert request["outcome"].to_list() == ["supported", "contradicted", "supported"]
    assert request["sentence"].iloc[0].startswith("The mean CIS of the weak tier is 0.45 to 0.55: 0.500 [")
    assert request["sentence"].iloc[1].startswith("The mean CIS of the baseline tier is not 0.6 to 0.65: 0.700 [")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"qwen2_5_coder_1_5b": {"tier": None}}, "the study lacks a tier"),
        ({"replicates": 1}, "a cell holds a single battle"),
    ],
)
def test_gates_without_a_tier_or_an_interval_are_not_testable(how: Any, why: str) -> None:
    gates, found = gates_of(0.5, 0.6, 0.7, **how)
    row = gates[gates["gate"].str.contains("strong tier is 0.85")].iloc[0]
    assert (row["outcome"], row["sentence"]) == (
        "not testable",
        f"Whether the mean CIS of the strong tier is 0.85 to 0.93 cannot be tested: {why}.",
    )
    assert found.outcome == "not testable"


def test_a_tier_of_two_counts_both_alike() -> None:
    gates, _ = gates_of(0.4, 0.6, 0.9, qwen2_5_coder_0_5b={"tier": "weak"})
    row = gates.set_index("gate").loc["the mean CIS of the weak tier is 0.48 to 0.65"]
    assert row["value"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("means", "sd", "outcome", "sentence"),
    [
        ((0.3, 0.5, 0.7), 0.05, "supported", "CIS rises with the tiers (stratified Jonckheere-Terpstra test, z = "),
        ((0.7, 0.5, 0.3), 0.05, "contradicted", "CIS falls with the tiers ("),
        ((0.5, 0.5, 0.5), 0.05, "not supported", "CIS was not shown to rise or fall with the tiers ("),
        ((0.5, 0.5, 0.5), 0.0, "not testable",
         "Whether CIS rises with the tiers cannot be tested: CIS is the same in every battle of a task."),
    ],
)  # fmt: skip
def test_trend(means: tuple[float, float, float], sd: float, outcome: str, sentence: str) -> None:
    design, cells = planted(dict(zip([(m, "CIS") for m in (WEAK, MIDDLE, STRONG)], means, strict=True)), sd)
    found = conclusions.trend(tier_trend(cells, design, "CIS"), design, fake_settings())
    assert found.outcome == outcome
    assert found.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("means", "sd", "outcome", "sentence"),
    [
        ((0.50, 0.505, 0.51), 0.02, "supported",
         "Equivalent within 0.05 points of CIS: 3 of 3 pairs of contestants; of the others 0 differ and none stays"),
        ((0.3, 0.5, 0.7), 0.02, "contradicted",
         "No two contestants were shown to be equivalent within 0.05 points of CIS: of 3 pairs 3 differ and none"),
        ((0.50, 0.52, 0.54), 0.4, "not supported",
         "No two contestants were shown to be equivalent within 0.05 points of CIS: of 3 pairs 0 differ and 3 stay"
         " undecided, which is no evidence of equality."),
        ((0.5, 0.5, 0.5), 0.0, "not testable", "No two contestants can be tested for equivalence:"),
    ],
)  # fmt: skip
def test_equivalence(means: tuple[float, float, float], sd: float, outcome: str, sentence: str) -> None:
    design, cells = planted(dict(zip([(m, "CIS") for m in (WEAK, MIDDLE, STRONG)], means, strict=True)), sd)
    found = conclusions.equivalence(contrast_table(cells, design, fake_settings()), fake_settings())
    assert found.outcome == outcome
    assert found.sentence.startswith(sentence)


def relation(low: float, high: float, level: str = "within model and task") -> pd.DataFrame:
    rho = (low + high) / 2
    return pd.DataFrame([{"kind": "repair", "level": level, "rho": rho, "low": low, "high": high}])


@pytest.mark.parametrize(
    ("table", "outcome", "sentence"),
    [
        (relation(0.1, 0.5), "supported",
         "Battles of higher CIS go with better work in steps within model and task (repair: correlation 0.30, interval"
         " 0.10 to 0.50)."),
        (relation(-0.5, -0.1), "contradicted", "Battles of higher CIS go with worse work in steps within model"),
        (relation(-0.1, 0.5), "not supported", "CIS was not shown to go with work in steps within model and task ("),
        (relation(np.nan, np.nan), "not testable",
         "Whether CIS goes with work in steps cannot be tested: some kind of episode has too few pairs that vary."),
        (None, "not testable", "Whether CIS goes with work in steps cannot be tested: the study has no episodes."),
    ],
)  # fmt: skip
def test_agentic_relation(table: pd.DataFrame | None, outcome: str, sentence: str) -> None:
    found = promises.agentic_relation(table, fake_settings())
    assert found.outcome == outcome
    assert found.sentence.startswith(sentence)
