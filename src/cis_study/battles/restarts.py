"""Battles go on where an engine was lost: with a fresh one, a few times."""

from __future__ import annotations

import logging
from collections.abc import Callable

from cis_study.errors import EngineLost

MAX_RESTARTS = 3
"""Per job. A start costs minutes; an engine that needs more of them needs a person."""

MAX_FRUITLESS = 2
"""Engines in a row that were lost before a battle was finished: what killed them kills the next one too."""


def outlive_engines(
    fight_on: Callable[[], None], finished: Callable[[], int], losses: list[str], log: logging.Logger
) -> None:
    """Call `fight_on`, which fights what is missing with an engine of its own, until it returns.

    Args:
        finished: number of finished battles so far.
        losses: gets the reason of every loss.

    Raises:
        EngineLost: after `MAX_RESTARTS` restarts, or `MAX_FRUITLESS` losses in a row without a finished battle; the
            message holds the reason of every loss.
    """
    fruitless = 0
    while True:
        before = finished()
        try:
            fight_on()
        except EngineLost as loss:
            losses.append(str(loss))
            fruitless = fruitless + 1 if finished() == before else 0
            if len(losses) > MAX_RESTARTS or fruitless == MAX_FRUITLESS:
                raise _given_up(losses, fruitless) from loss
            log.warning("engine lost, restart %d of at most %d: %s", len(losses), MAX_RESTARTS, loss)
        else:
            return


def _given_up(losses: list[str], fruitless: int) -> EngineLost:
    vain = ", the last ones before any battle was finished" if fruitless == MAX_FRUITLESS else ""
    return EngineLost(
        f"engine lost {len(losses)} times{vain}",
        " | ".join(f"{number}. {reason}" for number, reason in enumerate(losses, start=1)),
        "it does not stay up",
        "Finished battles are in the journal: solve the cause, then run again.",
    )
