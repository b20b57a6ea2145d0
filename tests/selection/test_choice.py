"""Who is chosen follows from the findings, and moves when a figure, a rule or the study moves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from small_candidates import candidate, context, figure

from cis_study.models.candidate import Candidate
from cis_study.selection.choice import Assessed, assess, choose, ranked
from cis_study.selection.claims import check_claim
from cis_study.selection.finding import Context
from cis_study.selection.settings import Claim, Tier
from cis_study.selection.statements import agreement, misplaced, ties, widest_spread
from cis_study.yamlfile import validate

WEAK = {"humaneval": 38.4}


def names(tier: Tier, known: Context) -> list[str]:
    assessed = {name: assess(one, known) for name, one in known.candidates.items()}
    return [one.candidate.name for one in ranked(tier, assessed, known.settings)]


def test_order_is_failed_then_undecided_then_evidence_then_speed_then_name() -> None:
    measured, undecided = ("board", 30.0), ("vendor", 30.0)
    known = context(
        candidate("a-fails", swe_bench_verified=measured, vllm_supported=False),
        candidate("b-undecided", swe_bench_verified=measured, vllm_supported=None),
        candidate("c-unmeasured", swe_bench_verified=undecided),
        candidate("d-slow", swe_bench_verified=measured, weights=19.5),
        candidate("f-sound", swe_bench_verified=measured),
        candidate("e-sound", swe_bench_verified=measured),
        candidate("g-gone", swe_bench_verified=measured, exists=False),
        candidate("h-refuted", swe_bench_verified=("board", 12.0)),
    )
    assert names("strong", known) == ["e-sound", "f-sound", "d-slow", "c-unmeasured", "b-undecided", "a-fails"]
    assert names("baseline", known) == ["base"]


@pytest.mark.parametrize(("tier", "plays"), [("weak", True), (None, True), ("strong", False), ("baseline", False)])
def test_a_candidate_plays_in_the_tier_it_was_asked_for(tier: str | None, plays: bool) -> None:
    assert names("weak", context(candidate("small", tier, **WEAK))) == ["small"] * plays


@pytest.mark.parametrize(("figures", "chosen"), [({}, "rival"), ({"weights": 23.0}, "able"), ({"gated": True}, "able")])
def test_a_figure_changes_the_choice(figures: dict[str, Any], chosen: str) -> None:
    rivals = [candidate("able", humaneval=38.0, weights=20.0), candidate("rival", humaneval=40.0, **figures)]
    assert names("weak", context(*rivals))[0] == chosen


def test_the_concurrency_of_the_study_changes_the_choice() -> None:
    rivals = [candidate("large", weights=30.0, **WEAK), candidate("small", weights=5.0, licence=None, **WEAK)]
    assert names("weak", context(*rivals, sequences=10)) == ["large", "small"]
    assert names("weak", context(*rivals, sequences=11)) == ["small", "large"]


def test_as_many_are_chosen_as_are_wanted() -> None:
    known = context(
        candidate("small", **WEAK), *(candidate(f"strong-{n}", swe_bench_verified=("board", 30.0)) for n in "12")
    )
    assessed = {name: assess(one, known) for name, one in known.candidates.items()}
    chosen = {tier: [one.candidate.name for one in found] for tier, found in choose(assessed, known.settings).items()}
    assert chosen == {"weak": ["small"], "baseline": ["base"], "strong": ["strong-1"]}


def assessed_small() -> tuple[Context, dict[str, Assessed]]:
    known = context(
        candidate("small", "weak", **WEAK),
        candidate("able", swe_bench_verified=("board", 50.0)),
        candidate("late", swe_bench_verified=[figure(("vendor", 50.0)), figure(("vendor, high effort", 62.0))]),
        candidate("idle", swe_bench_verified=("vendor", 50.0), weights=20.0),
        candidate("lesser", "strong", humaneval=20.0, weights=5.0),
    )
    return known, {name: assess(one, known) for name, one in known.candidates.items()}


def test_agreement_with_the_study_is_said_in_words() -> None:
    known, assessed = assessed_small()
    chosen = choose(assessed, known.settings)
    same, differs = (
        " ".join(agreement(chosen, names, assessed, known.settings))
        for names in (["small", "base", "able"], ["small", "base", "late", "lesser", "gpt-9"])
    )
    assert same == "The study tiny compares exactly these models."
    assert "Able is chosen by the rules, but is no contestant" in differs
    assert "Late is a contestant of the study; the rules see it only at strong place 2 of 3." in differs
    assert "Lesser is a contestant of the study; the rules see it in no tier." in differs
    assert "gpt-9 is a contestant of the study, but no candidate" in differs


def test_a_place_that_the_evidence_leaves_open_is_said_to_be_open() -> None:
    known, assessed = assessed_small()
    for wanted, open_place in ((1, False), (2, True), (3, False)):
        settings = known.settings.model_copy(
            update={"tiers": known.settings.tiers.model_copy(update={"wanted": {"strong": wanted}})}
        )
        told = " ".join(ties(choose(assessed, settings), assessed, settings))
        assert bool(re.search("does not tell Late .* from Idle ", told)) == open_place
        assert bool(told) == open_place


def test_a_refuted_tier_is_said_with_the_tier_it_would_lead() -> None:
    known, assessed = assessed_small()
    (told,) = misplaced(choose(assessed, known.settings), assessed, known.settings)
    assert told.startswith("Lesser was asked for as strong, which its figures refute: SWE-bench Verified 9.0")
    assert told.endswith("It would come first in the weak tier, had it been asked for there.")


def test_figures_of_one_model_that_lie_further_apart_than_a_tier() -> None:
    known, assessed = assessed_small()
    assert widest_spread(assessed, known.settings) == (
        "Late, SWE-bench Verified 50 to 62, where a gap of 10 defines a tier"
    )
    del assessed["late"]
    assert widest_spread(assessed, known.settings) is None


@pytest.mark.parametrize(
    ("test", "changes", "verdict"),
    [
        ({"figure": "humaneval", "low": 60, "high": 70}, {}, "refuted"),
        ({"figure": "humaneval", "low": 60}, {}, "supported"),
        ({"figure": "humaneval", "high": 92.7}, {}, "supported"),
        ({"figure": "humaneval", "low": 75}, {"humaneval": [figure(26.2, "third_party")]}, "unsupported"),
        (
            {"figure": "humaneval", "low": 60, "high": 70},
            {"humaneval": ("other checkpoint: base", 65.9)},
            "unsupported",
        ),
        ({"figure": "codeforces", "low": 2220}, {"codeforces": [figure(1366), figure(2230)]}, "holds in part"),
        ({"figure": "licence", "equals": "MIT"}, {}, "refuted"),
        ({"rule": "self-hostable"}, {"exists": False}, "refuted"),
        ({"rule": "fits the card"}, {}, "supported"),
    ],
)
def test_claims_are_tested_against_figures(test: dict[str, Any], changes: dict[str, Any], verdict: str) -> None:
    other: Candidate = candidate("other", **changes)
    claim = validate(Claim, {"claim": "It is so", "test": {"candidate": "other", **test}}, "claim")
    assert check_claim(claim, context(other)).verdict == verdict
