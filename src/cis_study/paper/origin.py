"""What the manuscript says of where its battles came from: engines, hardware, commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cis_study.battles.study_manifest import NOT_RECORDED


def origin_numbers(manifest: Mapping[str, Any] | None) -> dict[str, str]:
    """Macro `origin`: sentences; empty without a manifest."""
    if manifest is None:
        return {"origin": ""}
    jobs = (
        [] if manifest["hardware"] == NOT_RECORDED else [job for jobs in manifest["hardware"].values() for job in jobs]
    )
    engines = _listed(f"{job['engine']} {job['engine_version']}" for job in jobs)
    hardware = _listed(
        NOT_RECORDED if job["hardware"] == NOT_RECORDED else " and ".join(job["hardware"]) for job in jobs
    )
    checkout = (manifest["frozen"] or {}).get("checkout")
    commit = checkout["commit"][:12] if isinstance(checkout, Mapping) else NOT_RECORDED
    return {"origin": f"Engine: {engines}. Hardware: {hardware}. Commit at which the battles were kept: {commit}."}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted({*names})) or NOT_RECORDED
