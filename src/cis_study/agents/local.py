"""An agent in this process: the whole protocol, no port."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import httpx
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.server.agent_execution import AgentExecutor
from a2a.server.context import ServerCallContext
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore
from a2a.types import AgentCard
from starlette.applications import Starlette


class InProcess(NamedTuple):
    """An agent of this process, as its examiner has it."""

    client: Client
    forget: Callable[[str], Awaitable[None]]
    """Takes a task out of the agent's memory, where thousands of transcripts would pile up."""


def application(executor: AgentExecutor, card: AgentCard) -> tuple[Starlette, InMemoryTaskStore]:
    """The agent as an ASGI application, and where it keeps its tasks. Speaks protocol 0.3 to those that ask for it."""
    store = InMemoryTaskStore()
    handler = DefaultRequestHandler(agent_executor=executor, task_store=store, agent_card=card)
    routes = [*create_agent_card_routes(card), *create_jsonrpc_routes(handler, rpc_url="/", enable_v0_3_compat=True)]
    return Starlette(routes=routes), store


@contextlib.asynccontextmanager
async def in_process(executor: AgentExecutor, card: AgentCard) -> AsyncIterator[InProcess]:
    """The agent over ASGI. The URL of its card goes nowhere else."""
    app, store = application(executor, card)

    async def forget(task_id: str) -> None:
        await store.delete(task_id, ServerCallContext())

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), timeout=None) as http:
        client = ClientFactory(ClientConfig(httpx_client=http, streaming=True)).create(card)
        yield InProcess(client, forget)
