"""The lock of the hub models: the revision, and size and SHA-256 of every file, which a download must match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, RootModel

from cis_study.errors import StudyError
from cis_study.models.registry import HfSource, Model, Revision, Sha256
from cis_study.models.wanted import wanted
from cis_study.yamlfile import Strict, read_yaml

LOCK_FILE = Path("config/models/lock.yaml")

_HEADER = """\
# What every download of a hub model must match, byte for byte. Written by `snakemake --cores 1 lock_models`, which
# leaves existing entries alone: to lock a model again, remove its entry. To be committed, not to be edited.
"""
_AGAIN = "Remove this entry and run `snakemake --cores 1 lock_models`."


class LockedFile(Strict):
    path: str
    """Name in the repository; `include` and `exclude` of the model select exactly these."""
    bytes: Annotated[int, Field(ge=0)]
    """Size of the file."""
    sha256: Sha256
    """What the downloaded file must be."""


class LockedModel(Strict):
    """The files of one model at one revision, sorted by path."""

    repo: str
    """Repository; that of the registry."""
    revision: Revision
    """Full commit; that of the registry where it pins one."""
    files: Annotated[list[LockedFile], Field(min_length=1)]
    """Every file of the model."""


class _Lock(RootModel[dict[str, LockedModel]]):
    pass


def read_lock(path: Path) -> dict[str, LockedModel]:
    """Entries by model name; empty where nothing has been locked yet.

    Raises:
        StudyError: the file does not fit.
    """
    return read_yaml(path, _Lock).root if path.exists() else {}


def render_lock(lock: Mapping[str, LockedModel]) -> str:
    """Text of the lock file, sorted by name."""
    return _HEADER + yaml.safe_dump({name: lock[name].model_dump() for name in sorted(lock)}, sort_keys=False)


def pin(model: Model, entry: LockedModel | None) -> Model:
    """The model with the locked revision where the registry states none."""
    if entry is None or model.hub is None or model.hub.revision is not None:
        return model
    pinned = model.hub.model_copy(update={"revision": entry.revision})
    sources = [pinned if source is model.hub else source for source in model.sources]
    return model.model_copy(update={"sources": sources})


def check_entry(model: Model, entry: LockedModel) -> None:
    """Compare a lock entry with the registry.

    Raises:
        StudyError: another repository, another revision than a pinned one, or files that `include` and `exclude`
            would not select.
    """
    where = f"{LOCK_FILE}: {model.name}"
    source = model.hub
    if source is None or entry.repo != source.repo:
        raise StudyError(where, entry.repo, f"the registry says {source.repo if source else 'no hub'}", _AGAIN)
    if source.revision not in (None, entry.revision):
        raise StudyError(where, entry.revision, f"the registry pins revision {source.revision}", _AGAIN)
    names = [file.path for file in entry.files]
    try:
        selected = wanted(source, names, model.trust_remote_code)
    except StudyError as error:
        raise StudyError(where, error.value, error.why, _AGAIN) from error
    if sorted(names) != selected:
        raise StudyError(where, sorted(set(names) - set(selected)), "`include` and `exclude` select others", _AGAIN)


def require_locked(models: Iterable[Model], lock: Mapping[str, LockedModel]) -> None:
    """Stop before anything is downloaded where a download could not be checked. The models are pinned already.

    Raises:
        StudyError: a model has no revision, or its entry does not fit the registry.
    """
    unpinned = []
    for model in models:
        if model.name in lock:
            check_entry(model, lock[model.name])
        elif all(isinstance(source, HfSource) and source.revision is None for source in model.sources):
            unpinned.append(model.name)
    if unpinned:
        raise StudyError(
            LOCK_FILE, ", ".join(sorted(unpinned)), "neither registry nor lock pins a revision of these models",
            "Run `snakemake --cores 1 lock_models` once, and commit the file.",
        )  # fmt: skip
