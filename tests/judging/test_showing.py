"""What judges are shown: the planned exhibits, blinded, in every condition what the condition promises."""

from __future__ import annotations

from typing import Any

import pytest
from judging_studies import CONFIG, all_exhibits, fake_battles, judged_study, planned_places

from cis_study.battles.record import failed
from cis_study.errors import StudyError
from cis_study.judging.exhibit import Exhibit
from cis_study.judging.showing import judged_slots, load_material, place

EVERYTHING = ["reference", "one_fault", "vacuous_tests", "false_claims", "forged_output", "empty"]
CALIBRATION = {"tasks": ["fibonacci", "lru_cache"], "draws": 2, "padded": EVERYTHING, "instructed": EVERYTHING}


@pytest.fixture(scope="module")
def exhibits() -> dict[tuple[str, str, int, str], Exhibit]:
    study = judged_study(controls=CALIBRATION, replicates=None, tasks=None)
    return {tuple(place(one)): one for one in all_exhibits(study, fake_battles(study))}


def test_exhibits_are_those_that_were_planned(exhibits: dict[tuple[str, str, int, str], Exhibit]) -> None:
    study = judged_study(controls=CALIBRATION, replicates=None, tasks=None)
    places = planned_places(study)
    assert set(exhibits) == set(places)
    assert {one.condition for one in places if one.author in study.names} == {"plain"}
    # Draws of controls with faults alone; lru_cache has a slower solution to plant, fibonacci has none.
    count = {key[:2]: sum(key[:2] == other[:2] for other in exhibits) for key in exhibits}
    assert (count["two_faults", "fibonacci"], count["empty", "fibonacci"], count["one_fault", "fibonacci"]) == (2, 3, 6)
    assert ("linear", "lru_cache") in count
    assert ("linear", "fibonacci") not in count


def test_how_much_is_judged_can_be_limited() -> None:
    assert judged_slots(judged_study(replicates=1, tasks=["fibonacci"])) == [("fibonacci", 1)]
    assert len(judged_slots(judged_study(replicates=99, tasks=None))) == 4


def test_names_of_contestants_are_masked(exhibits: dict[tuple[str, str, int, str], Exhibit]) -> None:
    shown = exhibits["smollm2-135m", "fibonacci", 1, "plain"]
    assert shown.source is not None
    assert shown.rationale == "It returns what is asked for, says masked."
    # Another family is no contestant of this study.
    assert "Qwen2.5-Coder" in shown.source


def test_padding_changes_the_rationale_alone_and_adds_to_it(exhibits: dict[tuple[str, str, int, str], Exhibit]) -> None:
    padded = [one for one in exhibits.values() if one.condition == "padded"]
    assert {one.author for one in padded} == set(EVERYTHING)
    for one in padded:
        plain = exhibits[one.author, one.task, one.replicate, "plain"]
        assert (one.source, one.tests) == (plain.source, plain.tests)
        if plain.rationale is None:
            assert one.rationale is None
        else:
            assert one.rationale is not None
            assert one.rationale.startswith(plain.rationale.rstrip())
            assert len(one.rationale.split()) > len(plain.rationale.split()) + 80


def test_orders_stand_in_every_part_that_there_is(exhibits: dict[tuple[str, str, int, str], Exhibit]) -> None:
    orders = load_material(judged_study(), CONFIG).attacks.orders
    instructed = [one for one in exhibits.values() if one.condition == "instructed"]
    assert {one.author for one in instructed} == set(EVERYTHING)
    for one in instructed:
        plain = exhibits[one.author, one.task, one.replicate, "plain"]
        for part in ("source", "tests", "rationale"):
            before, after = getattr(plain, part), getattr(one, part)
            hidden = [order for order in orders if order in (after or "")]
            assert len(hidden) == (before is not None), (one.author, part)
        if one.source is not None and one.tests is not None:
            # Neither the program nor what its tests do is another.
            compile(one.source, "source", "exec")
            compile(one.tests, "tests", "exec")
    assert {order for order in orders for one in instructed if order in (one.source or "")} >= set(orders[:2])


def test_a_lost_battle_has_no_exhibit_and_an_empty_reply_has_one() -> None:
    study = judged_study()
    lost, *rest = fake_battles(study, content="")
    shown = all_exhibits(study, [failed(lost, OSError("gone")), *rest])
    own = [one for one in shown if one.author == "smollm2-135m"]
    assert len(own) == len(rest)
    assert all(one.source is one.tests is one.rationale is None for one in own)


@pytest.mark.parametrize(
    ("controls", "named"),
    [
        ({"tasks": ["fibonacci"], "padded": ["perfect"]}, r"judges.controls.padded: perfect.*Known: reference"),
        ({"tasks": ["fibonacci"], "instructed": ["none"]}, "judges.controls.instructed"),
    ],
)
def test_a_control_that_does_not_exist_is_named(controls: dict[str, Any], named: str) -> None:
    study = judged_study(controls=controls)
    with pytest.raises(StudyError, match=named):
        planned_places(study)


def test_a_contestant_called_like_a_control_is_refused() -> None:
    study = judged_study().model_copy(update={"contestants": ["reference"]})
    with pytest.raises(StudyError, match="a control has this name"):
        planned_places(study)
