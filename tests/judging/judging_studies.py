"""Exhibits of a small study, and FAKE judgements of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cis_study.battles.record import identify, replied
from cis_study.config import Study, load_contestants, load_tasks, resolve_study
from cis_study.judging.blinding import mask_of
from cis_study.judging.exhibit import Exhibit
from cis_study.judging.rubric import Rubric, load_rubric
from cis_study.judging.showing import Place, all_places, load_material, planted, submitted
from cis_study.plan import plan_block
from cis_study.provenance import canonical_json

CONFIG = Path(__file__).parents[2] / "config"
RUBRIC: Rubric = load_rubric(CONFIG / "judging/rubric.yaml")
REPLY = """\
## Solution
```python
def fibonacci(n):  # by Qwen2.5-Coder
    return n
```

## Tests
```python
from solution import fibonacci

def test_zero():
    assert fibonacci(0) == 0
```

## Rationale
```text
It returns what is asked for, says SmolLM2.
```
"""


def judged_study(name: str = "ci", **judges: Any) -> Study:
    """A study of the repository, with some keys of `judges` replaced."""
    content = yaml.safe_load((CONFIG / f"{name}.yaml").read_text())
    return resolve_study({**content, "judges": {**content["judges"], **judges}})


def fake_battles(study: Study, weights: str = "a" * 64, content: str = REPLY) -> list[dict[str, Any]]:
    """Every battle of the first block, all with one FAKE reply."""
    reply_format = (CONFIG / "tasks/reply_format.txt").read_text()
    planned = plan_block(study, load_tasks(study, CONFIG), reply_format, "1-2")
    return [
        replied(
            identify(battle, name, study.engine.kind, weights),
            content=content, reasoning=None, finish_reason="stop", usage=None,
        )
        for name in study.names
        for battle in planned
    ]  # fmt: skip


def planned_places(study: Study) -> list[Place]:
    material = load_material(study, CONFIG)
    return all_places(study, material.settings, material.parts)


def all_exhibits(study: Study, battles: list[dict[str, Any]]) -> list[Exhibit]:
    mask = mask_of(load_contestants(study, CONFIG).values())
    return submitted(battles, load_tasks(study, CONFIG), mask) + planted(study, load_material(study, CONFIG), mask)


def judgement_text(score: float = 0.5, evidence: str = "nothing to quote", **changes: Any) -> str:
    """A judge's answer; a change of None takes a key out."""
    answer = {aspect: {"evidence": evidence, "score": score} for aspect in RUBRIC.aspects} | {"approve": True}
    return canonical_json({key: value for key, value in {**answer, **changes}.items() if value is not None})


def fake_judged(planned: Mapping[str, Any]) -> dict[str, Any]:
    """An identified judgement with FAKE scores."""
    said = {
        "scores": dict.fromkeys(RUBRIC.aspects, 0.5),
        "evidence": dict.fromkeys(RUBRIC.aspects, ""),
        "approve": False,
    }
    return {**planned, "attempts": [], "said": said, "usage": None, "status": "rated", "error": None}
