"""`cis-study score` on one submission: what it prints, and one clear message for what it refuses."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cis_study.cli.main import main
from cis_study.cli.text import printable, show

ROOT = Path(__file__).parents[2]
TASKS = ["--tasks", str(ROOT / "config" / "tasks")]
GOOD: dict[str, Any] = {
    "task": "fibonacci",
    "source_code": (ROOT / "config/tasks/fibonacci/reference.py").read_text(),
    "test_code": "def test_it():\n    assert fibonacci(10) == 55\n    assert fibonacci(-1) == 0\n",
    "rationale": "The function takes an integer and returns an int. Negative arguments give 0.",
}


def file_of(tmp_path: Path, content: object) -> str:
    path = tmp_path / "submission.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def scored(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["score", *arguments, "--json", *TASKS]) == 0
    outcome: dict[str, Any] = json.loads(capsys.readouterr().out)
    return outcome


def test_status_components_and_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = scored(capsys, file_of(tmp_path, GOOD))
    assert outcome["status"] == "scored"
    assert outcome["components"]["L"] == 1.0
    assert 0 < outcome["components"]["T"] < 1
    assert outcome["cis"] == pytest.approx(sum(outcome["components"].values()) / 4)
    assert any(reason.startswith("R: ") and "recursion" in reason for reason in outcome["reasons"])
    assert main(["score", file_of(tmp_path, GOOD), *TASKS]) == 0
    assert f"CIS    {outcome['cis']:.4f}" in capsys.readouterr().out


def test_tests_that_bring_their_own_solution_test_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = scored(capsys, file_of(tmp_path, GOOD))
    copied = scored(capsys, file_of(tmp_path, GOOD | {"test_code": GOOD["source_code"] + GOOD["test_code"]}))
    assert copied["components"] == alone["components"]
    assert alone["components"]["T"] > 0


def test_standard_input_and_a_task_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = {key: value for key, value in GOOD.items() if key != "task"}
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(parts).encode())))
    assert scored(capsys, "-", "--task", "fibonacci")["components"]["L"] == 1.0


def test_a_published_instrument_takes_recorded_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded = {"R": 0.5, "A": 0.9, "T": 0.1, "L": 0.8, "critique": "Sound.", "audit_valid": True, "audit_penalty": 0,
                "sandbox_passed": True}  # fmt: skip
    path = file_of(tmp_path, GOOD | {"recorded": recorded})
    assert scored(capsys, path, "--instrument", "logomesh-stage2")["cis"] == pytest.approx(0.62)
    missing = scored(capsys, path, "--instrument", "logomesh-tier3")
    assert (missing["status"], missing["cis"]) == ("not_recorded", None)
    assert missing["reasons"] == ["not_recorded: red_multiplier"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("nothing", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no JSON object"),
        ({"task": "fibonacci"}, "source_code"),
        (GOOD | {"rationale": None}, "rationale"),
        (GOOD | {"solution": ""}, "solution"),
        (GOOD | {"task": "sorting"}, "no such task"),
        (GOOD | {"task": "../tasks/fibonacci"}, "no such task"),
        ({key: value for key, value in GOOD.items() if key != "task"}, "no such task"),
    ],
)
def test_what_is_refused_gives_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: object, complaint: str
) -> None:
    assert main(["score", file_of(tmp_path, content), *TASKS]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert complaint in err


@pytest.mark.parametrize("arguments", [["score", "x", "--instrument", "best"], ["grade"], []])
def test_unknown_words_give_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "absent.json", *TASKS]) == 2
    assert "absent.json" in capsys.readouterr().err


def test_a_terminal_is_not_commanded_by_a_submission() -> None:
    hostile = "a\x1b]0;title\x07b\x9b2Jc\u202ed\r\n\te\ud800"
    assert printable(hostile) == r"a\x1b]0;title\x07b\x9b2Jc\u202ed\r\n\te\ud800"
    assert printable("naïve – 漢字 🙂") == "naïve – 漢字 🙂"


@pytest.mark.parametrize("columns", [30, 100])
def test_paragraphs_fit_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    show("[bold]word[/] " * 40 + "漢" * 40, indent=4)
    lines = capsys.readouterr().out.splitlines()
    width = max(sum(2 if char == "漢" else 1 for char in line) for line in lines)
    assert columns - 16 < width <= columns
    assert "".join(lines).count("[bold]word[/]") == 40
