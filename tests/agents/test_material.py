"""Where episodes start: the same for every model, graded by what was not shown, repairs that fail a shown test."""

from __future__ import annotations

from pathlib import Path

import pytest

from cis_study.agents.material import SHOWN_CASES, VISIBLE_TESTS, implement, repair
from cis_study.errors import StudyError
from cis_study.tasks.hidden import HiddenSide, apply, load_hidden_side
from cis_study.tasks.repairs import Repairs, load_repairs

FOLDER = Path(__file__).parents[2] / "config/tasks/lru_cache"


@pytest.fixture(scope="module")
def side() -> HiddenSide:
    return load_hidden_side(FOLDER)


@pytest.fixture(scope="module")
def repairs() -> Repairs:
    return load_repairs(FOLDER)


def test_an_implementation_starts_empty_with_tests_of_different_requirements(side: HiddenSide) -> None:
    material = implement(side, seed=1, replicate=1, steps=9)
    assert material.files["solution.py"] == ""
    requirements = {case.id: case.requirement for case in side.cases}
    assert len({requirements[name] for name in material.shown}) == len(material.shown) == SHOWN_CASES
    assert all(f"def test_{name}():" in material.files[VISIBLE_TESTS] for name in material.shown)
    assert material.mutant is None


def test_a_repair_starts_from_a_mutant_that_fails_one_shown_case(side: HiddenSide, repairs: Repairs) -> None:
    mutants = {mutant.id: mutant for mutant in side.mutants}
    for replicate in range(1, 41):
        material = repair(side, repairs, seed=1, replicate=replicate, steps=9)
        assert material.mutant is not None
        assert material.files["solution.py"] == apply(mutants[material.mutant], side.reference)
        assert len(set(material.shown) & set(repairs.fails[material.mutant])) == 1
        assert set(repairs.fails[material.mutant]) - set(material.shown)
        assert len(material.shown) <= SHOWN_CASES


def test_every_mutant_has_its_turn_before_one_comes_again(side: HiddenSide, repairs: Repairs) -> None:
    several = sum(len(fails) > 1 for fails in repairs.fails.values())
    chosen = [repair(side, repairs, 1, replicate, 9).mutant for replicate in range(1, several + 2)]
    assert len(set(chosen)) == several
    assert chosen[-1] == chosen[0]


def test_the_start_depends_on_seed_and_replicate_alone(side: HiddenSide) -> None:
    starts = {(seed, r): implement(side, seed, r, 9).shown for seed in (1, 2) for r in range(1, 11)}
    assert starts == {(seed, r): implement(side, seed, r, 9).shown for seed in (1, 2) for r in range(1, 11)}
    assert len({tuple(shown) for shown in starts.values()}) > 3


def test_the_opening_states_every_requirement_and_leaves_no_field_open(side: HiddenSide, repairs: Repairs) -> None:
    for material in (implement(side, 1, 1, 9), repair(side, repairs, 1, 1, 9)):
        assert all(material.opening.count(requirement.text) == 1 for requirement in side.task.requirements)
        assert "9 tool calls" in material.opening
        assert not {"{title}", "{solution}", "{tests}", "{exports}", "{steps}", "{requirements}"} & set(
            material.opening.split()
        )
        assert "LRUCache" in material.opening


def test_repairs_of_changed_files_are_refused(tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    load_repairs(tmp_path)
    (tmp_path / "cases.yaml").write_text((tmp_path / "cases.yaml").read_text() + "\n# changed\n")
    with pytest.raises(StudyError, match="build_mutants"):
        load_repairs(tmp_path)
