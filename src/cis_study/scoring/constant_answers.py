"""Programs that give one answer whatever they are asked. Hidden cases that most of them pass measure nothing."""

from __future__ import annotations

from collections import Counter

from cis_study.tasks.hidden import Expect, HiddenSide

_ALWAYS = {
    "returns None": "return None",
    "returns True": "return True",
    "returns False": "return False",
    "returns its first argument": "return arguments[0] if arguments else None",
    "raises ValueError": "raise ValueError",
}
_MOST_EXPECTED = 3
"""Answers tried beside those: a rarer one cannot be right in most cases."""
_ANSWER = "def _answer(*arguments):\n    {body}\n"
_FUNCTION = "{name} = _answer\n"
_CLASS = """class {name}:
    def __init__(self, *arguments):
        pass

    def __getattr__(self, method):
        return _answer
"""


def constant_programs(side: HiddenSide) -> dict[str, str]:
    """What a program always does -> the program: every exported function does it, and every method of a class."""
    expected = Counter(
        answer
        for case in side.cases
        for answer in dict.fromkeys(_answer(step.expect) for step in case.steps if step.expect is not None)
    )
    answers = _ALWAYS | dict(answer for answer, _ in expected.most_common(_MOST_EXPECTED))
    classes = {step.new for case in side.cases for step in case.steps}
    exports = "".join((_CLASS if name in classes else _FUNCTION).format(name=name) for name in side.task.exports)
    return {told: _ANSWER.format(body=body) + exports for told, body in answers.items()}


def _answer(expect: Expect) -> tuple[str, str]:
    """The answer that an expectation asks for, in words and as a statement."""
    if expect.raises is not None:
        # Any class of that name will do, so those of a solution need not be known.
        return f"raises {expect.raises}", f"raise type({expect.raises!r}, (Exception,), {{}})"
    value = expect.equals if expect.is_equality else {**expect.has, **dict.fromkeys(expect.text_keys, "text")}
    return f"returns {value!r}", f"return {value!r}"
