"""A thousand real battles make a page below the promised size. Replicates are numbered anew to have as many."""

from __future__ import annotations

from pathlib import Path

from fake_scores import FAKE_STANDING, fake_design

from cis_study.battles.archive import unpack
from cis_study.report.battles import browser_data
from cis_study.report.page import render_report
from cis_study.scoring.collecting import content_hash, submission_of
from cis_study.scoring.evidence_cache import unpack_evidence
from cis_study.scoring.score_table import score_table
from cis_study.statistics.scores import check_scores
from cis_study.tasks.hidden import HiddenSide

LIMIT_BYTES = 15_000_000
ROUNDS = 9


def thousand_battles(root: Path, sides: dict[str, HiddenSide]) -> str:
    """The report of 1,080 battles: those of the cached CPU study nine times over.

    Equal battles lie ten battles apart in a chunk, further than gzip looks back for something to repeat.
    """
    cache = root / "results/cached/cpu"
    design = fake_design(replicates=10 * ROUNDS, study="cpu", instrument="cis-3")
    battles, evidence = [], []
    for model in design.models:
        known = unpack_evidence(cache / f"evidence/{model}.jsonl.gz")
        for battle in unpack(cache / f"battles/{model}.jsonl.gz").values():
            side = sides[battle["task"]]
            item = known[content_hash(submission_of(battle, side), battle, side)]
            for number in range(ROUNDS):
                place = {"replicate": battle["replicate"] + 10 * number}
                battles.append(battle | place)
                evidence.append(item.model_copy(update=place))
    scores = check_scores(score_table("cpu", evidence, design.weights, ["cis-3"]), design)
    return render_report(
        design,
        verdicts=[],
        counts={"planned": len(battles), "with_scores": len(battles), "missing": 0},
        standing=FAKE_STANDING._asdict(),
        figures=[],
        tables=[],
        browser=browser_data(battles, evidence, scores, sides, design.weights),
    )


def test_a_thousand_battles_are_below_the_promised_size(root: Path, sides: dict[str, HiddenSide]) -> None:
    page = thousand_battles(root, sides)
    assert page.count('"chunk":') == 1080
    assert len(page.encode()) < LIMIT_BYTES / 2
