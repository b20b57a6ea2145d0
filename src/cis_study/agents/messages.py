"""Turns and results as A2A messages, both ways.

A call is a data part `{"tool", "arguments"}` of a message of the agent, a result a data part `{"result", "ok"}` of one
to it; text parts say the same to people. What only our own agents say (the reply as the engine gave it, seeds) is
metadata under `EXTENSION`, as JSON in JSON: protobuf would turn integers into floats and refuses lone surrogates.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from a2a.helpers import get_data_parts, get_message_text, new_data_part, new_text_part
from a2a.types import Message, Part, Role

from cis_study.agents.card import EXTENSION
from cis_study.agents.episode import Turn
from cis_study.agents.tools import ToolCall


def to_agent(
    text: str,
    data: Mapping[str, Any] | None,
    task_id: str | None,
    context_id: str | None,
    private: Mapping[str, Any] | None,
) -> Message:
    """A message to an agent; without a task it opens one."""
    return Message(
        role=Role.ROLE_USER,
        message_id=str(uuid.uuid4()),
        task_id=task_id,
        context_id=context_id,
        parts=[_text(text), *([new_data_part(dict(data))] if data else [])],
        metadata=metadata(private) if private is not None else None,
    )


def of_turn(said: Mapping[str, Any], call: ToolCall | None) -> list[Part]:
    """Parts of what an agent says in one turn."""
    data = [new_data_part({"tool": call.tool, "arguments": dict(call.arguments)})] if call else []
    return [_text(said["text"]), *data]


def as_turn(message: Message, own: bool, done: bool) -> Turn:
    """What an agent said. A message that holds no call is a turn with a fault, unless the agent is done.

    Args:
        own: its private part is believed.
    """
    private = private_part(message) if own else {}
    said = private.get("said") or {"text": get_message_text(message)}
    call, fault = _call(message, private)
    return Turn(said, call, None if done else fault, done)


def _call(message: Message, private: Mapping[str, Any]) -> tuple[ToolCall | None, str | None]:
    calls = [data for data in get_data_parts(message.parts) if isinstance(data, dict) and "tool" in data]
    if not calls:
        return None, private.get("fault") or "no data part with a tool"
    tool, arguments = calls[0]["tool"], calls[0].get("arguments", {})
    if not isinstance(tool, str) or not isinstance(arguments, dict):
        return None, "tool and arguments are no text and object"
    return ToolCall(tool, private.get("arguments", arguments)), None


def metadata(private: Mapping[str, Any]) -> dict[str, str]:
    """What only our own agents read."""
    return {EXTENSION: json.dumps(private)}


def private_part(message: Message) -> dict[str, Any]:
    """Our own metadata of a message; empty where it has none, or where it is no such thing."""
    try:
        content = json.loads(message.metadata[EXTENSION])
    except (KeyError, ValueError, TypeError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(text: str) -> Part:
    return new_text_part(text.encode("utf-8", "replace").decode() or "(nothing)")
