"""When a lost request is sent again."""

from __future__ import annotations

import email.utils
import time

import httpx2
import openai
import pytest

from cis_study.battles.retries import pause_s
from cis_study.battles.stream import BrokenStream


def busy(**headers: str) -> openai.APIStatusError:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    return openai.RateLimitError("busy", response=httpx2.Response(429, headers=headers, request=request), body=None)


def test_the_pause_doubles_and_a_server_can_only_lengthen_it() -> None:
    assert [pause_s(BrokenStream("cut"), attempt, 3600) for attempt in (1, 2, 3, 4)] == [2, 4, 8, 16]
    assert pause_s(busy(**{"Retry-After": "7.5"}), 1, 3600) == 7.5
    assert pause_s(busy(**{"Retry-After": "1"}), 2, 3600) == 4
    assert pause_s(busy(**{"Retry-After": "86400"}), 1, 3600) == 3600


def test_a_date_is_understood_too() -> None:
    header = email.utils.formatdate(time.time() + 50, usegmt=True)
    assert pause_s(busy(**{"Retry-After": header}), 1, 3600) == pytest.approx(50, abs=3)


@pytest.mark.parametrize("header", ["soon", "", "nan", "-5", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_nonsense_is_ignored(header: str) -> None:
    assert pause_s(busy(**{"Retry-After": header}), 1, 3600) == 2
