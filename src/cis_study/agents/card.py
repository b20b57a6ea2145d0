"""What the agents of the study say about themselves, and the names of the data that travels over A2A."""

from __future__ import annotations

from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill

EXTENSION = "cis-study/episode/1"
"""Key of our own metadata in messages; an agent of somebody else need not know it."""
TEXT, DATA = "text/plain", "application/json"


def agent_card(name: str, url: str, version: str) -> AgentCard:
    """The card of an agent that works in episodes.

    Args:
        url: where its JSON-RPC interface answers.
    """
    return AgentCard(
        name=name,
        description="Writes and repairs a small Python module, one tool call per turn.",
        version=version,
        supported_interfaces=[AgentInterface(protocol_binding="JSONRPC", protocol_version="1.0", url=url)],
        capabilities=AgentCapabilities(streaming=True),
        default_input_modes=[TEXT, DATA],
        default_output_modes=[TEXT, DATA],
        skills=[
            AgentSkill(
                id="python-module",
                name="Python module",
                description="Implements a specification, or repairs a module whose tests fail.",
                tags=["python", "code", "tools"],
            )
        ],
    )
