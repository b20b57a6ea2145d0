"""What is measured at scale, step by step; every quantity carries its unit in its name."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import time
from typing import Any

from fake_scale import HERE, ROOT, STUDY, Copy, bare_client_s
from measuring import Cost, measure

from cis_study.battles.archive import unpack
from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.figures.catalogue import FIGURES
from cis_study.plan import blocks
from cis_study.scoring.evidence_file import collect_battles
from cis_study.tasks.hidden import load_hidden_side

FEW, MANY = 5, 405
"""Pieces of a reply: the benchmark's, and those that tell what each piece more costs the generator."""
BATTLES_OF_MANY = 400
SANDBOXED = 24
CPUS = os.cpu_count() or 1
_FINISHED = "Nothing to be done"
_AFTER_BATTLES = ("evidence", "telemetry/sandbox", "scores", "statistics", "figures")


def generation(copy: Copy, battles: int) -> dict[str, float]:
    """A fresh study planned, then all its battles."""
    copy.forget()
    planned = copy.snakemake("-n")
    made = copy.snakemake("battles")
    found = len(list((copy.results / "battles").rglob("*.json")))
    if found != battles:
        raise StudyError(copy.results, f"{found} battle files", f"{battles} were planned", "Read the logs there.")
    return _named("plan", planned) | _named("battles", made) | {"battles_ms": 1000 * made.wall_s / battles}


def analysis(copy: Copy) -> dict[str, float]:
    """From finished battles to the figures."""
    copy.forget(*_AFTER_BATTLES)
    figures = [f"results/{STUDY}/figures/{name}.svg" for name in FIGURES]
    return _named("analysis", copy.snakemake(*figures, cores=CPUS))


def rest(copy: Copy) -> dict[str, float]:
    """What the default target makes beside the figures."""
    return _named("rest", copy.snakemake(cores=CPUS))


def no_op(copy: Copy) -> dict[str, float]:
    """Plan a study where everything is done."""
    planned = copy.snakemake("-n")
    if _FINISHED not in planned.output:
        raise StudyError(
            "snakemake -n", planned.output[-1000:], "a finished study wants to run again", "See above why."
        )
    return _named("no_op", planned)


class Generator:
    """The generation job of the first model, outside Snakemake."""

    def __init__(self, copy: Copy, study: Study) -> None:
        self._copy, self._model, self._concurrency = copy, study.contestants[0], study.engine.concurrency
        (block,) = blocks(study)
        self._plan = json.loads((copy.results / f"plan/{self._model}/{block}.json").read_bytes())

    def measured(self, many: str) -> dict[str, float]:
        """Cost of a battle (asked, in the journal, in its file), of a start, and of a piece of a reply.

        Args:
            many: address of the fake whose replies come in many pieces.
        """
        battles = self._plan["battles"]
        fake_s = bare_client_s(
            self._copy.base_url, [{"model": self._model, **battle["request"]} for battle in battles], self._concurrency
        )
        self._generate("started", battles[:1], self._copy)
        started = self._generate("started", battles[:1], self._copy, fresh=False)
        asked = self._generate("asked", battles, self._copy)
        filed = self._generate("asked", battles, self._copy, fresh=False)
        part = battles[:BATTLES_OF_MANY]
        few_pieces = self._generate("few", part, self._copy)
        many_pieces = self._generate("many", part, dataclasses.replace(self._copy, base_url=many))
        each = 1000 / len(battles)
        return {
            "generator_wall_ms": (asked.wall_s - started.wall_s - fake_s) * each,
            "generator_cpu_ms": (asked.cpu_s - started.cpu_s) * each,
            "files_wall_ms": (filed.wall_s - started.wall_s) * each,
            "files_cpu_ms": (filed.cpu_s - started.cpu_s) * each,
            "fake_alone_ms": fake_s * each,
            "start_wall_s": started.wall_s,
            "start_cpu_s": started.cpu_s,
            "piece_cpu_us": 1e6 * (many_pieces.cpu_s - few_pieces.cpu_s) / len(part) / (MANY - FEW),
        }

    def _generate(self, name: str, battles: list[dict[str, Any]], copy: Copy, fresh: bool = True) -> Cost:
        home = copy.home / "results" / name
        # Not fresh: only the journal is left. Snakemake too removes the files of a job before it runs.
        shutil.rmtree(home if fresh else home / "battles", ignore_errors=True)
        plan = home / "plan" / self._model / "all.json"
        plan.parent.mkdir(parents=True, exist_ok=True)
        plan.write_text(json.dumps({**self._plan, "battles": battles}))
        return copy.generate(plan, self._model, self._concurrency)


class OneByOne:
    """The alternative: a Snakemake job for every battle, each the leanest there can be."""

    def __init__(self, copy: Copy, study: Study) -> None:
        self._copy, self._home = copy, copy.home / "results" / "one_by_one"
        shutil.rmtree(self._home, ignore_errors=True)
        (block,) = blocks(study)
        plan = json.loads((copy.results / f"plan/{study.contestants[0]}/{block}.json").read_bytes())["battles"]
        for battle in plan:
            path = self._home / f"requests/{battle['task']}/{battle['replicate']}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(battle["request"]))
        self._battles = [
            f"battles/{model}/{battle['task']}/{battle['replicate']}.json"
            for model in study.contestants
            for battle in plan
        ]

    def measured(self, executed: int, concurrency: int) -> dict[str, float]:
        """All battles planned, the first `executed` of them fought, as many at once as the workflow has in flight."""
        planned = self._snakemake(self._battles, "-n", "--cores", "1")
        made = self._snakemake(self._battles[:executed], "--cores", str(concurrency))
        found = len(list((self._home / "battles").rglob("*.json")))
        if found != executed:
            raise StudyError(self._home, f"{found} battle files", f"{executed} were planned", "Read the logs there.")
        return _named("one_by_one_plan", planned) | {"one_by_one_ms": 1000 * made.wall_s / executed}

    def _snakemake(self, battles: list[str], *arguments: str) -> Cost:
        listed = self._home / "battles.txt"
        listed.write_text("\n".join(battles))
        command = ["snakemake", *arguments, "--snakefile", str(HERE / "one_job_per_battle.smk")]
        command += ["--directory", str(self._home), "--scheduler", "greedy", "--quiet", "all"]
        command += ["--config", f"battles={listed}", f"ask={HERE / 'ask_one.py'}"]
        return measure(command, self._home, self._copy.env)


def sandbox() -> dict[str, float | None]:
    """Battles per minute and core that the sandbox manages with real replies; null without a cached study."""
    archives = sorted((ROOT / "results/cached").glob("*/battles/*.jsonl.gz"))
    battles = [battle for path in archives for battle in unpack(path).values() if battle["reply"]["content"]]
    if not battles:
        return {"sandbox_battles": None, "sandbox_per_min_core": None}
    sample = battles[:: max(1, len(battles) // SANDBOXED)][:SANDBOXED]
    sides = {task: load_hidden_side(ROOT / "config/tasks" / task) for task in {battle["task"] for battle in sample}}
    started = time.monotonic()
    collect_battles(sample, sides, workers=CPUS)
    minutes = (time.monotonic() - started) / 60
    return {"sandbox_battles": len(sample), "sandbox_per_min_core": len(sample) / minutes / CPUS}


def _named(step: str, cost: Cost) -> dict[str, float]:
    return {f"{step}_wall_s": cost.wall_s, f"{step}_cpu_s": cost.cpu_s, f"{step}_peak_bytes": cost.peak_bytes}
