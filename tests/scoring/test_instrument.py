"""`cis-3` is a pure function of evidence: known answers, statuses, and a row for every battle."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from fake_evidence import fake_evidence
from hypothesis import given
from hypothesis import strategies as st

from cis_study.config import Study, Weights
from cis_study.errors import StudyError
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.constants import SCALES
from cis_study.scoring.evidence import (
    ConstraintCheck,
    ContradictedClaim,
    Coverage,
    Evidence,
    HiddenCase,
    Measure,
    MutantRun,
    RequirementCoverage,
    Suite,
)
from cis_study.scoring.evidence_file import read_evidence, write_lines
from cis_study.scoring.instrument import INSTRUMENTS, Score, measure_share, score
from cis_study.scoring.score_table import parquet_bytes, score_table

EQUAL = Weights(R=0.25, A=0.25, T=0.25, L=0.25)


def make(**changes: Any) -> Evidence:
    """Evidence of a battle without a fault, with some fields changed."""
    perfect: dict[str, Any] = {
        "seed": 7,
        "prompt_tokens": 10,
        "completion_tokens": 20,
        "has_tests": True,
        "has_rationale": True,
        "hidden": hidden(4, 0),
        "hidden_total": 4,
        "constraints": checks(4, 0),
        "constraints_total": 4,
        "observation": {"ended": "ok", "imports": [], "deeds": [], "changed": [], "depth": None, "operations": []},
        "structure": measures(),
        "suite": suite(4, 0),
        "mutants_total": 4,
        "rationale": coverage(4, 0),
        "requirements_total": 4,
    }
    return fake_evidence(**perfect | changes)


def hidden(passed: int, failed: int, outcome: CaseOutcome = CaseOutcome.WRONG) -> list[HiddenCase]:
    outcomes = [CaseOutcome.PASSED] * passed + [outcome] * failed
    return [HiddenCase(id=f"c{n}", requirement="q", outcome=o, detail="") for n, o in enumerate(outcomes)]


def suite(killed: int, survived: int, **changes: Any) -> Suite:
    runs = [MutantRun(id=f"m{n}", breaks="q", killed=n < killed, ended="reported") for n in range(killed + survived)]
    sound = {"dialect": "reference", "passed": 3, "failed": 0, "ended": "reported", "planted": [True] * 3,
             "sound": True, "mutants": runs, "coverage": None}  # fmt: skip
    return Suite.model_validate(sound | changes)


def unsound(**changes: Any) -> Suite:
    return suite(0, 0, **({"dialect": None, "sound": False, "mutants": []} | changes))


def checks(kept: int, broken: int) -> list[ConstraintCheck]:
    return [
        ConstraintCheck(rule=f"r{n}", kept=n < kept, findings=[], observed=[] if n < kept else ["seen"])
        for n in range(kept + broken)
    ]


def measures(**values: int) -> list[Measure]:
    """Measures equal to the reference's, which are 2 each, 0 for lint; some with another value."""
    wanted = {name: 0 if name == "lint" else 2 for name in SCALES}
    return [Measure(name=name, value=values.get(name, wanted[name]), reference=wanted[name]) for name in SCALES]


def claim(number: int) -> ContradictedClaim:
    return ContradictedClaim(claim=f"c{number}", sentence="It is so.", against="it is not")


def coverage(covered: int, missed: int) -> list[RequirementCoverage]:
    return [
        RequirementCoverage(
            requirement=f"q{n}", similarity=0.5, holds_terms=True, sentences=[n] if n < covered else None
        )
        for n in range(covered + missed)
    ]


def table_of(evidence: list[Evidence]) -> pd.DataFrame:
    return score_table("x", evidence, EQUAL, ["cis-3"])


def parts(evidence: Evidence) -> dict[str, float]:
    components = score(evidence, EQUAL).components
    assert components is not None
    return {name: part.value for name, part in components.items()}


def test_a_perfect_battle_scores_one() -> None:
    result = score(make(), EQUAL)
    assert result.status == "scored"
    assert result.cis == 1.0
    assert result.components is not None
    assert {part.reason for part in result.components.values()} == {None}


