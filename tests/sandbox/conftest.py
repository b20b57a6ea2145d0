"""Helpers that put a candidate's functions to work inside the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cis_study.sandbox.oracle import Answer, answer_cases
from cis_study.sandbox.profile import Limits

Ask = Callable[..., Answer]


@pytest.fixture
def ask() -> Ask:
    """Answer of one call `function(*args)` of a source."""

    def ask(source: str, function: str = "attempt", *args: Any, limits: Limits | None = None) -> Answer:
        (answer,) = answer_cases(source, [[{"call": function, "args": list(args), "repeat": 1}]], limits)
        return answer

    return ask
