"""Every notebook runs, on FAKE scores, and says what these hold. The workflow executes them on real ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import IPython.display
import matplotlib as mpl
import pandas as pd
import pytest
import yaml
from fake_ratings import fake_ratings, judged_design, perfect
from fake_scores import COMMITTED, FAKE_STANDING, fake_scores, fake_settings

from cis_study.statistics.analysis import analyse
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.files import write_analysis
from cis_study.statistics.scores import check_scores

ROOT = Path(__file__).parents[2]
DESIGN: StudyDesign = judged_design(replicates=4)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a fake study: two instruments, one judge, and a reply to every battle."""
    folder = tmp_path_factory.mktemp("study")
    scores = fake_scores(DESIGN)
    theirs = scores.assign(instrument="theirs", CIS=1 - scores["CIS"]).assign(R=None, A=None, T=None, L=None)
    settings = fake_settings(bootstrap_resamples=200, permutations=99)
    for model, rows in pd.concat([scores, theirs.astype(scores.dtypes)]).groupby("model"):
        rows.to_parquet(folder / f"{model}.parquet")
    for row in scores.to_dict(orient="records"):
        path = folder / "battles" / row["model"] / row["task"] / f"{row['replicate']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"reply": {"content": f"<b>reply of {row['model']}</b>"}}))
    write_analysis(analyse(check_scores(scores, DESIGN), DESIGN, settings, FAKE_STANDING), folder / "statistics")
    fewer = {"bootstrap_resamples": 200, "permutations": 99, "seed": settings.seed}
    (folder / "analysis.yaml").write_text(yaml.safe_dump(COMMITTED | fewer))
    fake_ratings({"judge-a": perfect}, scores, repeats=1).to_csv(folder / "ratings.csv", index=False)
    return folder


def run(name: str, study: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Execute the cells in one name space; returns what was displayed, as text."""
    mpl.use("Agg")
    shown: list[str] = []
    monkeypatch.setattr(IPython.display, "display", lambda *parts: shown.extend(map(_text, parts)))
    given = SimpleNamespace(
        scores=[str(study / f"{model}.parquet") for model in DESIGN.models],
        statistics=[str(study / "statistics/summary.json")],
        settings=str(study / "analysis.yaml"),
        battles=sorted(map(str, (study / "battles").rglob("*.json"))),
        ratings=[str(study / "ratings.csv")],
        controls=str(ROOT / "config/tasks/controls.yaml"),
    )
    params = SimpleNamespace(design=DESIGN.model_dump(mode="json"))
    names: dict[str, Any] = {
        "snakemake": SimpleNamespace(input=given, params=params, output=[str(study / f"{name}.csv")])
    }
    for cell in json.loads((ROOT / f"notebooks/{name}.py.ipynb").read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(line for line in cell["source"] if not line.startswith("%")), names)
    return shown


def _text(part: Any) -> str:
    return str(getattr(part, "data", part))


def test_explore(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("explore", study, monkeypatch)
    counted = pd.read_csv(study / "explore.csv")
    assert counted.columns.tolist() == ["component", "reason", *DESIGN.models]


def test_disagreement_shows_replies_for_criterion_instrument_and_judge(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = run("disagreement", study, monkeypatch)
    heads = [text for text in shown if text.startswith("### cis-1 and ")]
    assert heads == ["### cis-1 and theirs", "### cis-1 and judge-a"]
    replies = [text for text in shown if "reply of" in text]
    assert len(replies) >= 6
    assert not [text for text in replies if "<b>reply" in text]
    found = pd.read_csv(study / "disagreement.csv")
    assert found["rank_gap"].abs().is_monotonic_decreasing


def test_the_walk_through_ends_where_the_workflow_does_or_stops(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("statistics", study, monkeypatch)
    summary = json.loads((study / "statistics/summary.json").read_text())
    assert any(summary["verdicts"][0]["sentence"] in text for text in shown)
    kept = study / "kept.csv"
    shutil.copy(study / "statistics/contrasts.csv", kept)
    table = pd.read_csv(kept)
    table.assign(difference=table["difference"] + 0.01).to_csv(study / "statistics/contrasts.csv", index=False)
    with pytest.raises(AssertionError, match="difference"):
        run("statistics", study, monkeypatch)
    shutil.copy(kept, study / "statistics/contrasts.csv")
