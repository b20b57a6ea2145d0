"""The committed cache: same battles, same bytes; nothing unfinished goes in; damage is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.archive import archive_path, manifest_path, pack, unpack
from cis_study.battles.coverage import require_coverage
from cis_study.battles.record import failed, identify, record_key, replied
from cis_study.config import Study, load_contestants, resolve_study
from cis_study.errors import StudyError
from cis_study.plan import plan_block
from cis_study.tasks.task import Task

WEIGHTS = "a" * 64


def finished(planned: dict[str, Any], text: str = "hi \ud83d") -> dict[str, Any]:
    battle = identify(planned, "smollm2-135m", "llama_cpp", WEIGHTS)
    return replied(battle, content=text, reasoning=None, finish_reason="stop", usage=None)


@pytest.fixture
def battles(study: Study, tasks: dict[str, Task], reply_format: str) -> list[dict[str, Any]]:
    return [finished(planned) for planned in plan_block(study, tasks, reply_format, "1-2")]


def test_order_of_battles_does_not_change_the_bytes(tmp_path: Path, battles: list[dict[str, Any]]) -> None:
    pack(battles, tmp_path / "a")
    pack(battles[::-1], tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert unpack(tmp_path / "a") == {record_key(b): b for b in battles}


def test_an_infrastructure_failure_is_never_frozen(tmp_path: Path, battles: list[dict[str, Any]]) -> None:
    with pytest.raises(StudyError, match="infra_failure"):
        pack([*battles, failed(battles[0], TimeoutError())], tmp_path / "a")


def test_a_damaged_archive_is_named(tmp_path: Path, battles: list[dict[str, Any]]) -> None:
    pack(battles, tmp_path / "a")
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:-20])
    with pytest.raises(StudyError, match="damaged"):
        unpack(tmp_path / "a")


def test_reaching_the_token_limit_is_its_own_status_and_keeps_the_text(battles: list[dict[str, Any]]) -> None:
    cut = replied(battles[0], content="def f(", reasoning=None, finish_reason="length", usage=None)
    assert (cut["status"], cut["reply"]["content"]) == ("budget_exhausted", "def f(")


def test_coverage_counts_what_a_cache_lacks(
    tmp_path: Path, root: Path, study: Study, tasks: dict[str, Task], reply_format: str, battles: list[dict[str, Any]]
) -> None:
    manifest = manifest_path(tmp_path, "smollm2-135m")
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"weights_sha256": WEIGHTS}))
    pack(battles, archive_path(tmp_path, "smollm2-135m"))
    models = load_contestants(study, root / "config")
    require_coverage(study, models, tasks, reply_format, tmp_path)

    more = resolve_study({**study.model_dump(), "replicate_blocks": [2, 3]})
    with pytest.raises(StudyError, match="smollm2-135m/lru_cache 3"):
        require_coverage(more, models, tasks, reply_format, tmp_path)
    manifest.write_text(json.dumps({"weights_sha256": "b" * 64}))
    with pytest.raises(StudyError, match="smollm2-135m/fibonacci 2"):
        require_coverage(study, models, tasks, reply_format, tmp_path)
