"""Asking for the missing battles, with a fake engine in place of a real one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.asking import Contest, ask_missing
from cis_study.battles.record import identify
from cis_study.battles.tally import Tally
from cis_study.config import Engine, Study
from cis_study.errors import EngineLost
from cis_study.journal import Journal
from cis_study.models.manifest import list_files
from cis_study.models.registry import load_model
from cis_study.plan import plan_block
from cis_study.serving.engine import serve
from cis_study.tasks.task import Task

FAKE = Path(__file__).parent / "fake_engine.py"
ENGINE: dict[str, Any] = {"kind": "llama_cpp", "environment": "fake", "max_model_len_tokens": 64, "concurrency": 1}


@pytest.fixture
def missing(study: Study, tasks: dict[str, Task], reply_format: str) -> list[dict[str, Any]]:
    planned = plan_block(study, tasks, reply_format, "1-2")
    return [identify(battle, "smollm2-135m", "llama_cpp", "a" * 64) for battle in planned]


@pytest.fixture
def contest(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Contest]:
    """A contest with a fake engine of some version, in one of its modes."""
    monkeypatch.chdir(tmp_path)
    weights = tmp_path / "results/models/smollm2-135m/weights"
    weights.mkdir(parents=True)
    (weights / "m.gguf").write_text("no weights")
    python = tmp_path / ".venvs/fake/bin/python"
    python.parent.mkdir(parents=True)
    files = list_files(weights)
    manifest = {"name": "smollm2-135m", "files": files, "weights_sha256": "a" * 64, "quantization": {"found": "Q4_1"}}

    def make(version: str = "1", mode: str = "serve", **engine: Any) -> Contest:
        python.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} {version} {mode} "$@"\n')
        python.chmod(0o755)
        return Contest(
            model=load_model(root / "config/models/smollm2-135m.yaml"),
            engine=Engine(**{**ENGINE, **engine}),
            manifest=manifest,
            results_dir=tmp_path / "results",
            engine_log=tmp_path / "engine.log",
            identities=tmp_path / "engines.json",
            gpus=0,
        )

    return make


def test_a_server_that_took_the_port_of_a_dead_engine_is_not_believed(
    contest: Callable[..., Contest], missing: list[dict[str, Any]], tmp_path: Path
) -> None:
    with Journal(tmp_path / "journal") as journal:
        with pytest.raises(EngineLost, match="died while battles were in flight, exit status -9"):
            ask_missing(contest(mode="vanish"), missing, journal, tally := Tally())
        assert journal.entries == {}
    job = tally.job("smollm2-135m", "1-2", 1)
    assert job is not None
    assert (job.battles, job.engines_lost, job.latency_s) == (0, 2, None)


def test_every_engine_that_fought_is_on_record_once(
    contest: Callable[..., Contest], missing: list[dict[str, Any]], tmp_path: Path
) -> None:
    with Journal(tmp_path / "journal") as journal:
        for version in ("1", "1", "2"):
            ask_missing(contest(version), missing, journal, tally := Tally())
            assert [b["reply"]["content"] for b in tally.battles.values()] == ["fake"] * len(missing)
    assert [entry["version"] for entry in json.loads((tmp_path / "engines.json").read_text())] == ["1", "2"]


def test_a_key_that_a_server_repeats_is_not_kept(
    contest: Callable[..., Contest], missing: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = contest(kind="endpoint", environment=None)
    command = [sys.executable, str(FAKE), "1", "refuse", "--served-model-name", asked.model.name]
    with serve(command, asked.model.name, tmp_path / "log", 30) as server, Journal(tmp_path / "journal") as journal:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-hush")
        ask_missing(asked, missing, journal, Tally())
    text = (tmp_path / "journal").read_text()
    assert "you sent Bearer (OPENAI_API_KEY)" in text
    assert "sk-hush" not in text
