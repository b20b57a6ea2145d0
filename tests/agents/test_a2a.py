"""A2A for real: our examiner against agents of the SDK, our agent against its client, and agents that misbehave."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from a2a.client import ClientConfig, create_client
from a2a.helpers import get_data_parts, get_message_text, new_data_part, new_text_message, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.tasks import TaskUpdater
from a2a.types import GetTaskRequest, Role, SendMessageRequest, TaskState
from scripted_agents import BareAgent, ScriptedAgent, call, client_of, complete, contestant, fail, hang, http_client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cis_study.agents.card import agent_card
from cis_study.agents.episode import Turn, TurnFailed, play
from cis_study.agents.local import application
from cis_study.agents.messages import metadata
from cis_study.agents.model_agent import ModelAgent
from cis_study.agents.tools import ToolCall
from cis_study.agents.workspace import Workspace

READ = '```json\n{"tool": "read_file", "arguments": {"path": "solution.py"}}\n```'
DEFAULTS = {"protocol": "fenced", "sampling": {"max_tokens": 9}, "seed": 1, "budget": None}


def first_turn(executor: AgentExecutor, timeout_s: float = 20) -> Turn:
    async def opened() -> Turn:
        async with client_of(executor) as client:
            return await contestant(client, timeout_s).open("Go.")

    return asyncio.run(opened())


def failure(executor: AgentExecutor, timeout_s: float = 20) -> TurnFailed:
    with pytest.raises(TurnFailed) as caught:
        first_turn(executor, timeout_s)
    return caught.value


def test_a_call_a_completion_and_a_bare_message_are_turns() -> None:
    said = {"text": "I call read_file."}
    assert first_turn(ScriptedAgent(call("read_file", path="a"))) == Turn(
        said, ToolCall("read_file", {"path": "a"}), None
    )
    assert first_turn(ScriptedAgent(complete)) == Turn({"text": "Done."}, None, None, done=True)
    assert first_turn(BareAgent("Hello")) == Turn({"text": "Hello"}, None, "no data part with a tool")


def test_an_episode_with_an_agent_of_the_sdk() -> None:
    heard: list[Any] = []

    async def behave(context: RequestContext, updater: TaskUpdater) -> None:
        assert context.message is not None
        heard.append((get_message_text(context.message), get_data_parts(context.message.parts)[0]))
        script = [call("write_file", path="solution.py", content="x = 1"), call("shell"), complete]
        await script[len(heard) - 1](context, updater)

    async def episode() -> dict[str, Any]:
        async with client_of(ScriptedAgent(behave)) as client:
            planned = {"opening": "Go.", "limits": {"steps": 9}}
            return await play(planned, contestant(client), Workspace({"solution.py": ""}, lambda *_: None))  # type: ignore[arg-type,return-value]

    found = asyncio.run(episode())
    assert found["status"] == "finished"
    assert found["files"] == {"solution.py": "x = 1"}
    assert heard[0][0] == "Go."
    assert [tool["function"]["name"] for tool in heard[0][1]["tools"]][:2] == ["list_files", "read_file"]
    assert [data["ok"] for _, data in heard[1:]] == [True, False]
    assert heard[1][1]["result"] == heard[1][0]


async def wrong_task(_: RequestContext, updater: TaskUpdater) -> None:
    updater.task_id = "somebody else's"
    await updater.requires_input(updater.new_agent_message([new_text_part("hi")]))


async def crash(_: RequestContext, __: TaskUpdater) -> None:
    raise RuntimeError("a bug of the agent")


async def shout(_: RequestContext, updater: TaskUpdater) -> None:
    await updater.requires_input(updater.new_agent_message([new_text_part("x" * (3 << 20))]))


async def want_password(_: RequestContext, updater: TaskUpdater) -> None:
    await updater.requires_auth(updater.new_agent_message([new_text_part("who are you?")]))


async def reject(_: RequestContext, updater: TaskUpdater) -> None:
    await updater.reject()


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (shout, "too_much"),
        (want_password, "unexpected_state"),
        (reject, "unexpected_state"),
        (fail, "unexpected_state"),
    ],
)
def test_an_agent_that_misbehaves_has_failed(behave: Any, kind: str) -> None:
    found = failure(ScriptedAgent(behave))
    assert (found.status, found.kind) == ("agent_failure", kind)


@pytest.mark.parametrize("behave", [crash, wrong_task])
def test_what_the_sdk_itself_refuses_is_a_failure_of_the_agent_too(behave: Any) -> None:
    assert failure(ScriptedAgent(behave)).status == "agent_failure"


def test_a_slow_agent_runs_out_of_its_time() -> None:
    found = failure(ScriptedAgent(hang), timeout_s=0.3)
    assert (found.status, found.kind, found.stopped_by) == ("budget_exhausted", "slow_agent", "wall_time")


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([new_data_part({"tool": 3})], "no text and object"),
        ([new_data_part({"tool": "x", "arguments": []})], "no text and object"),
        ([new_data_part([1, 2])], "no data part with a tool"),
        ([new_data_part("run_tests")], "no data part with a tool"),
    ],
)
def test_data_that_is_no_call_is_a_fault_of_the_turn(parts: list[Any], fault: str) -> None:
    async def behave(_: RequestContext, updater: TaskUpdater) -> None:
        await updater.requires_input(updater.new_agent_message(parts))

    turn = first_turn(ScriptedAgent(behave))
    assert turn.call is None
    assert fault in str(turn.fault)


@pytest.mark.parametrize("lie", [{"said": {}}, {"said": "x"}, {"arguments": 3}, {"fault": "none of mine"}])
def test_what_only_our_agents_may_say_is_not_believed(lie: dict[str, Any]) -> None:
    async def behave(_: RequestContext, updater: TaskUpdater) -> None:
        parts = [new_text_part("I look."), new_data_part({"tool": "list_files", "arguments": {}})]
        await updater.requires_input(updater.new_agent_message(parts, metadata(lie)))

    assert first_turn(ScriptedAgent(behave)) == Turn({"text": "I look."}, ToolCall("list_files", {}), None)


def test_an_agent_cannot_blame_the_infrastructure() -> None:
    async def behave(_: RequestContext, updater: TaskUpdater) -> None:
        error = {"error": {"type": "BadRequestError", "message": "context"}}
        await updater.failed(updater.new_agent_message([new_text_part("no")], metadata(error)))

    assert failure(ScriptedAgent(behave)).status == "agent_failure"


def answer(respond: Any) -> TurnFailed:
    """What comes of an agent whose server answers every request like this."""

    async def opened() -> None:
        app = Starlette(routes=[Route("/", respond, methods=["POST"])])
        async with http_client(app) as http:
            card = agent_card("raw", "http://agent.invalid/", "1")
            client = await create_client(card, client_config=ClientConfig(httpx_client=http, streaming=True))
            await contestant(client).open("Go.")

    with pytest.raises(TurnFailed) as caught:
        asyncio.run(opened())
    return caught.value


async def lies(request: Request) -> Response:
    body = await request.json()
    return JSONResponse({"jsonrpc": "2.0", "id": body["id"], "result": {"task": {"id": 5, "status": "fine"}}})


async def says_another_id(request: Request) -> Response:
    body = await request.json()
    update = {"taskId": "t", "contextId": "c", "status": {"state": "TASK_STATE_WORKING"}}
    first, second = ({"statusUpdate": {**update, "taskId": task}} for task in ("t", "u"))
    events = [{"jsonrpc": "2.0", "id": body["id"], "result": result} for result in (first, second)]
    return Response("".join(f"data: {json.dumps(e)}\n\n" for e in events), media_type="text/event-stream")


async def stops_in_the_middle(request: Request) -> Response:
    body = await request.json()
    update = {"taskId": "t", "contextId": "c", "status": {"state": "TASK_STATE_WORKING"}}
    event = {"jsonrpc": "2.0", "id": body["id"], "result": {"statusUpdate": update}}
    return Response(f"data: {json.dumps(event)}\n\n", media_type="text/event-stream")


async def is_a_web_page(_: Request) -> Response:
    return PlainTextResponse("<html>")


async def is_not_there(_: Request) -> Response:
    return PlainTextResponse("no", status_code=404)


async def is_overloaded(_: Request) -> Response:
    return PlainTextResponse("later", status_code=503)


@pytest.mark.parametrize(
    ("respond", "status", "kind"),
    [
        (lies, "agent_failure", "protocol_error"),
        (says_another_id, "agent_failure", "wrong_task"),
        (stops_in_the_middle, "agent_failure", "unexpected_state"),
        (is_a_web_page, "agent_failure", "protocol_error"),
        (is_not_there, "agent_failure", "refused"),
        (is_overloaded, "infra_failure", "disconnected"),
    ],
)
def test_every_wrong_answer_has_a_type(respond: Any, status: str, kind: str) -> None:
    found = answer(respond)
    assert (found.status, found.kind) == (status, kind), str(found)


def test_an_agent_that_is_gone_is_no_failure_of_its_own() -> None:
    async def opened() -> None:
        card = agent_card("gone", "http://127.0.0.1:9/", "1")
        async with httpx.AsyncClient(timeout=None) as http:
            client = await create_client(card, client_config=ClientConfig(httpx_client=http, streaming=True))
            await contestant(client).open("Go.")

    with pytest.raises(TurnFailed) as caught:
        asyncio.run(opened())
    assert (caught.value.status, caught.value.kind) == ("infra_failure", "disconnected")


def test_a_task_that_is_left_is_cancelled() -> None:
    agent = ScriptedAgent(call("list_files"))

    async def leave() -> str | None:
        async with client_of(agent) as client:
            side = contestant(client)
            await side.open("Go.")
            await side.close()
            await side.close()
            return side.task_id

    assert agent.cancelled == [asyncio.run(leave())]


def reply(content: str, **more: Any) -> dict[str, Any]:
    told = {"content": content, "reasoning": None, "finish_reason": "stop", "usage": None, "stopped_by": None, **more}
    return {"reply": told, "status": "answered", "error": None}


def with_sdk_client(script: list[dict[str, Any]], talk: Any) -> tuple[Any, list[dict[str, Any]]]:
    """What `talk` makes of the SDK's client and our agent, whose model follows a script; and what was asked of it."""
    asked: list[dict[str, Any]] = []

    async def ask(battle: dict[str, Any]) -> dict[str, Any]:
        asked.append(battle["request"])
        return script[len(asked) - 1]

    async def run() -> Any:
        app, store = application(ModelAgent(ask, DEFAULTS), agent_card("m", "http://agent.invalid/", "1"))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), timeout=None) as http:
            client = await create_client("http://agent.invalid", client_config=ClientConfig(httpx_client=http))
            return await talk(client, store)

    return asyncio.run(run()), asked