@pytest.mark.parametrize(
    ("changes", "moved", "value"),
    [
        ({"hidden": hidden(3, 1)}, "L", 0.75),
        ({"hidden": hidden(1, 3, CaseOutcome.TIMEOUT)}, "L", 0.25),
        ({"hidden": hidden(0, 4, CaseOutcome.ERROR)}, "L", 0.0),
        ({"suite": suite(1, 3)}, "T", 0.25),
        ({"suite": suite(0, 4)}, "T", 0.0),
        ({"suite": unsound(passed=2, failed=1)}, "T", 0.0),
        ({"suite": unsound(passed=0, failed=0)}, "T", 0.0),
        ({"suite": unsound(passed=None, failed=None, ended="cpu_limit")}, "T", 0.0),
        ({"suite": unsound(passed=3, failed=0, ended="not repeatable")}, "T", 0.0),
        ({"suite": None, "has_tests": False}, "T", 0.0),
        ({"rationale": coverage(2, 2)}, "R", 0.5),
        ({"rationale": coverage(0, 4), "has_rationale": False}, "R", 0.0),
        ({"rationale": coverage(3, 1), "contradicted": [claim(1)]}, "R", 0.5),
        ({"contradicted": [claim(n) for n in range(6)]}, "R", 0.0),
        ({"constraints": checks(3, 1)}, "A", 0.875),
        ({"constraints": checks(0, 4)}, "A", 0.5),
        ({"structure": measures(complexity=8)}, "A", 0.9375),
        ({"structure": measures(statements=28)}, "A", 0.9375),
        ({"structure": measures(nesting=4)}, "A", 0.975),
        ({"structure": measures(lint=1)}, "A", 0.975),
        ({"structure": measures(lint=99, nesting=99, statements=99, complexity=99)}, "A", 0.5),
        ({"structure": None}, "A", 0.5),
        ({"defines_exports": False}, "A", 0.0),
    ],
)
def test_a_planted_fault_moves_its_own_component_alone(changes: dict[str, Any], moved: str, value: float) -> None:
    result = score(make(**changes), EQUAL)
    assert result.components is not None
    assert {name: part.value for name, part in result.components.items()} == pytest.approx(
        {name: value if name == moved else 1.0 for name in "RATL"}
    )
    assert result.components[moved].reason
    assert result.cis == pytest.approx((3 + value) / 4)


@pytest.mark.parametrize("name", SCALES)
def test_a_measure_earns_all_within_its_slack_and_less_with_every_step_beyond(name: str) -> None:
    shares = [measure_share(Measure(name=name, value=value, reference=4)) for value in range(70)]
    assert set(shares[: int(4 * SCALES[name].slack) + 1]) == {1}
    assert shares[-1] == 0
    falling = [share for share in shares if 0 < share < 1]
    assert falling == sorted(set(falling), reverse=True)
    assert len(falling) >= 4


@pytest.mark.parametrize(
    ("changes", "status", "scores"),
    [
        ({}, "scored", True),
        ({"solution_parses": False, "hidden": [], "constraints": []}, "model_failure", True),
        ({"has_solution": False, "solution_parses": False, "hidden": [], "constraints": []}, "model_failure", True),
        ({"battle_status": "budget_exhausted"}, "budget_exhausted", True),
        ({"battle_status": "budget_exhausted", "solution_parses": False, "hidden": []}, "budget_exhausted", True),
        ({"battle_status": "infra_failure"}, "infra_failure", False),
        ({"sandbox_failure": "no user namespaces"}, "sandbox_failure", False),
        ({"battle_status": "infra_failure", "sandbox_failure": "x"}, "infra_failure", False),
    ],
)
def test_status_decides_whether_there_are_scores(changes: dict[str, Any], status: str, scores: bool) -> None:
    result = score(make(**changes), EQUAL)
    assert result.status == status
    assert (result.cis is not None) == (result.components is not None) == scores


def test_an_unusable_solution_leaves_tests_and_rationale_their_worth() -> None:
    assert parts(make(has_solution=False, solution_parses=False, hidden=[], constraints=[])) == {
        "R": 1.0, "A": 0.0, "T": 1.0, "L": 0.0,
    }  # fmt: skip


