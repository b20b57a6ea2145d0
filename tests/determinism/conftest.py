"""A study with a small check."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cis_study.config import Study, resolve_study

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def checked(study: Study) -> Study:
    """Two tasks, five battles per arm, 4 requests in flight or 2."""
    check = {"battles": 5, "other_concurrency": 2, "profiles": {"throughput": {}}}
    return resolve_study({**study.model_dump(), "determinism": check})
