"""A server of somebody else, as a fake over real HTTP: found, identified, waited for, and its key told to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fake_servers import Answer, fake_server

from cis_study.errors import EngineLost, StudyError
from cis_study.serving import remote
from cis_study.serving.endpoint import http_status
from cis_study.serving.identity import identify_engine
from cis_study.serving.remote import attach

KEY = "sk-hush"


def serving(*models: str, answering: str = "m") -> Answer:
    def answer(path: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        if headers.get("Authorization") != f"Bearer {KEY}" and path.startswith("/v1"):
            return 401, {"error": {"message": f"wrong key {headers.get('Authorization')}"}}
        contents = {
            "/v1/models": {"data": [{"id": model} for model in models]},
            "/v1/chat/completions": {"model": answering, "choices": [{}]},
            "/version": {"version": "0.32.0"},
        }
        return (200, contents[path]) if path in contents else (404, {})

    return answer


def always(status: int, content: Any = f"you sent {KEY}") -> Answer:
    return lambda _path, _headers: (status, content)


def environment(url: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY}


def test_a_server_beside_other_models_is_taken_and_its_key_not_shown() -> None:
    with fake_server(serving("other", "m")) as url, attach("m", 5, environment(url + "/")) as endpoint:
        assert (endpoint.base_url, endpoint.version, endpoint.api_key) == (url, "0.32.0", KEY)
        endpoint.require_alive()
        assert KEY not in repr(endpoint)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (serving("other"), r"\['other'\]: a different model is served there.*--served-model-name m"),
        (serving("m", answering="other"), "other: the completion is not from m"),
        (always(404), "HTTP 404: no OpenAI API answers there"),
        (always(401), "OPENAI_API_KEY: HTTP 401"),
        (always(503), "no server answers there after 1 s"),
    ],
)
def test_what_does_not_answer_as_the_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, message: str
) -> None:
    monkeypatch.setattr(remote, "_POLL_S", 0.05)
    with fake_server(answer) as url, pytest.raises(StudyError, match=message) as refused:  # noqa: SIM117
        with attach("m", 1, environment(url)):
            pytest.fail("it was handed out")
    assert KEY not in str(refused.value)


def test_a_server_that_still_loads_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_POLL_S", 0.05)
    left = [503, 503]

    def answer(path: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        return (left.pop(), {}) if left else serving("m")(path, headers)

    with fake_server(answer) as url, attach("m", 30, environment(url)) as endpoint:
        assert left == []
        left.append(500)
        with pytest.raises(EngineLost, match="HTTP 500"):
            endpoint.require_alive()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "OPENAI_BASE_URL: not set: `engine.kind: endpoint` needs the address of a server. Write"),
        ({"OPENAI_API_BASE": "http://h/v1"}, "nothing reads OPENAI_API_BASE, which is set"),
        ({"OPENAI_BASE_URL": "http://me:sk-hush@h/v1"}, "a name, password or query"),
        ({"OPENAI_BASE_URL": "http://h/v1?key=sk-hush"}, "a name, password or query"),
        ({"OPENAI_BASE_URL": "file:///etc/passwd"}, "no plain http"),
    ],
)
def test_an_address_that_is_missing_or_holds_a_secret_is_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(StudyError, match=message) as refused, attach("m", 1, given):
        pytest.fail("it was handed out")
    assert KEY not in str(refused.value)


def test_the_key_is_not_sent_on_to_another_server() -> None:
    seen: list[str | None] = []

    def elsewhere(_path: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        seen.append(headers.get("Authorization"))
        return 200, {}

    with fake_server(elsewhere) as other, fake_server(always(302, other)) as url:
        assert http_status(url, KEY, 5) == 200
    assert seen == [None]


def test_nothing_is_said_about_weights_nobody_saw() -> None:
    claim = {"name": "m", "claimed": "lab/m@abc", "weights_sha256": None, "quantization": {"found": None}}
    with fake_server(serving("m")) as url, attach("m", 5, environment(url)) as endpoint:
        identity = identify_engine(endpoint, claim)
    known = {key: value for key, value in identity.items() if value is not None}
    assert known == {"model": "m", "engine": "endpoint", "version": "0.32.0", "weights": "claimed:lab/m@abc"}
