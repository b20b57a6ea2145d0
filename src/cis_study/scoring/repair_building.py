"""Make a task's repairs: run every mutant against the hidden cases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cis_study.provenance import write_atomic
from cis_study.scoring.bank_building import failed_cases
from cis_study.scoring.comparison import CaseOutcome
from cis_study.tasks.hidden import apply, load_hidden_side
from cis_study.tasks.repairs import REPAIRS_FILE, Repairs, render_repairs, repair_sources
from cis_study.yamlfile import read_yaml


def build_repairs(folder: Path, workers: int) -> int | None:
    """Write the repairs of a task folder; their number, or None where the present ones still hold.

    Raises:
        StudyError: the folder has a fault.
        SandboxFailure: the sandbox itself broke.
    """
    path, sources = folder / REPAIRS_FILE, repair_sources(folder)
    if path.is_file() and read_yaml(path, Repairs).made_from == sources:
        return None
    side = load_hidden_side(folder)
    programs = [apply(mutant, side.reference) for mutant in side.mutants]
    with ThreadPoolExecutor(max(1, workers)) as threads:
        failures = list(threads.map(lambda program: failed_cases(program, side), programs))
    fails = {
        mutant.id: [case.id for case in failed]
        for mutant, failed in zip(side.mutants, failures, strict=True)
        if failed and all(case.outcome is not CaseOutcome.TIMEOUT for case in failed)
    }
    write_atomic(path, render_repairs(sources, fails))
    return len(fails)
