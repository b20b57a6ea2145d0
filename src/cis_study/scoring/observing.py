"""Observe a solution at run time, in a sandbox of its own, and say which constraints that shows to be broken.

An observation only adds to what the syntax tree shows. A program that fails before anything can be observed
breaks no constraint by that: failing is counted once, by the hidden cases.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationError

from cis_study.sandbox.oracle import CASE_CPU_S, CASE_WALL_S, SandboxFailure
from cis_study.sandbox.process import Outcome, run
from cis_study.sandbox.profile import Limits, View
from cis_study.scoring.constants import (
    FEW_ENTRIES,
    GROWTH_BOUND,
    MANY_ENTRIES,
    MAX_OPERATIONS,
    MEASURED_CALLS,
    RECURSIVE_DEPTH,
)
from cis_study.scoring.evidence import Observation
from cis_study.tasks.hidden import Constraint
from cis_study.yamlfile import Strict, validate

_ATTEMPTS = 2
_WALL_S = 300.0
_COUNTED_CPU_S = 10.0
"""For one method at one size. Counted operations bound the work: this ends only what runs on before they are counted,
and is long enough for a slow machine, whose observation must be no other than that of a fast one."""


class Workload(Strict):
    """How to fill an object and what to count; arguments may be `$size`, `$key` (held) and `$new` (not held)."""

    new: list[Any]
    """Arguments of the constructor."""
    fill: Annotated[list[Any], Field(min_length=1)]
    """Method that adds one entry, and its arguments; called `$size` times."""
    measure: Annotated[dict[str, list[Any]], Field(min_length=1)]
    """Method -> arguments of the calls that are counted."""


def observe(source: str, cases: Sequence[Sequence[dict[str, Any]]], constraints: Sequence[Constraint]) -> Observation:
    """Run `source` on the inputs of some cases, and on the workload and example that constraints name.

    Raises:
        SandboxFailure: the sandbox itself broke.
        StudyError: a constraint names a malformed workload.
    """
    work, example = _params(constraints, "constant_time", "workload"), _params(constraints, "recursive", "example")
    workload = work and _workload(work)
    request = {
        "source": source,
        "cases": [list(steps) for steps in cases],
        "example": example and {"function": example["function"], "args": example["example"]},
        "workload": workload,
        "sizes": [FEW_ENTRIES, MANY_ENTRIES],
        "calls": MEASURED_CALLS,
        "max_operations": MAX_OPERATIONS,
        "case_cpu_s": CASE_CPU_S,
        "case_wall_s": CASE_WALL_S,
        "counted_cpu_s": _COUNTED_CPU_S,
    }
    counted = 1 + 2 * len(workload["measure"] if workload else ())
    limits = Limits(cpu_s=round(2 * (CASE_CPU_S * len(cases) + _COUNTED_CPU_S * counted)), wall_s=_WALL_S)
    for _ in range(_ATTEMPTS):
        process = run("observe", request, View(), limits)
        if process.outcome is not Outcome.SANDBOX_FAILURE:
            break
    else:
        raise SandboxFailure(process.complaint)
    seen: dict[str, Any] = {}
    for report in process.reports:
        seen = report | seen
    nothing: dict[str, Any] = {"imports": [], "deeds": [], "changed": [], "depth": None, "operations": []}
    whole = process.outcome is not Outcome.OK or "changed" in seen
    try:
        return Observation.model_validate({**nothing, **seen, "ended": process.outcome if whole else Outcome.CRASHED})
    except ValidationError:
        # The runner writes no such report, so the solution did, and nothing it says is used.
        return Observation.model_validate({**nothing, "ended": "forged"})


def violations(constraint: Constraint, seen: Observation) -> list[str]:
    """What an observation holds against a constraint; empty too where the rule cannot be observed."""
    roots = {name: name.split(".")[0] for name in [*seen.imports, *seen.deeds]}
    match constraint.rule:
        case "forbid_imports":
            banned = constraint.params["modules"]
            return [f"{_deed(name, seen)} when run" for name, root in roots.items() if root in banned]
        case "standard_library":
            known = {*sys.stdlib_module_names, "solution"}
            return [f"imports {name} when run" for name in seen.imports if roots[name] not in known]
        case "no_dynamic_code":
            return [f"causes {name} when run" for name in seen.deeds if name in ("compile", "exec")]
        case "no_sleep":
            return ["sleeps when run"] if "time.sleep" in seen.deeds else []
        case "no_shared_state":
            return [f"{name} is changed by calls" for name in seen.changed]
        case "recursive":
            flat = seen.depth is not None and seen.depth < RECURSIVE_DEPTH
            return ["no call leads to another of the same function"] if flat else []
        case "constant_time":
            return [
                f"{work.method} takes {work.few} operations among {FEW_ENTRIES} entries, "
                f"{work.many} among {MANY_ENTRIES}"
                for work in seen.operations
                if work.many > GROWTH_BOUND * work.few or work.many >= MAX_OPERATIONS
            ]
    return []


def _deed(name: str, seen: Observation) -> str:
    return f"imports {name}" if name in seen.imports else f"causes {name}"


def _params(constraints: Sequence[Constraint], rule: str, needed: str) -> Mapping[str, Any] | None:
    return next((each.params for each in constraints if each.rule == rule and needed in each.params), None)


def _workload(params: Mapping[str, Any]) -> dict[str, Any]:
    where = "scoring.yaml: constant_time.workload"
    return {"class": params["class"], **validate(Workload, params["workload"], where).model_dump()}
