"""The generation job as a process of its own, on small requests: something to break and start again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

MODEL = "smollm2-135m"
BATTLES = 8
ENGINE = {"kind": "llama_cpp", "environment": "serve-llama", "max_model_len_tokens": 256, "threads": 2}
SAMPLING = {"temperature": 0.7, "top_p": 0.95, "top_k": 0, "min_p": 0.0, "max_tokens": 32}


@dataclass(frozen=True)
class Study:
    """`results/s/` below `home`, with the plan of one block."""

    home: Path
    manifest: Path

    @property
    def plan(self) -> Path:
        return self.home / f"results/s/plan/{MODEL}/1-{BATTLES}.json"

    @property
    def journal(self) -> Path:
        return self.home / f"results/s/journal/{MODEL}/1-{BATTLES}.jsonl"

    def write_plan(self, model: dict[str, Any], engine: dict[str, Any]) -> None:
        battles = [
            {
                "task": "animals",
                "replicate": n,
                "variant": 0,
                "seed": n,
                "request": {"messages": [{"role": "user", "content": f"Name {n} animals."}], "seed": n, **SAMPLING},
            }
            for n in range(1, BATTLES + 1)
        ]
        self.plan.parent.mkdir(parents=True, exist_ok=True)
        self.plan.write_text(json.dumps({"model": model, "engine": engine, "battles": battles}))

    def start(self, name: str = "job", limit: Callable[[], None] | None = None, **env: str) -> Job:
        """Start the job; its log is `{name}.log`, the engine's beside it."""
        command = [sys.executable, "-m", "cis_study.battles.generate", "--plan", str(self.plan), "--mode", "run"]
        command += ["--manifest", str(self.manifest), "--concurrency", "2", "--log", str(self.home / f"{name}.log")]
        with (self.home / f"{name}.out").open("wb") as out:
            process = subprocess.Popen(
                command, cwd=self.home, stdout=out, stderr=out, env={**os.environ, **env}, preexec_fn=limit
            )
        return Job(self, process, self.home / f"{name}.out")

    def lines(self) -> list[bytes]:
        """Complete lines of the journal."""
        return self.journal.read_bytes().split(b"\n")[:-1] if self.journal.is_file() else []

    def battles(self) -> dict[int, bytes]:
        """Published battle files by replicate."""
        return {int(p.stem): p.read_bytes() for p in (self.home / f"results/s/battles/{MODEL}/animals").glob("*.json")}

    def of_block(self, kind: str) -> Any:
        return json.loads((self.home / f"results/s/{kind}/{MODEL}/1-{BATTLES}.json").read_bytes())

    def processes(self) -> list[psutil.Process]:
        """Everything that still runs for this study, by its command line."""
        found = []
        for process in psutil.process_iter():
            try:
                if str(self.home) in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found


@dataclass(frozen=True)
class Job:
    study: Study
    process: subprocess.Popen[bytes]
    out: Path

    def wait_for(self, lines: int) -> list[bytes]:
        """The journal once it holds so many lines, while the job still runs."""
        deadline = time.monotonic() + 120
        while len(found := self.study.lines()) < lines:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)
        assert len(found) < BATTLES, "it was faster than the fault"
        return found

    def engine(self) -> psutil.Process:
        (engine,) = psutil.Process(self.process.pid).children()
        return engine

    def ended(self) -> int:
        return self.process.wait(240)

    def said(self) -> str:
        return self.out.read_text(errors="replace")
