"""An agent in this process: the whole protocol, no port."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import httpx
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.server.agent_execution import AgentExecutor
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore
from a2a.types import AgentCard
from starlette.applications import Starlette


def application(executor: AgentExecutor, card: AgentCard) -> tuple[Starlette, InMemoryTaskStore]:
    """The agent as an ASGI application, and where it keeps its tasks. Speaks protocol 0.3 to those that ask for it."""
    store = InMemoryTaskStore()
    handler = DefaultRequestHandler(agent_executor=executor, task_store=store, agent_card=card)
    routes = [*create_agent_card_routes(card), *create_jsonrpc_routes(handler, rpc_url="/", enable_v0_3_compat=True)]
    return Starlette(routes=routes), store


@contextlib.asynccontextmanager
async def in_process(executor: AgentExecutor, card: AgentCard) -> AsyncIterator[Client]:
    """A client of the agent, over ASGI. The URL of the card goes nowhere else."""
    app, _ = application(executor, card)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), timeout=None) as http:
        yield ClientFactory(ClientConfig(httpx_client=http, streaming=True)).create(card)
