"""Battles to fight against the fake server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fake_openai import FakeServer, Fight, Respond, fake_server

from cis_study.battles.client import Fought, fight
from cis_study.battles.record import identify
from cis_study.config import Engine, Study
from cis_study.plan import plan_block
from cis_study.serving.engine import Endpoint
from cis_study.tasks.task import Task


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """Stands for the engine's process."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield sleeper
    sleeper.kill()
    sleeper.wait()


@pytest.fixture
def planned(study: Study, tasks: dict[str, Task], reply_format: str) -> list[dict[str, Any]]:
    """Four battles without caps."""
    uncapped = study.model_copy(update={"budget": None})
    return [identify(b, "m", "llama_cpp", "a" * 64) for b in plan_block(uncapped, tasks, reply_format, "1-2")]


@pytest.fixture
def fought(process: subprocess.Popen[bytes]) -> Fight:
    """Fight the battles against a fake server; `into` collects them, where the fight may end in an error."""

    def run(
        respond: Respond,
        battles: list[dict[str, Any]],
        engine: str = "fake",
        into: list[Fought] | None = None,
        **settings: Any,
    ) -> tuple[list[Fought], FakeServer]:
        done: list[Fought] = [] if into is None else into

        async def collect(url: str) -> None:
            endpoint = Endpoint(url, "m", engine, "0", process)
            async for together in fight(endpoint, battles, engine_settings(**settings)):
                done.extend(together)

        with fake_server(respond) as server:
            asyncio.run(collect(server.url))
        return done, server

    return run


def engine_settings(**settings: Any) -> Engine:
    given = {"concurrency": 4, "request_timeout_s": 20, "stall_timeout_s": 20, **settings}
    return Engine(kind="llama_cpp", environment="none", max_model_len_tokens=1024, **given)
