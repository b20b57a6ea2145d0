"""The split oracle: a candidate answers cases alone in a sandbox; the answers come back as data."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cis_study.sandbox.process import Outcome, run
from cis_study.sandbox.profile import Limits, View

CASE_CPU_S = 1.0
"""Processor time of one case; a reference solution needs a few milliseconds."""
CASE_WALL_S = 30.0
"""Backstop for a case that waits without computing; long, because a busy machine is not the candidate's fault."""
_WALL_S = 300.0
_STARTS = 3
_SANDBOX_ATTEMPTS = 2


class SandboxFailure(Exception):
    """The sandbox broke twice in a row: nothing is known about the submission."""


@dataclass(frozen=True)
class Answer:
    """What a candidate did with one case.

    Attributes:
        results: one per construction and call, in order: `{"made": True}`, a tagged `{"value": ...}` or
            `{"raised": name}`; the last may be `{"timeout": True}` or `{"failed": name}` where the case could not
            be played on.
        ended: OK when the case was played to its end (even by raising), else how the process ended.
    """

    results: tuple[dict[str, Any], ...]
    ended: Outcome


def answer_cases(source: str, cases: Sequence[Sequence[dict[str, Any]]], limits: Limits | None = None) -> list[Answer]:
    """Play every case against `source`, one sandbox for all of them where possible.

    A case that ends the process (a crash, a limit) is charged with it and the remaining cases are
    played in a new sandbox, at most `_STARTS` in all; cases never reached share the last outcome.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    limits = limits or Limits(cpu_s=round(CASE_CPU_S * 2 * len(cases)) + 2, wall_s=_WALL_S)
    answers: dict[int, Answer] = {}
    waiting = list(range(len(cases)))
    ended = Outcome.OK
    for _ in range(_STARTS):
        played, guilty, ended = _play(source, [cases[index] for index in waiting], limits)
        answers |= {waiting[place]: answer for place, answer in played.items()}
        if guilty is not None:
            answers[waiting[guilty]] = Answer((), ended)
        waiting = [index for index in waiting if index not in answers]
        if not waiting or guilty is None:
            break
    return [answers.get(index, Answer((), ended)) for index in range(len(cases))]


def _play(
    source: str, cases: Sequence[Sequence[dict[str, Any]]], limits: Limits
) -> tuple[dict[int, Answer], int | None, Outcome]:
    """Answers by place, the place of the case that ended the process early, and how it ended."""
    names = [secrets.token_hex(8) for _ in cases]
    request = {
        "source": source,
        "case_cpu_s": CASE_CPU_S,
        "case_wall_s": CASE_WALL_S,
        "cases": [{"id": name, "steps": list(steps)} for name, steps in zip(names, cases, strict=True)],
    }
    process = run("answer_cases", request, View(), limits)
    for _ in range(_SANDBOX_ATTEMPTS - 1):
        if process.outcome is Outcome.SANDBOX_FAILURE:
            process = run("answer_cases", request, View(), limits)
    if process.outcome is Outcome.SANDBOX_FAILURE:
        raise SandboxFailure(process.complaint)
    places = {name: place for place, name in enumerate(names)}
    answers: dict[int, Answer] = {}
    begun: int | None = None
    for report in process.reports:
        place = places.get(report.get("id"))  # type: ignore[arg-type]
        if place is None:
            continue
        begun = place
        results = report.get("results")
        if isinstance(results, list):
            # Answering twice is no way to have a second try: the first answer stands.
            answers.setdefault(place, Answer(tuple(r for r in results if isinstance(r, dict)), Outcome.OK))
    if len(answers) == len(cases):
        return answers, None, process.outcome
    ended = Outcome.CRASHED if process.outcome is Outcome.OK else process.outcome
    guilty = begun if begun is not None and begun not in answers else None
    return answers, guilty, ended
