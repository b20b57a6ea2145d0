"""The launcher with a stand-in for vLLM that, like its CPU build, starts its engine core by spawn."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from cis_study.errors import StudyError
from cis_study.serving.engine import serve

LAUNCHER = Path(__file__).parents[2] / "src/cis_study/serving/vllm_server.py"

STAND_IN = {
    "vllm/entrypoints/launchers/cli_args.py": """
        from argparse import BooleanOptionalAction
        def make_arg_parser(parser):
            for name in ("host", "port", "model", "max-model-len"):
                parser.add_argument(f"--{name}")
            parser.add_argument("--method")
            names = ("config-format", "load-format", "quantization", "tokenizer-mode")
            for name in (*names, "reasoning-parser", "tool-call-parser"):
                parser.add_argument(f"--{name}")
            parser.add_argument("--enable-auto-tool-choice", action="store_true")
            parser.add_argument("--enable-chunked-prefill", action=BooleanOptionalAction, default=True)
            return parser
        def validate_parsed_serve_args(args):
            if args.enable_auto_tool_choice and not args.tool_call_parser:
                raise TypeError("it needs a parser")
    """,
    "vllm/envs.py": "import os; VLLM_BATCH_INVARIANT = bool(int(os.environ['VLLM_BATCH_INVARIANT']))",
    "vllm/utils/argparse_utils.py": "from argparse import ArgumentParser as FlexibleArgumentParser",
    "vllm/config/model.py": "from typing import Literal; TokenizerMode = Literal['auto', 'mistral']",
    "vllm/model_executor/layers/quantization/__init__.py": "QUANTIZATION_METHODS = ['awq_marlin']",
    "vllm/model_executor/model_loader/__init__.py": "from typing import Literal; LoadFormats = Literal['dummy']",
    "vllm/transformers_utils/config.py": "from typing import Literal; ConfigFormat = Literal['auto', 'hf']",
    "vllm/reasoning.py": """
        class ReasoningParserManager:
            list_registered = staticmethod(lambda: ["openai_gptoss"])
    """,
    "vllm/tool_parsers.py": """
        class ToolParserManager:
            list_registered = staticmethod(lambda: ["mistral"])
    """,
    "vllm/entrypoints/launchers/launcher.py": """
        import socket
        def setup_server(args, reuse_port):
            bound = socket.create_server((args.host, int(args.port)))
            return "address", bound
    """,
    "vllm/platforms.py": """
        class current_platform:
            device_type = "cpu"
            is_cpu = staticmethod(lambda: True)
    """,
    "vllm/entrypoints/launchers/api_server/entry.py": """
        import asyncio, contextlib, multiprocessing, pathlib, time
        from types import SimpleNamespace as Named
        def engine_core(pid_file):
            import os
            pid_file.write_text(str(os.getpid()))
            time.sleep(600)
        class Client:
            vllm_config = Named(
                model_config=Named(
                    quantization="awq", dtype="torch.float16", max_model_len=64, get_diff_sampling_param=dict
                ),
                cache_config=Named(cache_dtype="auto", kv_cache_size_tokens=128, enable_prefix_caching=True),
            )
            async def collective_rpc(self, method):
                assert method == "get_model_inspection"
                return ["Linear(quant=B, x=1)(Linear(quant=A), Linear(quant=B)) Attention(heads=1, backend=F)"]
        @contextlib.asynccontextmanager
        async def build_async_engine_client(args):
            pid_file = pathlib.Path(args.model)
            core = multiprocessing.get_context(args.method).Process(target=engine_core, args=(pid_file,))
            core.start()
            client = Client()
            client.vllm_config.scheduler_config = Named(enable_chunked_prefill=args.enable_chunked_prefill)
            yield client
        async def build_and_serve(client, address, bound, args):
            await asyncio.sleep(600)
    """,
    "vllm-9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: vllm\nVersion: 9.9\n",
}

PARENT = """
import subprocess, sys, time
fd = int(sys.argv[1])
subprocess.Popen([sys.executable, *sys.argv[2:], "--report-fd", str(fd)], pass_fds=[fd])
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in STAND_IN.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--max-model-length=64"], "unrecognized arguments: --max-model-length=64"),
        (["--max-model=64"], "unrecognized arguments: --max-model=64"),
        (["--tool-call-parser", "mistrall"], "--tool-call-parser mistrall: it is none of mistral"),
        (["--reasoning-parser", "openai"], "--reasoning-parser openai: it is none of openai_gptoss"),
        (["--load-format", "mistral"], "--load-format mistral: it is none of dummy"),
        (["--enable-auto-tool-choice"], "it needs a parser"),
    ],
)
def test_arguments_the_engine_does_not_have_are_one_message(tmp_path: Path, flags: list[str], message: str) -> None:
    command = [sys.executable, str(LAUNCHER), "--host", "127.0.0.1", "--model", "m", *flags]
    with pytest.raises(StudyError) as refused, serve(command, "m", tmp_path / "log", 30):
        pytest.fail("it was started")
    assert (refused.value.where, refused.value.value) == ("engine arguments", message)


