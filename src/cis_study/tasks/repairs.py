"""Which hidden cases each mutant of a task fails: what repair episodes are chosen from, without running anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.provenance import sha256_file
from cis_study.tasks.hidden import BANK_FILE, BANK_SOURCES
from cis_study.yamlfile import Strict, read_yaml

REPAIRS_FILE = "repairs.yaml"
_HEADER = """\
# Hidden cases that each mutant fails; mutants that do not end are left out. Written by `snakemake --cores 1
# build_mutants`. To be committed, not to be edited.
"""


class Repairs(Strict):
    """`config/tasks/{task}/repairs.yaml`."""

    made_from: dict[str, str]
    """SHA-256 of each file that decides the rest."""
    fails: dict[str, list[str]]
    """Mutant -> ids of the hidden cases it fails, at least one."""


def load_repairs(folder: Path) -> Repairs:
    """The repairs of a task folder.

    Raises:
        StudyError: there are none, or a file changed after they were made.
    """
    repairs = read_yaml(folder / REPAIRS_FILE, Repairs)
    if repairs.made_from != repair_sources(folder):
        raise StudyError(
            folder / REPAIRS_FILE,
            "stale",
            "a file of the task changed after it was made",
            "Run `snakemake --cores 1 build_mutants`.",
        )
    return repairs


def repair_sources(folder: Path) -> dict[str, str]:
    """File -> SHA-256 of all that repairs are made from."""
    names = [*BANK_SOURCES, BANK_FILE]
    return {name: sha256_file(folder / name) for name in names if (folder / name).is_file()}


def render_repairs(made_from: Mapping[str, str], fails: Mapping[str, Sequence[str]]) -> str:
    """The text of the file: one line per mutant."""
    sources = "".join(f"  {name}: {digest}\n" for name, digest in made_from.items())
    mutants = "".join(f"  {json.dumps(name)}: {json.dumps(list(cases))}\n" for name, cases in fails.items())
    return f"{_HEADER}made_from:\n{sources}fails:\n{mutants}"
