"""Submissions that no study fought for: what stands in evidence where it would name their battle."""

from __future__ import annotations

from typing import Any

from cis_study.provenance import sha256_text
from cis_study.tasks.hidden import HiddenSide


def unfought(hidden: HiddenSide, identity: str) -> dict[str, Any]:
    """What evidence records of a battle, for a submission that no study fought for.

    The statements of the task stand for the prompt, from which a rationale may not copy.
    """
    prompt = "\n".join(requirement.text for requirement in hidden.task.requirements)
    return {
        "model": "unnamed",
        "task": hidden.task.id,
        "replicate": 1,
        "variant": 0,
        "seed": 0,
        "spec": sha256_text(identity),
        "status": "answered",
        "request": {"messages": [{"role": "user", "content": prompt}]},
        "reply": None,
    }
