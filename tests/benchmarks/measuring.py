"""Commands measured, runs reduced to their medians, and the file that a benchmark leaves."""

from __future__ import annotations

import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pynvml

from cis_study.errors import StudyError
from cis_study.provenance import readable_json, write_atomic

RESULTS = Path("results/benchmarks")


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    wall_s: float
    cpu_s: float
    """Of the command and of everything it started and waited for."""
    peak_bytes: int
    """Resident memory of the largest of these processes."""
    output: str
    """Standard output and standard error together."""


def leave_nothing_behind() -> None:
    """Make an end from outside unwind: scratch folders go, and what was started ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def measure(command: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Raises:
        StudyError: it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        spend = [sys.executable, "-I", "-S", str(Path(__file__).with_name("spend.py")), str(report)]
        done = subprocess.run(
            [*spend, *command], cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = (done.stdout + done.stderr)[-3000:]
            raise StudyError(" ".join(command), f"exit status {done.returncode}", said, "Read the lines above.")
        return Cost(**json.loads(report.read_text()), output=done.stdout + done.stderr)


def medians(runs: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Median of every quantity over the runs; all runs hold the same quantities.

    Raises:
        StudyError: there are fewer than three runs, whose median one disturbed run could decide.
    """
    listed = list(runs)
    if len(listed) < 3:
        raise StudyError("rounds", len(listed), "a median needs three runs at least", "Measure three rounds or more.")
    return {name: statistics.median(run[name] for run in listed) for name in listed[0]}


def verdict(value: float, wanted: float, at_least: bool) -> str:
    """Whether a measured value is what was wanted."""
    reached = value >= wanted if at_least else value <= wanted
    return f"{'at least' if at_least else 'at most'} {wanted:g}: {'reached' if reached else 'MISSED'}"


def machine() -> dict[str, Any]:
    """Where it was measured, and how busy the place was just before."""
    return {
        "processor": _processor(),
        "cpus": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "gpus": gpu_names(),
        "load_1min_before": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return named[0].partition(":")[2].strip() if named else platform.machine()


def gpu_names() -> list[str]:
    """Names of the GPUs of this machine; empty without NVIDIA's driver."""
    try:
        pynvml.nvmlInit()
    except (pynvml.NVMLError_LibraryNotFound, pynvml.NVMLError_DriverNotLoaded):
        return []
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        return [str(pynvml.nvmlDeviceGetName(handle)) for handle in handles]
    finally:
        pynvml.nvmlShutdown()


def write_results(name: str, content: Mapping[str, Any]) -> Path:
    """Write `results/benchmarks/{name}.json`."""
    path = RESULTS / f"{name}.json"
    write_atomic(path, readable_json(content))
    return path


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they need to be, the first to the left."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        first, *rest = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *rest]), flush=True)
