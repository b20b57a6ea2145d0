"""Lock models: ask the hub what they are now, once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.models.hub import Listing, download, list_hub
from cis_study.models.lock import LockedModel, check_entry, read_lock, render_lock
from cis_study.models.registry import HfSource, Model
from cis_study.provenance import sha256_file, write_atomic
from cis_study.yamlfile import validate


def lock_models(models: Iterable[Model], path: Path) -> None:
    """Add an entry to the lock file for every hub model without one, written after each model.

    Raises:
        StudyError: some models could not be locked, or their entry does not fit the registry; the others are.
    """
    lock = read_lock(path)
    failures = []
    for model in models:
        if model.hub is None:
            continue
        try:
            if model.name in lock:
                check_entry(model, lock[model.name])
                continue
            lock[model.name] = resolve(model.hub, model.trust_remote_code)
        except StudyError as error:
            failures.append(f"{model.name}: {error}")
        else:
            write_atomic(path, render_lock(lock))
    if failures:
        raise StudyError(
            path, " | ".join(failures), "these models are not locked, all others are",
            "Solve these and run it again.",
        )  # fmt: skip


def resolve(source: HfSource, trust_remote_code: bool) -> LockedModel:
    """What the hub holds at the pinned revision, or at the newest where none is pinned.

    Large files are listed with their SHA-256; small ones are downloaded to a temporary folder and hashed.

    Raises:
        StudyError: see `cis_study.models.hub.fetch_hub`.
    """
    listing = list_hub(source, trust_remote_code)
    sha256 = {file.path: file.digest for file in listing.files if file.has_sha256}
    small = [file for file in listing.files if not file.has_sha256]
    with tempfile.TemporaryDirectory() as scratch:
        download(source.repo, Listing(listing.revision, small), Path(scratch), "the hub lists")
        sha256 |= {file.path: sha256_file(Path(scratch) / file.path) for file in small}
    files = [{"path": file.path, "bytes": file.bytes, "sha256": sha256[file.path]} for file in listing.files]
    content = {"repo": source.repo, "revision": listing.revision, "files": files}
    return validate(LockedModel, content, where=f"{source.repo}: answer of the hub")
