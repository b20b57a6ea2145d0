"""Canonical bytes, hashes and durable writes: what makes a file target the same on every machine."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

_CHUNK_BYTES = 1 << 20


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, the form that is hashed. NaN is refused (`ValueError`)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def readable_json(value: Any) -> str:
    """JSON with sorted keys, indented for people, ending in a newline."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def utf8(text: str) -> bytes:
    """UTF-8 bytes. A model can emit lone surrogates: they are kept, and `json.loads` of bytes reads them."""
    return text.encode("utf-8", "surrogatepass")


def sha256_text(text: str) -> str:
    """Hex SHA-256 of the UTF-8 bytes of `text`."""
    return hashlib.sha256(utf8(text)).hexdigest()


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file, read in pieces so that weights need not fit in memory."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write `path` by fsync and rename: a reader sees the old file or the new one, never a part."""
    data = utf8(content) if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def commit() -> str | None:
    """Full hash of the commit of the working folder, `-dirty` behind it where tracked files outside `results/` differ.

    None where the folder is no clone, or git is not installed.
    """
    head = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!results")
    return f"{head}-dirty" if head and changed else head


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
