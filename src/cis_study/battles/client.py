"""Ask one endpoint for many battles at once, over the OpenAI API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import openai

from cis_study.battles.record import failed, replied
from cis_study.errors import StudyError
from cis_study.serving.endpoint import Endpoint

ATTEMPTS = 3
_BACKOFF_S = 2.0
_EXTENSIONS = ("top_k", "min_p")
"""Sampling parameters that are no part of the OpenAI API; both engines read them from the body."""


async def fight(
    endpoint: Endpoint, battles: list[dict[str, Any]], concurrency: int, timeout_s: float
) -> AsyncIterator[dict[str, Any]]:
    """Yield each battle, finished or failed, as soon as it is decided; order is the order of completion.

    Raises:
        EngineLost: the engine died or stopped answering.
        StudyError: another model answered.
    """
    slots = asyncio.Semaphore(concurrency)
    # The client wants a key, also for a server that reads none. Retries are counted here, not in the client.
    async with openai.AsyncOpenAI(
        base_url=endpoint.base_url, api_key=endpoint.api_key or "none", max_retries=0, timeout=timeout_s
    ) as client:

        async def one(battle: dict[str, Any]) -> dict[str, Any]:
            async with slots:
                return await _ask(client, endpoint, battle)

        tasks = [asyncio.create_task(one(battle)) for battle in battles]
        try:
            for done in asyncio.as_completed(tasks):
                yield await done
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _ask(client: openai.AsyncOpenAI, endpoint: Endpoint, battle: dict[str, Any]) -> dict[str, Any]:
    request = dict(battle["request"])
    extensions = {name: request.pop(name) for name in _EXTENSIONS}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            reply = await client.chat.completions.create(model=endpoint.served_model, extra_body=extensions, **request)
        except openai.APIError as error:
            endpoint.require_alive()
            retryable = isinstance(
                error, (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)
            )
            if attempt == ATTEMPTS or not retryable:
                return failed(battle, error)
            await asyncio.sleep(_BACKOFF_S**attempt)
        else:
            return _record(battle, reply, endpoint)
    raise AssertionError("the loop above returns")


def _record(battle: dict[str, Any], reply: Any, endpoint: Endpoint) -> dict[str, Any]:
    if reply.model != endpoint.served_model:
        raise StudyError(
            endpoint.base_url,
            reply.model,
            f"another model answered, expected {endpoint.served_model}",
            "Find out what serves that port; nothing of this reply was kept.",
        )
    choice = reply.choices[0]
    extra = choice.message.model_extra or {}
    usage = reply.usage and {
        "prompt_tokens": reply.usage.prompt_tokens,
        "completion_tokens": reply.usage.completion_tokens,
    }
    return replied(
        battle,
        content=choice.message.content,
        reasoning=extra.get("reasoning") or extra.get("reasoning_content"),
        finish_reason=choice.finish_reason,
        usage=usage,
    )
