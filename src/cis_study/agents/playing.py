"""Episodes with a served model, over A2A in this process, in the model load of its battles."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from cis_study.agents.card import agent_card
from cis_study.agents.episode import play
from cis_study.agents.examiner import A2AContestant
from cis_study.agents.local import in_process
from cis_study.agents.model_agent import ModelAgent
from cis_study.agents.plan import EPISODE_PROTOCOL
from cis_study.agents.workspace import Workspace
from cis_study.battles.client import Ask, Play
from cis_study.errors import StudyError
from cis_study.sandbox.suite import explain_suite

_URL = "http://contestant.invalid/"
"""Of the card; in this process nobody resolves it."""


@contextlib.asynccontextmanager
async def stage(model: str, ask: Ask, turn_timeout_s: float) -> AsyncIterator[Play]:
    """Where a model plays its episodes, as many at once as are asked for.

    Args:
        turn_timeout_s: for one turn, all attempts at it included.

    Raises:
        StudyError: from `Play`, whatever `ask` raised; an engine that was lost is no failure of the agent.
    """
    failures: list[StudyError] = []

    async def ask_engine(battle: dict[str, Any]) -> dict[str, Any]:
        try:
            return await ask(battle)
        except StudyError as failure:
            failures.append(failure)
            raise

    # Everything is said in the messages.
    executor = ModelAgent(ask_engine, defaults={})
    async with in_process(executor, agent_card(model, _URL, str(EPISODE_PROTOCOL))) as agent:

        async def play_one(planned: dict[str, Any]) -> dict[str, Any]:
            contestant = A2AContestant(agent.client, turn_timeout_s, _private(planned))
            try:
                episode = await play(planned, contestant, Workspace(planned["start"], explain_suite))
            finally:
                await contestant.close()
                if contestant.task_id is not None:
                    await agent.forget(contestant.task_id)
            if failures:
                raise failures[0]
            return episode

        yield play_one


def _private(planned: Mapping[str, Any]) -> Callable[[int], Mapping[str, Any]]:
    settings = {"protocol": planned["tool_protocol"], "sampling": planned["sampling"], "budget": planned["budget"]}
    return lambda turn: {**settings, "seed": planned["seeds"][turn]}
