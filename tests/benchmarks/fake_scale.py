"""A large study in a copy of the repository, and a fake engine that answers it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from measuring import Cost, measure

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))
from workflow_runs import copy_repository

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
STUDY = "scale"
TWO_CONTROLS = {"reference": {"at_least": {"L": 1}}, "empty": {"source": "none", "tests": "none", "rationale": "none"}}


@contextlib.contextmanager
def fake_models(chunks: int, models: list[str]) -> Iterator[str]:
    """Address of a fake engine that serves these models, in a process of its own."""
    command = [sys.executable, str(HERE / "fake_model_server.py"), str(chunks), *models]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.kill()


@dataclass(frozen=True)
class Copy:
    """The repository once more, with the study `scale` and room for its results."""

    home: Path
    base_url: str

    @property
    def results(self) -> Path:
        return self.home / "results" / STUDY

    @property
    def env(self) -> dict[str, str]:
        return {
            "OPENAI_BASE_URL": self.base_url,
            "PYTHONPATH": str(self.home / "src"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_PROXY": "127.0.0.1",
        }

    def snakemake(self, *arguments: str, cores: int = 1) -> Cost:
        """Run the workflow on the study; targets come first."""
        command = ["snakemake", *arguments, "--cores", str(cores), "--configfile", f"config/{STUDY}.yaml"]
        return measure(command, self.home, self.env)

    def generate(self, plan: Path, model: str, concurrency: int) -> Cost:
        """Run the generation job alone, as the rule does."""
        manifest = self.results / "claims" / model / "manifest.json"
        command = ["python", "-m", "cis_study.battles.generate", "--mode", "run", "--concurrency", str(concurrency)]
        command += ["--plan", str(plan), "--manifest", str(manifest), "--log", str(plan.with_suffix(".log"))]
        return measure(command, self.home, self.env)

    def forget(self, *folders: str) -> None:
        """Remove results of the study; all of them, and what Snakemake knows, where none is named."""
        for folder in [self.results / name for name in folders] or [self.results, self.home / ".snakemake"]:
            shutil.rmtree(folder, ignore_errors=True)


def make_copy(home: Path, base_url: str, replicates: int, concurrency: int) -> Copy:
    """Copy the repository and write the study: the contestants of `h100`, all tasks, the fake engine.

    Controls are cut to two: what they cost does not grow with the number of battles.
    """
    copy_repository(ROOT, home)
    (home / ".venvs").symlink_to(ROOT / ".venvs")
    (home / f"config/{STUDY}.yaml").write_text(yaml.safe_dump(large_study(home, replicates, concurrency)))
    (home / "config/tasks/controls.yaml").write_text(yaml.safe_dump({"seed": 1, "draws": 1, "controls": TWO_CONTROLS}))
    return Copy(home, base_url)


def large_study(root: Path, replicates: int, concurrency: int) -> dict[str, Any]:
    """The content of its file: battles alone, as a server that runs already serves no judges and no native calls."""
    content = yaml.safe_load((root / "config/h100.yaml").read_text())
    return content | {
        "study": STUDY,
        "description": "A fake engine, for measuring the workflow.",
        "demonstration": True,
        "mode": "run",
        "gpu": 0,
        "tasks": sorted(path.parent.name for path in (root / "config/tasks").glob("*/task.yaml")),
        "replicate_blocks": [replicates],
        "engine": {"kind": "endpoint", "max_model_len_tokens": 16384, "concurrency": concurrency, "threads": 1},
        **dict.fromkeys(("episodes", "judges", "determinism")),
    }


def bare_client_s(base_url: str, requests: list[Mapping[str, object]], concurrency: int) -> float:
    """Seconds that a client takes which sends the requests and looks at no reply: the fake's own share of the time."""
    host, _, port = base_url.removeprefix("http://").removesuffix("/v1").partition(":")
    bodies = iter([json.dumps({"stream": True, **request}).encode() for request in requests])

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 22)
        for body in bodies:
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await reader.readuntil(b"\r\n0\r\n\r\n")
        writer.close()

    async def all_connections() -> None:
        await asyncio.gather(*(one_connection() for _ in range(concurrency)))

    started = time.monotonic()
    asyncio.run(all_connections())
    return time.monotonic() - started
