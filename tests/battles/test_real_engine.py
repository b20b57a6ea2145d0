"""llama.cpp with real weights: a cut reply frees the engine at once, and streaming changes no reply."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.client import Fought, fight
from cis_study.config import Engine
from cis_study.models.fetch import fetch
from cis_study.models.registry import load_model
from cis_study.serving.engine import Endpoint, serve
from cis_study.serving.launch import launch_command

pytestmark = pytest.mark.engine

ENGINE = Engine(
    kind="llama_cpp", environment="serve-llama", max_model_len_tokens=8192, concurrency=1, request_timeout_s=90
)
MAX_TOKENS = 6000


@pytest.fixture(scope="module")
def endpoint(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """SmolLM2 with room for one request."""
    if not (root / ".venvs/serve-llama/bin/python").exists():
        pytest.fail("the serving environment is missing: run `make envs`")
    model = load_model(root / "config/models/smollm2-135m.yaml")
    folder = tmp_path_factory.mktemp("smollm2")
    fetch(model, folder, None)
    (weights,) = folder.glob("*.gguf")
    with serve(launch_command(ENGINE, model, weights, root), model.name, folder / "log", 120) as ready:
        yield ready


def battle(messages: list[dict[str, str]], **changes: Any) -> dict[str, Any]:
    sampling = {"temperature": 0.7, "top_p": 0.95, "top_k": 0, "min_p": 0.0, "max_tokens": MAX_TOKENS, "seed": 7}
    return {"request": {"messages": messages, **sampling, **changes}, "budget": {"repetition": 1, "wall_s": None}}


def ask(endpoint: Endpoint, *asked: dict[str, Any]) -> list[Fought]:
    async def collect() -> list[Fought]:
        return [one async for together in fight(endpoint, list(asked), ENGINE) for one in together]

    return asyncio.run(collect())


def test_a_loop_is_cut_and_its_slot_is_free_for_the_next_battle(endpoint: Endpoint) -> None:
    stuck = [
        {"role": "user", "content": "Say it for ever."},
        {"role": "assistant", "content": "It" + " fixture" * 60},
    ]
    following = battle([{"role": "user", "content": "Say hi."}], max_tokens=4)
    (cut, timing), (after, waited) = ask(endpoint, battle(stuck, temperature=0), following)
    assert (cut["status"], cut["reply"]["stopped_by"]) == ("budget_exhausted", "repetition")
    assert cut["reply"]["content"].count(" fixture") > 40
    assert 40 < cut["reply"]["usage"]["completion_tokens"] < MAX_TOKENS / 10
    # With the only slot still busy, it would wait for ten times as many tokens, beyond the time allowed.
    assert (after["status"], after["reply"]["finish_reason"]) == ("budget_exhausted", "length")
    assert waited.first_token_s < 2 * timing.latency_s


@pytest.mark.parametrize("seed", [1, 2])
def test_a_streamed_reply_is_the_reply(endpoint: Endpoint, seed: int) -> None:
    prompt = [{"role": "user", "content": "Write a Python function that reverses a list. ❤️ 你好"}]
    asked = battle(prompt, seed=seed, max_tokens=60)
    ((fought, timing),) = ask(endpoint, asked)
    whole = _post(endpoint, {"model": endpoint.served_model, **asked["request"]})
    (choice,) = whole["choices"]
    reply = fought["reply"]
    assert (reply["content"], reply["finish_reason"]) == (choice["message"]["content"], choice["finish_reason"])
    assert reply["usage"] == {name: whole["usage"][name] for name in ("prompt_tokens", "completion_tokens")}
    assert 0 < timing.first_token_s < timing.latency_s


def _post(endpoint: Endpoint, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{endpoint.base_url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as reply:
        content: dict[str, Any] = json.load(reply)
    return content
