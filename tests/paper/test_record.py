"""The reproducibility statement names files that can be checked, and admits what is not recorded."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fake_scores import fake_design

from cis_study.paper.record import NO_COMMIT, NOT_CACHED, checksums, read_engines, record_numbers
from cis_study.provenance import sha256_text


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.chdir(tmp_path)
    paths = [Path("plan/b.json"), Path("plan/a.json"), Path("analysis.yaml")]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"content of {path}")
    return paths


def test_the_sums_are_read_by_sha256sum(files: list[Path]) -> None:
    Path("SHA256SUMS").write_text(checksums([*files, files[0]]))
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], check=False).returncode == 0
    files[1].write_text("changed")
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], capture_output=True, text=True, check=False
    )
    assert done.stdout == "plan/a.json: FAILED\n"


def test_a_group_of_files_is_hashed_as_its_lines(files: list[Path]) -> None:
    found = record_numbers(fake_design(), {"plan": files[:2], "analysis": files[2:], "power": []}, [], None, [])
    plan, analysis = found["record"]
    lines = checksums(files).splitlines(keepends=True)
    assert (plan["files"], plan["sha256"]) == (
        "2 files",
        sha256_text("".join(line for line in lines if "plan" in line)),
    )
    assert (analysis["files"], analysis["sha256"]) == ("analysis.yaml", lines[0].split()[0])
    assert found["sums"] == sha256_text("".join(lines))


def test_weights_that_nobody_checked_have_no_hash() -> None:
    manifests = [
        {"name": "smollm2-135m", "weights_sha256": "a" * 64, "source": {"kind": "hf", "repo": "o/m", "revision": "r"}},
        {"name": "qwen2.5-coder-0.5b", "weights_sha256": None, "claimed": "o/n@newest"},
    ]
    assert record_numbers(fake_design(), {}, manifests, None, [])["weights"] == [
        {"label": "SmolLM2 135M", "origin": "o/m at r", "sha256": "a" * 64},
        {"label": "Qwen2.5-Coder 0.5B", "origin": "claimed to be o/n@newest", "sha256": "not checked"},
    ]


@pytest.mark.parametrize(
    ("cache", "said"),
    [
        (None, NOT_CACHED),
        ({}, NO_COMMIT),
        ({"checkout": None}, NO_COMMIT),
        ({"checkout": {"commit": "abc", "changed": []}}, "The battles were packed into the cache at commit abc."),
        (
            {"checkout": {"commit": "abc", "changed": ["README.md"]}},
            "The battles were packed into the cache at commit abc, with changes on top.",
        ),
    ],
)
def test_the_commit_is_stated_as_recorded(cache: dict[str, str] | None, said: str) -> None:
    assert record_numbers(fake_design(), {}, [], cache, [])["commit"] == said


def test_engines_are_those_of_the_run_or_else_of_the_cache(tmp_path: Path) -> None:
    run, cached = tmp_path / "run", tmp_path / "cached"
    for folder, version in ((run, "1"), (cached, "2")):
        (folder / "m").mkdir(parents=True)
        (folder / "m" / "1-3.json").write_text(f'[{{"engine": "vllm", "version": "{version}"}}]')
    said = [record_numbers(fake_design(), {}, [], None, read_engines(f))["engines"] for f in ([run, cached], [cached])]
    assert said == ["The battles were fought on vllm 1.", "The battles were fought on vllm 2."]
    assert "not recorded" in record_numbers(fake_design(), {}, [], None, read_engines([tmp_path / "none"]))["engines"]
