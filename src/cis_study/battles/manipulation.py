"""Did a model that is declared to reason reason? What is compared must have happened before it is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.models.registry import Model

MIN_REASONING_SHARE = 0.5
"""A model may answer an easy prompt at once. Below this share it was asked wrongly, or its channel was lost."""


def require_reasoning(model: Model, battles: list[dict[str, Any]], journal: Path) -> None:
    """Check the battles of a block against the registry.

    Args:
        journal: where the battles are kept; named in the message, because a corrected engine is not asked again.

    Raises:
        StudyError: `reasoning_effort` is set and too few replies hold reasoning.
    """
    replies = [battle["reply"] for battle in battles if battle["reply"]["content"] is not None]
    held = sum(bool(reply["reasoning"]) for reply in replies)
    if model.reasoning_effort is not None and held < MIN_REASONING_SHARE * len(replies):
        raise StudyError(
            f"{model.name}: reasoning_effort",
            model.reasoning_effort,
            f"{held} of {len(replies)} replies hold reasoning, at least {MIN_REASONING_SHARE:.0%} should",
            f"Correct `reasoning-parser` and remove {journal} to fight again, or remove `reasoning_effort`",
        )
