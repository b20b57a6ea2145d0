"""The job of a judge, with a fake engine: what it asks, keeps, asks again, and restores from the cache."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from judging_studies import CONFIG, RUBRIC, all_exhibits, fake_battles, judged_study, judgement_text, planned_places

from cis_study.battles.archive import judgements_path, pack, unpack
from cis_study.battles.freezing import freeze_judgements
from cis_study.battles.record import failed, replied
from cis_study.config import Study
from cis_study.errors import EngineLost, StudyError
from cis_study.judging.asking import bench
from cis_study.judging.judge import JudgeJob, judge
from cis_study.judging.plan import ATTEMPTS, identify_judgement, plan_judge, planned_judgements
from cis_study.judging.ratings import read_judgements
from cis_study.judging.showing import write_exhibits
from cis_study.models.manifest import list_files
from cis_study.models.registry import load_model
from cis_study.provenance import readable_json, write_atomic
from cis_study.published.cache import spec_of

FAKE = Path(__file__).parents[1] / "battles/fake_engine.py"
JUDGE = load_model(CONFIG / "models/smollm2-135m.yaml")
WEIGHTS = "a" * 64


@pytest.fixture(scope="module")
def study() -> Study:
    small = judged_study(repeats=2)
    engine = {"kind": "llama_cpp", "environment": "fake", "max_model_len_tokens": 64, "concurrency": 2}
    return Study.model_validate({**small.model_dump(), "engine": engine})


@pytest.fixture
def job(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JudgeJob:
    """Everything that the rule hands over, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    weights = tmp_path / f"results/models/{JUDGE.name}/weights"
    weights.mkdir(parents=True)
    (weights / "m.gguf").write_text("no weights")
    manifest = {
        "name": JUDGE.name, "files": list_files(weights), "weights_sha256": WEIGHTS, "quantization": {"found": "Q4_1"},
    }  # fmt: skip
    places = planned_places(study)
    made = JudgeJob(
        plan=tmp_path / f"results/s/plan/judges/{JUDGE.name}.json",
        manifest=weights.parent / "manifest.json",
        mode="run",
        concurrency=2,
        log=tmp_path / "log",
        exhibits=tmp_path / "results/s/exhibits.jsonl",
        rubric=CONFIG / "judging/rubric.yaml",
    )
    write_atomic(made.plan, readable_json(plan_judge(study, JUDGE, places)))
    write_atomic(made.manifest, json.dumps(manifest))
    write_atomic(made.exhibits, write_exhibits(all_exhibits(study, fake_battles(study))))
    use_engine(tmp_path, "serve")
    return made


def use_engine(home: Path, mode: str) -> None:
    python = home / ".venvs/fake/bin/python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} 1 {mode} "$@"\n')
    python.chmod(0o755)


def replay(job: JudgeJob) -> JudgeJob:
    return JudgeJob(**{**vars(job), "mode": "replay"})


def published(job: JudgeJob) -> dict[str, bytes]:
    folder = job.study_dir / "judgements"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def journaled(job: JudgeJob) -> list[dict[str, Any]]:
    path = job.study_dir / f"journal/judges/{JUDGE.name}.jsonl"
    return [json.loads(line)["record"] for line in path.read_bytes().splitlines()] if path.is_file() else []


def test_every_exhibit_is_judged_and_answers_that_cannot_be_read_are_asked_for_again(
    job: JudgeJob, study: Study
) -> None:
    judge(job)
    files = [json.loads(content) for content in published(job).values()]
    assert len(files) == len(planned_places(study))
    made = [judgement for content in files for judgement in content["judgements"]]
    assert len(made) == 2 * len(files)
    for judgement in made:
        assert spec_of(judgement) == judgement["spec"] != spec_of({**judgement, "sampling": {}})
        # The fake answers to even seeds alone.
        readable = [seed % 2 == 0 for seed in judgement["seeds"]]
        asked = readable.index(True) + 1 if any(readable) else ATTEMPTS
        assert [attempt["seed"] for attempt in judgement["attempts"]] == judgement["seeds"][:asked]
        assert judgement["status"] == ("rated" if any(readable) else "judge_failure")
        if not any(readable):
            assert (judgement["error"]["type"], judgement["said"]) == ("no_json", None)
            assert [attempt["content"] for attempt in judgement["attempts"]] == ["fake"] * ATTEMPTS
    ratings = read_judgements(
        sorted((job.study_dir / "judgements").rglob("*.json")), all_exhibits(study, fake_battles(study))
    )
    failures = [rating for rating in ratings if rating.status == "judge_failure"]
    assert len(failures) == sum(judgement["status"] == "judge_failure" for judgement in made) > 0
    assert all(rating.R is rating.approve is rating.quotes_found is None for rating in failures)
    assert {rating.L for rating in ratings if rating.status == "rated"} == {0.5}
    (telemetry,) = json.loads((job.study_dir / f"telemetry/judges/{JUDGE.name}.json").read_text())
    assert (telemetry["judgements"], telemetry["battles"], telemetry["episodes"]) == (len(made), 0, 0)


