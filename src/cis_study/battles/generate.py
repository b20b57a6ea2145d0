"""Fight one block of battles with one model and publish the files; the command behind the generation rules.

Only what neither journal nor archive holds is asked; with nothing missing, no engine starts.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from cis_study.agents.outside import ask_agent
from cis_study.agents.plan import identify_episode
from cis_study.agents.playing import stage
from cis_study.battles.archive import archive_path, episodes_path, unpack
from cis_study.battles.asking import Contest, ask_missing
from cis_study.battles.manipulation import require_reasoning
from cis_study.battles.record import FINISHED, identify, is_episode, record_key, record_path
from cis_study.battles.tally import Tally
from cis_study.battles.telemetry import add_job
from cis_study.beforehand import note_analysis
from cis_study.config import Engine, OutsideAgent
from cis_study.errors import StudyError
from cis_study.journal import Journal
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import Model
from cis_study.provenance import canonical_json, readable_json, write_atomic
from cis_study.serving.processes import die_with

log = logging.getLogger("generate")


@dataclass(frozen=True)
class Job:
    """What the generation rule hands over."""

    plan: Path
    """`results/{study}/plan/{model}/{block}.json`; the other folders of the study follow from it. An arm of the check
    of determinism is a study of its own, `results/{study}/determinism/{profile}/{arm}/`."""
    manifest: Path
    mode: Literal["run", "replay"]
    concurrency: int
    log: Path
    gpus: int = 0
    """GPUs that the engine uses; their memory must be free again after it."""
    analysis: Path | None = None
    """Kept as it stands before the first battle of the study."""

    @property
    def study_dir(self) -> Path:
        return self.plan.parents[2]

    @property
    def results_dir(self) -> Path:
        """The nearest folder called `results`."""
        return next(folder for folder in self.plan.parents if folder.name == "results")

    @property
    def cache_dir(self) -> Path:
        return self.results_dir / "cached" / self.study_dir.relative_to(self.results_dir)

    def of_block(self, kind: str) -> Path:
        """`results/{study}/{kind}/{model}/{block}.json`: durable beside the journal, no declared output."""
        return self.study_dir / kind / self.plan.parent.name / self.plan.name


MAX_FAILED_SHARE = 0.02
"""Above this share of lost battles a block is not published: it is asked again on the next run."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", type=Path, required=True, help="results/{study}/plan/{model}/{block}.json")
    parser.add_argument("--manifest", type=Path, required=True, help="manifest of the model")
    parser.add_argument("--mode", choices=["run", "replay"], required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--gpus", type=int, default=0, help="GPUs that the engine uses")
    parser.add_argument("--analysis", type=Path, help="config/analysis.yaml, kept before the first battle")
    parser.add_argument("--parent", type=int, help="process to die with: the workflow, not the shell it starts jobs in")
    arguments = vars(parser.parse_args())
    if (parent := arguments.pop("parent")) is not None:
        die_with(parent)
    job = Job(**arguments)
    job.log.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(message)s",
        handlers=[logging.StreamHandler(sys.stderr), logging.FileHandler(job.log, mode="w")],
    )
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    try:
        generate(job)
    except StudyError as error:
        log.error("%s", error)
        sys.exit(1)


def generate(job: Job) -> None:
    """Complete the block and publish it. Raises StudyError; what was finished stays in the journal."""
    plan = json.loads(job.plan.read_text())
    manifest = json.loads(job.manifest.read_text())
    engine = Engine.model_validate({**plan["engine"], "concurrency": job.concurrency})
    name, weights = job.plan.parent.name, weights_identity(manifest)
    kind = "a2a" if "agent" in plan else engine.kind
    planned = [identify(battle, name, kind, weights) for battle in plan["battles"]]
    planned += [identify_episode(episode, name, kind, weights) for episode in plan.get("episodes", [])]
    with Journal(job.study_dir / "journal" / name / f"{job.plan.stem}.jsonl") as journal:
        archives = (archive_path(job.cache_dir, name), episodes_path(job.cache_dir, name))
        known = {key: record for path in archives for key, record in unpack(path).items()} | journal.entries
        battles = {record_key(b): known.get(record_key(b)) for b in planned}
        missing = [b for b in planned if (battles[record_key(b)] or {}).get("status") not in FINISHED]
        log.info("%s: %d battles planned, %d to generate", name, len(planned), len(missing))
        if missing:
            if job.mode == "replay":
                raise StudyError(
                    job.cache_dir,
                    f"{len(missing)} of {len(planned)} battles of {name} missing",
                    "the cache does not cover the configured study",
                    "Run where an engine may start (--resources gpu=1), or configure the cached study.",
                )
            if job.analysis is not None:
                note_analysis(job.analysis, job.study_dir, job.cache_dir)
            battles.update(_fought(_asker(plan, manifest, engine, job), missing, journal, job))
        finished = [b for b in battles.values() if b is not None]
        if "model" in plan:
            model = Model.model_validate(plan["model"])
            require_reasoning(model, [b for b in finished if not is_episode(b)], journal.path)
        # Still under the journal's lock: of two runs at once, one publishes.
        _publish(finished, job.study_dir)


AskAll = Callable[[list[dict[str, Any]], Journal, Tally], None]
"""Fights what is missing. Raises StudyError."""


def _asker(plan: dict[str, Any], manifest: dict[str, Any], engine: Engine, job: Job) -> AskAll:
    if "agent" in plan:
        agent = OutsideAgent.model_validate(plan["agent"])
        return lambda missing, journal, tally: ask_agent(agent, missing, job.concurrency, journal, tally)
    contest = Contest(
        model=Model.model_validate(plan["model"]),
        engine=engine,
        manifest=manifest,
        results_dir=job.results_dir,
        engine_log=job.log.with_suffix(".engine.log"),
        identities=job.of_block("engines"),
        gpus=job.gpus,
        stage=stage if plan.get("episodes") else None,
    )
    return partial(ask_missing, contest)


def _fought(ask_all: AskAll, missing: list[dict[str, Any]], journal: Journal, job: Job) -> dict[str, dict[str, Any]]:
    tally, name = Tally(), job.plan.parent.name
    try:
        ask_all(missing, journal, tally)
    finally:
        if done := tally.job(name, job.plan.stem, job.concurrency):
            log.info("%s", canonical_json(done.model_dump()))
            add_job(job.of_block("telemetry"), done)
    lost = [b for b in tally.battles.values() if b["status"] not in FINISHED]
    if len(lost) > MAX_FAILED_SHARE * len(missing):
        raise StudyError(
            f"{name}: infra_failure",
            f"{len(lost)} of {len(missing)} battles",
            f"more than {MAX_FAILED_SHARE:.0%} were lost, the first to {lost[0]['error']}",
            "Finished battles are in the journal; run again to ask for the rest.",
        )
    return tally.battles


def _publish(battles: list[dict[str, Any]], study_dir: Path) -> None:
    for battle in battles:
        write_atomic(record_path(study_dir, battle), readable_json(battle))


if __name__ == "__main__":
    main()
