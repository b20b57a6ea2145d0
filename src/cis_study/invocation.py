"""Which study a command line means, and whether its battles are fought or replayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from cis_study.config import Study
from cis_study.errors import StudyError

FULL_STUDY = "h100"
CPU_STUDY = "cpu"


def study_file(config: Mapping[str, Any], gpu_given: bool, arguments: Iterable[str], root: Path = Path()) -> str | None:
    """The study file to load under `config`, None where the given configuration is complete by itself.

    A study named in `config` wins; otherwise the one whose results are asked for (`results/{study}/...`);
    otherwise the full study where there is a GPU or a cache of it; otherwise the CPU study.

    Raises:
        StudyError: the targets belong to several studies.
    """
    name = config.get("study") or _study_of(arguments, root)
    if name is None:
        full = gpu_given or (root / "results" / "cached" / FULL_STUDY).is_dir()
        name = FULL_STUDY if full else CPU_STUDY
    path = Path("config") / f"{name}.yaml"
    return str(path) if (root / path).is_file() else None


def _study_of(arguments: Iterable[str], root: Path) -> str | None:
    paths = [Path(argument) for argument in arguments if argument.startswith("results/")]
    named = {path.parts[1] for path in paths if len(path.parts) > 2}
    known = sorted(name for name in named if (root / "config" / f"{name}.yaml").is_file())
    if len(known) > 1:
        raise StudyError("targets", known, "they belong to several studies", "Ask for one study at a time.")
    return known[0] if known else None


def choose_mode(study: Study, gpu_given: bool) -> Literal["run", "replay"]:
    """`auto` runs where a GPU resource is given and replays elsewhere.

    Raises:
        StudyError: a study that needs a GPU is told to run without the resource.
    """
    mode: Literal["run", "replay"] = ("run" if gpu_given else "replay") if study.mode == "auto" else study.mode
    if mode == "run" and study.gpu and not gpu_given:
        raise StudyError(
            "mode", mode, f"study {study.study} needs {study.gpu} GPU", f"Add `--resources gpu={study.gpu}`."
        )
    return mode