def test_a_killed_job_asks_only_for_the_rest(job: JudgeJob, tmp_path: Path) -> None:
    use_engine(tmp_path, "slow")
    command = [sys.executable, "-m", "cis_study.judging.judge", "--mode", "run", "--concurrency", "2"]
    for name in ("plan", "manifest", "exhibits", "rubric", "log"):
        command += [f"--{name}", str(getattr(job, name))]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while len(journaled(job)) < 3 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    before = journaled(job)
    assert not published(job)
    use_engine(tmp_path, "serve")
    judge(job)
    after = journaled(job)
    assert 3 <= len(before) < len(after)
    assert after[: len(before)] == before
    assert len({record["spec"] for record in after}) == len(after)
    first = published(job)
    judge(replay(job))
    assert published(job) == first


def test_the_cache_gives_the_same_files_and_a_changed_rubric_calls_for_other_judgements(
    job: JudgeJob, tmp_path: Path
) -> None:
    judge(job)
    first = published(job)
    folder = job.study_dir / "judgements"
    freeze_judgements(sorted(folder.rglob("*.json")), job.cache_dir)
    packed = judgements_path(job.cache_dir, JUDGE.name).read_bytes()
    for name in ("judgements", "journal"):
        (job.study_dir / name).rename(tmp_path / name)
    judge(replay(job))
    assert published(job) == first
    freeze_judgements(sorted(folder.rglob("*.json"), reverse=True), job.cache_dir)
    assert judgements_path(job.cache_dir, JUDGE.name).read_bytes() == packed

    changed = tmp_path / "rubric.yaml"
    changed.write_text(job.rubric.read_text().replace("Length earns nothing.", "Length is nothing."))
    count = len(unpack(judgements_path(job.cache_dir, JUDGE.name)))
    with pytest.raises(StudyError, match=f"{count} of {count} records of {JUDGE.name} missing"):
        judge(JudgeJob(**{**vars(replay(job)), "rubric": changed}))


def test_a_battle_that_was_lost_is_judged_by_nobody(job: JudgeJob, study: Study) -> None:
    lost, *rest = fake_battles(study)
    assert (lost["task"], lost["replicate"]) != ("fibonacci", 1)
    gone = [failed(one, OSError()) if one["task"] == "fibonacci" else one for one in [lost, *rest]]
    write_atomic(job.exhibits, write_exhibits(all_exhibits(study, gone)))
    judge(job)
    content = json.loads(published(job)[f"{JUDGE.name}/plain/smollm2-135m/fibonacci/1.json"])
    assert content["judgements"] == []


def test_lost_judgements_stop_the_publication(job: JudgeJob, tmp_path: Path) -> None:
    use_engine(tmp_path, "refuse")
    with pytest.raises(StudyError, match=r"infra_failure.*more than 2% were lost"):
        judge(job)
    assert not published(job)
    assert {record["status"] for record in journaled(job)} == {"infra_failure"}


@pytest.fixture
def planned(study: Study) -> Iterator[list[dict[str, Any]]]:
    plan = plan_judge(study, JUDGE, planned_places(study))
    return planned_judgements(plan, all_exhibits(study, fake_battles(study)), RUBRIC)


def keys(planned: list[dict[str, Any]], engine: str = "llama_cpp", weights: str = WEIGHTS) -> set[str]:
    return {identify_judgement(judgement, "any", engine, weights)["spec"] for judgement in planned}


