"""Planning without a GPU, replay without an engine, and errors before the first job."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from workflow_runs import Run, write_study

pytestmark = pytest.mark.workflow


def jobs(output: str) -> dict[str, int]:
    """Job table of a dry run."""
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", output, flags=re.MULTILINE)}


def test_the_h100_study_is_planned_completely_and_starts_nothing(snakemake: Run, clone: Path) -> None:
    run = snakemake("-n", "--resources", "gpu=1")
    assert run.returncode == 0, run.stderr
    planned = jobs(run.stdout + run.stderr)
    # All but one have calls that vLLM reads; their jobs hold episodes more.
    assert (planned["generate_1_50"], planned["generate_1_50_native"]) == (1, 4)
    # Two judges, who are no contestants, have weights of their own.
    assert (planned["judge"], planned["model_manifest"]) == (2, 7)
    assert not (clone / "results/h100").exists()
    battle = "results/h100/battles/gpt-oss-20b/fibonacci/50.json"
    one = snakemake(battle, "-n", "--resources", "gpu=1")
    assert jobs(one.stdout + one.stderr)["generate_1_50_native"] == 1


def test_a_server_that_runs_already_needs_no_weights(snakemake: Run, clone: Path) -> None:
    run = snakemake("battles", "--configfile", "config/endpoint.yaml", timeout_s=60)
    assert run.returncode != 0
    assert "OPENAI_BASE_URL: not set" in run.stdout + run.stderr
    assert not (clone / "results/models").exists()
    claim = json.loads((clone / "results/endpoint/claims/qwen2.5-coder-32b-awq/manifest.json").read_text())
    assert (claim["weights_sha256"], claim["claimed"].split("@")[0]) == (None, "Qwen/Qwen2.5-Coder-32B-Instruct-AWQ")


def test_appended_replicates_and_models_add_jobs_and_change_none(snakemake: Run, clone: Path) -> None:
    larger = write_study(clone, "cpu", study="changed", mode="run", replicate_blocks=[10, 5])
    planned = jobs((run := snakemake("battles", "-n", "--configfile", larger)).stdout + run.stderr)
    assert (planned["generate_1_10"], planned["generate_11_15"]) == (3, 3)


def test_a_battle_of_the_cached_study_is_restored_without_an_engine(snakemake: Run, clone: Path) -> None:
    target = "results/cpu/battles/smollm2-135m/fibonacci/3.json"
    run = snakemake(target)
    assert run.returncode == 0, run.stderr
    battle = json.loads((clone / target).read_bytes())
    assert (battle["model"], battle["task"], battle["replicate"]) == ("smollm2-135m", "fibonacci", 3)
    assert battle["reply"]["content"]
    assert "study cpu (replay)" in run.stdout + run.stderr
    assert not list((clone / "results/models").rglob("*.gguf"))
    again = snakemake(target, "--resources", "gpu=1")
    assert "Nothing to be done" in again.stdout + again.stderr


def test_a_cache_that_does_not_cover_the_study_stops_before_the_first_job(snakemake: Run, clone: Path) -> None:
    content = yaml.safe_load((clone / "config/cpu.yaml").read_text())
    content["replicate_blocks"].append({"replicates": 2, "tasks": ["fibonacci"]})
    (clone / "config/cpu.yaml").write_text(yaml.safe_dump(content))
    run = snakemake()
    assert run.returncode != 0
    assert "smollm2-135m/fibonacci 2" in run.stdout + run.stderr
    assert not (clone / "results/cpu/battles").exists()


def test_a_model_of_no_known_revision_stops_the_study_and_locking_goes_on(
    snakemake: Run, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    (clone / "config/models/lock.yaml").unlink(missing_ok=True)
    registered = clone / "config/models/gpt-oss-20b.yaml"
    registered.write_text(re.sub(r"revision: \w+", "revision: null", registered.read_text()))
    study = snakemake("--resources", "gpu=1")
    assert study.returncode != 0
    assert re.search("gpt-oss-20b.*neither registry nor lock.*lock_models", study.stdout + study.stderr)
    assert not (clone / "results/h100").exists()
    for arguments in (["--resources", "gpu=1"], ["--configfile", "config/h100.yaml"]):
        lock = snakemake("lock_models", *arguments)
        assert lock.returncode != 0
        assert re.search(r"gpt-oss-20b: .*cannot be reached.*\| mistral-7b-v0\.3: ", lock.stdout + lock.stderr)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"replicats": [3]}, "replicats"),
        ({"contestants": ["gpt-9"]}, "gpt-9.yaml"),
        ({"weights": {"R": 1.0}}, "add up to"),
    ],
)
def test_a_wrong_configuration_is_one_clear_message(
    snakemake: Run, clone: Path, changes: dict[str, object], message: str
) -> None:
    run = snakemake("-n", "--configfile", write_study(clone, "ci", **changes))
    assert run.returncode != 0
    assert message in run.stdout + run.stderr


def test_the_check_of_determinism_is_planned_and_no_default_target_fights_it(snakemake: Run) -> None:
    run = snakemake("determinism", "-n", "--configfile", "config/h100.yaml", "--resources", "gpu=1")
    assert run.returncode == 0, run.stderr
    planned = jobs(run.stdout + run.stderr)
    # Three arms of five contestants in one profile, of two in the other; each is one engine.
    assert (planned["fight_arm"], planned["compare_arms"], planned["freeze_arms"]) == (21, 1, 1)
    assert "generate_1_50" not in planned
    everything = snakemake("-n", "--resources", "gpu=1")
    assert "fight_arm" not in jobs(everything.stdout + everything.stderr)
    none = snakemake("determinism", "-n", "--configfile", "config/endpoint.yaml")
    assert none.returncode != 0
    assert "study endpoint: determinism: missing" in none.stdout + none.stderr
