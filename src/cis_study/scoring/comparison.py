"""Compare a candidate's tagged answers with what a hidden case expects, outside the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from cis_study.sandbox.inside.values import encode
from cis_study.sandbox.oracle import Answer
from cis_study.sandbox.process import Outcome
from cis_study.tasks.hidden import Case, Expect


class CaseOutcome(StrEnum):
    """Result of one hidden case."""

    PASSED = "passed"
    WRONG = "wrong"
    ERROR = "error"
    TIMEOUT = "timeout"


_TIMEOUTS = (Outcome.TIMEOUT, Outcome.CPU_LIMIT)


def judge(case: Case, answer: Answer) -> tuple[CaseOutcome, str]:
    """Outcome of a case, and a short reason (empty when passed).

    The reason holds types and tagged values only: exception messages may carry addresses and differ between runs.
    """
    if answer.ended is not Outcome.OK:
        return (CaseOutcome.TIMEOUT if answer.ended in _TIMEOUTS else CaseOutcome.ERROR), answer.ended.value
    played = [(number, step) for number, step in enumerate(case.steps, 1) if step.clock is None]
    expectations = [(number, step.expect) for number, step in played for _ in range(step.repeat)]
    for place, (number, expect) in enumerate(expectations):
        if place >= len(answer.results):
            return CaseOutcome.ERROR, "no answer"
        result = answer.results[place]
        due = expect.raises if expect is not None else None
        if "timeout" in result:
            return CaseOutcome.TIMEOUT, f"step {number}"
        if "failed" in result:
            return CaseOutcome.ERROR, f"step {number} cannot be played: {result['failed']!s:.80}"
        if "raised" in result:
            if result["raised"] != due:
                return CaseOutcome.ERROR, f"step {number} raised {result['raised']!s:.80}"
        elif due is not None:
            return CaseOutcome.WRONG, f"step {number} did not raise {due}"
        elif expect is not None and not meets(expect, result.get("value")):
            return CaseOutcome.WRONG, f"step {number} returned {result.get('value')!s:.80}"
    return CaseOutcome.PASSED, ""


def meets(expect: Expect, value: Any) -> bool:
    """Whether a tagged value is what a call was expected to return; types are part of the value."""
    if expect.is_equality and value != encode(expect.equals):
        return False
    if not expect.has and not expect.text_keys:
        return True
    entries = _entries(value)
    if entries is None:
        return False
    wanted = all(entries.get(key) == encode(item) for key, item in expect.has.items())
    return wanted and all(_is_text(entries.get(key)) for key in expect.text_keys)


def _entries(value: Any) -> Mapping[str, Any] | None:
    """A tagged dict by its text keys."""
    if not (isinstance(value, list) and len(value) == 2 and value[0] == "dict" and isinstance(value[1], list)):
        return None
    return {key[1]: item for key, item in value[1] if key[0] == "str"}


def _is_text(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and value[0] == "str" and bool(value[1].strip())
