"""What served the arms, as the engines said themselves: arms are compared only where nothing else differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cis_study.battles.telemetry import jobs_of_study
from cis_study.errors import StudyError

REPORTED = ("engine", "version", "platform", "dtype", "batch_invariant", "prefix_caching")
_MAY_DIFFER = ("kv_cache_tokens",)
"""Follows from the requests in flight."""


class Served(NamedTuple):
    """The engine of one arm: one process from the first battle to the last."""

    identity: Mapping[str, Any]
    """As in `engines/{model}/{block}.json`."""
    concurrency: int


def read_served(arm: Path, cached_arm: Path, model: str, block: str, battles: int) -> Served:
    """What served an arm that was fought here, or else the one that filled the cache.

    Raises:
        StudyError: there is no record, or the battles come from several processes.
    """
    place = Path("engines", model, f"{block}.json")
    found = next((path for path in (arm / place, cached_arm / place) if path.is_file()), None)
    identities = json.loads(found.read_bytes()) if found else []
    jobs = jobs_of_study(arm, cached_arm, [(model, block)])
    whole = len(jobs) == 1 and jobs[0].battles == battles and jobs[0].engines_lost == 0
    if not whole or len(identities) != 1:
        decided = ", ".join(f"{job.battles} battles with {job.engines_lost} engines lost" for job in jobs)
        raise StudyError(
            f"{arm}: {model}",
            decided or "no record of a job",
            f"one engine must have fought all {battles} battles, or an arm shows more than one change",
            f"Remove {arm} and {cached_arm}, then fight the arm again.",
        )
    return Served(identities[0], jobs[0].concurrency)


def require_comparable(base: Served, again: Served, other: Served, where: str) -> None:
    """Arms differ in their concurrency as the check wants it, and in nothing that an engine says about itself.

    Raises:
        StudyError: they do not.
    """
    for arm in (again, other):
        keys = sorted({*base.identity, *arm.identity} - {*_MAY_DIFFER})
        changed = [key for key in keys if base.identity.get(key) != arm.identity.get(key)]
        if changed:
            raise _incomparable(where, ", ".join(changed), "its arms were fought by engines that differ in more")
    in_flight = [base.concurrency, again.concurrency, other.concurrency]
    if in_flight[0] != in_flight[1] or in_flight[0] == in_flight[2]:
        raise _incomparable(where, in_flight, "requests in flight must be as many in the first two arms, not the third")


def _incomparable(where: str, value: object, why: str) -> StudyError:
    return StudyError(where, value, why, "Remove its arms, also from the cache, then fight them again.")
