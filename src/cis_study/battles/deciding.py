"""Many battles at once, handed over as they are decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator, Sequence
from itertools import takewhile
from typing import Any, NoReturn, TypeVar

Decided = TypeVar("Decided")


async def as_decided(
    deciding: Sequence[Coroutine[Any, Any, Decided]], watch: Coroutine[Any, Any, NoReturn] | None = None
) -> AsyncGenerator[list[Decided], None]:
    """Yield results in the order of completion; those that the caller was too busy to take one by one come together.

    Args:
        watch: runs beside the others and ends them all by raising.

    Raises:
        Exception: of the first that failed, after everything that was decided before it has been yielded. Whatever is
            still running then, or when the caller stops taking, is cancelled.
    """
    queue: asyncio.Queue[asyncio.Task[Decided]] = asyncio.Queue()
    tasks = [asyncio.create_task(one) for one in deciding]
    if watch is not None:
        tasks.append(asyncio.create_task(watch))
    for task in tasks:
        task.add_done_callback(queue.put_nowait)
    try:
        left = len(deciding)
        while left:
            together = [await queue.get(), *_waiting(queue)]
            results = [task.result() for task in takewhile(_succeeded, together)]
            if results:
                yield results
            if len(results) < len(together):
                together[len(results)].result()
            left -= len(results)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _waiting(queue: asyncio.Queue[asyncio.Task[Decided]]) -> Iterator[asyncio.Task[Decided]]:
    while not queue.empty():
        yield queue.get_nowait()


def _succeeded(task: asyncio.Task[Decided]) -> bool:
    return task.exception() is None
