"""kill -9 of Snakemake alone in the middle of generation, a last line torn as by a power cut, the real engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from workflow_runs import Run, write_study

from cis_study.beforehand import standing

pytestmark = [pytest.mark.workflow, pytest.mark.engine]


PLANNED = 10
"""Eight battles and two episodes."""
JOURNAL = Path("results/changed/journal/smollm2-135m/1-4.jsonl")


def journaled(clone: Path) -> list[str]:
    """Keys of the complete lines."""
    path = clone / JOURNAL
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    return [json.loads(line)["key"] for line in lines]


@pytest.mark.usefixtures("engines")
def test_a_killed_run_asks_only_for_the_rest(snakemake: Run, clone: Path) -> None:
    engine = {"kind": "llama_cpp", "environment": "serve-llama", "max_model_len_tokens": 1024, "concurrency": 2}
    study = write_study(clone, "ci", study="changed", replicate_blocks=[4], engine=engine)
    killed = subprocess.Popen(
        [str(Path(sys.executable).parent / "snakemake"), "battles", "--cores", "1", "--configfile", study],
        cwd=clone,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 300
    while len(journaled(clone)) < 2 and killed.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    family = psutil.Process(killed.pid).children(recursive=True)
    assert any("llama_cpp_server.py" in " ".join(process.cmdline()) for process in family)
    killed.kill()
    killed.wait()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not [process.cmdline() for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    os.truncate(clone / JOURNAL, (clone / JOURNAL).stat().st_size - 30)
    before = journaled(clone)
    assert 0 < len(before) < PLANNED - 1, "the run was not killed in the middle"
    written = standing(clone / "config/analysis.yaml", [clone / "results/changed/analysis.json"])
    assert written.state == "as written down beforehand"

    assert snakemake("--unlock", "--configfile", study).returncode == 0
    run = snakemake("battles", "--configfile", study)
    assert run.returncode == 0, run.stdout + run.stderr
    after = journaled(clone)
    assert after[: len(before)] == before
    assert len(after) == len(set(after)) == PLANNED
    assert f"{PLANNED} planned, {PLANNED - len(before)} to ask for" in _log(clone)

    folders = (clone / "results/changed/battles", clone / "results/changed/episodes")
    files = sorted(path for folder in folders for path in folder.rglob("*.json"))
    assert len(files) == PLANNED
    contents = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    assert snakemake("battles", "--configfile", study).returncode == 0
    assert f"{PLANNED} planned, 0 to ask for" in _log(clone)
    assert [file.read_bytes() for file in files] == contents


def _log(clone: Path) -> str:
    return (clone / "results/changed/logs/generate/smollm2-135m/1-4.log").read_text()
