"""Edited submissions as battles of contestants that do not exist, to be scored like any other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cis_study.scoring.controls import reply_text
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.submission import Submission, parse_reply
from cis_study.validity.edits import EDITS

_SEPARATOR = "/"


def chosen(evidence: Sequence[Evidence], count: int) -> list[tuple[str, str, int]]:
    """Model, task and replicate of the submissions to edit: the first of every cell that define what they should.

    Cells share `count` evenly, rounded up. A submission that defines none of the exports scores nothing whatever
    becomes of its layout, so it says nothing about edits.
    """
    usable = sorted((item.model, item.task, item.replicate) for item in evidence if item.defines_exports)
    cells: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for key in usable:
        cells.setdefault(key[:2], []).append(key)
    share = math.ceil(count / len(cells)) if cells else 0
    return [key for keys in cells.values() for key in keys[:share]]


def edited_battles(battles: Sequence[Mapping[str, Any]], exports: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Every battle once per edit that can be made, without its tests; `model` names the edit and the contestant.

    Edits do not concern the tests, which meet the programs of the task and not the solution: `with_suites` gives the
    evidence of them back.

    Args:
        battles: those that were chosen.
        exports: task -> names that its solution has to define.
    """
    for battle in battles:
        names = exports[battle["task"]]
        submission = parse_reply(battle["reply"]["content"], names)
        for edit, made in EDITS.items():
            source = made(submission.source) if submission.source is not None else None
            wanted = replace(submission, source=source, tests=None)
            content = reply_text(source, None, wanted.rationale)
            if source is not None and _holds(content, wanted, names):
                yield {
                    **battle,
                    "model": f"{edit}{_SEPARATOR}{battle['model']}",
                    "reply": {**battle["reply"], "content": content},
                }


def with_suites(edited: Sequence[Evidence], originals: Sequence[Evidence]) -> list[Evidence]:
    """Evidence of edited submissions, that of their tests taken from the submissions they were made of."""
    known = {(item.model, item.task, item.replicate): item for item in originals}
    found = []
    for item in edited:
        original = known[edit_and_model(item.model)[1], item.task, item.replicate]
        found.append(item.model_copy(update={"suite": original.suite, "has_tests": original.has_tests}))
    return found


def edit_and_model(name: str) -> tuple[str, str]:
    """What the `model` of an edited battle names."""
    edit, _, model = name.partition(_SEPARATOR)
    return edit, model


def _holds(content: str, wanted: Submission, exports: Sequence[str]) -> bool:
    """Whether the parts are found again in the reply: a text with fences of its own may be cut elsewhere."""
    found = parse_reply(content, exports)
    parts = ((found.source, wanted.source), (found.tests, wanted.tests), (found.rationale, wanted.rationale))
    return all((one or "").strip() == (other or "").strip() for one, other in parts)
