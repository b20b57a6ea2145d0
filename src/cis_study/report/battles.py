"""Join battles, evidence and scores into what the browser of the report shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cis_study.errors import StudyError
from cis_study.scoring.evidence import Evidence
from cis_study.statistics.scores import OUTCOMES

Key = tuple[str, str, int]


def read_battles(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Battle files as stored.

    Raises:
        StudyError: a file is no JSON object.
    """
    battles = []
    for path in paths:
        try:
            battle = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise StudyError(path, error, "it is not a battle file", "Delete it and run again.") from error
        if not isinstance(battle, dict):
            raise StudyError(path, type(battle).__name__, "a battle is a JSON object", "Delete it and run again.")
        battles.append(battle)
    return battles


def browser_data(
    battles: Sequence[dict[str, Any]], evidence: Sequence[Evidence], scores: pd.DataFrame
) -> dict[str, Any]:
    """Everything the battle browser shows, as JSON values.

    Prompts are stored once, since all models meet the same ones. Battles stand in the order of `scores`.

    Raises:
        StudyError: a scored battle lacks its battle file or its evidence.
    """
    fought = {(battle["model"], battle["task"], battle["replicate"]): battle for battle in battles}
    collected = {(item.model, item.task, item.replicate): item for item in evidence}
    prompts: dict[str, int] = {}
    rows = []
    for row in scores.to_dict(orient="records"):
        key: Key = (row["model"], row["task"], row["replicate"])
        for found, name in ((fought, "battle file"), (collected, "evidence")):
            if key not in found:
                where = "/".join(map(str, key))
                raise StudyError(where, "no " + name, "this battle has a score", "Run the workflow again.")
        battle = fought[key]
        prompt = "\n\n".join(f"[{message['role']}]\n{message['content']}" for message in battle["request"]["messages"])
        rows.append(
            {
                "model": row["model"],
                "task": row["task"],
                "replicate": int(row["replicate"]),
                "variant": int(row["variant"]),
                "seed": int(row["seed"]),
                "status": row["status"],
                "scores": {name: _number(row[name]) for name in OUTCOMES},
                "reasons": json.loads(row["reasons"]),
                "prompt": prompts.setdefault(prompt, len(prompts)),
                "reply": battle["reply"]["content"],
                "reasoning": battle["reply"]["reasoning"],
                "finish_reason": battle["reply"]["finish_reason"],
                # The cached battles were fought before there were caps.
                "stopped_by": battle["reply"].get("stopped_by"),
                "error": battle["error"],
                "evidence": _shown(collected[key]),
            }
        )
    return {"prompts": list(prompts), "battles": rows}


def _shown(evidence: Evidence) -> dict[str, Any]:
    fields = {"notes", "hidden", "constraints", "structure", "suite", "rationale", "contradicted", "sandbox_failure"}
    return evidence.model_dump(mode="json", include=fields)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 4)