@pytest.fixture
def reported(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], dict[str, Any]]]]:
    """Start the launcher below a supervisor; returns the supervisor and the report."""
    supervisors = []

    def start(*flags: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
        read_fd, write_fd = os.pipe()
        command = [str(LAUNCHER), "--host", "127.0.0.1", "--model", str(tmp_path / "core.pid"), *flags]
        supervisor = subprocess.Popen([sys.executable, "-c", PARENT, str(write_fd), *command], pass_fds=[write_fd])
        supervisors.append(supervisor)
        os.close(write_fd)
        with os.fdopen(read_fd) as report_stream:
            return supervisor, json.loads(report_stream.readline())

    yield start
    for supervisor in supervisors:
        supervisor.kill()
        supervisor.wait()


@pytest.mark.parametrize("method", ["spawn", "fork"])
@pytest.mark.parametrize("killed", ["supervisor", "launcher"])
def test_the_engine_core_dies_with_what_started_it(
    tmp_path: Path, reported: Callable[..., tuple[subprocess.Popen[bytes], dict[str, Any]]], method: str, killed: str
) -> None:
    supervisor, report = reported("--method", method)
    assert (report["engine"], report["version"], report["port"] > 0) == ("vllm", "9.9", True)
    core = psutil.Process(_read_pid(tmp_path / "core.pid"))
    (launcher,) = psutil.Process(supervisor.pid).children()
    (launcher if killed == "launcher" else psutil.Process(supervisor.pid)).send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _running(core):
        assert time.monotonic() < deadline, "the engine core outlived what started it"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("flags", "chunked", "invariant"),
    [([], False, False), (["--enable-chunked-prefill"], True, False), (["--batch-invariant"], False, True)],
)
def test_what_the_engine_resolved_is_reported(
    reported: Callable[..., tuple[subprocess.Popen[bytes], dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    chunked: bool,
    invariant: bool,
) -> None:
    # The caller's environment chooses no kernels.
    monkeypatch.setenv("VLLM_BATCH_INVARIANT", "1")
    _, report = reported("--method", "spawn", *flags)
    assert report["platform"] == "cpu"
    assert report["resolved"] == {
        "quantization": "awq",
        "quantization_methods": ["A", "B"],
        "attention_backends": ["F"],
        "dtype": "float16",
        "kv_cache_dtype": "auto",
        "kv_cache_tokens": 128,
        "max_model_len_tokens": 64,
        "prefix_caching": True,
        "chunked_prefill": chunked,
        "batch_invariant": invariant,
        "sampling_defaults": {},
    }


def _running(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _read_pid(path: Path) -> int:
    deadline = time.monotonic() + 30
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, "the engine core never started"
        time.sleep(0.05)
    return int(path.read_text())
