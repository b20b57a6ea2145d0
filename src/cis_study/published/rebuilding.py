"""A study made again from its cache, in a place of its own: the same workflow in a copy of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.provenance import canonical_json

_COPIED = (
    "CITATION.cff",
    "Snakefile",
    "config",
    "envs",
    "notebooks",
    "paper",
    "profiles",
    "ratings",
    "rules",
    "scripts",
)
_LENT = (".venvs", "results/cached")
POWER = "statistics/power.json"
"""Of a study: the one result that is published only where somebody asked for it."""


def rebuild(study: Study, root: Path, scratch: Path, cores: int, log: Path, with_power: bool) -> None:
    """Fill `scratch` with a copy of the repository and the study replayed in it; what was there before is removed.

    Nothing outside `scratch` and `log` is written. Environments and cache are lent by link.

    Raises:
        StudyError: the workflow fails.
    """
    if scratch.exists():
        shutil.rmtree(scratch)
    scratch.mkdir(parents=True)
    for name in _COPIED:
        if (root / name).is_dir():
            shutil.copytree(root / name, scratch / name, ignore=shutil.ignore_patterns("paper.pdf", "__pycache__"))
        else:
            shutil.copy2(root / name, scratch / name)
    for name in _LENT:
        (scratch / name).parent.mkdir(exist_ok=True)
        (scratch / name).symlink_to((root / name).resolve())
    # JSON is YAML: the study as it was resolved, whatever made it.
    (scratch / "study.json").write_text(canonical_json(study.model_dump(mode="json")), encoding="utf-8")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        # Power first: the paper shows it where it was simulated when the workflow starts.
        for target in [f"results/{study.study}/{POWER}"] * with_power + ["all"]:
            command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--configfile", "study.json"]
            command += ["--config", "mode=replay", "--", target]
            run = subprocess.run(command, cwd=scratch, env=_environment(), stdout=stream, stderr=stream, check=False)
            if run.returncode:
                raise StudyError(
                    log,
                    f"exit status {run.returncode}",
                    "the study cannot be rebuilt from its cache",
                    "The end of this file says why.",
                )


def _environment() -> dict[str, str]:
    """The same modules from another folder."""
    path = os.environ.get("PYTHONPATH")
    if not path:
        return dict(os.environ)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(part).absolute()) for part in path.split(os.pathsep))}
