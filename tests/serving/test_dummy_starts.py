"""The models of the H100 study on vLLM's CPU build: the registry's flags and launcher, narrow layers, random weights.

What this build cannot run is stated with the engine's own reason, so that a version that can makes a test fail.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest
import tiny_models as tiny
import yaml

from cis_study.battles.client import fight
from cis_study.config import Engine, resolve_study
from cis_study.errors import EngineLost, StudyError
from cis_study.models.registry import Model, load_model, load_registry
from cis_study.serving.endpoint import Endpoint
from cis_study.serving.engine import serve
from cis_study.serving.identity import identify_engine
from cis_study.serving.launch import interpreter, launch_command
from cis_study.serving.processor import slowness

pytestmark = pytest.mark.vllm

HAS_AMX = "amx_tile" in Path("/proc/cpuinfo").read_text()
HAS_AVX512 = slowness() is None
ENGINE = Engine(
    kind="vllm",
    environment="serve-cpu",
    max_model_len_tokens=256,
    concurrency=2,
    flags={"enforce-eager": True, "seed": 0},
    startup_timeout_s=300,
)
TOOL: Any = {"type": "function", "function": {"name": "run", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture(autouse=True)
def environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (root / ".venvs/serve-cpu/bin/python").exists():
        pytest.skip("the vLLM environment is not installed: make .venvs/serve-cpu")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")


def command(
    root: Path, tmp_path: Path, name: str, build: Callable[[Path, Path], None], engine: Engine = ENGINE
) -> tuple[Model, list[str]]:
    (data,) = root.glob(".venvs/serve-cpu/lib/python*/site-packages/mistral_common/data")
    weights = tmp_path / "weights"
    weights.mkdir()
    build(weights, data)
    model = load_model(root / f"config/models/{name}.yaml")
    # There are no weights to read: the one flag that differs from the study's.
    dummy = model.model_copy(update={"vllm_flags": {**model.vllm_flags, "load-format": "dummy"}})
    return model, launch_command(engine, dummy, weights, root)


STARTS = [
    ("mistral-7b-v0.3", tiny.mistral_7b, "quantization=None"),
    ("devstral-small-2512", tiny.devstral_2507, "quantization=None"),
]
NEED_AVX512 = [
    (
        "qwen2.5-coder-32b-awq",
        tiny.qwen_awq,
        "Using CPUWNA16LinearKernel for AutoAWQMarlinLinearMethod",
        "'_OpNamespace' '_C' object has no attribute 'cpu_gemm_wna16'",
    ),
]
NEED_AMX = [
    ("gpt-oss-20b", tiny.gpt_oss, "Using 'CPU' Mxfp4 MoE backend", "No MXFP4 MoE backend supports"),
    (
        "qwen3-coder-30b-a3b-fp8",
        tiny.qwen3_moe,
        "Selected CPUFp8BlockScaledMMKernel for Fp8LinearMethod",
        "CPUFp8BlockScaledMMKernel requires AMX tile support",
    ),
]
NEEDS = [(case, HAS_AVX512) for case in NEED_AVX512] + [(case, HAS_AMX) for case in NEED_AMX]
CANNOT_START = [
    # The scales of q, k and v are merged into one by an operator that this build declares without arguments.
    ("devstral-small-2512", tiny.devstral_2512_text, "_C::static_scaled_fp8_quant() expected at most 0 argument(s)"),
    # Its builds on the general index need CUDA: envs/README.md.
    ("devstral-small-2512", tiny.devstral_2512, "No module named 'torchvision'"),
]


@pytest.mark.parametrize(("name", "build", "kernel"), STARTS + [case[:3] for case, has in NEEDS if has])
def test_it_starts_and_answers(
    root: Path, tmp_path: Path, name: str, build: Callable[[Path, Path], None], kernel: str
) -> None:
    model, launch = command(root, tmp_path, name, build)
    with serve(launch, name, tmp_path / "log", ENGINE.startup_timeout_s) as endpoint:
        reply = openai.OpenAI(base_url=endpoint.base_url, api_key="none", max_retries=0).chat.completions.create(
            model=name,
            messages=[{"role": "user", "content": "Run it."}],
            max_tokens=8,
            # The server refuses tools where the parser is missing or does not suit the tokenizer.
            tools=[TOOL] if "tool-call-parser" in model.vllm_flags else openai.omit,
            extra_body={"ignore_eos": True},
        )
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 8
    assert kernel in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("name", "build", "reason"), CANNOT_START + [(*case[:2], case[3]) for case, has in NEEDS if not has]
)
def test_it_cannot_start_for_a_known_reason(
    root: Path, tmp_path: Path, name: str, build: Callable[[Path, Path], None], reason: str
) -> None:
    _, launch = command(root, tmp_path, name, build)
    with pytest.raises(StudyError), serve(launch, name, tmp_path / "log", ENGINE.startup_timeout_s):
        pytest.fail("this build starts it: move the case to those that answer")
    assert reason in (tmp_path / "log").read_text()


CROWD = ENGINE.model_copy(update={"concurrency": 32})
SERVED: tuple[str, Callable[[Path, Path], None], str, dict[str, Any]] = (
    (
        "qwen2.5-coder-32b-awq",
        tiny.qwen_awq,
        "awq",
        {
            "quantization_methods": ["AutoAWQMarlinLinearMethod"],
            "kernels": ["CPUWNA16LinearKernel"],
            "dtype": "float16",
        },
    )
    if HAS_AVX512
    else (
        "qwen2.5-coder-0.5b",
        tiny.qwen,
        "bf16",
        {"quantization_methods": [], "kernels": [], "dtype": "bfloat16"},
    )
)
MANIFEST = {"name": "qwen", "weights_sha256": "a" * 64, "quantization": {"found": SERVED[2]}}


def ask_a_crowd(endpoint: Endpoint) -> list[Any]:
    """More seeded prompts at once than one step of the scheduler takes; replies or errors."""

    async def ask() -> list[Any]:
        async with openai.AsyncOpenAI(base_url=endpoint.base_url, api_key="none", max_retries=0) as client:
            requests = [
                client.chat.completions.create(
                    model=endpoint.served_model,
                    messages=[{"role": "user", "content": chr(ord("A") + n) * 230}],
                    seed=n,
                    max_tokens=4,
                )
                for n in range(CROWD.concurrency)
            ]
            return await asyncio.gather(*requests, return_exceptions=True)

    return asyncio.run(ask())


def test_an_engine_says_what_it_is_bears_a_crowd_and_its_worker_is_missed(root: Path, tmp_path: Path) -> None:
    model, launch = command(root, tmp_path, *SERVED[:2], CROWD)
    (tmp_path / "weights/generation_config.json").write_text('{"temperature": 0.3, "repetition_penalty": 1.2}')
    with serve(launch, model.name, tmp_path / "log", ENGINE.startup_timeout_s) as endpoint:
        identity = identify_engine(endpoint, MANIFEST)
        assert {key: identity[key] for key in SERVED[3]} == SERVED[3]
        assert identity["attention_backends"] == ["CPUAttentionBackendImpl"]
        assert (identity["platform"], identity["sampling_defaults"]) == ("cpu", {})
        assert identity["kv_cache_tokens"] > CROWD.max_model_len_tokens
        assert [type(reply).__name__ for reply in ask_a_crowd(endpoint)] == ["ChatCompletion"] * CROWD.concurrency
        assert endpoint.process is not None
        family = psutil.Process(endpoint.process.pid).children(recursive=True)
        niceness = {process.name(): process.nice() for process in family if process.name().startswith("VLLM::")}
        assert niceness == {"VLLM::EngineCore": 19, "VLLM::Worker": 0}
        (worker,) = [process for process in family if process.name() == "VLLM::Worker"]
        worker.kill()
        deadline = time.monotonic() + 30
        with pytest.raises(EngineLost):  # noqa: PT012
            while time.monotonic() < deadline:
                endpoint.require_alive()
                time.sleep(0.1)
    assert not [process for process in family if process.is_running()]


def test_sampling_defaults_of_the_weights_are_noticed(root: Path, tmp_path: Path) -> None:
    model, launch = command(root, tmp_path, *SERVED[:2])
    (tmp_path / "weights/generation_config.json").write_text('{"temperature": 0.3, "repetition_penalty": 1.2}')
    launch[launch.index("--generation-config") + 1] = "auto"
    with serve(launch, model.name, tmp_path / "log", ENGINE.startup_timeout_s) as endpoint:  # noqa: SIM117
        with pytest.raises(StudyError, match=r"'repetition_penalty': 1\.2, 'temperature': 0\.3"):
            identify_engine(endpoint, MANIFEST)


def test_calls_that_the_engine_parses_reach_the_record(root: Path, tmp_path: Path) -> None:
    model, launch = command(root, tmp_path, "qwen2.5-coder-1.5b", tiny.qwen)
    # Without weights only the grammar of a required call writes one; what it passes is anything.
    request = {"messages": [{"role": "user", "content": "Run it."}], "tools": [TOOL], "tool_choice": "required"}
    sampling = {"seed": 1, "temperature": 0.7, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "max_tokens": 100}

    async def ask(endpoint: Endpoint) -> list[dict[str, Any]]:
        battles: list[dict[str, Any]] = [{"request": request | sampling}]
        return [one.battle async for together in fight(endpoint, battles, ENGINE) for one in together]

    with serve(launch, model.name, tmp_path / "log", ENGINE.startup_timeout_s) as endpoint:
        (battle,) = asyncio.run(ask(endpoint))
    calls = battle["reply"]["tool_calls"]
    assert {(call["type"], call["function"]["name"]) for call in calls} == {("function", "run")}
    assert calls[0]["function"]["arguments"]
    assert len({call["id"] for call in calls} - {""}) == len(calls)


def test_why_prompts_are_not_split_on_a_cpu(root: Path, tmp_path: Path) -> None:
    split = CROWD.model_copy(update={"flags": {**CROWD.flags, "enable-chunked-prefill": True}})
    model, launch = command(root, tmp_path, *SERVED[:2], split)
    with serve(launch, model.name, tmp_path / "log", ENGINE.startup_timeout_s) as endpoint:
        replies = ask_a_crowd(endpoint)
        assert any(isinstance(reply, openai.APIError) for reply in replies), "this build can: drop its CPU_FLAGS"
        with pytest.raises(EngineLost) as lost:
            endpoint.require_alive()
    assert lost.value.value == "RuntimeError: CPU Generator does not use offset"


def test_the_installed_vllm_takes_the_flags_of_every_model(root: Path, tmp_path: Path) -> None:
    h100 = resolve_study(yaml.safe_load((root / "config/h100.yaml").read_text()))
    engine = h100.engine.model_copy(update={"environment": "serve-cpu"})
    models = load_registry(root / "config/models")
    commands = {name: launch_command(engine, model, Path("weights"), root)[2:] for name, model in models.items()}
    assert set(h100.contestants) <= set(commands)
    planted = {
        "unknown": ["--tool-parser", "mistral"],
        "tool": ["--tool-call-parser", "qwen2_coder"],
        "reasoning": ["--reasoning-parser", "openai"],
        "quantization": ["--quantization", "awq_marlinn"],
        "tokenizer": ["--tokenizer-mode", "mistrall"],
        "value": ["--max-num-seqs", "many"],
        "incomplete": ["--enable-auto-tool-choice"],
    }
    (tmp_path / "commands.json").write_text(json.dumps({**commands, **planted}))
    script = root / "src/cis_study/serving/vllm_arguments.py"
    subprocess.run(
        [interpreter(engine, root), script, tmp_path / "commands.json", tmp_path / "refused.json"], check=True
    )
    refused = json.loads((tmp_path / "refused.json").read_text())
    assert set(refused) == set(planted), refused
    assert refused["unknown"].startswith("unrecognized arguments: --tool-parser")
    assert refused["reasoning"].startswith("--reasoning-parser openai: it is none of ")


def test_a_wrong_flag_is_one_message_of_the_supervisor(root: Path, tmp_path: Path) -> None:
    _, launch = command(root, tmp_path, "mistral-7b-v0.3", tiny.mistral_7b)
    with pytest.raises(StudyError, match="engine arguments: unrecognized arguments: --tool-parser"):  # noqa: SIM117
        with serve([*launch, "--tool-parser=mistral"], "m", tmp_path / "log", 120):
            pytest.fail("it was started")
