"""What the jobs that ask a served model have in common: arguments, folders, and asking only for what is missing."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from cis_study.battles.archive import unpack
from cis_study.battles.record import FINISHED, record_key
from cis_study.battles.tally import Tally
from cis_study.battles.telemetry import add_job
from cis_study.beforehand import note_analysis
from cis_study.errors import StudyError
from cis_study.journal import Journal
from cis_study.provenance import canonical_json
from cis_study.serving.processes import die_with

log = logging.getLogger("generate")

MAX_FAILED_SHARE = 0.02
"""Above this share of lost records a job publishes nothing: they are asked again on the next run."""


@dataclass(frozen=True)
class Job:
    """What a rule hands over."""

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


AnyJob = TypeVar("AnyJob", bound=Job)
AskAll = Callable[[list[dict[str, Any]], Journal, Tally], None]
"""Asks for all that is missing. Raises StudyError."""
Publish = Callable[[list[dict[str, Any]], Path], None]
"""Writes what is complete; told where the journal lies. Raises StudyError."""


def run_job(kind: type[AnyJob], work: Callable[[AnyJob], None], description: str | None, **files: str) -> None:
    """The command of a job: read the arguments, do the work, end with 1 where it cannot be done.

    Args:
        files: name and help of the paths that this kind of job takes besides the common ones.
    """
    parser = argparse.ArgumentParser(description=description)
    paths = {"plan": "results/{study}/plan/{model}/{block}.json", "manifest": "manifest of the model", **files}
    for name, text in paths.items():
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)
    parser.add_argument("--mode", choices=["run", "replay"], required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--gpus", type=int, default=0, help="GPUs that the engine uses")
    parser.add_argument("--analysis", type=Path, help="config/analysis.yaml, kept before the first battle")
    parser.add_argument("--parent", type=int, help="process to die with: the workflow, not the shell it starts jobs in")
    arguments = vars(parser.parse_args())
    if (parent := arguments.pop("parent")) is not None:
        die_with(parent)
    job = kind(**arguments)
    job.log.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(message)s",
        handlers=[logging.StreamHandler(sys.stderr), logging.FileHandler(job.log, mode="w")],
    )
    for client in ("httpx", "httpx2"):
        logging.getLogger(client).setLevel(logging.WARNING)
    try:
        work(job)
    except StudyError as error:
        log.error("%s", error)
        sys.exit(1)


def complete(
    job: Job, model: str, planned: list[dict[str, Any]], archives: Iterable[Path], ask_all: AskAll, publish: Publish
) -> None:
    """Ask for what neither journal nor archives hold, and publish all of it.

    Args:
        planned: identified records.

    Raises:
        StudyError: something is missing in a replay, too much was lost, or from `ask_all` and `publish`; what was
            finished stays in the journal.
    """
    with Journal(job.of_block("journal").with_suffix(".jsonl")) as journal:
        known = {key: record for path in archives for key, record in unpack(path).items()} | journal.entries
        records = {record_key(record): known.get(record_key(record)) for record in planned}
        missing = [r for r in planned if (records[record_key(r)] or {}).get("status") not in FINISHED]
        log.info("%s: %d planned, %d to ask for", model, len(planned), len(missing))
        if missing:
            if job.mode == "replay":
                raise StudyError(
                    job.cache_dir,
                    f"{len(missing)} of {len(planned)} records of {model} missing",
                    "the cache does not cover the configured study",
                    "Run where an engine may start (--resources gpu=1), or configure the cached study.",
                )
            if job.analysis is not None:
                note_analysis(job.analysis, job.study_dir, job.cache_dir)
            records.update(_asked(ask_all, missing, journal, job, model))
        # Still under the journal's lock: of two runs at once, one publishes.
        publish([record for record in records.values() if record is not None], journal.path)


def _asked(
    ask_all: AskAll, missing: list[dict[str, Any]], journal: Journal, job: Job, model: str
) -> dict[str, dict[str, Any]]:
    tally = Tally()
    try:
        ask_all(missing, journal, tally)
    finally:
        if done := tally.job(model, job.plan.stem, job.concurrency):
            log.info("%s", canonical_json(done.model_dump()))
            add_job(job.of_block("telemetry"), done)
    lost = [record for record in tally.battles.values() if record["status"] not in FINISHED]
    if len(lost) > MAX_FAILED_SHARE * len(missing):
        raise StudyError(
            f"{model}: infra_failure",
            f"{len(lost)} of {len(missing)}",
            f"more than {MAX_FAILED_SHARE:.0%} were lost, the first to {lost[0]['error']}",
            "What is finished is in the journal; run again to ask for the rest.",
        )
    return tally.battles
