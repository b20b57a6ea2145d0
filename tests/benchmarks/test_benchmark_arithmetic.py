"""What the benchmarks compute from what they measured, with known answers. No time is asserted here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from measuring import measure, medians, verdict
from throughput import Pass, of_battles, of_vllm_result, roofline_share, same_work

from cis_study.errors import StudyError
from cis_study.models.candidate import load_candidates
from cis_study.models.roofline import speed_range

RESULT = {"completed": 2, "failed": 0, "total_input_tokens": 600, "total_output_tokens": 250, "duration": 2.5}


def battle(tokens: int, status: str = "answered", **reply: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 300, "completion_tokens": tokens}
    return {"task": "t", "replicate": 1, "status": status, "error": None, "reply": {"usage": usage, **reply}}


def test_rates_are_tokens_by_the_time_of_all(tmp_path: Path) -> None:
    (tmp_path / "vllm.json").write_text(json.dumps(RESULT))
    theirs = of_vllm_result(tmp_path / "vllm.json", 2)
    ours = of_battles([battle(100), battle(150, "budget_exhausted")], wall_s=2.0)
    assert (ours.prompt_tokens, ours.completion_tokens, ours.tokens_per_s) == (600, 250, 125)
    assert theirs.tokens_per_s == 100
    assert same_work(ours, theirs)
    assert ours.context_tokens == 362


@pytest.mark.parametrize("broken", [{"failed": 1}, {"completed": 1}, {"completed": 3}])
def test_a_rate_of_some_requests_is_refused(tmp_path: Path, broken: dict[str, int]) -> None:
    (tmp_path / "vllm.json").write_text(json.dumps(RESULT | broken))
    with pytest.raises(StudyError, match="requests failed"):
        of_vllm_result(tmp_path / "vllm.json", 2)


@pytest.mark.parametrize("lost", [battle(0, "infra_failure"), battle(0, usage=None)])
def test_a_lost_or_uncounted_battle_is_not_counted_as_no_tokens(lost: dict[str, Any]) -> None:
    with pytest.raises(StudyError, match="no whole battle"):
        of_battles([battle(100), lost], wall_s=1)


@pytest.mark.parametrize(
    ("prompts", "tokens", "same"), [(600, 980, True), (600, 1020, True), (600, 979, False), (599, 1000, False)]
)
def test_less_than_the_same_work_is_noticed_in_both_directions(prompts: int, tokens: int, same: bool) -> None:
    assert same_work(Pass(2, 600, 1000, 1), Pass(2, prompts, tokens, 1)) is same
    assert same_work(Pass(2, prompts, tokens, 1), Pass(2, 600, 1000, 1)) is same


def test_one_disturbed_run_does_not_move_a_median_and_two_runs_have_none() -> None:
    runs = [{"wall_s": 9.0, "ratio": 0.5}, {"wall_s": 1.0, "ratio": 0.9}, {"wall_s": 2.0, "ratio": 1.0}]
    assert medians(runs) == {"wall_s": 2.0, "ratio": 0.9}
    with pytest.raises(StudyError, match="three runs"):
        medians(runs[:2])


def test_what_is_wanted_includes_its_limit() -> None:
    assert verdict(0.95, 0.95, at_least=True).endswith("reached")
    assert verdict(0.949, 0.95, at_least=True).endswith("MISSED")
    assert verdict(15.0, 15, at_least=False).endswith("reached")
    assert verdict(15.1, 15, at_least=False).endswith("MISSED")


def test_a_share_of_the_roofline_is_of_one_h100_only(root: Path) -> None:
    candidate = load_candidates(root / "config/models/candidates")["gpt-oss-20b"]
    speed = speed_range(candidate, 32, 362)
    assert speed is not None
    half = Pass(2, 600, 250, 250 / (speed.roofline_tokens_per_s / 2))
    assert roofline_share(half, candidate, 32, ["NVIDIA H100 80GB HBM3"]) == pytest.approx(0.5)
    for gpus in ([], ["NVIDIA H200"], ["NVIDIA H100 PCIe", "NVIDIA H100 PCIe"]):
        assert roofline_share(half, candidate, 32, gpus) is None
    assert roofline_share(half, None, 32, ["NVIDIA H100 80GB HBM3"]) is None


def test_the_memory_of_a_command_is_its_own_and_not_that_of_whoever_measures(tmp_path: Path) -> None:
    held = bytearray(b"x" * (300 << 20))
    small = measure([sys.executable, "-c", "pass"], tmp_path)
    large = measure([sys.executable, "-c", "b'x' * (200 << 20)"], tmp_path)
    assert len(held) > large.peak_bytes > 200 << 20 > small.peak_bytes


def test_a_failed_command_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="exit status 3"):
        measure([sys.executable, "-c", "print('why'); raise SystemExit(3)"], tmp_path)


def test_the_fake_says_what_it_is_and_counts_what_it_sends() -> None:
    """A fake whose replies were cut as loops, or scored as code, would measure something else."""
    from fake_scale import fake_models

    from cis_study.battles.repetition import first_loop

    body = {"model": "a", "stream": True, "reasoning_effort": "low"}
    with fake_models(500, ["a", "b"]) as url:
        answer = subprocess.run(
            ["curl", "-s", f"{url}/chat/completions", "-d", json.dumps(body)], capture_output=True, check=True
        ).stdout
    events = [json.loads(line[6:]) for line in answer.splitlines() if line.startswith(b"data: {")]
    deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]
    text = "".join(delta.get("content", "") for delta in deltas)
    assert {"reasoning": "fake"} in deltas
    assert first_loop(text) is None
    assert len(text.split()) == 1
    assert events[-1]["usage"]["completion_tokens"] == 500
