"""How often an engine is replaced, and what is said when it no longer is."""

from __future__ import annotations

import logging

import pytest

from cis_study.battles.restarts import outlive_engines
from cis_study.errors import EngineLost, StudyError


def run(lives: list[int | None]) -> tuple[list[str], int]:
    """Losses and starts where each engine finishes so many battles before it is lost; None: it finishes the rest."""
    done, starts = [0], [0]
    losses: list[str] = []

    def fight_on() -> None:
        finished = lives[starts[0]]
        starts[0] += 1
        if finished is not None:
            done[0] += finished
            raise EngineLost("engine", starts[0], "it died", "")

    outlive_engines(fight_on, lambda: done[0], losses, logging.getLogger("test"))
    return losses, starts[0]


def test_each_loss_is_told_and_the_battles_go_on() -> None:
    losses, starts = run([2, 0, 1, None])
    assert starts == 4
    assert [loss.split(":")[1].strip() for loss in losses] == ["1", "2", "3"]


def test_the_fourth_loss_ends_the_job_with_every_reason() -> None:
    with pytest.raises(EngineLost, match=r"lost 4 times: 1\. engine: 1: .*2\. engine: 2: .*3\. .*4\. engine: 4"):
        run([1, 1, 1, 1, None])


def test_two_engines_in_vain_end_it_at_once() -> None:
    with pytest.raises(EngineLost, match="lost 3 times, the last ones before any battle was finished"):
        run([1, 0, 0, None])


def test_one_engine_in_vain_between_others_does_not() -> None:
    assert run([0, 1, 0, None])[1] == 4


def test_any_other_error_ends_it_at_once() -> None:
    starts = []

    def fight_on() -> None:
        starts.append(1)
        raise StudyError("port", "impostor", "another model answered", "")

    with pytest.raises(StudyError, match="another model"):
        outlive_engines(fight_on, lambda: 0, [], logging.getLogger("test"))
    assert len(starts) == 1
