"""A fake study's battles, and the whole export of it on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_export import fake_battles, write_export

from cis_study.config import Study
from cis_study.tasks.task import Task


@pytest.fixture(scope="session")
def battles(study: Study, tasks: dict[str, Task], reply_format: str) -> list[dict[str, Any]]:
    return fake_battles(study, tasks, reply_format)


@pytest.fixture(scope="session")
def export(study: Study, battles: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    write_export(folder, study, battles)
    return folder
