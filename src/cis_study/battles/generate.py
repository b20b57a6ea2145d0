"""Fight one block of battles with one model and publish the files; the command behind the generation rules.

Only what neither journal nor archive holds is asked; with nothing missing, no engine starts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cis_study.agents.plan import identify_episode
from cis_study.battles.archive import archive_path, episodes_path
from cis_study.battles.job import AskAll, Job, complete, run_job
from cis_study.battles.manipulation import require_reasoning
from cis_study.battles.record import identify, is_episode, record_path
from cis_study.battles.tally import Tally
from cis_study.config import Engine, OutsideAgent
from cis_study.journal import Journal
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import Model
from cis_study.provenance import readable_json, write_atomic


def generate(job: Job) -> None:
    """Complete the block and publish it. Raises StudyError; what was finished stays in the journal."""
    plan = json.loads(job.plan.read_text())
    manifest = json.loads(job.manifest.read_text())
    engine = Engine.model_validate({**plan["engine"], "concurrency": job.concurrency})
    name, weights = job.plan.parent.name, weights_identity(manifest)
    kind = "a2a" if "agent" in plan else engine.kind
    planned = [identify(battle, name, kind, weights) for battle in plan["battles"]]
    planned += [identify_episode(episode, name, kind, weights) for episode in plan.get("episodes", [])]

    def publish(finished: list[dict[str, Any]], journal: Path) -> None:
        if "model" in plan:
            model = Model.model_validate(plan["model"])
            require_reasoning(model, [b for b in finished if not is_episode(b)], journal)
        for battle in finished:
            write_atomic(record_path(job.study_dir, battle), readable_json(battle))

    archives = (archive_path(job.cache_dir, name), episodes_path(job.cache_dir, name))
    complete(job, name, planned, archives, _asker(plan, manifest, engine, job), publish)


def _asker(plan: dict[str, Any], manifest: dict[str, Any], engine: Engine, job: Job) -> AskAll:
    """Clients of engines and agents take longer to load than a replay takes, and are loaded to ask."""

    def ask_agent(missing: list[dict[str, Any]], journal: Journal, tally: Tally) -> None:
        from cis_study.agents import outside

        agent = OutsideAgent.model_validate(plan["agent"])
        outside.ask_agent(agent, missing, job.concurrency, journal, tally)

    def ask_engine(missing: list[dict[str, Any]], journal: Journal, tally: Tally) -> None:
        from cis_study.agents.playing import stage
        from cis_study.battles.asking import Contest, ask_missing

        model, where = Model.model_validate(plan["model"]), stage if plan.get("episodes") else None
        ask_missing(Contest.of_job(job, model, engine, manifest, where), missing, journal, tally)

    return ask_agent if "agent" in plan else ask_engine


if __name__ == "__main__":
    run_job(Job, generate, __doc__)
