"""Serve one model with vLLM over the OpenAI API on a free port of the `--host` given.

Stand-alone: run by the interpreter of the serving environment, imports nothing of the study. Every argument
but `--report-fd` is vLLM's own. Reports `{"port", "engine", "version"}` as one JSON line on that descriptor
as soon as the port is bound; the server answers there once the model is loaded. Arguments that this vLLM does
not take are reported as `{"refused": message}` before anything is loaded.
"""

import argparse
import asyncio
import ctypes
import importlib.metadata
import json
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

CPU_DEFAULTS = {
    "VLLM_CPU_KVCACHE_SPACE": "2",  # GiB
    # Threads bound to cores lose a factor of 50 as soon as another process wants one of them.
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}
"""Read by the CPU build alone; the caller's environment wins."""


def main() -> None:
    own = argparse.ArgumentParser(description=__doc__, add_help=False)
    own.add_argument("--report-fd", type=int, required=True)
    mine, sys.argv[1:] = own.parse_known_args()
    for name, value in CPU_DEFAULTS.items():
        os.environ.setdefault(name, value)
    _die_with_parent()
    # Processes that vLLM forks must not outlive this one either.
    os.register_at_fork(after_in_child=_die_with_parent)

    from vllm.entrypoints.launchers.api_server.entry import run_server_worker
    from vllm.entrypoints.launchers.launcher import setup_server
    from vllm_arguments import parse

    try:
        args = parse(["--port", "0", *sys.argv[1:]])
    except ValueError as error:
        _report(mine.report_fd, {"refused": str(error)})
        raise SystemExit(str(error)) from error
    address, bound = setup_server(args, reuse_port=False)
    _report(mine.report_fd, {"port": bound.getsockname()[1], "engine": "vllm", "version": _version()})
    asyncio.run(run_server_worker(address, bound, args))


def _report(fd: int, content: dict[str, str | int]) -> None:
    os.write(fd, json.dumps(content).encode() + b"\n")
    os.close(fd)


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _version() -> str:
    for name in ("vllm", "vllm-cpu"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    raise SystemExit("neither vllm nor vllm-cpu is installed in this environment")


if __name__ == "__mp_main__":
    # Spawned processes (all of vLLM's on a CPU) run no fork hook, but import this file under this name.
    _die_with_parent()

if __name__ == "__main__":
    main()
