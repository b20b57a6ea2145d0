"""Fake scores live with the tests of the statistics, fake evidence with those of the scoring."""

import sys
from pathlib import Path

import pytest

from cis_study.tasks.hidden import HiddenSide, load_hidden_side

sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("statistics", "scoring")]


@pytest.fixture(scope="session")
def sides(root: Path) -> dict[str, HiddenSide]:
    tasks = ("email_validator", "rate_limiter", "lru_cache", "fibonacci")
    return {task: load_hidden_side(root / "config/tasks" / task) for task in tasks}