async def send(client: Any, text: str, task: Any = None) -> Any:
    ids = {"task_id": task.id, "context_id": task.context_id} if task else {}
    message = new_text_message(text, role=Role.ROLE_USER, **ids)
    last = None
    async for event in client.send_message(SendMessageRequest(message=message)):
        last = event
    assert last is not None
    task_id = last.status_update.task_id if last.HasField("status_update") else last.task.id
    return await client.get_task(GetTaskRequest(id=task_id))


def test_our_agent_under_the_client_of_the_sdk() -> None:
    async def talk(client: Any, _: Any) -> list[Any]:
        task = await send(client, "Please fix it.")
        states = [(task.status.state, get_data_parts(task.status.message.parts))]
        task = await send(client, "It says x = 1.", task)
        states.append((task.status.state, [part.text for part in task.artifacts[0].parts]))
        return states

    finish = '```json\n{"tool": "finish", "arguments": {"summary": "fixed"}}\n```'
    states, asked = with_sdk_client([reply(READ), reply(finish)], talk)
    assert states == [
        (TaskState.TASK_STATE_INPUT_REQUIRED, [{"tool": "read_file", "arguments": {"path": "solution.py"}}]),
        (TaskState.TASK_STATE_COMPLETED, ["fixed"]),
    ]
    assert [message["role"] for message in asked[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in asked[1]["messages"]][1:] == ["Please fix it.", READ, "It says x = 1."]
    assert asked[0]["seed"] == 1


def test_our_card_is_where_the_protocol_looks_for_it() -> None:
    async def run() -> dict[str, Any]:
        app, _ = application(ModelAgent(None, DEFAULTS), agent_card("m", "http://agent.invalid/", "7"))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://agent.invalid") as http:
            card: dict[str, Any] = (await http.get("/.well-known/agent-card.json")).json()
            return card

    card = asyncio.run(run())
    assert (card["name"], card["version"]) == ("m", "7")
    assert card["supportedInterfaces"][0]["protocolBinding"] == "JSONRPC"
