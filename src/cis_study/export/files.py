"""Files of an export as the metadata formats list them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cis_study.provenance import canonical_json, sha256_file, sha256_text

MEDIA_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".eval": "application/zip",
    ".json": "application/json",
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".py": "text/x-python",
}
"""Of other suffixes: `text/plain`."""


class Listed(NamedTuple):
    """One file."""

    path: str
    """Relative to the folder of the export, with `/`."""
    bytes: int
    sha256: str

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(Path(self.path).suffix, "text/plain")


def listed(paths: Iterable[Path], folder: Path) -> list[Listed]:
    """Name, size and hash of files under a folder, sorted by name."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return [Listed(name, path.stat().st_size, sha256_file(path)) for name, path in named]


def joint_hash(files: Iterable[Listed]) -> str:
    """One hash for many files, over their names, sizes and hashes."""
    return sha256_text(canonical_json([one._asdict() for one in files]))
