"""The launcher with a stand-in for vLLM that, like its CPU build, starts its engine core by spawn."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

LAUNCHER = Path(__file__).parents[2] / "src/cis_study/serving/vllm_server.py"

STAND_IN = {
    "vllm/entrypoints/launchers/cli_args.py": """
        def make_arg_parser(parser):
            for name in ("host", "port", "model", "max-model-len"):
                parser.add_argument(f"--{name}")
            parser.add_argument("--method")
            return parser
        def validate_parsed_serve_args(args):
            pass
    """,
    "vllm/utils/argparse_utils.py": "from argparse import ArgumentParser as FlexibleArgumentParser",
    "vllm/entrypoints/launchers/launcher.py": """
        import socket
        def setup_server(args, reuse_port):
            bound = socket.create_server((args.host, int(args.port)))
            return "address", bound
    """,
    "vllm/entrypoints/launchers/api_server/entry.py": """
        import asyncio, json, multiprocessing, pathlib, time
        def engine_core(pid_file):
            import os
            pid_file.write_text(str(os.getpid()))
            time.sleep(600)
        async def run_server_worker(address, bound, args):
            pid_file = pathlib.Path(args.model)
            core = multiprocessing.get_context(args.method).Process(target=engine_core, args=(pid_file,))
            core.start()
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


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_the_engine_core_dies_with_the_supervisor(tmp_path: Path, method: str) -> None:
    for name, text in STAND_IN.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    pid_file = tmp_path / "core.pid"
    read_fd, write_fd = os.pipe()
    command = [str(LAUNCHER), "--model", str(pid_file), "--max-model-len", "64", "--method", method]
    supervisor = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(write_fd), *command],
        pass_fds=[write_fd],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )
    os.close(write_fd)
    with os.fdopen(read_fd) as report_stream:
        report: dict[str, Any] = json.loads(report_stream.readline())
    assert (report["engine"], report["version"], report["port"] > 0) == ("vllm", "9.9", True)
    core = _read_pid(pid_file)
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    deadline = time.monotonic() + 10
    while psutil.pid_exists(core) and psutil.Process(core).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the engine core outlived its supervisor"
        time.sleep(0.05)


def _read_pid(path: Path) -> int:
    deadline = time.monotonic() + 30
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, "the engine core never started"
        time.sleep(0.05)
    return int(path.read_text())
