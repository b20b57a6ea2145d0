"""What the workflow tests share."""

from __future__ import annotations

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
