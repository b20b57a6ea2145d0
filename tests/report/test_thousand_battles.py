"""A thousand real battles make a page below the promised size. Replicates are numbered anew to have as many."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

from fake_scores import FAKE_DESIGN, FAKE_STANDING

from cis_study.battles.archive import unpack
from cis_study.report.battles import browser_data
from cis_study.report.page import render_report
from cis_study.scoring.collecting import content_hash, submission_of
from cis_study.scoring.evidence_cache import unpack_evidence
from cis_study.scoring.score_table import score_table
from cis_study.statistics.design import study_design
from cis_study.statistics.scores import check_scores
from cis_study.tasks.hidden import load_hidden_side

BATTLES = 1000
LIMIT_BYTES = 15_000_000


def thousand_battles(root: Path) -> tuple[str, int]:
    """The report of at least a thousand battles: those of the cached CPU study, as often over as that takes.

    Where they come again, equal battles lie further apart in a chunk than gzip looks back for something to repeat.
    """
    cache = root / "results/cached/cpu"
    models = [contestant["name"] for contestant in FAKE_DESIGN["contestants"]]
    fought = {model: list(unpack(cache / f"battles/{model}.jsonl.gz").values()) for model in models}
    replicates = Counter(battle["task"] for battle in fought[models[0]])
    rounds = math.ceil(BATTLES / (len(models) * replicates.total()))
    sides = {task: load_hidden_side(root / "config/tasks" / task) for task in sorted(replicates)}
    tasks = [
        {"id": task, "title": side.task.title, "replicates": rounds * replicates[task]} for task, side in sides.items()
    ]
    design = study_design(FAKE_DESIGN | {"study": "cpu", "instrument": "cis-3", "tasks": tasks})
    battles, evidence = [], []
    for model in models:
        known = unpack_evidence(cache / f"evidence/{model}.jsonl.gz")
        for battle in fought[model]:
            side = sides[battle["task"]]
            item = known[content_hash(submission_of(battle, side), battle, side)]
            for number in range(rounds):
                place = {"replicate": battle["replicate"] + number * replicates[battle["task"]]}
                battles.append(battle | place)
                evidence.append(item.model_copy(update=place))
    scores = check_scores(score_table("cpu", evidence, design.weights, ["cis-3"]), design)
    page = render_report(
        design,
        verdicts=[],
        counts={"planned": len(battles), "with_scores": len(battles), "missing": 0},
        standing=FAKE_STANDING._asdict(),
        figures=[],
        tables=[],
        browser=browser_data(battles, evidence, scores, sides, design.weights),
    )
    return page, len(battles)


def test_a_thousand_battles_are_below_the_promised_size(root: Path) -> None:
    page, battles = thousand_battles(root)
    assert page.count('"chunk":') == battles >= BATTLES
    assert len(page.encode()) < LIMIT_BYTES / 2
