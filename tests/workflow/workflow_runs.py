"""What the workflow tests share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]


def write_study(clone: Path, source: str, **changes: object) -> str:
    """A study file in the copy: `source` with some keys replaced; returns its path."""
    content = yaml.safe_load((clone / f"config/{source}.yaml").read_text())
    path = clone / "config" / "changed.yaml"
    path.write_text(yaml.safe_dump({**content, **changes}))
    return str(path.relative_to(clone))


def copy_repository(root: Path, target: Path) -> None:
    """What a fresh clone holds: tracked files and those that git would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)
