"""The generation job under faults, with the real embedded engine: what was finished stays, nothing is made up.

Each fault is followed by a second, undisturbed run, and `complete` holds what must be true whatever happened.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from generation import BATTLES, ENGINE, MODEL, Study

from cis_study.config import Engine
from cis_study.journal import Journal
from cis_study.models.fetch import fetch
from cis_study.models.manifest import build_manifest, claimed_manifest
from cis_study.models.registry import Model, load_model
from cis_study.serving.engine import serve
from cis_study.serving.launch import launch_command

pytestmark = pytest.mark.engine

KEY = "sk-hush-0123"


@pytest.fixture(scope="session")
def model(root: Path) -> Model:
    if not (root / ".venvs/serve-llama/bin/python").exists():
        pytest.skip("the serving environment is not installed: make envs")
    return load_model(root / f"config/models/{MODEL}.yaml")


@pytest.fixture(scope="session")
def models(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`results/models` with the weights and their manifest."""
    home = tmp_path_factory.mktemp("models")
    source = fetch(model, home / MODEL / "weights", None)
    manifest = build_manifest(model, home / MODEL / "weights", source)
    (home / MODEL / "manifest.json").write_text(json.dumps(manifest))
    return home


@pytest.fixture
def study(root: Path, models: Path, model: Model, tmp_path: Path) -> Iterator[Study]:
    (tmp_path / ".venvs").symlink_to(root / ".venvs")
    (tmp_path / "results").mkdir()
    (tmp_path / "results/models").symlink_to(models)
    made = Study(tmp_path, tmp_path / f"results/models/{MODEL}/manifest.json")
    made.write_plan(model.model_dump(mode="json"), ENGINE)
    yield made
    for process in made.processes():
        process.kill()


def complete(study: Study, before: list[bytes]) -> None:
    """Run again without a fault; `before` is the journal as the fault left it."""
    again = study.start("again")
    assert again.ended() == 0, again.said()
    lines = study.lines()
    assert lines[: len(before)] == before, "a finished battle changed"
    records = [json.loads(line)["record"] for line in lines if b'"animals"' in line]
    finished = [record for record in records if record["status"] in ("answered", "budget_exhausted")]
    assert sorted(record["replicate"] for record in finished) == list(range(1, BATTLES + 1)), "lost or fought twice"
    published = {replicate: json.loads(content) for replicate, content in study.battles().items()}
    assert published == {record["replicate"]: record for record in finished}
    assert all(battle["reply"]["content"] and battle["error"] is None for battle in published.values())
    assert study.processes() == []


