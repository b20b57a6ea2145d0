"""The plan of a judge: a pure function of study, exhibits and rubric; the same for every judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cis_study.config import Study
from cis_study.judging.exhibit import Exhibit
from cis_study.judging.prompt import messages, response_format
from cis_study.judging.rubric import Rubric
from cis_study.judging.showing import Place, place
from cis_study.models.registry import Model
from cis_study.plan import caps, hash_int
from cis_study.provenance import canonical_json, sha256_text

JUDGING = 1
"""Version of the judgement. Raise it when prompts, the form of the answer or its reading change."""

ATTEMPTS = 3
"""Answers that a judge is asked for until one can be read."""

_DEFINING = ("messages", "response_format", "sampling", "seeds", "budget")


def plan_judge(study: Study, judge: Model, places: Iterable[Place]) -> dict[str, Any]:
    """What is known of a judge's work before there are battles; the rest follows from exhibits and rubric."""
    assert study.judges is not None
    effort = {} if judge.reasoning_effort is None else {"reasoning_effort": judge.reasoning_effort}
    return {
        "model": judge.model_dump(mode="json"),
        "engine": study.engine.model_dump(mode="json", exclude={"concurrency"}),
        "seed": study.seed,
        "repeats": study.judges.repeats,
        "sampling": {**study.judges.sampling.model_dump(), **effort},
        "budget": caps(study.budget) if study.budget else None,
        "exhibits": [list(each) for each in places],
    }


def planned_judgements(plan: Mapping[str, Any], exhibits: Iterable[Exhibit], rubric: Rubric) -> list[dict[str, Any]]:
    """Every judgement of a judge, in an order that says nothing of the authors.

    Args:
        plan: as of `plan_judge`; exhibits that it does not name are left out.
    """
    wanted = {Place(*each) for each in plan["exhibits"]}
    form = response_format(rubric)
    planned = [
        {
            **place(exhibit)._asdict(),
            "repeat": repeat,
            "seeds": [_seed(plan["seed"], place(exhibit), repeat, attempt) for attempt in range(ATTEMPTS)],
            "messages": messages(exhibit, rubric),
            "response_format": form,
            "sampling": plan["sampling"],
            "budget": plan["budget"],
        }
        for exhibit in exhibits
        if place(exhibit) in wanted
        for repeat in range(1, plan["repeats"] + 1)
    ]
    # By a seed, which is as good as chance, and the same again after a break.
    return sorted(planned, key=lambda judgement: judgement["seeds"])


def _seed(study_seed: int, where: Place, repeat: int, attempt: int) -> int:
    shown = f"{where.task}/{where.replicate}/{where.condition}/{where.author}"
    return hash_int(f"judgement/{study_seed}/{shown}/{repeat}/{attempt}") % 2**31


def identify_judgement(planned: dict[str, Any], judge: str, engine: str, weights_sha256: str) -> dict[str, Any]:
    """The part of a judgement that is known before it is made; its spec is the hash of all that defines it."""
    defining = {"protocol": JUDGING, "engine": engine, "weights": weights_sha256}
    return {
        "protocol": JUDGING,
        "spec": sha256_text(canonical_json(defining | {key: planned[key] for key in _DEFINING})),
        "model": judge,
        "engine": engine,
        "weights": weights_sha256,
        **planned,
    }
