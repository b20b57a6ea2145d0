"""What counts as a call in a reply, and what does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cis_study.agents.fenced import instructions, read_call, up_to_call
from cis_study.agents.tools import TOOLS, ToolCall

CALL = '{"tool": "read_file", "arguments": {"path": "solution.py"}}'
READ = ToolCall("read_file", {"path": "solution.py"})


@pytest.mark.parametrize(
    "reply",
    [
        f"I look first.\n\n```json\n{CALL}\n```",
        f"```json\n{CALL}\n```\nThen I wait.",
        f"```\n{CALL}\n```",
        f"~~~json\n{CALL}\n~~~",
        f"````json\n{CALL}\n````",
        f"```json\n{CALL}",
        f"  ```JSON\n  {CALL}\n  ```",
        CALL,
        f"```json\n{CALL.replace('tool', 'name').replace('arguments', 'parameters')}\n```",
        f'```json\n{CALL}\n```\nThe file is empty.\n```json\n{{"tool": "finish"}}\n```',
        f'```json\n{{"tool": "finish",,}}\n```\nNo, first:\n```json\n{CALL}\n```',
        f"```python\nprint('code is no call')\n```\n```json\n{CALL}\n```",
        f"```json\n{CALL}\n```\n\nFor example:\n```json\n[1, 2]\n```",
    ],
)
def test_a_call_is_found(reply: str) -> None:
    assert read_call(reply).call == READ


@pytest.mark.parametrize("before", ["", "I look.\n\n", "```python\nx = 1\n```\n", "```json\n[1]\n```\n"])
def test_what_follows_a_call_is_cut(before: str) -> None:
    call = f"{before}```json\n{CALL}\n```"
    made_up = f"{call}\n\nHere it is:\n```python\npass\n```\n```json\n{CALL}\n```\n"
    assert up_to_call(made_up) == up_to_call(call) == call
    assert up_to_call(f"{before}no call") == f"{before}no call"
    assert up_to_call(CALL) == CALL


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("", "no fenced JSON block"),
        ("I would read the file.", "no fenced JSON block"),
        ("```python\nread_file('solution.py')\n```", "no fenced JSON block"),
        ('```json\n{"tool": "read_file", "arguments": {"path": "solution.py"\n```', "no JSON"),
        ("```json\n[]\n```", "no JSON object"),
        ('```json\n{"arguments": {}}\n```', 'no "tool"'),
        ('```json\n{"tool": 3}\n```', 'no "tool"'),
        ('```json\n{"tool": "finish", "arguments": "now"}\n```', "no object"),
        ("```json\n" + "[" * 100_000 + "\n```", "no JSON"),
    ],
)
def test_no_call_has_a_reason(reply: str, fault: str) -> None:
    reading = read_call(reply)
    assert reading.call is None
    assert fault in str(reading.fault)


@given(st.text(), st.text())
def test_a_written_file_arrives_as_it_is(content: str, prose: str) -> None:
    call = ToolCall("write_file", {"path": "solution.py", "content": content})
    block = json.dumps({"tool": call.tool, "arguments": call.arguments})
    assert read_call(f"{prose.replace('`', '').replace('~', '')}\n```json\n{block}\n```\n").call == call


def test_line_breaks_in_strings_are_forgiven() -> None:
    reply = '```json\n{"tool": "write_file", "arguments": {"path": "solution.py", "content": "a = 1\nb = 2"}}\n```'
    assert read_call(reply).call == ToolCall("write_file", {"path": "solution.py", "content": "a = 1\nb = 2"})


def test_the_instructions_show_every_tool_and_a_call_that_can_be_read() -> None:
    text = instructions()
    assert all(f"{name}(" in text for name in TOOLS)
    assert read_call(text).call == READ


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (READ, None),
        (ToolCall("finish", {}), None),
        (ToolCall("finish", {"summary": "done"}), None),
        (ToolCall("shell", {}), "there is no tool 'shell'"),
        (ToolCall("read_file", {}), "needs path"),
        (ToolCall("read_file", {"path": 1}), "path must be text"),
        (ToolCall("run_tests", {"path": 1}), None),
    ],
)
def test_what_is_wrong_with_a_call(call: ToolCall, fault: str | None) -> None:
    assert (fault or "") in (call.fault() or "")
    assert (call.fault() is None) == (fault is None)
