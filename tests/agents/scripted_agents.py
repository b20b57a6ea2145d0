"""Scripted A2A agents, honest and hostile, on the SDK's own server; and a served model that follows a script."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import uvicorn
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.helpers import new_data_part, new_task_from_user_message, new_text_message, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater
from starlette.applications import Starlette

from cis_study.agents.card import agent_card
from cis_study.agents.examiner import A2AContestant, CappedTransport
from cis_study.agents.local import application
from cis_study.config import OutsideAgent

Behave = Callable[[RequestContext, TaskUpdater], Awaitable[None]]


class ScriptedAgent(AgentExecutor):
    """Opens a task, then behaves as told."""

    def __init__(self, behave: Behave) -> None:
        self._behave = behave
        self.cancelled: list[str] = []

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        assert context.message is not None
        assert context.task_id is not None
        if context.current_task is None:
            await event_queue.enqueue_event(new_task_from_user_message(context.message))
        await self._behave(context, TaskUpdater(event_queue, context.task_id, context.context_id or ""))

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        assert context.task_id is not None
        self.cancelled.append(context.task_id)
        await TaskUpdater(event_queue, context.task_id, context.context_id or "").cancel()


class BareAgent(AgentExecutor):
    """Knows no tasks: answers with one message."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        await event_queue.enqueue_event(new_text_message(self._text, context_id=context.context_id))

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        raise NotImplementedError


def call(tool: str, **arguments: Any) -> Behave:
    """Asks for a tool."""

    async def behave(_: RequestContext, updater: TaskUpdater) -> None:
        parts = [new_text_part(f"I call {tool}."), new_data_part({"tool": tool, "arguments": arguments})]
        await updater.requires_input(updater.new_agent_message(parts))

    return behave


async def complete(_: RequestContext, updater: TaskUpdater) -> None:
    """Says that it is done."""
    await updater.add_artifact([new_text_part("solution.py")], name="result")
    await updater.complete(updater.new_agent_message([new_text_part("Done.")]))


@contextlib.asynccontextmanager
async def client_of(executor: AgentExecutor) -> AsyncIterator[Client]:
    """The study's way to an agent, in this process."""
    card = agent_card("scripted", "http://agent.invalid/", "1")
    app, _ = application(executor, card)
    async with http_client(app) as http:
        yield ClientFactory(ClientConfig(httpx_client=http, streaming=True)).create(card)


def http_client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=CappedTransport(httpx.ASGITransport(app=app)), timeout=None)


def contestant(client: Client, timeout_s: float = 20) -> A2AContestant:
    return A2AContestant(client, timeout_s)


async def hang(_: RequestContext, __: TaskUpdater) -> None:
    """Never answers."""
    await asyncio.sleep(3600)


async def fail(_: RequestContext, updater: TaskUpdater) -> None:
    """Says that it cannot."""
    await updater.failed(updater.new_agent_message([new_text_part("I cannot")]))


@contextlib.contextmanager
def served(executor: AgentExecutor, protocol: str = "1.0") -> Iterator[OutsideAgent]:
    """The agent on a port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        card = agent_card("theirs", f"{url}/", "3.1")
        card.supported_interfaces[0].protocol_version = protocol
        app, _ = application(executor, card)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield OutsideAgent(name="theirs", a2a=url, turn_timeout_s=20)
        finally:
            server.should_exit = True
            thread.join()
