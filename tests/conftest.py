"""Shared fixtures: the repository's own tasks and small plans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cis_study.battles.archive import unpack
from cis_study.config import Study, load_tasks, resolve_study
from cis_study.tasks.task import Task

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def first_cpu_study() -> list[dict[str, Any]]:
    """The 120 battles of the first CPU study, fought before there were caps; constants were set on their replies."""
    archives = sorted((ROOT / "tests/data/first_cpu_study").glob("*.jsonl.gz"))
    return [battle for path in archives for battle in unpack(path).values()]


@pytest.fixture(scope="session")
def study() -> Study:
    return resolve_study(yaml.safe_load((ROOT / "config/ci.yaml").read_text()))


@pytest.fixture(scope="session")
def tasks(study: Study) -> dict[str, Task]:
    return load_tasks(study, ROOT / "config")


@pytest.fixture(scope="session")
def reply_format() -> str:
    return (ROOT / "config/tasks/reply_format.txt").read_text()
