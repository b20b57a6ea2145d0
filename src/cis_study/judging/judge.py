"""Have one judge rate every exhibit of a study and publish the files; the command behind the rule `judge`.

Only judgements that neither journal nor archive holds are asked for; with nothing missing, no engine starts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cis_study.battles.archive import judgements_path
from cis_study.battles.job import Job, complete, run_job
from cis_study.battles.manipulation import require_reasoning
from cis_study.battles.tally import Tally
from cis_study.config import Engine
from cis_study.journal import Journal
from cis_study.judging.exhibit import read_exhibits
from cis_study.judging.plan import identify_judgement, planned_judgements
from cis_study.judging.rubric import load_rubric
from cis_study.judging.showing import Place
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import Model
from cis_study.provenance import readable_json, write_atomic


@dataclass(frozen=True, kw_only=True)
class JudgeJob(Job):
    """The plan is `results/{study}/plan/judges/{judge}.json`: a judge has the place of a block."""

    exhibits: Path
    rubric: Path


def judge(job: JudgeJob) -> None:
    """Complete the judgements of a judge and publish them. Raises StudyError; what was finished is in the journal."""
    plan, manifest = json.loads(job.plan.read_text()), json.loads(job.manifest.read_text())
    engine = Engine.model_validate({**plan["engine"], "concurrency": job.concurrency})
    model, rubric = Model.model_validate(plan["model"]), load_rubric(job.rubric)
    weights = weights_identity(manifest)
    planned = [
        identify_judgement(judgement, model.name, engine.kind, weights)
        for judgement in planned_judgements(plan, read_exhibits(job.exhibits), rubric)
    ]

    def ask(missing: list[dict[str, Any]], journal: Journal, tally: Tally) -> None:
        # Clients of engines take longer to load than a replay takes.
        from cis_study.battles.asking import Contest, ask_missing
        from cis_study.judging.asking import bench

        ask_missing(Contest.of_job(job, model, engine, manifest, bench(rubric)), missing, journal, tally)

    def publish(judgements: list[dict[str, Any]], journal: Path) -> None:
        require_reasoning(model, [{"reply": answer} for each in judgements for answer in each["attempts"]], journal)
        _publish(judgements, model.name, [Place(*each) for each in plan["exhibits"]], job.study_dir)

    archives = [judgements_path(job.cache_dir, model.name)]
    complete(job, model.name, planned, archives, ask, publish)


def _publish(judgements: list[dict[str, Any]], judge: str, places: list[Place], study_dir: Path) -> None:
    """One file per planned exhibit; one whose battle was lost holds no judgement."""
    made = defaultdict(list)
    for judgement in judgements:
        made[Place(**{key: judgement[key] for key in Place._fields})].append(judgement)
    for where in places:
        repeats = sorted(made[where], key=lambda judgement: judgement["repeat"])
        content = {"judge": judge, **where._asdict(), "judgements": repeats}
        path = study_dir / "judgements" / judge / where.condition / where.author / where.task
        write_atomic(path / f"{where.replicate}.json", readable_json(content))


if __name__ == "__main__":
    run_job(JudgeJob, judge, __doc__, exhibits="results/{study}/exhibits.jsonl", rubric="the rubric")
