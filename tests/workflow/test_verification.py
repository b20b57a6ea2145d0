"""A reviewer's `snakemake verify`: what was altered is named, nothing else is, and altered battles are not used."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from workflow_runs import Run, write_study

pytestmark = pytest.mark.workflow
SCORES = "results/small/scores/smollm2-135m.parquet"
FIGURE = "results/small/figures/cis_by_model.png"
NUMBERS = "results/small/paper/numbers.json"


def named(clone: Path) -> list[dict[str, str]]:
    with (clone / "results/small/verification.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("engines")
def test_an_altered_score_figure_number_and_battle_are_each_named(snakemake: Run, clone: Path) -> None:
    study = write_study(
        clone,
        "cpu",
        study="small",
        contestants=["smollm2-135m", "qwen2.5-coder-0.5b"],
        tasks=["lru_cache", "fibonacci"],
        replicate_blocks=[3],
        determinism=None,
        mode="replay",
    )
    cache = Path(shutil.copytree(clone / "results/cached/cpu", clone / "results/cached/small"))
    for of_all_tasks in ("published", "determinism"):
        shutil.rmtree(cache / of_all_tasks, ignore_errors=True)
    unrecorded = snakemake("verify", "--configfile", study)
    assert unrecorded.returncode != 0
    assert "nothing says what this study published" in unrecorded.stdout + unrecorded.stderr

    recorded = snakemake("record", "--configfile", study, timeout_s=1800)
    assert recorded.returncode == 0, recorded.stdout + recorded.stderr
    sums = dict(line.split("  ")[::-1] for line in (cache / "published/SHA256SUMS").read_text().splitlines())
    assert {SCORES, FIGURE, NUMBERS, "results/small/paper.pdf", "results/small/report.html"} <= sums.keys()
    values = json.loads((cache / "published/values.json").read_bytes())
    assert values["results/small/manifest.json"].keys() >= {"packages.study.numpy", "packages.paper.typst"}
    assert not (clone / "results/verification/small").exists()
    assert not (clone / "paper/paper.pdf").exists()

    assert snakemake(SCORES, "--configfile", study).returncode == 0
    scores = pd.read_parquet(clone / SCORES)
    true_score = scores.loc[0, "CIS"]
    scores.loc[0, "CIS"] = 0.875
    scores.to_parquet(clone / SCORES)
    true_number, values[NUMBERS]["planned"] = values[NUMBERS]["planned"], "13"
    (cache / "published/values.json").write_text(json.dumps(values))
    altered = {**sums, FIGURE: "0" * 64}
    (cache / "published/SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in altered.items()))

    verified = snakemake("verify", "--configfile", study, timeout_s=1800)
    assert verified.returncode != 0
    rows = [(row["where"], row["file"], row["published"], row["recomputed"]) for row in named(clone)]
    assert rows == [
        ("record", FIGURE, "0" * 64, sums[FIGURE]),
        ("record", NUMBERS, "13", true_number),
        ("results", SCORES, "0.875", str(true_score)),
    ]
    assert "verification.csv: 3 differences" in verified.stdout + verified.stderr
    shutil.rmtree(clone / "results/verification")

    battles = cache / "battles/smollm2-135m.jsonl.gz"
    content = bytearray(battles.read_bytes())
    content[-9] ^= 1
    battles.write_bytes(content)
    assert snakemake("verify", "--configfile", study).returncode != 0
    assert {row["file"] for row in named(clone)} == {"results/cached/small/battles/smollm2-135m.jsonl.gz"}
    assert not (clone / "results/verification").exists()
