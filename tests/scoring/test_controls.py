"""Controls are what they are called, and the check notices when a score is not what they are worth."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from cis_study.config import Study, Weights
from cis_study.errors import StudyError
from cis_study.scoring import controls
from cis_study.scoring.control_table import complaints, control_table
from cis_study.scoring.controls import Control, Controls, control_battles, fault_ladder, honest_parts
from cis_study.scoring.evidence_file import collect_battles
from cis_study.scoring.score_table import score_table
from cis_study.scoring.submission import parse_reply
from cis_study.tasks.hidden import HiddenSide, apply, load_hidden_side
from cis_study.yamlfile import read_yaml

TASKS = Path(__file__).parents[2] / "config" / "tasks"
SETTINGS = read_yaml(TASKS / "controls.yaml", Controls)
PARTS = honest_parts(TASKS)


@pytest.fixture(params=PARTS)
def side(request: pytest.FixtureRequest) -> HiddenSide:
    """A task with its hand-written mutants, of which ladders are made."""
    return load_hidden_side(TASKS / request.param, generated=False)


def test_a_task_has_all_the_files_that_its_controls_need() -> None:
    assert {path.parent.name for path in TASKS.glob("*/task.yaml")} == set(PARTS)
    assert {path.parent.name for path in TASKS.glob("*/control_*")} == set(PARTS)
    constraints = {name: load_hidden_side(TASKS / name).constraints for name in PARTS}
    demanding = {name for name in PARTS if any(each.rule == "constant_time" for each in constraints[name])}
    assert {name for name, parts in PARTS.items() if parts.linear is not None} == demanding


def test_controls_score_what_they_are_worth(side: HiddenSide, reply_format: str) -> None:
    """Without the ladders and the generated mutants, which take minutes: the workflow has them."""
    flat = Controls(seed=1, draws=1, controls={name: c for name, c in SETTINGS.controls.items() if not c.faults})
    battles = control_battles(flat, side, PARTS[side.task.id], reply_format)
    evidence = collect_battles(battles, {side.task.id: side}, workers=2)
    table = control_table(score_table("study", evidence, Weights(), Study.model_fields["instruments"].default), flat)
    assert len(table) == len(battles)
    assert complaints(table) == []


def test_every_part_of_a_control_is_found_in_its_reply(side: HiddenSide) -> None:
    parts = PARTS[side.task.id]
    battles = {(b["model"], b["replicate"]): b for b in control_battles(SETTINGS, side, parts, "")}
    assert len(battles) == sum(SETTINGS.draws if c.faults else c.source != "linear" or parts.linear is not None
                               for c in SETTINGS.controls.values())  # fmt: skip
    for (name, _), battle in battles.items():
        control = SETTINGS.controls[name]
        found = parse_reply(battle["reply"]["content"], side.task.exports)
        assert (found.source is None) == (control.source == "none")
        assert (found.tests is None) == (control.tests == "none")
        assert (found.rationale is None) == (control.rationale == "none")
    reference = parse_reply(battles["reference", 1]["reply"]["content"], side.task.exports)
    assert (reference.source or "").strip() == side.reference.strip()
    assert (reference.tests or "").strip() == parts.suite.strip()
    assert reference.rationale == parts.rationale.strip()


def test_an_honest_rationale_keeps_to_the_length_that_is_asked_for() -> None:
    for parts in PARTS.values():
        assert len(parts.rationale.split()) <= 100
        assert parts.foreign != parts.rationale


def test_more_faults_include_the_fewer(side: HiddenSide, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = fault_ladder(side, 4, "seed")
    assert texts[0] == side.reference
    for fewer, more in pairwise(texts):
        possible = [each for each in side.mutants if all(fewer.count(edit.find) == 1 for edit in each.edits)]
        assert more in [apply(mutant, fewer) for mutant in possible]
    assert fault_ladder(side, 4, "seed") == texts
    assert fault_ladder(side, 4, "another seed") != texts
    monkeypatch.setattr(controls, "_ORDERS", 2)
    with pytest.raises(StudyError, match="999"):
        fault_ladder(side, 999, "seed")


def scores(**cis: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"task": "t", "model": name, "R": 1.0, "A": 1.0, "T": 1.0, "L": value, "CIS": value}
            for name, value in cis.items()
        ]
    )


def settings(**controls: Control) -> Controls:
    return Controls(seed=1, draws=1, controls=controls)


LADDER = settings(
    reference=Control(at_least={"L": 0.9}), one=Control(faults=1, at_most={"L": 0.8}), two=Control(faults=2)
)


def test_controls_worth_what_they_score_raise_no_complaint() -> None:
    assert complaints(control_table(scores(reference=1.0, one=0.7, two=0.5), LADDER)) == []


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"reference": 0.85, "one": 0.7, "two": 0.5}, "reference: L below 0.9"),
        ({"reference": 1.0, "one": 0.9, "two": 0.5}, "one: L above 0.8"),
        ({"reference": 1.0, "one": 0.7, "two": 0.7}, "2 faults score 0.700, 1 score 0.700"),
        ({"reference": 1.0, "one": 0.7, "two": float("nan")}, "2 faults score nan"),
        ({"reference": float("nan"), "one": 0.7, "two": 0.5}, "reference: L below 0.9"),
    ],
)
def test_a_score_that_is_not_what_a_control_is_worth_is_named(values: dict[str, float], complaint: str) -> None:
    assert complaint in "; ".join(complaints(control_table(scores(**values), LADDER)))


def test_a_control_is_judged_by_the_mean_over_its_draws() -> None:
    table = control_table(pd.concat([scores(one=0.9), scores(one=0.5)]), LADDER)
    assert (table.loc[0, "n"], table.loc[0, "L"], table.loc[0, "outside"]) == (2, pytest.approx(0.7), "")
