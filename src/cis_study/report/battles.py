"""Join battles, evidence and scores into what the browser of the report shows."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.scoring.collecting import submission_of
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.points import account
from cis_study.statistics.scores import OUTCOMES
from cis_study.tables.table import records
from cis_study.tasks.hidden import HiddenSide

_DIGITS = 6


class BrowserData(NamedTuple):
    """What the battle browser reads.

    Attributes:
        battles: what it filters by, one entry per battle in the order of the scores; `chunk` and `place` say where the
            rest of it is.
        chunks: the rest, gzipped JSON in base64: `prompts`, and `battles` in which `prompt` is the number of one. A
            chunk holds the battles of one contestant on one task.
    """

    battles: list[dict[str, Any]]
    chunks: list[str]


def browser_data(
    battles: Sequence[dict[str, Any]],
    evidence: Sequence[Evidence],
    scores: pd.DataFrame,
    sides: Mapping[str, HiddenSide],
    weights: Weights,
) -> BrowserData:
    """Everything the battle browser shows.

    Args:
        sides: hidden sides by task.

    Raises:
        StudyError: a scored battle lacks its battle file or its evidence.
    """
    fought = {_key(battle): battle for battle in battles}
    collected = {_key(vars(item)): item for item in evidence}
    index: list[dict[str, Any]] = []
    chunks: list[str] = []
    for _, group in groupby(records(scores), key=lambda row: _key(row)[:2]):
        prompts: dict[str, int] = {}
        details: list[dict[str, Any]] = []
        for row in group:
            battle, item = _found(fought, "battle file", row), _found(collected, "evidence", row)
            index.append(_entry(row) | {"chunk": len(chunks), "place": len(details)})
            prompt = prompts.setdefault(_prompt(battle), len(prompts))
            details.append(_details(row, battle, item, sides[row["task"]], weights) | {"prompt": prompt})
        chunks.append(_packed({"prompts": list(prompts), "battles": details}))
    return BrowserData(index, chunks)


def _key(row: Mapping[Any, Any]) -> tuple[str, str, int]:
    return row["model"], row["task"], row["replicate"]


def _found(known: Mapping[tuple[str, str, int], Any], name: str, row: Mapping[Any, Any]) -> Any:
    if _key(row) not in known:
        where = "/".join(map(str, _key(row)))
        raise StudyError(where, "no " + name, "this battle has a score", "Run the workflow again.")
    return known[_key(row)]


def _entry(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "model": row["model"],
        "task": row["task"],
        "replicate": int(row["replicate"]),
        "status": row["status"],
        "scores": {name: None if pd.isna(row[name]) else round(float(row[name]), 4) for name in OUTCOMES},
    }


def _prompt(battle: Mapping[str, Any]) -> str:
    return "\n\n".join(f"[{message['role']}]\n{message['content']}" for message in battle["request"]["messages"])


def _details(
    row: Mapping[Any, Any], battle: dict[str, Any], evidence: Evidence, side: HiddenSide, weights: Weights
) -> dict[str, Any]:
    submission = submission_of(battle, side)
    reply = battle["reply"]
    return {
        "variant": int(row["variant"]),
        "seed": int(row["seed"]),
        "reasons": json.loads(row["reasons"]),
        "reply": reply["content"],
        "source": submission.source,
        "tests": submission.tests,
        "reasoning": reply["reasoning"],
        "finish_reason": reply["finish_reason"],
        # The cached battles were fought before there were caps.
        "stopped_by": reply.get("stopped_by"),
        "error": battle["error"],
        "sandbox_failure": evidence.sandbox_failure,
        "notes": evidence.notes,
        "parts": [
            part._asdict() | {"pieces": [_rounded(piece._asdict()) for piece in part.pieces]}
            for part in account(evidence, submission, side, weights).parts
        ],
    }


def _rounded(piece: dict[str, Any]) -> dict[str, Any]:
    return piece | {name: round(piece[name], _DIGITS) for name in ("points", "worth")}


def _packed(value: Any) -> str:
    """ASCII that holds no markup, whatever the value holds."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0)).decode("ascii")
