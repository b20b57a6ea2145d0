"""Cases as pytest code that a contestant may read."""

from __future__ import annotations

from collections.abc import Sequence

from cis_study.tasks.hidden import Case, Expect, Step

_HEAD = """\
import time

from solution import {exports}


def equal(got, expected):
    assert got == expected and type(got) is type(expected), f"got {{got!r}}, expected {{expected!r}}"


def raises(name, function, *arguments):
    try:
        got = function(*arguments)
    except Exception as error:
        assert type(error).__name__ == name, f"raised {{type(error).__name__}}, expected {{name}}"
    else:
        raise AssertionError(f"got {{got!r}}, expected {{name}} to be raised")


def holds(got, expected):
    for key, value in expected.items():
        assert got[key] == value, f"{{key!r}} is {{got[key]!r}}, expected {{value!r}}"


def says(got, *keys):
    for key in keys:
        assert isinstance(got[key], str) and got[key], f"{{key!r}} is {{got[key]!r}}, expected some text"
"""


def can_be_shown(case: Case) -> bool:
    """Whether a test can play the case: time only goes forward there."""
    times = [0.0, *(step.clock for step in case.steps if step.clock is not None)]
    return times == sorted(times)


def as_tests(cases: Sequence[Case], exports: Sequence[str]) -> str:
    """A test file with one test per case; the scripted clock becomes sleeping, which the sandbox makes instant."""
    return "\n\n".join([_HEAD.format(exports=", ".join(exports)), *(_as_test(case) for case in cases)]) + "\n"


def _as_test(case: Case) -> str:
    lines, now_s = [f"def test_{case.id}():"], 0.0
    for step in case.steps:
        if step.clock is not None:
            lines.append(f"    time.sleep({step.clock - now_s:g})")
            now_s = step.clock
        elif step.repeat > 1:
            lines += [f"    for _ in range({step.repeat}):", *(f"        {line}" for line in _play(step))]
        else:
            lines += [f"    {line}" for line in _play(step)]
    return "\n".join(lines)


def _play(step: Step) -> list[str]:
    target, arguments = step.new or step.call, ", ".join(map(repr, step.args))
    if step.expect is not None and step.expect.raises is not None:
        return [f"raises({', '.join(filter(None, [repr(step.expect.raises), target, arguments]))})"]
    call = f"{target}({arguments})"
    if step.new is not None:
        return [f"{step.name} = {call}"]
    return _checked(call, step.expect) if step.expect is not None else [call]


def _checked(call: str, expect: Expect) -> list[str]:
    if expect.is_equality:
        return [f"equal({call}, {expect.equals!r})"]
    lines = [f"got = {call}"]
    if expect.has:
        lines.append(f"holds(got, {expect.has!r})")
    if expect.text_keys:
        lines.append(f"says(got, {', '.join(map(repr, expect.text_keys))})")
    return lines
