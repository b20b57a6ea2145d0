from typing import Any

Job = dict[str, Any]


def schedule(jobs: list[Job], workers: int) -> dict[str, dict[str, int]]:
    _check(jobs, workers)
    urgency = _effective_priorities(jobs)
    waiting = sorted(jobs, key=lambda job: -urgency[job["id"]])
    free_at = [0] * workers
    ends: dict[str, int] = {}
    plan: dict[str, dict[str, int]] = {}
    now = 0
    while waiting:
        for worker in range(workers):
            ready = [job for job in waiting if _is_ready(job, ends, now)]
            if ready and free_at[worker] <= now:
                job = ready[0]
                waiting.remove(job)
                plan[job["id"]] = {"worker": worker, "start": now}
                ends[job["id"]] = free_at[worker] = now + job["duration"]
        releases = [job.get("release", 0) for job in waiting]
        now = min(moment for moment in [*free_at, *releases] if moment > now)
    return plan


def _check(jobs: list[Job], workers: int) -> None:
    ids = {job["id"] for job in jobs}
    if workers < 1:
        raise ValueError("there must be a worker")
    if len(ids) < len(jobs):
        raise ValueError("an id occurs twice")
    for job in jobs:
        if job["duration"] < 1:
            raise ValueError("a duration must be at least 1")
        for need in job.get("needs", []):
            if need not in ids:
                raise KeyError(need)


def _effective_priorities(jobs: list[Job]) -> dict[str, int]:
    """Settle layer by layer the jobs that no unsettled job needs, passing priorities on to what they need."""
    urgency = {job["id"]: job.get("priority", 0) for job in jobs}
    unsettled = jobs
    while unsettled:
        needed = {need for job in unsettled for need in job.get("needs", [])}
        if needed == {job["id"] for job in unsettled}:
            raise ValueError("the needs form a cycle")
        for job in unsettled:
            if job["id"] not in needed:
                for need in job.get("needs", []):
                    urgency[need] = max(urgency[need], urgency[job["id"]])
        unsettled = [job for job in unsettled if job["id"] in needed]
    return urgency


def _is_ready(job: Job, ends: dict[str, int], now: int) -> bool:
    has_ended = all(need in ends and ends[need] <= now for need in job.get("needs", []))
    return has_ended and job.get("release", 0) <= now