def test_weights_weigh() -> None:
    evidence = make(hidden=hidden(2, 2))
    assert score(evidence, Weights(R=0.0, A=0.0, T=0.0, L=1.0)).cis == 0.5
    assert score(evidence, Weights(R=0.5, A=0.5, T=0.0, L=0.0)).cis == 1.0


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
def test_more_is_never_worse(passed: int, killed: int, covered: int) -> None:
    def cis(p: int, k: int, c: int) -> float:
        value = score(make(hidden=hidden(p, 4 - p), suite=suite(k, 4 - k), rationale=coverage(c, 4 - c)), EQUAL).cis
        assert value is not None
        return value

    here = cis(passed, killed, covered)
    assert 0 <= here <= 1
    assert here <= cis(min(4, passed + 1), killed, covered)
    assert here <= cis(passed, min(4, killed + 1), covered)
    assert here <= cis(passed, killed, min(4, covered + 1))


def test_missing_scores_are_null_and_never_zero() -> None:
    table = table_of([make(sandbox_failure="broken"), make(replicate=2)])
    assert table.loc[0, ["R", "A", "T", "L", "CIS"]].isna().all()
    assert table.loc[1, ["R", "A", "T", "L", "CIS"]].notna().all()
    assert json.loads(table.loc[0, "reasons"]) == {}


def test_columns_and_types_do_not_depend_on_the_rows() -> None:
    rows = [make(), make(suite=None, has_tests=False, prompt_tokens=None, finish_reason=None)]
    types = table_of(rows).dtypes
    assert list(table_of([]).dtypes) == list(types)
    assert str(types["tests_sound"]) == "boolean"
    assert {str(types[name]) for name in ("tests_run", "mutants_killed", "prompt_tokens")} == {"Int64"}
    assert {str(types[name]) for name in ("R", "A", "T", "L", "CIS")} == {"float64"}


def test_the_table_tells_how_far_tests_reach() -> None:
    """A requirement counts as tested with one mutant detected, as testable with one met."""
    faced = {"a1": False, "a2": True, "b1": True, "b2": True, "c1": False}
    runs = [MutantRun(id=name, breaks=name[0], killed=killed, ended="reported") for name, killed in faced.items()]
    coverage = Coverage(lines=9, lines_covered=8, branches=6, branches_covered=2)
    table = table_of([make(suite=suite(0, 0, mutants=runs, coverage=coverage)), make(suite=None, replicate=2)])
    columns = ["lines", "lines_covered", "branches", "branches_covered", "requirements_tested", "requirements_testable"]
    assert table.loc[0, columns].tolist() == [9, 8, 6, 2, 2, 3]
    assert table.loc[1, columns[:4]].isna().all()


def test_the_table_is_sorted_and_its_bytes_repeat() -> None:
    rows = [make(task=task, replicate=replicate) for task in ("b", "a") for replicate in (2, 1)]
    table = table_of(rows)
    assert list(zip(table["task"], table["replicate"], strict=True)) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert parquet_bytes(table) == parquet_bytes(table_of(rows[::-1]))
    assert isinstance(table, pd.DataFrame)


def test_every_instrument_asked_for_scores_every_battle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(INSTRUMENTS, "none-1", lambda *_: Score("judge_failure", None, None))
    table = score_table("x", [make(), make(replicate=2)], EQUAL, ["none-1", "cis-3"])
    assert list(table["instrument"]) == ["none-1", "none-1", "cis-3", "cis-3"]
    assert list(table["CIS"].isna()) == [True, True, False, False]


def test_an_unknown_instrument_is_refused() -> None:
    with pytest.raises(StudyError, match=r"cis-1.*no such instrument.*cis-3"):
        score_table("x", [make()], EQUAL, ["cis-1"])


def test_the_instruments_of_a_study_exist(study: Study) -> None:
    assert set(study.instruments) <= set(INSTRUMENTS)


def test_evidence_survives_its_file(tmp_path: Any) -> None:
    rows = [make(), make(suite=unsound(passed=None, failed=None), replicate=2)]
    path = tmp_path / "e.jsonl"
    path.write_text(write_lines(rows))
    assert read_evidence([path]) == rows


@pytest.mark.parametrize("version", ["3", "5", "null"])
def test_a_line_of_another_version_is_refused_with_what_to_do(tmp_path: Any, version: str) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(write_lines([make()]).replace('"version":4', f'"version":{version}'))
    with pytest.raises(StudyError, match=r"e\.jsonl:1: version .*version 4 is needed.*collects the evidence"):
        read_evidence([path])
