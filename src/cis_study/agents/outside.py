"""A contestant that somebody else runs: battles and episodes with the A2A agent at a URL."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
from a2a.client import A2ACardResolver, A2AClientError, Client, ClientConfig, ClientFactory
from a2a.types import AgentCard
from google.protobuf.json_format import MessageToDict

from cis_study.agents.episode import TurnFailed, play
from cis_study.agents.examiner import A2AContestant, CappedTransport
from cis_study.agents.workspace import Workspace
from cis_study.battles.client import Fought
from cis_study.battles.deciding import as_decided
from cis_study.battles.progress import Progress
from cis_study.battles.record import is_episode, record_key, replied
from cis_study.battles.tally import Tally
from cis_study.battles.telemetry import Timing
from cis_study.config import OutsideAgent
from cis_study.errors import StudyError
from cis_study.journal import Journal
from cis_study.sandbox.suite import explain_suite

log = logging.getLogger("generate")

_CARD_S = 30.0


def claimed_agent(agent: OutsideAgent) -> dict[str, Any]:
    """In place of a manifest: what the agent's card says, nothing of which was checked.

    Raises:
        StudyError: no card lies at the URL, or it has no JSON-RPC interface.
    """

    async def fetched() -> AgentCard:
        async with _http(_CARD_S) as http:
            return await _card(agent, http)

    card = asyncio.run(fetched())
    return {
        "name": agent.name,
        "claimed": f"a2a:{card.name}@{card.version}",
        "weights_sha256": None,
        "quantization": {"declared": None, "found": None},
        "card": MessageToDict(card),
    }


def ask_agent(
    agent: OutsideAgent, missing: list[dict[str, Any]], concurrency: int, journal: Journal, tally: Tally
) -> None:
    """Fight every missing battle and play every missing episode with the agent; each is journaled when it is decided.

    Raises:
        StudyError: the agent cannot be reached, or the journal cannot be written.
    """
    tally.engine, started = "a2a", time.monotonic()
    try:
        asyncio.run(_ask_all(agent, missing, concurrency, journal, tally))
    finally:
        tally.wall_s = time.monotonic() - started


async def _ask_all(
    agent: OutsideAgent, missing: list[dict[str, Any]], concurrency: int, journal: Journal, tally: Tally
) -> None:
    slots = asyncio.Semaphore(concurrency)
    async with _client_of(agent) as client:

        async def decide(record: dict[str, Any]) -> Fought:
            async with slots:
                sent = time.monotonic()
                decided = await (_play if is_episode(record) else _fight)(client, record, agent.turn_timeout_s)
                took_s = time.monotonic() - sent
                return Fought(decided, Timing(1, None, None, took_s) if is_episode(record) else Timing(1, None, took_s))

        deciding = as_decided([decide(record) for record in missing])
        with Progress(len(missing), agent.name, log) as progress:
            async with contextlib.aclosing(deciding) as groups:
                async for together in groups:
                    await asyncio.to_thread(journal.append, {record_key(one.battle): one.battle for one in together})
                    for record, timing in together:
                        tally.add(record, timing)
                        progress.advance(record)


async def _fight(client: Client, battle: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    """One message with the whole prompt; the first text that comes back is the reply."""
    contestant = A2AContestant(client, timeout_s)
    prompt = "\n\n".join(message["content"] for message in battle["request"]["messages"])
    try:
        turn = await contestant.open(prompt, tools=False)
    except TurnFailed as failure:
        reply = dict.fromkeys(("content", "reasoning", "finish_reason", "usage", "stopped_by"))
        # An answer that came and is unusable is a reply without a submission; the rest is missing.
        if failure.status == "agent_failure":
            return replied(battle, content="", reasoning=None, finish_reason=failure.kind, usage=None)
        error = {"type": failure.kind, "message": str(failure)}
        return {**battle, "reply": reply, "status": "infra_failure", "error": error}
    finally:
        await contestant.close()
    return replied(battle, content=turn.said["text"], reasoning=None, finish_reason="stop", usage=None)


async def _play(client: Client, episode: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    contestant = A2AContestant(client, timeout_s)
    try:
        return await play(episode, contestant, Workspace(episode["start"], explain_suite))
    finally:
        await contestant.close()


@contextlib.asynccontextmanager
async def _client_of(agent: OutsideAgent) -> AsyncIterator[Client]:
    async with _http(agent.turn_timeout_s) as http:
        card = await _card(agent, http)
        yield ClientFactory(ClientConfig(httpx_client=http, streaming=True)).create(card)


def _http(timeout_s: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=CappedTransport(httpx.AsyncHTTPTransport()), timeout=timeout_s)


async def _card(agent: OutsideAgent, http: httpx.AsyncClient) -> AgentCard:
    try:
        card = await A2ACardResolver(http, agent.a2a).get_agent_card()
    except (A2AClientError, httpx.HTTPError, ValueError) as error:
        raise StudyError(
            f"contestant {agent.name}: a2a",
            agent.a2a,
            f"no agent card can be read there: {error}"[:400],
            "Start the agent.",
        ) from error
    if not any(interface.protocol_binding == "JSONRPC" for interface in card.supported_interfaces):
        raise StudyError(
            f"contestant {agent.name}: a2a",
            agent.a2a,
            "the agent offers no JSON-RPC",
            "Add a JSON-RPC interface to it.",
        )
    return card
