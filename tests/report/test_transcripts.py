"""Which episodes a reader is shown, and that nothing in them can run."""

from __future__ import annotations

from typing import Any

import pandas as pd
from fake_scores import FAKE_STANDING, fake_design

from cis_study.report.battles import BrowserData
from cis_study.report.page import render_report
from cis_study.report.transcripts import chosen, solved_by_name

DESIGN = fake_design()


def episode(replicate: int, turns: int, **changes: Any) -> dict[str, Any]:
    said = {"text": "<script>alert(1)</script> \ud800"}
    call = {"tool": "run_tests", "arguments": {}}
    step = {"said": said, "call": call, "fault": None, "result": {"text": "1 passed", "ok": True, "tests": {}}}
    unread = {"said": said, "call": None, "fault": "there is no fenced JSON block", "result": None}
    return {
        "model": DESIGN.models[0],
        "kind": "repair",
        "tool_protocol": "fenced",
        "task": DESIGN.task_ids[0],
        "replicate": replicate,
        "opening": "Repair <b>it</b>.",
        "transcript": [step] * (turns - 1) + [unread],
        "files": {"solution.py": "x < 1"},
        "status": "finished",
        "stopped_by": None,
        **changes,
    }


def test_the_shortest_solved_and_the_longest_failed_one_are_shown() -> None:
    episodes = [episode(1, 5), episode(2, 3), episode(3, 2), episode(4, 6), episode(5, 9, status="infra_failure")]
    row = {"model": DESIGN.models[0], "kind": "repair", "tool_protocol": "fenced", "task": DESIGN.task_ids[0]}
    solved = {1: True, 2: True, 3: False, 4: False, 5: None}
    table = pd.DataFrame([{**row, "replicate": number, "solved": good} for number, good in solved.items()])
    shown = chosen(episodes, solved_by_name([table]), DESIGN)
    assert [transcript.verdict for transcript in shown] == [
        "solved, 3 turns, ended: finished",
        "not solved, 6 turns, ended: finished",
    ]
    assert shown[0].title.endswith("replicate 2")
    assert shown[0].steps[-1].result == "No call: there is no fenced JSON block"
    assert chosen(episodes, {}, DESIGN) == []


def test_what_a_model_wrote_is_escaped() -> None:
    name = f"{DESIGN.models[0]}/repair/{DESIGN.task_ids[0]}/1"
    counts = {"planned": 1, "with_scores": 1, "missing": 0}
    browser = BrowserData([], [])
    shown = chosen([episode(1, 2)], {name: True}, DESIGN)
    page = render_report(DESIGN, [], counts, [], [], browser, shown, standing=FAKE_STANDING._asdict())
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ?" in page
    assert "x &lt; 1" in page
    page.encode("utf-8")
    assert 'id="episodes"' not in render_report(DESIGN, [], counts, [], [], browser, standing=FAKE_STANDING._asdict())
