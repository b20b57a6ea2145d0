"""Two episodes to read in full: one that was solved and one that was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from cis_study.battles.record import arm
from cis_study.statistics.design import StudyDesign
from cis_study.tables.table import records


class Step(NamedTuple):
    """One turn: what was said, what was called, what came of it; empty text where there is no such thing."""

    said: str
    call: str
    result: str


class Transcript(NamedTuple):
    """An episode as a reader sees it."""

    title: str
    verdict: str
    opening: str
    steps: Sequence[Step]
    solution: str


def chosen(
    episodes: Sequence[Mapping[str, Any]], outcomes: Mapping[str, bool], design: StudyDesign
) -> list[Transcript]:
    """The shortest solved episode, and the failed one with the most turns: the most there is to see of either.

    Args:
        outcomes: as of `solved_by_name`.
    """
    graded = [(outcomes[_name(episode)], episode) for episode in episodes if _name(episode) in outcomes]
    solved = sorted((e for good, e in graded if good), key=lambda e: (len(e["transcript"]), _name(e)))
    failed = sorted((e for good, e in graded if not good), key=lambda e: (-len(e["transcript"]), _name(e)))
    return [
        *(_transcript(episode, "solved", design) for episode in solved[:1]),
        *(_transcript(episode, "not solved", design) for episode in failed[:1]),
    ]


def solved_by_name(tables: Iterable[pd.DataFrame]) -> dict[str, bool]:
    """`model/arm/task/replicate` -> solved, of the graded episodes in tables of outcomes."""
    return {_name(row): bool(row["solved"]) for table in tables for row in records(table[table["solved"].notna()])}


def _name(episode: Mapping[str, Any]) -> str:
    kind = arm(episode["kind"], episode["tool_protocol"])
    return f"{episode['model']}/{kind}/{episode['task']}/{episode['replicate']}"


def _transcript(episode: Mapping[str, Any], verdict: str, design: StudyDesign) -> Transcript:
    titles = {task.id: task.title for task in design.tasks}
    label = design.contestant(episode["model"]).label
    ended = episode["stopped_by"] or episode["status"]
    return Transcript(
        title=f"{label}: {episode['kind']} {titles[episode['task']]}, replicate {episode['replicate']}",
        verdict=f"{verdict}, {len(episode['transcript'])} turns, ended: {ended}",
        opening=_shown(episode["opening"]),
        steps=[_step(turn) for turn in episode["transcript"]],
        solution=_shown(episode["files"].get("solution.py", "")),
    )


def _step(turn: Mapping[str, Any]) -> Step:
    call = turn["call"]
    called = f"{call['tool']}({', '.join(call['arguments'])})" if call else ""
    result = (turn["result"] or {}).get("text") or (f"No call: {turn['fault']}" if turn["fault"] else "")
    return Step(_shown(turn["said"]["text"]), _shown(called), _shown(result))


def _shown(text: str) -> str:
    """Text that is valid UTF-8, whatever a model said."""
    return text.encode("utf-8", "replace").decode()
