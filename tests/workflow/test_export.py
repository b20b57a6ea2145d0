"""The whole export of a part of the cached study, twice: the same bytes, and every file where the crate says it is."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from workflow_runs import Run, write_study

pytestmark = pytest.mark.workflow


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_study_is_exported_with_the_same_bytes_each_time(snakemake: Run, clone: Path) -> None:
    models, tasks = ["smollm2-135m", "qwen2.5-coder-0.5b"], ["lru_cache", "fibonacci"]
    changes = {"contestants": models, "tasks": tasks, "replicate_blocks": [10]}
    study = write_study(clone, "cpu", study="small", mode="replay", **changes)
    shutil.copytree(clone / "results/cached/cpu", clone / "results/cached/small")
    run = snakemake("export", "--configfile", study, timeout_s=1200)
    assert run.returncode == 0, run.stderr
    folder = clone / "results/small/export"
    first = hashes(folder)
    assert len(pq.read_table(folder / "data/battles.parquet")) == 2 * 2 * 10
    assert {path.stem for path in (folder / "inspect").iterdir()} == set(models)
    described = json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]
    files = [entity for entity in described if "File" in entity["@type"]]
    listed = {file["@id"]: file["sha256"] for file in files}
    assert listed == {name: sha256 for name, sha256 in first.items() if name != "ro-crate-metadata.json"}
    copied = (folder / "workflow/config/tasks/lru_cache/cases.yaml").read_bytes()
    assert copied == (clone / "config/tasks/lru_cache/cases.yaml").read_bytes()
    shutil.rmtree(folder)
    again = snakemake("export", "--configfile", study, timeout_s=1200)
    assert again.returncode == 0, again.stderr
    assert hashes(folder) == first
