"""Fight one block of battles with one model and publish the files; the command behind the generation rules.

Only what neither journal nor archive holds is asked; with nothing missing, no engine starts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cis_study.battles.archive import archive_path, unpack
from cis_study.battles.client import fight
from cis_study.battles.manipulation import require_reasoning
from cis_study.battles.progress import Progress
from cis_study.battles.record import FINISHED, battle_key, battle_path, identify
from cis_study.config import Engine
from cis_study.errors import StudyError
from cis_study.journal import Journal
from cis_study.models.registry import Model
from cis_study.provenance import canonical_json, readable_json, write_atomic
from cis_study.serving.engine import serve
from cis_study.serving.launch import launch_command
from cis_study.serving.weights import servable_weights

log = logging.getLogger("generate")


@dataclass(frozen=True)
class Job:
    """What the generation rule hands over."""

    plan: Path
    """`results/{study}/plan/{model}/{block}.json`; the other folders of the study follow from it."""
    manifest: Path
    mode: Literal["run", "replay"]
    concurrency: int
    log: Path

    @property
    def study_dir(self) -> Path:
        return self.plan.parents[2]

    @property
    def results_dir(self) -> Path:
        return self.plan.parents[3]

    @property
    def cache_dir(self) -> Path:
        return self.results_dir / "cached" / self.study_dir.name


MAX_FAILED_SHARE = 0.02
"""Above this share of lost battles a block is not published: it is asked again on the next run."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", type=Path, required=True, help="results/{study}/plan/{model}/{block}.json")
    parser.add_argument("--manifest", type=Path, required=True, help="manifest of the model")
    parser.add_argument("--mode", choices=["run", "replay"], required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    job = Job(**vars(parser.parse_args()))
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
    model = Model.model_validate(plan["model"])
    planned = [identify(battle, model.name, engine.kind, manifest["weights_sha256"]) for battle in plan["battles"]]
    with Journal(job.study_dir / "journal" / f"{model.name}.jsonl") as journal:
        known = {**unpack(archive_path(job.cache_dir, model.name)), **journal.entries}
        battles = {battle_key(b): known.get(battle_key(b)) for b in planned}
        missing = [b for b in planned if (battles[battle_key(b)] or {}).get("status") not in FINISHED]
        log.info("%s: %d battles planned, %d to generate", model.name, len(planned), len(missing))
        if missing:
            if job.mode == "replay":
                raise StudyError(
                    job.cache_dir,
                    f"{len(missing)} of {len(planned)} battles of {model.name} missing",
                    "the cache does not cover the configured study",
                    "Run where an engine may start (--resources gpu=1), or configure the cached study.",
                )
            fresh = _ask_engine(missing, engine, model, manifest, journal, job)
            battles.update({battle_key(b): b for b in fresh})
    finished = [b for b in battles.values() if b is not None]
    require_reasoning(model, finished, journal.path)
    _publish(finished, job.study_dir)


def _ask_engine(
    missing: list[dict[str, Any]],
    engine: Engine,
    model: Model,
    manifest: dict[str, Any],
    journal: Journal,
    job: Job,
) -> list[dict[str, Any]]:
    weights = servable_weights(model, engine, manifest, job.results_dir)
    command = launch_command(engine, model, weights, Path.cwd())
    started = time.monotonic()
    with serve(command, model.name, job.log.with_suffix(".engine.log"), engine.startup_timeout_s) as endpoint:
        ready = time.monotonic()
        log.info("%s ready: %s %s after %.0f s", model.name, endpoint.engine, endpoint.version, ready - started)

        async def collect() -> list[dict[str, Any]]:
            done = []
            with Progress(len(missing), model.label, log) as progress:
                async for battle, _ in fight(endpoint, missing, engine):
                    journal.append(battle_key(battle), battle)
                    progress.advance(battle)
                    done.append(battle)
            return done

        done = asyncio.run(collect())
        _write_telemetry(done, ready - started, time.monotonic() - ready, endpoint.engine, endpoint.version, job)
    lost = [b for b in done if b["status"] not in FINISHED]
    if len(lost) > MAX_FAILED_SHARE * len(missing):
        raise StudyError(
            f"{model.name}: infra_failure",
            f"{len(lost)} of {len(missing)} battles",
            f"more than {MAX_FAILED_SHARE:.0%} were lost, the first to {lost[0]['error']}",
            "Finished battles are in the journal; run again to ask for the rest.",
        )
    return done


def _write_telemetry(
    done: list[dict[str, Any]], startup_s: float, wall_s: float, engine: str, version: str, job: Job
) -> None:
    tokens = sum((b["reply"]["usage"] or {}).get("completion_tokens", 0) for b in done)
    block = job.plan.stem
    content = {
        "model": done[0]["model"],
        "block": block,
        "engine": engine,
        "engine_version": version,
        "battles": len(done),
        "concurrency": job.concurrency,
        "completion_tokens": tokens,
        "startup_s": round(startup_s, 1),
        "wall_s": round(wall_s, 1),
        "tokens_per_s": round(tokens / wall_s, 1),
        "battles_per_min": round(60 * len(done) / wall_s, 2),
    }
    log.info("%s", canonical_json(content))
    write_atomic(job.study_dir / "telemetry" / done[0]["model"] / f"{block}.json", readable_json(content))


def _publish(battles: list[dict[str, Any]], study_dir: Path) -> None:
    for battle in battles:
        path = battle_path(study_dir, battle["model"], battle["task"], battle["replicate"])
        write_atomic(path, readable_json(battle))


if __name__ == "__main__":
    main()
