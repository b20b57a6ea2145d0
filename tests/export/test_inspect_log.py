"""Inspect logs: a missing score is no score, and the same study gives the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from fake_export import LOST, MODEL, UNRUN, fake_scores

from cis_study.export.inspect_log import inspect_log

Battles = list[dict[str, Any]]


def members(log: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(log)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


@pytest.fixture
def log(battles: Battles) -> dict[str, Any]:
    return members(inspect_log("fake", battles, fake_scores(battles), None))


def test_bytes_depend_neither_on_order_nor_on_the_clock(battles: Battles) -> None:
    scores = fake_scores(battles)
    log = inspect_log("fake", battles, scores, None)
    assert log == inspect_log("fake", battles[::-1], scores[::-1], None)
    with zipfile.ZipFile(io.BytesIO(log)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_missing_score_is_an_error_without_score(log: dict[str, Any]) -> None:
    lost, unrun = (log["samples/{}_epoch_{}.json".format(*place)] for place in (LOST, UNRUN))
    assert (lost["scores"], unrun["scores"]) == ({}, {})
    assert lost["error"]["message"] == "missing (infra_failure): TimeoutError: no token for 300 s"
    assert unrun["error"]["message"] == "missing (sandbox_failure)"
    assert (lost["output"]["choices"], lost["output"]["usage"], lost["model_usage"]) == ([], None, {})
    assert unrun["output"]["completion"] == "half \ufffd and <b>\x00</b>"
    assert "0.0" not in json.dumps(log["header.json"]["results"])


def test_reasoning_and_limits_are_told_in_the_words_of_inspect(log: dict[str, Any]) -> None:
    reasoned, cut = (log[f"samples/lru_cache_epoch_{replicate}.json"] for replicate in (1, 2))
    [choice] = reasoned["output"]["choices"]
    assert [part["type"] for part in choice["message"]["content"]] == ["reasoning", "text"]
    assert reasoned["limit"] is None
    assert reasoned["scores"]["cis-3"]["explanation"] == "R: nothing lost\nL: 2 of 4 cases failed"
    assert cut["output"]["choices"][0]["stop_reason"] == "max_tokens"
    assert (cut["limit"]["type"], cut["limit"]["limit"]) == ("token", 96)


@pytest.mark.parametrize(("stopped_by", "kind", "limit"), [("repetition", "custom", 1), ("wall_time", "time", 60.0)])
def test_caps_of_the_client_are_limits(battles: Battles, stopped_by: str, kind: str, limit: float) -> None:
    capped = {**battles[1], "budget": {"repetition": 1, "wall_s": 60.0}}
    capped["reply"] = {**capped["reply"], "stopped_by": stopped_by, "finish_reason": None}
    one = members(inspect_log("fake", [capped], fake_scores([capped]), None))["samples/lru_cache_epoch_2.json"]
    assert (one["limit"]["type"], one["limit"]["limit"]) == (kind, limit)
    assert one["output"]["choices"][0]["stop_reason"] == "unknown"


def test_tasks_weigh_the_same_however_many_battles_they_kept(battles: Battles) -> None:
    cis = {("lru_cache", 1): 0.25, ("lru_cache", 2): 0.75, ("fibonacci", 2): 1.0}
    results = members(inspect_log("fake", battles, fake_scores(battles, cis), None))["header.json"]["results"]
    means = {score["name"]: score["metrics"]["mean"]["value"] for score in results["scores"]}
    assert means == dict.fromkeys(("CIS", "R", "A", "T", "L"), 0.75)
    assert (results["total_samples"], results["completed_samples"]) == (4, 3)


def test_nothing_scored_is_no_mean(battles: Battles) -> None:
    header = members(inspect_log("fake", battles, fake_scores(battles, {}), None))["header.json"]
    assert [score["metrics"] for score in header["results"]["scores"]] == [{}] * 5
    assert header["results"]["scores"][0]["unscored_samples"] == 2
    assert header["eval"]["model"] == MODEL


@pytest.mark.parametrize(
    ("wall_s", "dates"),
    [
        (3723.5, ("1970-01-01T00:00:00+00:00", "1970-01-01T01:02:03.500000+00:00")),
        (None, ("", "")),
    ],
)
def test_a_known_duration_lies_between_two_dates(
    battles: Battles, wall_s: float | None, dates: tuple[str, str]
) -> None:
    stats = members(inspect_log("fake", battles, fake_scores(battles), wall_s))["header.json"]["stats"]
    assert (stats["started_at"], stats["completed_at"]) == dates
