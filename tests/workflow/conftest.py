"""A copy of the repository to run Snakemake in, without results or environments of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from workflow_runs import Run, copy_repository


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """A copy to change and to fill with results."""
    copy_repository(root, tmp_path)
    return tmp_path


@pytest.fixture
def snakemake(clone: Path) -> Run:
    """Run `snakemake` in the copy as a user would."""

    def run(*arguments: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "snakemake"), "--cores", "1", *arguments],
            cwd=clone,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env={**os.environ, "XDG_CACHE_HOME": str(clone / ".cache")},
        )

    return run


@pytest.fixture
def engines(root: Path, clone: Path) -> None:
    """Lend the copy the environments and weights of the repository."""
    if not (root / ".venvs/serve-llama/bin/python").exists():
        pytest.fail("the serving environment is missing: run `make envs`")
    (clone / ".venvs").symlink_to(root / ".venvs")
