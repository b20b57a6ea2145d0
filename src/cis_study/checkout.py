"""Which commit of the repository did something."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any


def commit_of(root: Path) -> dict[str, Any] | None:
    """`commit` that is checked out at `root`, and `changed`, the tracked files outside the cache that differ from it.

    None where `root` is no checkout, such as an unpacked archive, or git is not installed.
    """
    try:
        top = _git(root, "rev-parse", "--show-toplevel")
        if Path(top).resolve() != root.resolve():
            return None
        changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", ".", ":!results/cached")
        return {"commit": _git(root, "rev-parse", "HEAD"), "changed": sorted(line[3:] for line in changed.splitlines())}
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    run = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return run.stdout.rstrip("\n")