def test_an_engine_killed_half_way_is_replaced(study: Study) -> None:
    job = study.start()
    job.wait_for(BATTLES // 2)
    job.engine().kill()
    assert job.ended() == 0, job.said()
    assert "restart 1 of at most 3: engine llama_cpp" in job.said()
    assert study.of_block("telemetry")[0]["engines_lost"] == 1
    (identity,) = study.of_block("engines")
    assert (identity["engine"], identity["quantization"], identity["sampling_defaults"]) == ("llama_cpp", "Q4_1", {})
    complete(study, study.lines())


def test_an_engine_that_hangs_is_replaced(study: Study, model: Model) -> None:
    study.write_plan(model.model_dump(mode="json"), {**ENGINE, "stall_timeout_s": 8})
    job = study.start()
    before = job.wait_for(2)
    hung = job.engine()
    hung.suspend()
    assert job.ended() == 0, job.said()
    assert not hung.is_running()
    assert study.lines()[: len(before)] == before
    assert study.of_block("telemetry")[0]["engines_lost"] == 1
    complete(study, study.lines())


@pytest.mark.parametrize(("hung", "torn_bytes"), [(True, 0), (False, 30)])
def test_a_killed_job_leaves_no_engine_and_loses_nothing(study: Study, hung: bool, torn_bytes: int) -> None:
    job = study.start()
    job.wait_for(3)
    engine = job.engine()
    if hung:
        engine.suspend()
    job.process.kill()
    job.process.wait()
    deadline = time.monotonic() + 10
    while study.processes():
        assert time.monotonic() < deadline, "the engine outlived its job"
        time.sleep(0.05)
    if torn_bytes:
        os.truncate(study.journal, study.journal.stat().st_size - torn_bytes)
    complete(study, study.lines())


def test_a_full_disk_ends_the_job_and_loses_nothing(study: Study) -> None:
    with Journal(study.journal) as journal:
        journal.append({"room for the other files of the job": {"text": "x" * 300_000}})
    limit = study.journal.stat().st_size + 4000
    job = study.start(limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert job.ended() == 1, job.said()
    assert "the journal cannot be written" in job.said()
    assert "Traceback" not in job.said()
    assert 1 < len(study.lines()) < 1 + BATTLES
    complete(study, study.lines())


def test_a_clock_that_jumps_changes_nothing(study: Study) -> None:
    # Days forward and back at every look, in the job and in the launcher of its engine.
    (study.home / "sitecustomize.py").write_text(
        "import itertools, time\njumps, true = itertools.cycle([1e6, -1e6, 0.0]), time.time\n"
        "time.time = lambda: true() + next(jumps)\n"
    )
    path = os.pathsep.join(filter(None, [str(study.home), os.environ.get("PYTHONPATH")]))
    job = study.start(PYTHONPATH=path)
    assert job.ended() == 0, job.said()
    assert study.of_block("telemetry")[0]["engines_lost"] == 0
    complete(study, study.lines())


def test_of_two_runs_at_once_one_goes_on_and_one_starts_no_engine(study: Study) -> None:
    first = study.start("first")
    first.wait_for(1)
    second = study.start("second")
    assert second.ended() == 1
    assert "another run is writing to this journal" in second.said()
    assert not (study.home / "second.engine.log").exists()
    assert first.ended() == 0, first.said()
    publishing = [study.start(f"publishing{n}") for n in range(4)]
    assert 0 in {job.ended() for job in publishing}
    assert not [job.said() for job in publishing if "Traceback" in job.said()]
    complete(study, study.lines())


def test_a_server_that_runs_already(study: Study, root: Path, models: Path, model: Model) -> None:
    claims = study.home / "claim.json"
    claims.write_text(json.dumps(claimed_manifest(model)))
    claimed = Study(study.home, claims)
    engine = {"kind": "endpoint", "max_model_len_tokens": 256, "startup_timeout_s": 3}
    content = model.model_dump(mode="json")
    (weights,) = (models / MODEL / "weights").glob("*.gguf")
    own = Engine.model_validate({**ENGINE, "concurrency": 2})
    command = launch_command(own, model, weights, root)

    with serve(command, MODEL, study.home / "server.log", 60) as server:
        address = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY}
        claimed.write_plan({**content, "name": "another"}, engine)
        wrong = claimed.start("wrong", **address)
        assert wrong.ended() == 1
        assert f"['{MODEL}']: a different model is served there, expected another" in wrong.said()

        claimed.write_plan(content, engine)
        lost = claimed.start("lost", **address)
        before = lost.wait_for(2)
        assert server.process is not None
        server.process.kill()
        assert lost.ended() == 1
        assert "no server answers there after 3 s" in lost.said()
        assert claimed.lines()[: len(before)] == before
    with serve(command, MODEL, study.home / "server.log", 60) as server:
        before = claimed.lines()
        done = claimed.start("done", OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY=KEY)
        assert done.ended() == 0, done.said()
        server.require_alive()
    assert claimed.lines()[: len(before)] == before
    assert {json.loads(b)["weights"] for b in claimed.battles().values()} == {f"claimed:{MODEL}"}
    (identity,) = claimed.of_block("engines")
    assert (identity["engine"], identity["quantization"]) == ("endpoint", None)
    written = [path.read_bytes() for path in study.home.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in content for content in written)
