"""The key of a packet: what its items are. Raters never get it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cis_study.judging.json_file import read_json_file
from cis_study.yamlfile import Strict


class KeyItem(Strict):
    """One item of a packet."""

    author: str
    task: str
    replicate: int
    shown: str
    """`fingerprint` of the exhibit: a rating holds for this text and no other."""


class RatingKey(Strict):
    """`results/{study}/rating_key.json`, or a kept copy in `ratings/keys/`."""

    study: str
    packet: str
    """Hash of `packet.json`."""
    scale: list[float]
    items: dict[str, KeyItem]


def read_keys(paths: Iterable[Path]) -> dict[str, RatingKey]:
    """Keys by the hash of their packet.

    Raises:
        StudyError: a file is no key.
    """
    keys = (read_json_file(path, RatingKey, fix="Restore it from version control.") for path in paths)
    return {key.packet: key for key in keys}
