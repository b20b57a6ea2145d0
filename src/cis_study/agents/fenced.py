"""The model-neutral tool protocol: a call is a fenced JSON object in the text of a reply."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from cis_study.agents.tools import TOOLS, Tool, ToolCall

_FENCE = re.compile(
    r"^[ \t]*(?P<fence>```+|~~~+)[ \t]*(?P<info>[\w-]*)[^\n]*\n(?P<body>.*?)(?:^[ \t]*(?P=fence)|\Z)", re.M | re.S
)
_KINDS = ("", "json", "tool", "tool_call")


class Reading(NamedTuple):
    """What a reply calls: a call, or why none could be read."""

    call: ToolCall | None
    fault: str | None


def instructions() -> str:
    """How to call, for the system message."""
    lines = "\n".join(f"- {_signature(tool)}: {tool.description}" for tool in TOOLS.values())
    example = json.dumps({"tool": "read_file", "arguments": {"path": "solution.py"}})
    return (
        "You work in a workspace through tools. In every reply, call exactly one tool: think in a few sentences if you "
        "want to, then end the reply with one fenced JSON block like\n\n"
        f"```json\n{example}\n```\n\nTools:\n{lines}\n\n"
        "All arguments are JSON strings; write line breaks in them as \\n. The next message shows the result; nothing "
        "after the first block is read."
    )


def _signature(tool: Tool) -> str:
    return f"{tool.name}({', '.join(tool.parameters)})"


def read_call(text: str) -> Reading:
    """The call in a reply: the first fenced JSON object that names a tool, or an object that is the whole reply.

    Lenient where the meaning is plain: any fence of JSON, an unclosed last fence, line breaks inside strings, `name`
    for `tool`, `parameters` or `args` for `arguments`. Of several calls the first counts, as among native ones.
    """
    return _read(text)[0]


def up_to_call(text: str) -> str:
    """A reply without what follows its call: that was written before the result was known, often with one made up."""
    return text[: _read(text)[1]]


def _read(text: str) -> tuple[Reading, int]:
    """What a reply calls, and where in it the call ends."""
    blocks = [(m["body"], m.end()) for m in _FENCE.finditer(text) if m["info"].lower() in _KINDS]
    faults: list[str] = []
    for block, end in blocks or [(text, len(text))]:
        try:
            content = json.loads(block.strip(), strict=False)
        except (ValueError, RecursionError) as error:
            faults.append(f"the block is no JSON: {str(error)[:120]}")
            continue
        reading = _as_call(content)
        if reading.call is not None:
            return reading, end
        faults.append(reading.fault or "")
    return Reading(None, faults[0] if blocks else "there is no fenced JSON block"), len(text)


def _as_call(content: Any) -> Reading:
    if not isinstance(content, dict):
        return Reading(None, "the block is no JSON object")
    tool = content.get("tool", content.get("name"))
    arguments: Any = next((content[key] for key in ("arguments", "parameters", "args") if key in content), {})
    if not isinstance(tool, str):
        return Reading(None, 'the block has no "tool"')
    if not isinstance(arguments, dict):
        return Reading(None, '"arguments" is no object')
    return Reading(ToolCall(tool, arguments), None)
