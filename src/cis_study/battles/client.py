"""Ask one endpoint for many battles at once, over the OpenAI API.

Replies are streamed: only so can one be cut outside the engine, and a stalled engine be noticed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing
from typing import Any, NamedTuple

import httpx2
import openai

from cis_study.battles.deciding import as_decided
from cis_study.battles.reception import Reception
from cis_study.battles.record import failed
from cis_study.battles.retries import ATTEMPTS, is_worth_another, pause_s
from cis_study.battles.stall import StallWatch
from cis_study.battles.stream import BrokenStream, Events
from cis_study.battles.telemetry import Timing
from cis_study.config import Engine
from cis_study.errors import StudyError
from cis_study.serving.endpoint import Endpoint

_EXTENSIONS = ("top_k", "min_p")
"""Sampling parameters that are no part of the OpenAI API; both engines read them from the body."""

_CONNECT_S = 10.0

_USAGE = {"include_usage": True}
_COUNTING: dict[str, dict[str, Any]] = {
    "llama_cpp": {"stream_options": _USAGE, "timings_per_token": True},
    "vllm": {"stream_options": {**_USAGE, "continuous_usage_stats": True}},
}
"""How an engine is asked to count tokens along the way: the usage of a reply that is cut never comes."""


class Fought(NamedTuple):
    """A battle, finished or failed, and what its record may not hold."""

    battle: dict[str, Any]
    timing: Timing


Ask = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Battle, of which `request` and `budget` are read -> the battle with its reply or error. Raises StudyError."""
Play = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Identified record that takes several requests, an episode or a judgement -> the same, decided. Raises StudyError."""
Stage = Callable[[str, Ask, float], AbstractAsyncContextManager[Play]]
"""Served model, how to ask it, seconds for one answer -> where such records are decided."""


async def fight(
    endpoint: Endpoint, battles: list[dict[str, Any]], engine: Engine, stage: Stage | None = None
) -> AsyncGenerator[list[Fought], None]:
    """Yield battles as soon as they are decided, as `as_decided` does.

    Args:
        stage: for the records that hold no `request` of their own; without one there are none.

    Raises:
        EngineLost: the engine died, or sent nothing to anybody for `engine.stall_timeout_s`. What was decided before
            has been yielded; battles in flight are not.
        StudyError: another model answered.
    """
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=engine.concurrency)
    # The client wants a key, also for a server that reads none. Retries are counted here, not in the client.
    client = openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key or "none",
        max_retries=0,
        timeout=openai.Timeout(None, connect=_CONNECT_S),
        http_client=openai.DefaultAsyncHttpx2Client(limits=limits),
    )
    async with client, AsyncExitStack() as stack:
        asking = _Asking(client, endpoint, engine)
        play = None
        if stage is not None:
            turn_s = ATTEMPTS * engine.request_timeout_s
            play = await stack.enter_async_context(stage(endpoint.served_model, asking.turn, turn_s))
        async with aclosing(as_decided([asking.decide(one, play) for one in battles], asking.stall.watch())) as decided:
            async for together in decided:
                yield together


class _Asking:
    """What the requests of one `fight` share."""

    def __init__(self, client: openai.AsyncOpenAI, endpoint: Endpoint, engine: Engine) -> None:
        self._client, self._endpoint = client, endpoint
        self._timeout_s = engine.request_timeout_s
        self._slots = asyncio.Semaphore(engine.concurrency)
        self._turns_s = 0.0
        self.stall = StallWatch(endpoint.engine, engine.stall_timeout_s)

    async def decide(self, record: dict[str, Any], play: Play | None) -> Fought:
        """Fight a battle, or play what takes several requests. Raises StudyError as `fight` does."""
        if "request" in record:
            return await self.ask(record)
        assert play is not None
        played = await play(record)
        turns_s, self._turns_s = self._turns_s, 0.0
        return Fought(played, Timing(1, None, None, turns_s))

    async def turn(self, battle: dict[str, Any]) -> dict[str, Any]:
        """`ask` for a record that takes several requests, which does not learn how long this one took."""
        fought = await self.ask(battle)
        self._turns_s += fought.timing.latency_s or 0.0
        return fought.battle

    async def ask(self, battle: dict[str, Any]) -> Fought:
        """Ask until there is a reply or no further attempt is worth it. Raises StudyError as `fight` does."""
        async with self._slots:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return await self._attempt(battle, attempt)
                except TimeoutError:
                    late = TimeoutError(f"no complete reply within {self._timeout_s:g} s")
                    return Fought(failed(battle, late), Timing(attempt, None, None))
                except (openai.APIError, httpx2.HTTPError, BrokenStream) as error:
                    self._endpoint.require_alive()
                    if attempt == ATTEMPTS or not is_worth_another(error):
                        return Fought(failed(battle, error), Timing(attempt, None, None))
                    await asyncio.sleep(pause_s(error, attempt, self._timeout_s))
        raise AssertionError("the loop above returns")

    async def _attempt(self, battle: dict[str, Any], attempt: int) -> Fought:
        reception = Reception(battle)
        sent = time.monotonic()
        with self.stall.request():
            async with asyncio.timeout(self._timeout_s), self._open(battle["request"]) as response:
                await self._receive(response, reception)
        latency_s = time.monotonic() - sent
        begun_s = reception.begun_s
        return Fought(reception.battle(), Timing(attempt, None if begun_s is None else begun_s - sent, latency_s))

    async def _receive(self, response: openai.AsyncAPIResponse[Any], reception: Reception) -> None:
        """Read to the end, or to a cap: leaving the response closes the connection, and the engine stops generating."""
        events = Events()
        async for piece in response.iter_bytes():
            now_s = time.monotonic()
            for chunk in events.feed(piece):
                self.stall.heard()
                self._require_model(chunk.get("model"))
                reception.take(chunk, now_s)
                if reception.stopped_by:
                    return
        if not events.complete:
            raise BrokenStream("the connection ended before the reply did")

    def _open(self, request: dict[str, Any]) -> AbstractAsyncContextManager[openai.AsyncAPIResponse[Any]]:
        parameters = {name: value for name, value in request.items() if name not in _EXTENSIONS}
        extensions = {name: request[name] for name in _EXTENSIONS}
        counting = _COUNTING.get(self._endpoint.engine, {"stream_options": _USAGE})
        return self._client.chat.completions.with_streaming_response.create(
            model=self._endpoint.served_model,
            stream=True,
            extra_body=extensions | counting,
            **parameters,
        )

    def _require_model(self, model: object) -> None:
        if model != self._endpoint.served_model:
            raise StudyError(
                self._endpoint.base_url,
                model,
                f"another model answered, expected {self._endpoint.served_model}",
                "Find out what serves that port; nothing of this reply was kept.",
            )
