"""Fight the missing battles of a block: an engine, who it is, the journal, and a new engine where one is lost."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from cis_study.battles.client import Stage, fight
from cis_study.battles.job import Job
from cis_study.battles.progress import Progress
from cis_study.battles.record import FINISHED, record_key
from cis_study.battles.restarts import outlive_engines
from cis_study.battles.tally import Tally
from cis_study.config import Engine
from cis_study.journal import Journal
from cis_study.models.registry import Model
from cis_study.provenance import readable_json, write_atomic
from cis_study.serving.endpoint import Endpoint
from cis_study.serving.engine import serve
from cis_study.serving.identity import identify_engine
from cis_study.serving.launch import launch_command
from cis_study.serving.processor import slowness
from cis_study.serving.remote import attach
from cis_study.serving.weights import servable_weights

log = logging.getLogger("generate")


@dataclass(frozen=True)
class Contest:
    """A model, what serves it, and where that is recorded."""

    model: Model
    engine: Engine
    manifest: dict[str, Any]
    results_dir: Path
    engine_log: Path
    identities: Path
    """`results/{study}/engines/{model}/{block}.json`: the engines that fought the block, each once."""
    gpus: int
    stage: Stage | None = None
    """Where episodes are played and judgements made; None where there are none."""

    @classmethod
    def of_job(cls, job: Job, model: Model, engine: Engine, manifest: dict[str, Any], stage: Stage | None) -> Self:
        """With the folders that the job implies."""
        return cls(
            model=model,
            engine=engine,
            manifest=manifest,
            results_dir=job.results_dir,
            engine_log=job.log.with_suffix(".engine.log"),
            identities=job.of_block("engines"),
            gpus=job.gpus,
            stage=stage,
        )


Opener = Callable[[], AbstractContextManager[Endpoint]]
"""Gives an engine for as long as the block lasts."""


def ask_missing(
    contest: Contest,
    missing: list[dict[str, Any]],
    journal: Journal,
    tally: Tally,
    open_engine: Opener | None = None,
) -> None:
    """Fight every missing battle; each is in the journal as soon as it is decided, and in the tally.

    Args:
        open_engine: lends an engine that the caller owns; without it the contest's own is started.

    Raises:
        EngineLost: too many engines were lost.
        StudyError: weights or engine are not what they should be, or the journal cannot be written.
    """
    opener = open_engine or engine_opener(contest)

    def fight_on() -> None:
        started = time.monotonic()
        with opener() as endpoint:
            _record_identity(contest, endpoint)
            ready = time.monotonic()
            log.info(
                "%s ready: %s %s after %.0f s", contest.model.name, endpoint.engine, endpoint.version, ready - started
            )
            rest = [b for b in missing if tally.battles.get(record_key(b), {}).get("status") not in FINISHED]
            try:
                asyncio.run(_fight(contest, endpoint, rest, journal, tally))
            finally:
                tally.close(endpoint, startup_s=ready - started, wall_s=time.monotonic() - ready)

    outlive_engines(fight_on, tally.finished, tally.losses, log)


def engine_opener(contest: Contest) -> Opener:
    """Starts the engine that the contest names, or attaches to the one that runs already.

    Raises:
        StudyError: the weights cannot be had, or do not suit the engine.
    """
    model, engine = contest.model, contest.engine
    if engine.kind == "endpoint":
        return partial(attach, model.name, engine.startup_timeout_s)
    if engine.kind == "vllm" and not contest.gpus and (warning := slowness()):
        log.warning("%s", warning)
    weights = servable_weights(model, engine, contest.manifest, contest.results_dir)
    command = launch_command(engine, model, weights, Path.cwd())
    return partial(serve, command, model.name, contest.engine_log, engine.startup_timeout_s, contest.gpus)


def _record_identity(contest: Contest, endpoint: Endpoint) -> None:
    identity = identify_engine(endpoint, contest.manifest)
    path = contest.identities
    known = json.loads(path.read_bytes()) if path.is_file() else []
    if identity not in known:
        if known:
            log.warning("another engine than the one before fights this block: compare the entries of %s", path)
        write_atomic(path, readable_json([*known, identity]))


async def _fight(
    contest: Contest, endpoint: Endpoint, battles: list[dict[str, Any]], journal: Journal, tally: Tally
) -> None:
    engine = contest.engine
    with Progress(len(battles), contest.model.label, log) as progress:
        async for together in fight(endpoint, battles, engine, contest.stage):
            endpoint.require_process()
            endpoint.gpu.sample()
            fought = [(_without_key(battle, endpoint.api_key), timing) for battle, timing in together]
            # In a thread: a disk takes milliseconds, and replies come in meanwhile.
            await asyncio.to_thread(journal.append, {record_key(battle): battle for battle, _ in fought})
            for battle, timing in fought:
                tally.add(battle, timing)
                progress.advance(battle)


def _without_key(battle: dict[str, Any], key: str | None) -> dict[str, Any]:
    # A server may repeat the key it refuses.
    if battle["error"] is None or not key:
        return battle
    message = battle["error"]["message"].replace(key, "(OPENAI_API_KEY)")
    return {**battle, "error": {**battle["error"], "message": message}}
