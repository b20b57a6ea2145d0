"""The manifest of a study: complete, without clock or host, and silent about nothing it cannot know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.study_manifest import NOT_RECORDED, study_manifest
from cis_study.battles.telemetry import GenerationJob
from cis_study.beforehand import Standing
from cis_study.config import Study
from cis_study.provenance import sha256_file

STANDING = Standing("not recorded", "It is not recorded.")
JOB = {
    **dict.fromkeys(GenerationJob.model_fields),
    **{"model": "m", "block": "1-2", "engine": "vllm", "engine_version": "1.2", "judgements": 0},
    **dict.fromkeys(("battles", "episodes", "turns", "concurrency", "cut_loops"), 2),
    **dict.fromkeys(("startup_s", "wall_s"), 1.0),
}


@pytest.fixture
def battles(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{replicate}.json" for replicate in (1, 2)]
    for replicate, path in enumerate(paths, start=1):
        path.write_text(json.dumps({"model": "m", "spec": "ab", "task": "t", "replicate": replicate}))
    return paths


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "m/manifest.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"files": [{"path": "w", "sha256": "cd"}], "weights_sha256": "ef", "memory": {}}))
    return path


def make(study: Study, root: Path, weights: Path, battles: list[Path], **given: Any) -> dict[str, Any]:
    files = [root / "config/analysis.yaml"]
    locks = [root / "envs/study.lock", root / "envs/paper.lock"]
    known: dict[str, Any] = {"engines": {}, "jobs": [], "frozen": None, **given}
    return study_manifest(study, STANDING, files=files, locks=locks, weights=[weights], battles=battles, **known)


def test_it_names_versions_files_weights_and_battles(
    study: Study, root: Path, weights: Path, battles: list[Path]
) -> None:
    found = make(study, root, weights, battles)
    path = root / "config/analysis.yaml"
    assert found["files"][path.as_posix()] == sha256_file(path)
    assert {"snakemake", "numpy", "pandas", "matplotlib"} <= found["packages"]["study"].keys()
    assert f"typst=={found['packages']['paper']['typst']}" in (root / "envs/paper.lock").read_text()
    assert "contourpy" not in found["packages"]["study"]
    assert found["weights"] == {"m": {"files": [{"path": "w", "sha256": "cd"}], "weights_sha256": "ef"}}
    assert (found["battles"]["m"]["finished"], found["study"]["seed"]) == (2, study.seed)
    replayed = study.model_copy(update={"mode": "replay"})
    assert make(replayed, root, weights, battles[::-1]) == found


def test_another_spec_gives_another_hash(study: Study, root: Path, weights: Path, battles: list[Path]) -> None:
    before = make(study, root, weights, battles)["battles"]["m"]["specs_sha256"]
    battles[1].write_text(battles[1].read_text().replace("ab", "ac"))
    assert make(study, root, weights, battles)["battles"]["m"]["specs_sha256"] != before


def test_what_an_old_cache_lacks_is_not_recorded(study: Study, root: Path, weights: Path, battles: list[Path]) -> None:
    job = GenerationJob.model_validate({key: value for key, value in JOB.items() if key != "hardware"})
    found = make(study, root, weights, battles, jobs=[job], frozen={"versions": {"python": "3.11.7"}})
    assert found["engines"] == NOT_RECORDED
    assert found["hardware"]["m/1-2"][0]["hardware"] == NOT_RECORDED
    assert found["frozen"] == {"checkout": NOT_RECORDED, "versions": {"python": "3.11.7"}}
    assert make(study, root, weights, battles)["frozen"] is None
