"""Each rule on figures that decide it, on figures that conflict, and on none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from small_candidates import candidate, context, figure

from cis_study.errors import StudyError
from cis_study.selection.must_haves import MUST_HAVES, REPORTED
from cis_study.selection.tiers import strong, strong_of_the_request, weak


def test_a_sound_candidate_passes_every_rule() -> None:
    found = [rule(candidate(), context()) for rule in (*MUST_HAVES.values(), *REPORTED.values())]
    assert {finding.verdict for finding in found} == {"pass"}
    assert [finding.rule for finding in found] == [*MUST_HAVES, *REPORTED]


@pytest.mark.parametrize(
    ("rule", "changes", "verdict", "reason"),
    [
        ("code record", {"humaneval": None}, "fail", "looked for and not found"),
        ("code record", {"humaneval": ...}, "unknown", "not looked for"),
        ("code record", {"humaneval": [figure(26.2, "third_party")]}, "unknown", "do not count: HumanEval 26.2"),
        ("code record", {"humaneval": None, "mbpp": 70.0}, "pass", "MBPP 70.0"),
        ("agentic record", {"swe_bench_verified": ("other checkpoint: v0.2", 9.0)}, "fail", "other checkpoints"),
        ("agentic record", {"swe_bench_verified": [figure(9.0, "vendor_claim")]}, "unknown", "vendor claim"),
        ("fits the card", {"weights": 25.0}, "fail", "; 11 fit"),
        ("fits the card", {"context_tokens": 2048}, "fail", "built for 2048"),
        ("fits the card", {"weights": ...}, "unknown", "no source"),
        ("fits the card", {"weights": 125.0, "architecture_config": ...}, "fail", "116.4 GiB on a card of 79.1"),
        ("vLLM", {"vllm_supported": False}, "fail", "does not list"),
        ("vLLM", {"vllm_supported": None}, "unknown", "no source"),
        ("vLLM", {"vllm_supported": [figure(True), figure(False, "third_party")]}, "unknown", "yes .* no "),
        ("licence", {"licence": "MNPL"}, "fail", "no production"),
        ("licence", {"licence": "LicenseRef-New"}, "unknown", "not classified"),
        ("licence", {"licence": [figure("MNPL"), figure("Apache-2.0")]}, "unknown", "Apache-2.0: any use; MNPL"),
        ("licence", {"licence": ...}, "unknown", "no source"),
        ("self-hostable", {"exists": False}, "fail", "no such model"),
        ("self-hostable", {"gated": True}, "unknown", "on request"),
        ("no narrow fine-tune", {"narrow_finetune": True}, "fail", "third party's fine-tune"),
        ("chat-tuned", {"chat_tuned": False}, "fail", "base model"),
        ("tool parser", {"tool_parser": "none"}, "fail", "no stock parser"),
        ("tool parser", {"tool_parser": None}, "unknown", "no source"),
    ],
)
def test_one_changed_figure_changes_one_verdict(rule: str, changes: dict[str, Any], verdict: str, reason: str) -> None:
    changed = candidate(**changes)
    finding = {**MUST_HAVES, **REPORTED}[rule](changed, context())
    assert finding.verdict == verdict
    assert re.search(reason, finding.reason)
    others = [test(changed, context()).verdict for name, test in MUST_HAVES.items() if name != rule]
    assert set(others) == {"pass"}


def test_the_fit_depends_on_the_study() -> None:
    verdicts = [
        MUST_HAVES["fits the card"](candidate(), context(tokens=tokens, sequences=sequences)).verdict
        for tokens, sequences in ((16384, 12), (16384, 13), (8192, 13), (65536, 1))
    ]
    assert verdicts == ["pass", "fail", "pass", "fail"]


@pytest.mark.parametrize(
    ("humaneval", "verdict"),
    [
        ([figure(49.9)], "pass"),
        ([figure(50.0)], "fail"),
        ([figure(38.4), figure(55.0, "leaderboard")], "unknown"),
        ([figure(38.4), figure(55.0, "third_party")], "pass"),
        ([figure(55.0, "third_party")], "fail"),
        ([figure(("other checkpoint: base", 28.7))], "unknown"),
        ([figure(None)], "unknown"),
    ],
)
def test_weak_is_decided_by_figures_that_count(humaneval: list[dict[str, Any]], verdict: str) -> None:
    finding = weak(candidate(humaneval=humaneval), context())
    assert finding.verdict == verdict
    if verdict == "unknown" and finding.used:
        assert "38.4" in finding.reason
        assert "55.0" in finding.reason


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"swe_bench_verified": ("board", 19.0)}, "pass", r"\+10; \+10 needed"),
        ({"swe_bench_verified": ("board", 18.9)}, "fail", r"\+9\.9"),
        ({"swe_bench_verified": ("board", 4.0), "codeforces": ("elo", 2000)}, "fail", "−5"),
        ({"swe_bench_verified": ("vendor", 60.7)}, "unknown", "no figure of one setting"),
        ({"swe_bench_verified": ("vendor", 60.7), "codeforces": ("elo", 775)}, "pass", r"Codeforces 775.*\+200"),
        ({"swe_bench_verified": ("vendor", 60.7), "codeforces": ("elo", 774)}, "fail", r"\+199"),
        ({"swe_bench_verified": [figure(("board", 40.0)), figure(("board", 12.0), "leaderboard")]}, "unknown", "12.0"),
    ],
)
def test_strong_compares_only_figures_of_one_setting(changes: dict[str, Any], verdict: str, reason: str) -> None:
    finding = strong(candidate("other", **changes), context())
    assert finding.verdict == verdict
    assert re.search(reason, finding.reason)


def test_the_rule_of_the_request_cannot_be_met_above_90() -> None:
    finding = strong_of_the_request(candidate("other", humaneval=99.0), context())
    assert finding.verdict == "fail"
    assert "102.7 needed, more than the 100 there are" in finding.reason


def test_the_request_means_the_best_figure_of_the_baseline() -> None:
    conflicting = candidate(humaneval=[figure(60.0), figure(85.0, "leaderboard")])
    known = replace(context(), candidates={"base": conflicting})
    assert strong_of_the_request(candidate("other", humaneval=94.0), known).verdict == "fail"
    assert strong_of_the_request(candidate("other", humaneval=95.0), known).verdict == "pass"


def test_figures_without_a_setting_compare_within_one_source() -> None:
    base = candidate(swe_bench_verified=9.0)
    known = replace(context(), candidates={"base": base})
    other = [figure(30.0, "leaderboard")]
    assert strong(candidate("other", swe_bench_verified=30.0), known).verdict == "pass"
    assert strong(candidate("other", swe_bench_verified=other), known).verdict == "unknown"


def test_a_benchmark_figure_that_is_no_number_is_named() -> None:
    with pytest.raises(StudyError, match=r"other\.yaml: humaneval: about 40"):
        weak(candidate("other", humaneval="about 40"), context())


def test_a_baseline_that_is_no_candidate_is_named() -> None:
    with pytest.raises(StudyError, match="gpt-9"):
        strong(candidate(), context(baseline="gpt-9"))
