"""The tools of an episode, as data: what every protocol offers and what a call must look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Tool(NamedTuple):
    """One tool; every parameter is text."""

    name: str
    description: str
    parameters: Mapping[str, str]
    """Name -> meaning."""
    optional: frozenset[str] = frozenset()

    def schema(self) -> dict[str, Any]:
        """As a function of the OpenAI chat API."""
        properties = {name: {"type": "string", "description": what} for name, what in self.parameters.items()}
        required = [name for name in self.parameters if name not in self.optional]
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.description,
                "parameters": {"type": "object", "properties": properties, "required": required},
            },
        }


FINISH = "finish"
TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("list_files", "List the files of the workspace.", {}),
        Tool("read_file", "Show a file.", {"path": "name of the file"}),
        Tool(
            "write_file",
            "Create a file or replace all of it.",
            {"path": "solution.py, or test_NAME.py for tests of your own", "content": "the whole new text of the file"},
        ),
        Tool("run_tests", "Run every test file against solution.py and show which tests failed and why.", {}),
        Tool(
            FINISH,
            "Hand in the workspace as it is. Nothing can be changed afterwards.",
            {"summary": "one sentence on what you did"},
            optional=frozenset({"summary"}),
        ),
    )
}


class ToolCall(NamedTuple):
    """A call as a contestant made it; whether it is a valid one, `fault` says."""

    tool: str
    arguments: Mapping[str, Any]

    def fault(self) -> str | None:
        """Why the call cannot be carried out; None where it can."""
        tool = TOOLS.get(self.tool)
        if tool is None:
            return f"there is no tool {self.tool[:60]!r}; tools: {', '.join(TOOLS)}"
        if missing := [name for name in tool.parameters if name not in self.arguments and name not in tool.optional]:
            return f"{self.tool} needs {', '.join(missing)}"
        if wrong := [name for name in tool.parameters if not isinstance(self.arguments.get(name, ""), str)]:
            return f"{', '.join(wrong)} must be text"
        return None

    def ignored(self) -> list[str]:
        """Arguments that a known tool does not take. What is meant is plain without them, so they spoil no call."""
        return sorted(set(self.arguments) - set(TOOLS[self.tool].parameters))
