"""The other side of an A2A agent: opens a task, passes results on, and gives every way it can go wrong a type."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

import httpx
from a2a.client import A2AClientError, A2AClientTimeoutError, Client
from a2a.types import CancelTaskRequest, Message, SendMessageRequest, StreamResponse, TaskState
from a2a.utils.errors import A2AError
from google.protobuf.json_format import ParseError

from cis_study.agents.episode import Status, Turn, TurnFailed
from cis_study.agents.messages import as_turn, private_part, to_agent
from cis_study.agents.tools import TOOLS

MESSAGE_BYTES = 1 << 20
"""Of one answer; an agent that says more has failed."""
_CONTEXT_OVERFLOW = ("BadRequestError", "context")
_NOT_OURS: Final = "agent_failure"


class A2AContestant:
    """One task of an A2A agent; a `cis_study.agents.episode.Contestant`.

    Args:
        client: of the agent.
        turn_timeout_s: for one answer.
        private: of an agent of the study: what it alone reads, by turn from 0. It is believed what it says about
            itself; where it breaks, the study is broken. Nothing of the kind holds for anybody else's agent.
    """

    def __init__(
        self, client: Client, turn_timeout_s: float, private: Callable[[int], Mapping[str, Any]] | None = None
    ) -> None:
        self._client, self._private, self._timeout_s = client, private, turn_timeout_s
        self._turn = 0
        self.task_id: str | None = None
        self._context_id: str | None = None
        self._open = False

    async def open(self, opening: str, tools: bool = True) -> Turn:
        """Open the task, with tools on offer or none. Raises TurnFailed."""
        return await self._exchange(opening, {"tools": [tool.schema() for tool in TOOLS.values()]} if tools else None)

    async def hear(self, result: str, ok: bool) -> Turn:
        """Send a result. Raises TurnFailed."""
        return await self._exchange(result, {"result": result, "ok": ok})

    async def close(self) -> None:
        """Cancel a task that the agent would go on with."""
        if self._open and self.task_id is not None:
            self._open = False
            try:
                async with asyncio.timeout(self._timeout_s):
                    await self._client.cancel_task(CancelTaskRequest(id=self.task_id))
            except (A2AError, httpx.HTTPError, ParseError, ValueError, TimeoutError):
                # It was told; what it does about it changes nothing here.
                return

    async def _exchange(self, text: str, data: Mapping[str, Any] | None) -> Turn:
        private = self._private(self._turn) if self._private else None
        message = to_agent(text, data, self.task_id, self._context_id, private)
        self._turn += 1
        try:
            async with asyncio.timeout(self._timeout_s):
                state, answer = await self._receive(self._client.send_message(SendMessageRequest(message=message)))
        except (TimeoutError, A2AClientTimeoutError) as error:
            late = f"no answer within {self._timeout_s:g} s"
            raise TurnFailed("budget_exhausted", "slow_agent", late, "wall_time") from error
        except A2AClientError as error:
            raise _transport_failure(error) from error
        except (A2AError, ParseError, ValueError, KeyError, TypeError) as error:
            status: Status = "agent_failure" if self._private is None else "infra_failure"
            raise TurnFailed(status, "protocol_error", f"{type(error).__name__}: {error}"[:400]) from error
        self._open = state == TaskState.TASK_STATE_INPUT_REQUIRED
        return _turn_of(state, answer, own=self._private is not None)

    async def _receive(self, events: AsyncIterator[StreamResponse]) -> tuple[int, Message]:
        """Last state of the task and the last message that came with one; a bare message stands for both."""
        state, answer = TaskState.TASK_STATE_UNSPECIFIED, Message()
        async for event in events:
            if event.HasField("message"):
                return TaskState.TASK_STATE_INPUT_REQUIRED, event.message
            if event.HasField("task"):
                self._require_task(event.task.id, event.task.context_id)
                status = event.task.status
            elif event.HasField("status_update"):
                self._require_task(event.status_update.task_id, event.status_update.context_id)
                status = event.status_update.status
            else:
                self._require_task(event.artifact_update.task_id, event.artifact_update.context_id)
                continue
            state = status.state
            if status.HasField("message"):
                answer = status.message
        return state, answer

    def _require_task(self, task_id: str, context_id: str) -> None:
        if self.task_id is None:
            self.task_id, self._context_id = task_id, context_id
        elif (task_id, context_id) != (self.task_id, self._context_id):
            raise TurnFailed(_NOT_OURS, "wrong_task", f"it answers for the task {task_id[:80]!r}")


def _turn_of(state: int, answer: Message, own: bool) -> Turn:
    if state == TaskState.TASK_STATE_INPUT_REQUIRED:
        return as_turn(answer, own, done=False)
    if state == TaskState.TASK_STATE_COMPLETED:
        return as_turn(answer, own, done=True)
    if own and (error := private_part(answer).get("error")):
        # What the engine said.
        kind, said = str(error.get("type")), str(error.get("message"))
        if kind == _CONTEXT_OVERFLOW[0] and _CONTEXT_OVERFLOW[1] in said:
            raise TurnFailed("budget_exhausted", kind, said, "context")
        raise TurnFailed("infra_failure", kind, said)
    name = TaskState.Name(state)
    raise TurnFailed(_NOT_OURS, "unexpected_state", f"the task ended its turn in the state {name}")


def _transport_failure(error: A2AClientError) -> TurnFailed:
    cause = error.__cause__
    if isinstance(cause, TooMuch):
        return TurnFailed(_NOT_OURS, "too_much", str(cause))
    if isinstance(cause, httpx.HTTPStatusError) and cause.response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
        return TurnFailed(_NOT_OURS, "refused", f"HTTP {cause.response.status_code}")
    if isinstance(cause, httpx.HTTPError):
        return TurnFailed("infra_failure", "disconnected", f"{type(cause).__name__}: {cause}"[:400])
    return TurnFailed(_NOT_OURS, "protocol_error", str(error)[:400])


class TooMuch(httpx.RequestError):
    """An answer is larger than any honest one."""


class CappedTransport(httpx.AsyncBaseTransport):
    """Ends an answer that exceeds `MESSAGE_BYTES`, before it is in memory."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Capped(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Capped(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        async for piece in self._inner:
            received += len(piece)
            if received > MESSAGE_BYTES:
                raise TooMuch(f"its answer has more than {MESSAGE_BYTES} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()
