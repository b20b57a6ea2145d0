"""The numbers of two studies are compared as they lie there: nothing is built for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workflow_runs import Run

pytestmark = pytest.mark.workflow


def test_two_studies_are_compared_and_a_missing_one_is_named(snakemake: Run, clone: Path) -> None:
    compare = ("compare_numbers", "--config", "studies=cpu,laptop")
    fake = {"verdicts": [], "means": {}, "checklist": [], "facets": []}
    for study, planned in (("cpu", "120"), ("laptop", "36")):
        run = snakemake(*compare)
        assert run.returncode != 0
        assert f"study={study} -- results/{study}/paper/numbers.json" in run.stdout + run.stderr
        path = clone / f"results/{study}/paper/numbers.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(fake | {"planned": planned}))
    run = snakemake(*compare)
    assert run.returncode == 0, run.stderr
    assert "planned Planned battles 120 36 −84" in " ".join(run.stdout.split())
    assert (clone / "results/comparisons/cpu-to-laptop.csv").is_file()
    assert not (clone / "results/cpu/battles").exists()
