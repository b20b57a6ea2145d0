"""A served model as a contestant: its chat so far, and how a protocol writes calls and results into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from cis_study.agents import fenced
from cis_study.agents.fenced import Reading
from cis_study.agents.tools import TOOLS, ToolCall
from cis_study.plan import SYSTEM_MESSAGE


class ToolProtocol(Protocol):
    """How calls travel between a model and the loop."""

    def system(self) -> str:
        """The system message."""
        ...

    def request(self) -> dict[str, Any]:
        """What a request holds beside messages and sampling."""
        ...

    def read(self, reply: Mapping[str, Any]) -> Reading:
        """The call in a reply."""
        ...

    def remember(self, reply: Mapping[str, Any], result: str) -> list[dict[str, Any]]:
        """Messages that the next request adds: the reply, and what came of it."""
        ...


class Fenced:
    """Calls are fenced JSON in the text: the same for every model."""

    def system(self) -> str:
        return f"{SYSTEM_MESSAGE}\n\n{fenced.instructions()}"

    def request(self) -> dict[str, Any]:
        return {}

    def read(self, reply: Mapping[str, Any]) -> Reading:
        return fenced.read_call(reply["content"] or "")

    def remember(self, reply: Mapping[str, Any], result: str) -> list[dict[str, Any]]:
        # Some chat templates refuse an empty turn.
        said = fenced.up_to_call(reply["content"] or "") or "(nothing)"
        return [{"role": "assistant", "content": said}, {"role": "user", "content": result}]


class Native:
    """Calls are those that the engine's parser finds; the first one counts."""

    def system(self) -> str:
        return SYSTEM_MESSAGE

    def request(self) -> dict[str, Any]:
        return {"tools": [tool.schema() for tool in TOOLS.values()], "tool_choice": "auto"}

    def read(self, reply: Mapping[str, Any]) -> Reading:
        calls = reply.get("tool_calls") or []
        if not calls:
            return Reading(None, "the reply holds no tool call")
        function = calls[0]["function"]
        try:
            arguments = json.loads(function["arguments"] or "{}", strict=False)
        except ValueError as error:
            return Reading(None, f"the arguments are no JSON: {str(error)[:120]}")
        if not isinstance(arguments, dict):
            return Reading(None, "the arguments are no object")
        return Reading(ToolCall(function["name"], arguments), None)

    def remember(self, reply: Mapping[str, Any], result: str) -> list[dict[str, Any]]:
        calls = (reply.get("tool_calls") or [])[:1]
        said = {"role": "assistant", "content": reply["content"] or ""}
        if not calls:
            return [said | {"content": reply["content"] or "(nothing)"}, {"role": "user", "content": result}]
        answer = {"role": "tool", "tool_call_id": calls[0]["id"], "content": result}
        return [said | {"tool_calls": calls}, answer]


PROTOCOLS: Mapping[str, ToolProtocol] = {"fenced": Fenced(), "native": Native()}


class Conversation:
    """The chat of one episode.

    Args:
        protocol: a key of `PROTOCOLS`.
        sampling: of every request, without a seed.
    """

    def __init__(self, protocol: str, sampling: Mapping[str, Any]) -> None:
        self.protocol = PROTOCOLS[protocol]
        self._sampling = sampling
        self._messages: list[dict[str, Any]] = [{"role": "system", "content": self.protocol.system()}]
        self._reply: Mapping[str, Any] | None = None

    def request(self, heard: str, seed: int) -> dict[str, Any]:
        """The request for the next turn after the contestant was told `heard`."""
        if self._reply is None:
            self._messages.append({"role": "user", "content": heard})
        else:
            self._messages += self.protocol.remember(self._reply, heard)
        return {"messages": list(self._messages), "seed": seed, **self._sampling, **self.protocol.request()}

    def take(self, reply: Mapping[str, Any]) -> Reading:
        """The call in the reply to the last request."""
        self._reply = reply
        return self.protocol.read(reply)
