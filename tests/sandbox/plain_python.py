"""A suite without a sandbox, its program an ordinary module beside it. Only for texts of this project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAD = "import pytest\nfrom solution import *\nimport solution\n"


def suite(body: str) -> str:
    """A suite of one test with a body."""
    return HEAD + "def test_it():\n" + "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))


def passes(tests: str, program: str, folder: Path) -> bool:
    """Whether it passes there."""
    (folder / "solution.py").write_text(program)
    (folder / "test_solution.py").write_text(tests)
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    settings = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0"}
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, check=False).returncode == 0
