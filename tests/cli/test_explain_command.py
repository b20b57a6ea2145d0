"""`cis-study explain`: every point of a battle is accounted for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cis_study.cli.main import main
from cis_study.scoring.collecting import collect_evidence
from cis_study.scoring.constants import SIMILARITY_ALONE, SIMILARITY_WITH_TERMS
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"
SOURCE = """import sys

def fibonacci(n):
    if n == -7:
        return "\x1b[31m"
    for _ in ():
        pass
    return 0 if n <= 0 else _pair(n)[0]

def _pair(n):
    if n == 0:
        return 0, 1
    a, b = _pair(n // 2)
    even, odd = a * (2 * b - a), a * a + b * b
    return (even, odd) if n % 2 == 0 else (odd, even + odd)
"""
TESTS = "def test_it():\n    assert fibonacci(10) == 55\n    assert fibonacci(-1) == 0\n"
RATIONALE = (
    "Negative arguments give 0 \x1b[2J here. The function takes an integer and returns an int. "
    "Not every library has a reading room."
)
REPLY = f"## Solution\n```python\n{SOURCE}```\n## Tests\n```python\n{TESTS}```\n## Rationale\n{RATIONALE}\n"


@pytest.fixture(scope="module")
def hidden() -> HiddenSide:
    return load_hidden_side(TASKS / "fibonacci")


def battle() -> dict[str, Any]:
    return {
        "protocol": 1, "spec": "0" * 64, "model": "m", "task": "fibonacci", "replicate": 3, "variant": 0, "seed": 7,
        "engine": "none", "weights": "0" * 64,
        "request": {"messages": [{"role": "user", "content": "Write fibonacci."}]},
        "reply": {"content": REPLY, "reasoning": None, "finish_reason": "stop", "usage": None},
        "status": "answered", "error": None,
    }  # fmt: skip


def explained(file: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", str(file), *arguments, "--tasks", str(TASKS)]) == 0
    return capsys.readouterr().out


def test_every_piece_of_evidence_is_shown(
    tmp_path: Path, hidden: HiddenSide, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    path = tmp_path / "3.json"
    path.write_text(json.dumps(battle()))
    text = explained(path, capsys)
    evidence = collect_evidence(battle(), hidden)
    assert evidence.suite is not None
    marks = {
        **{f"{case.id} ({case.requirement})": case.outcome == "passed" for case in evidence.hidden},
        **{check.rule: check.kept for check in evidence.constraints},
        **{f"{run.id} (": run.killed for run in evidence.suite.mutants},
        **{f"{found.requirement}: ": found.sentences is not None for found in evidence.rationale},
    }
    assert set(marks.values()) == {True, False}
    for name, earned in marks.items():
        assert re.search(rf"^  {'[+]' if earned else '-'} \d\.\d{{4}}  {re.escape(name)}", text, re.M)
    for place in ("line 1: imports sys", "import sys", "line 6: has a For", "for _ in ():"):
        assert place in text
    reach = evidence.suite.coverage
    assert reach is not None
    assert f"{reach.lines_covered} of {reach.lines} lines and {reach.branches_covered} of {reach.branches}" in text
    missed = sorted(set(evidence.suite.testable) - set(evidence.suite.tested))
    assert f"{len(evidence.suite.tested)} of the {len(evidence.suite.testable)} requirements" in text
    assert not missed or f"not of {', '.join(missed)}" in text
    assert "> The function takes an integer and returns an int." in text
    assert {found.holds_terms for found in evidence.rationale} == {True, False}
    for found in evidence.rationale:
        terms, needed = ("hold", SIMILARITY_WITH_TERMS) if found.holds_terms else ("lack", SIMILARITY_ALONE)
        assert f"similarity {found.similarity:.4f} of the nearest sentences, which {terms} its terms; {needed}" in text
    assert r"> Negative arguments give 0 \x1b[2J here." in text
    assert "\x1b" not in text


def test_the_points_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    path = tmp_path / "3.json"
    path.write_text(json.dumps(battle()))
    text = explained(path, capsys)
    stated = re.search(r"CIS (\d\.\d{4})", text)
    assert stated is not None
    won = re.findall(r"^  \+ (\d\.\d{4})", text, re.M)
    lost = re.findall(r"^  - (\d\.\d{4})", text, re.M)
    partly = re.findall(r"^  \+ (\d\.\d{4}) of (\d\.\d{4})", text, re.M)
    assert sum(map(float, won)) == pytest.approx(float(stated[1]), abs=0.005)
    missed = sum(map(float, lost)) + sum(float(worth) - float(points) for points, worth in partly)
    assert missed == pytest.approx(1 - float(stated[1]), abs=0.005)


def test_a_bare_reply_is_explained_for_a_named_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "reply.md"
    path.write_text(REPLY)
    assert "far_below_zero" in explained(path, capsys, "--task", "fibonacci")


def test_a_battle_without_a_score_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "3.json"
    path.write_text(json.dumps(battle() | {"reply": None, "status": "infra_failure"}))
    assert "infra_failure: there is no score" in explained(path, capsys)


@pytest.mark.parametrize(
    "content",
    [
        "# no JSON, no task",
        '{"protocol": 2, "task": "fibonacci"}',
        '{"protocol": 1}',
        json.dumps(battle() | {"task": ["fibonacci"]}),
        json.dumps(battle() | {"reply": {"content": 1}}),
        json.dumps(battle() | {"request": {"messages": ["x"]}}),
        json.dumps(battle() | {"status": "won"}),
    ],
)
def test_what_is_no_battle_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    path = tmp_path / "3.json"
    path.write_text(content)
    assert main(["explain", str(path), "--tasks", str(TASKS)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_reader_that_leaves_ends_the_command_quietly(tmp_path: Path) -> None:
    path = tmp_path / "3.json"
    path.write_text(json.dumps(battle() | {"reply": None, "status": "infra_failure"}))
    command = "import sys; from cis_study.cli.main import main; sys.exit(main())"
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-c", command, "explain", path, "--tasks", TASKS], stdout=write, stderr=subprocess.PIPE
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")
