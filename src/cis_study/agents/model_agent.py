"""A served model as an A2A agent: one chat per task, one request per turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from a2a.helpers import new_task_from_user_message
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater

from cis_study.agents.conversation import Conversation
from cis_study.agents.messages import metadata, of_turn, private_part
from cis_study.agents.tools import FINISH
from cis_study.battles.client import Ask


class ModelAgent(AgentExecutor):
    """Answers each message with one turn of the model.

    The opening message says in its private part which `protocol`, `sampling` and `budget` apply, every message which
    `seed`.

    Args:
        ask: asks the engine.
        defaults: the four for whoever says nothing of the kind.
    """

    def __init__(self, ask: Ask, defaults: Mapping[str, Any]) -> None:
        self._ask, self._defaults = ask, defaults
        self._chats: dict[str, Conversation] = {}

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Take one turn: INPUT_REQUIRED with a call, COMPLETED where it hands in, FAILED where no reply came."""
        message, task_id = context.message, context.task_id
        assert message is not None
        assert task_id is not None
        settings = {**self._defaults, **private_part(message)}
        updater = TaskUpdater(event_queue, task_id, context.context_id or "")
        if context.current_task is None:
            # A task comes first, whatever follows.
            await event_queue.enqueue_event(new_task_from_user_message(message))
            self._chats[task_id] = Conversation(settings["protocol"], settings["sampling"])
        chat = self._chats.get(task_id)
        if chat is None:
            await updater.reject()
            return
        request = chat.request(context.get_user_input(), settings["seed"])
        record = await self._ask({"request": request, "budget": settings["budget"]})
        if record["error"]:
            del self._chats[task_id]
            await updater.failed(updater.new_agent_message([], metadata({"error": record["error"]})))
            return
        reading = chat.take(record["reply"])
        said = _said(record["reply"])
        private = {"said": said, "fault": reading.fault}
        if reading.call:
            private["arguments"] = dict(reading.call.arguments)
        answer = updater.new_agent_message(of_turn(said, reading.call), metadata(private))
        if reading.call and reading.call.tool == FINISH and reading.call.fault() is None:
            del self._chats[task_id]
            summary = str(reading.call.arguments.get("summary", "handed in"))
            await updater.add_artifact(of_turn({"text": summary}, None), name="summary")
            await updater.complete(answer)
        else:
            await updater.requires_input(answer)

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Forget the chat."""
        assert context.task_id is not None
        self._chats.pop(context.task_id, None)
        await TaskUpdater(event_queue, context.task_id, context.context_id or "").cancel()


def _said(reply: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("reasoning", "finish_reason", "usage", "stopped_by", "tool_calls")
    return {"text": reply["content"] or "", **{key: reply[key] for key in kept if key in reply}}
