"""Every fault of a task folder is found and named."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from cis_study.errors import StudyError
from cis_study.scoring import task_check
from cis_study.scoring.bank_building import build_bank, failed_cases
from cis_study.scoring.constant_answers import constant_programs
from cis_study.scoring.task_check import check_task
from cis_study.tasks.hidden import load_hidden_side


def change(path: Path, find: str, replace: str) -> None:
    text = path.read_text()
    assert find in text
    path.write_text(text.replace(find, replace, 1))


def test_a_folder_in_order_has_no_fault(folder: Path) -> None:
    assert check_task(folder, 2) == ("clamp", 4, 3, ())


FAULTS = {
    "four wordings": ("task.yaml", '"1 {requirements}", ', "", "wordings"),
    "no terms": ("scoring.yaml", "terms: [[error]]", "terms: [[]]", "order.terms"),
    "no paraphrase": ("scoring.yaml", "[Crossed bounds are an error.]", "[]", "order.paraphrases"),
    "silent rubric": ("scoring.yaml", "  order: {", "  ordered: {", "ordered.*no such requirement"),
    "no case": ("cases.yaml", "requirement: order", "requirement: clamp", "requirement order has no hidden case"),
    "wrong reference": ("reference.py", "x > high", "x > high + 9", "the reference fails case above: step 1 returned"),
    "no exception": ("reference.py", "low > high", "low > high + 99", "case crossed: step 1 did not raise ValueError"),
    "invalid reference": ("reference.py", "if x < low:", "if x < low", "the reference is not valid Python"),
    "wrong dialect": ("mutants.yaml", "2 * x - x", "2 * x", "dialect doubled fails case inside"),
    "broken constraint": ("reference.py", "def ", "import os\n\n\ndef ", "breaks forbid_imports in line 1: imports os"),
    "no such rule": ("scoring.yaml", "rule: forbid_imports", "rule: forbid", "no such rule"),
    "survivor": ("mutants.yaml", "find: return low, replace: pass", "find: x < low, replace: x <= low", "low survives"),
    "twins": ("mutants.yaml", "find: return high", "find: return low", "mutant high is the same program as mutant low"),
    "no change": ("mutants.yaml", "replace: pass", "replace: return (low)", "low is the same program as the reference"),
    "no Python": ("mutants.yaml", "replace: pass", "replace: return return", "mutant low is not valid Python"),
    "other requirement": ("mutants.yaml", "high, breaks: clamp", "high, breaks: order", "high fails no case of order"),
    "unusable": ("mutants.yaml", "return high, replace: pass", 'def, replace: "low\\ndef"', "high cannot be imported"),
    "no such text": ("mutants.yaml", "find: return high", "find: return hi!", "high: return hi!: it occurs 0 times"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named(folder: Path, name: str) -> None:
    file, find, replace, message = FAULTS[name]
    change(folder / file, find, replace)
    faults = "\n".join(check_task(folder, 2).faults)
    assert re.search(message, faults), faults


def cases(*expected: str) -> str:
    """As many cases as expectations, all of them with 5 as the first argument."""
    steps = [f"{{call: clamp, args: [5, 0, 9], expect: {{{each}}}}}" for each in expected]
    return "cases:\n" + "".join(
        f"  - {{id: case_{number}, requirement: clamp, steps: [{step}]}}\n" for number, step in enumerate(steps)
    )


CONSTANTS = {
    "returns None": "equals: null",
    "returns True": "equals: true",
    "returns False": "equals: false",
    "returns its first argument": "equals: 5",
    "returns 'b'": "equals: b",
    "returns {'valid': False, 'reason': 'text'}": "has: {valid: false}, text_keys: [reason]",
    "raises ValueError": "raises: ValueError",
    "raises Refused": "raises: Refused",
}


@pytest.mark.parametrize("told", CONSTANTS)
def test_a_constant_program_passes_the_cases_that_expect_its_answer(folder: Path, told: str) -> None:
    (folder / "cases.yaml").write_text(cases(CONSTANTS[told], "equals: 7"))
    side = load_hidden_side(folder)
    assert [case.id for case in failed_cases(constant_programs(side)[told], side)] == ["case_1"]


def test_every_method_of_a_class_gives_the_constant_answer(folder: Path) -> None:
    change(folder / "task.yaml", "exports: [clamp]", "exports: [Clamp, clamp]")
    made = "{new: Clamp, as: c, args: [0, 9]}"
    called = "{call: c.of, args: [3], expect: {equals: 3}}, {call: clamp, args: [3, 0, 9], expect: {equals: 3}}"
    (folder / "cases.yaml").write_text(f"cases: [{{id: a, requirement: clamp, steps: [{made}, {called}]}}]")
    side = load_hidden_side(folder)
    assert failed_cases(constant_programs(side)["returns 3"], side) == []


def test_a_constant_program_may_pass_half_of_the_cases(folder: Path) -> None:
    refused, answered = "raises: ValueError", "equals: 7"
    (folder / "cases.yaml").write_text(cases(refused, refused, answered, answered))
    assert "a program that always" not in "\n".join(check_task(folder, 1).faults)
    (folder / "cases.yaml").write_text(cases(refused, refused, refused, answered, answered))
    assert "a program that always raises ValueError passes 3 of 5 hidden" in "\n".join(check_task(folder, 1).faults)


@pytest.mark.parametrize("name", ["task.yaml", "cases.yaml", "mutants.yaml", "reference.py", "scoring.yaml"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (fault,) = check_task(folder, 1).faults
    assert f"{name}: missing" in fault


def test_too_few_cases_and_mutants_are_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_check, "MIN_CASES", 5)
    monkeypatch.setattr(task_check, "MIN_MUTANTS", 4)
    few = check_task(folder, 1).faults
    assert [fault.split(":")[0] for fault in few] == ["3 mutants, not 4 to 60", "4 hidden cases, fewer than 5"]
    monkeypatch.setattr(task_check, "MAX_MUTANTS", 2)
    assert "3 mutants, not 4 to 2" in check_task(folder, 1).faults[0]


def test_a_requirement_that_only_a_constraint_decides_needs_no_case(folder: Path) -> None:
    change(folder / "task.yaml", "wordings:", "  - {id: imports, text: Do not import os.}\nwordings:")
    change(
        folder / "scoring.yaml",
        "rationale:\n",
        "rationale:\n  imports: {terms: [[import]], paraphrases: [No import.]}\n",
    )
    assert [fault for fault in check_task(folder, 1).faults if "requirement imports has no hidden case" in fault]
    change(folder / "scoring.yaml", "rationale:", "structural: [imports]\nrationale:")
    assert check_task(folder, 1).faults == ()


def test_a_bank_made_from_other_files_is_named_until_it_is_made_again(folder: Path) -> None:
    build_bank(folder, 1)
    assert check_task(folder, 1).faults == ()
    for name in ("reference.py", "cases.yaml", "mutants.yaml"):
        content = (folder / name).read_text()
        (folder / name).write_text(content + "# changed\n")
        (fault,) = check_task(folder, 1).faults
        assert f"bank.yaml: {name}: the bank was made before this changed" in fault
        (folder / name).write_text(content)
    change(folder / "reference.py", "return x", "return +x")
    change(folder / "mutants.yaml", "return x", "return +x")
    assert build_bank(folder, 1) is not None
    assert check_task(folder, 1).faults == ()


def test_a_fault_makes_the_rule_fail_after_it_is_written_down(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, log = tmp_path / "out" / "check.json", tmp_path / "log"
    fields = {
        "params": SimpleNamespace(tasks_dir=str(folder.parent), found=str(found), only=None), "log": [str(log)],
        "threads": 1,
    }  # fmt: skip
    script = str(Path(__file__).parents[2] / "scripts/check_tasks.py")
    runpy.run_path(script, init_globals={"snakemake": SimpleNamespace(**fields)})
    assert json.loads(found.read_text())[0]["faults"] == []
    change(folder / "reference.py", "x > high", "x > high + 9")
    with pytest.raises(SystemExit) as left:
        runpy.run_path(script, init_globals={"snakemake": SimpleNamespace(**fields)})
    assert left.value.code == 1
    assert "the reference fails case above" in json.loads(found.read_text())[0]["faults"][0]
    assert "clamp: the reference fails case above" in capsys.readouterr().out
    fields["params"].only = "clam"
    with pytest.raises(StudyError, match="tasks/clam: missing"):
        runpy.run_path(script, init_globals={"snakemake": SimpleNamespace(**fields)})
