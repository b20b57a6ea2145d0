"""FAKE battles and their evidence, with texts that attack the page."""

from __future__ import annotations

from typing import Any

from fake_evidence import fake_evidence as plain_evidence

from cis_study.scoring.evidence import Evidence
from cis_study.tasks.hidden import HiddenSide

HOSTILE = (
    '</script><script>document.title="owned"</script><!-- <script> --> <img src=x onerror="document.title=\'owned\'">'
    "]]> &lt;b&gt; {{ 7*7 }} \u2028 \ud800 \x00"
)


def fake_battle(row: dict[str, Any], reply: str) -> dict[str, Any]:
    return {
        "model": row["model"],
        "task": row["task"],
        "replicate": row["replicate"],
        "request": {"messages": [{"role": "user", "content": f"Solve {row['task']} {row['variant']}"}]},
        "reply": {"content": reply, "reasoning": None, "finish_reason": "stop", "usage": None},
        "status": "answered",
        "error": None,
    }


def fake_evidence(row: dict[str, Any], detail: str, sides: dict[str, HiddenSide]) -> Evidence:
    side = sides[row["task"]]
    mutant, first, second = side.mutants[0].id, *[requirement.id for requirement in side.task.requirements[:2]]
    return plain_evidence(
        **{name: row[name] for name in ("model", "task", "replicate", "variant", "seed")},
        has_tests=True,
        has_rationale=True,
        notes=[detail],
        hidden=[{"id": "a", "requirement": "b", "outcome": "wrong", "detail": detail}],
        hidden_total=1,
        constraints=[{"rule": "no_loops", "kept": False, "findings": [[3, detail]], "observed": [detail]}],
        structure=[{"name": "lint", "value": 1, "reference": 0}],
        suite={
            "dialect": None,
            "passed": 1,
            "failed": 0,
            "ended": "ok",
            "planted": [True],
            "sound": True,
            "mutants": [{"id": mutant, "breaks": "b", "killed": False, "ended": "ok"}],
            "coverage": None,
        },
        rationale=[
            {"requirement": first, "similarity": 0.5, "holds_terms": True, "sentences": [0]},
            {"requirement": second, "similarity": None, "holds_terms": False, "sentences": None},
        ],
        contradicted=[{"claim": "loops", "sentence": detail, "against": detail}],
        requirements_total=2,
    )
