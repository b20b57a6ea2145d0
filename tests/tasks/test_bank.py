"""The bank of generated mutants: what is kept, what is reported, and that it is the same every time."""

from __future__ import annotations

import runpy
import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from cis_study.sandbox import oracle
from cis_study.sandbox.profile import Limits
from cis_study.scoring import bank_building
from cis_study.scoring.bank_building import build_bank, failed_cases
from cis_study.scoring.collecting import answers_of
from cis_study.tasks.bank import Candidate, candidates, choose, render_bank
from cis_study.tasks.hidden import Bank, Edit, Mutant, apply, load_hidden_side
from cis_study.yamlfile import read_yaml

ROOT = Path(__file__).parents[2]
TASKS = sorted(path.parent for path in (ROOT / "config" / "tasks").glob("*/bank.yaml"))


def test_mutants_that_fail_a_case_are_kept_and_the_others_named(folder: Path) -> None:
    built = build_bank(folder, 2)
    assert built is not None
    assert built.tried == built.kept + len(built.survivors)
    assert "line 4: `<` becomes `<=` (comparison)" in built.survivors, "x = low is low either way"
    assert not any("`low` becomes `None`" in survivor for survivor in built.survivors)
    side = load_hidden_side(folder)
    assert len(side.mutants) == 3 + built.kept
    assert {mutant.breaks for mutant in side.mutants[3:]} == {"clamp", "order"}
    swapped = next(mutant for mutant in side.mutants if mutant.id == "exception_line_3")
    assert (swapped.breaks, swapped.what) == ("order", "line 3: `ValueError` becomes `TypeError`")


def test_the_same_files_give_the_same_bytes(folder: Path) -> None:
    made = []
    for workers in (1, 3):
        (folder / "bank.yaml").unlink(missing_ok=True)
        build_bank(folder, workers)
        made.append((folder / "bank.yaml").read_bytes())
    assert made[0] == made[1]
    assert build_bank(folder, 1) is None


def test_a_faulty_folder_fails_the_rule_and_holds_up_no_other(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = shutil.copytree(folder, folder.parent / "a")
    (faulty / "reference.py").write_text((folder / "reference.py").read_text() + "def (\n")
    fields = {"params": SimpleNamespace(tasks_dir=str(folder.parent)), "log": [str(tmp_path / "log")], "threads": 2}
    with pytest.raises(SystemExit):
        runpy.run_path(str(ROOT / "scripts/build_mutants.py"), init_globals={"snakemake": SimpleNamespace(**fields)})
    assert (folder / "bank.yaml").is_file()
    assert not (faulty / "bank.yaml").exists()
    printed = capsys.readouterr().out
    assert "reference.py: invalid" in printed
    assert "  survives every hidden case: line 4: `<` becomes `<=` (comparison)" in printed


def test_a_large_hand_written_bank_leaves_less_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for room, kept in ((5, 2), (2, 0)):
        monkeypatch.setattr(bank_building, "MAX_MUTANTS", room)
        (folder / "bank.yaml").unlink(missing_ok=True)
        built = build_bank(folder, 2)
        assert built is not None
        assert built.kept == kept
    assert len(load_hidden_side(folder).mutants) == 3


def test_a_change_that_no_suite_can_import_is_no_mutant(folder: Path) -> None:
    source = (folder / "reference.py").read_text()
    (folder / "reference.py").write_text("Number = int | float\n\n\n" + source)
    assert "int & float" in "\n".join(item.program for item in candidates(load_hidden_side(folder)))
    build_bank(folder, 1)
    assert "int & float" not in (folder / "bank.yaml").read_text()


def test_an_edit_survives_the_file(tmp_path: Path) -> None:
    edit = Edit(find="if a:\n    b = '\\d \"\u00e4: # x'\t", replace="{a: [b]}")
    bank = Bank(made_from={"a": "f" * 64}, mutants=[Mutant(id="x", breaks="y", what="`:` # \\ '\"", edits=[edit])])
    (tmp_path / "bank.yaml").write_text(render_bank(bank))
    assert read_yaml(tmp_path / "bank.yaml", Bank) == bank


def test_programs_that_do_not_end_fill_up_at_most_two_places(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "CASE_CPU_S", 0.2)
    monkeypatch.setattr(bank_building, "_IN_VAIN", Limits(cpu_s=1))
    counting = "def clamp(x, low, high):\n    while x < low:\n        x += 1\n    return min(x, high)\n"
    (folder / "reference.py").write_text(counting)
    cases = (folder / "cases.yaml").read_text().replace("raises: ValueError", "equals: 0")
    (folder / "cases.yaml").write_text(cases)
    (folder / "mutants.yaml").write_text(
        "mutants: [{id: none, breaks: clamp, what: nothing, edits: [{find: min, replace: print}]}]\n"
    )
    built = build_bank(folder, 2)
    assert built is not None
    side = load_hidden_side(folder)
    failed = [failed_cases(apply(mutant, side.reference), side) for mutant in side.mutants]
    assert sum(any(case.outcome == "timeout" for case in cases) for cases in failed) == 2
    assert built.tried > built.kept + len(built.survivors)


def test_a_slow_program_is_given_its_time_before_it_counts_as_caught(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oracle, "CASE_CPU_S", 10.0)
    monkeypatch.setattr(bank_building, "_IN_VAIN", Limits(cpu_s=1))
    side = load_hidden_side(folder)
    slow = side.reference.replace("    if low", "    sum(i & 1 for i in range(30_000_000))\n    if low")
    assert any(case.detail == "cpu_limit" for case in answers_of(slow, side, bank_building._IN_VAIN))
    assert failed_cases(slow, side) == []


def test_a_frequent_operator_does_not_crowd_out_the_rest() -> None:
    def pool(**sizes: int) -> list[Candidate]:
        edit = Edit(find="x", replace="y")
        return [Candidate(f"{name}_{n}", name, "", edit, "") for name, size in sizes.items() for n in range(size)]

    chosen = choose(pool(argument=50, loop=2, logic=5), 12, "task")
    assert Counter(item.operator for item in chosen) == {"argument": 5, "loop": 2, "logic": 5}
    assert choose(pool(loop=2, logic=5, argument=50), 12, "task") == chosen
    assert choose(pool(argument=50, loop=2, logic=5), 12, "other") != chosen
    assert len(choose(pool(loop=2), 12, "task")) == 2


@pytest.mark.parametrize("folder", TASKS, ids=lambda folder: folder.name)
def test_a_committed_bank_is_what_the_present_code_would_draw_from(folder: Path) -> None:
    """Otherwise a change of the operators would leave banks behind that nobody can make again."""
    drawn = {(item.id, item.edit) for item in candidates(load_hidden_side(folder, generated=False))}
    assert {(mutant.id, *mutant.edits) for mutant in read_yaml(folder / "bank.yaml", Bank).mutants} <= drawn