def test_all_that_defines_a_judgement_is_in_its_key_and_nothing_else(
    study: Study, planned: list[dict[str, Any]]
) -> None:
    exhibits, places = all_exhibits(study, fake_battles(study)), planned_places(study)
    same = plan_judge(study, JUDGE, places)

    def of(plan: dict[str, Any], rubric: Any = RUBRIC) -> set[str]:
        return keys(planned_judgements(plan, exhibits, rubric))

    base = keys(planned)
    assert len(base) == len(planned)
    assert of({**same, "engine": {}}) == base
    assert base < of({**same, "repeats": 3})
    other = RUBRIC.model_copy(update={"approval": "Would you not?"})
    for changed in (
        keys(planned, engine="vllm"),
        keys(planned, weights="b" * 64),
        of({**same, "seed": 1}),
        of({**same, "sampling": {**same["sampling"], "temperature": 0.1}}),
        of({**same, "budget": None}),
        of(same, other),
    ):
        assert len(changed) == len(base)
        assert not changed & base


def test_seeds_differ_and_the_order_follows_them_not_the_authors(planned: list[dict[str, Any]]) -> None:
    seeds = [seed for judgement in planned for seed in judgement["seeds"]]
    assert len(set(seeds)) == len(planned) * ATTEMPTS
    authors = [judgement["author"] for judgement in planned]
    runs = 1 + sum(one != other for one, other in pairwise(authors))
    assert runs > 1.5 * len(set(authors))


LONG = [
    "Error code: 400 - request (2100 tokens) exceeds the available context size (2048 tokens), try increasing it",
    "Error code: 400 - This model's maximum context length is 2048 tokens. However, you requested 2100 tokens",
    "Error code: 400 - The decoder prompt (length 2100) is longer than the maximum model length of 2048.",
]


@pytest.mark.parametrize(
    ("messages", "status", "fault", "asked"),
    [
        *[([message], "judge_failure", "too_long", 1) for message in LONG],
        (["Error code: 500 - out of memory"], "infra_failure", "OSError", 1),
        (["", "Error code: 500 - out of memory"], "infra_failure", "OSError", 2),
        (["", LONG[0]], "judge_failure", "too_long", 2),
    ],
)
def test_what_the_engine_refuses_is_typed(
    planned: list[dict[str, Any]], messages: list[str], status: str, fault: str, asked: int
) -> None:
    requests = []

    async def fake_ask(battle: dict[str, Any]) -> dict[str, Any]:
        requests.append(battle["request"])
        message = messages[len(requests) - 1]
        # Cut off, so that it is asked again.
        return failed(battle, OSError(message)) if message else cut_off(battle)

    judgement = asyncio.run(judged(planned[0], fake_ask))
    assert (judgement["status"], judgement["error"]["type"], len(requests)) == (status, fault, asked)
    assert judgement["said"] is None
    assert len({request["seed"] for request in requests}) == asked


def test_what_attempts_used_adds_up_and_the_rating_is_of_the_one_that_was_read(planned: list[dict[str, Any]]) -> None:
    answers = ["", judgement_text(0.25)]

    async def fake_ask(battle: dict[str, Any]) -> dict[str, Any]:
        usage = {"prompt_tokens": 10, "completion_tokens": 3}
        return replied(
            battle, content=answers.pop(0), reasoning=None, finish_reason="stop", usage=usage
        )  # fmt: skip

    judgement = asyncio.run(judged(planned[0], fake_ask))
    assert judgement["usage"] == {"prompt_tokens": 20, "completion_tokens": 6}
    assert [attempt["fault"] for attempt in judgement["attempts"]] == ["no_json", None]
    assert judgement["said"]["scores"] == dict.fromkeys(RUBRIC.aspects, 0.25)


def test_a_lost_engine_is_no_failure_of_the_judge(planned: list[dict[str, Any]]) -> None:
    async def fake_ask(_battle: dict[str, Any]) -> dict[str, Any]:
        raise EngineLost("engine", "gone", "it died", "Run again.")

    with pytest.raises(EngineLost):
        asyncio.run(judged(planned[0], fake_ask))


async def judged(planned: dict[str, Any], ask: Any) -> dict[str, Any]:
    async with bench(RUBRIC)("m", ask, 1.0) as play:
        return await play(planned)


def cut_off(battle: dict[str, Any]) -> dict[str, Any]:
    return replied(battle, content='{"R": ', reasoning=None, finish_reason="length", usage=None)


def test_an_unfinished_judgement_is_not_frozen(planned: list[dict[str, Any]], tmp_path: Path) -> None:
    identified = identify_judgement(planned[0], "m", "llama_cpp", WEIGHTS)
    lost = {**identified, "status": "infra_failure"}
    with pytest.raises(StudyError, match="infra_failure"):
        pack([lost], tmp_path / "x.gz")
