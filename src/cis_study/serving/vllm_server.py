"""Serve one model with vLLM over the OpenAI API on a free port of the `--host` given.

Stand-alone: run by the interpreter of the serving environment, imports nothing of the study. Every argument but
`--report-fd` and `--batch-invariant` is vLLM's own. Reports `{"port", "engine", "version", "resolved"}` as one JSON
line on that descriptor once the model is loaded; `resolved` is what vLLM made of its arguments and the weights.
Arguments that this vLLM does not take are reported as `{"refused": message}` before anything is loaded.
"""

import argparse
import asyncio
import ctypes
import importlib.metadata
import json
import os
import re
import signal
import socket
import sys
from typing import Any

PR_SET_PDEATHSIG = 1

PROMPT_DATE = "2026-01-14"
"""Given to templates that print today's date: with the true one, every day would have prompts of its own."""

CPU_DEFAULTS = {
    "VLLM_CPU_KVCACHE_SPACE": "2",  # GiB
    # Threads bound to cores lose a factor of 50 as soon as another process wants one of them.
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}
"""Read by the CPU build alone; the caller's environment wins."""

CPU_FLAGS = ["--no-enable-chunked-prefill"]
"""0.32.0 rewinds the generator of a seeded request whose prompt is split over two steps. The CPU's generator cannot
be rewound, and its engine dies ("CPU Generator does not use offset"). The caller's flags win."""


def main() -> None:
    own = argparse.ArgumentParser(description=__doc__, add_help=False, allow_abbrev=False)
    own.add_argument("--report-fd", type=int, required=True)
    own.add_argument("--batch-invariant", action="store_true")
    mine, sys.argv[1:] = own.parse_known_args()
    os.environ["VLLM_SYSTEM_START_DATE"] = PROMPT_DATE
    # vLLM knows no flag for it. Set to 0 as well: the caller's environment does not choose the kernels of a study.
    os.environ["VLLM_BATCH_INVARIANT"] = str(int(mine.batch_invariant))
    for name, value in CPU_DEFAULTS.items():
        os.environ.setdefault(name, value)
    _die_with_parent()
    # Processes that vLLM forks must not outlive this one either.
    os.register_at_fork(after_in_child=_die_with_parent)

    from vllm.entrypoints.launchers.launcher import setup_server
    from vllm.platforms import current_platform
    from vllm_arguments import parse

    try:
        args = parse(["--port", "0", *(CPU_FLAGS if current_platform.is_cpu() else []), *sys.argv[1:]])
    except ValueError as error:
        _report(mine.report_fd, {"refused": str(error)})
        raise SystemExit(str(error)) from error
    address, bound = setup_server(args, reuse_port=False)
    report = {"port": bound.getsockname()[1], "engine": "vllm", "version": _version()}
    asyncio.run(_serve(args, address, bound, mine.report_fd, {**report, "platform": current_platform.device_type}))


async def _serve(args: argparse.Namespace, address: str, bound: socket.socket, fd: int, report: dict[str, Any]) -> None:
    from vllm.entrypoints.launchers.api_server.entry import build_and_serve, build_async_engine_client

    async with build_async_engine_client(args) as client:
        if report["platform"] == "cpu":
            _let_the_workers_compute()
        layers = await client.collective_rpc("get_model_inspection")
        _report(fd, {**report, "resolved": _resolved(client.vllm_config, "".join(layers))})
        stopped = await build_and_serve(client, address, bound, args)
    await stopped


def _resolved(config: Any, layers: str) -> dict[str, Any]:
    """What this vLLM runs; `layers` is its own description of the loaded model, where every layer names its method."""
    from vllm import envs

    model, cache = config.model_config, config.cache_config
    return {
        "quantization": model.quantization,
        "quantization_methods": sorted(set(re.findall(r"quant=(\w+)", layers))),
        "attention_backends": sorted(set(re.findall(r"backend=(\w+)", layers))),
        "dtype": str(model.dtype).removeprefix("torch."),
        "kv_cache_dtype": str(cache.cache_dtype),
        "kv_cache_tokens": cache.kv_cache_size_tokens,
        "max_model_len_tokens": model.max_model_len,
        "prefix_caching": cache.enable_prefix_caching,
        "chunked_prefill": config.scheduler_config.enable_chunked_prefill,
        "batch_invariant": envs.VLLM_BATCH_INVARIANT,
        "sampling_defaults": model.get_diff_sampling_param(),
    }


def _let_the_workers_compute() -> None:
    """The scheduler's process waits for the workers in a busy loop, on the cores that they compute with."""
    import psutil

    for process in psutil.Process().children(recursive=True):
        if process.name().startswith("VLLM::EngineCor"):
            process.nice(19)


def _report(fd: int, content: dict[str, Any]) -> None:
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
