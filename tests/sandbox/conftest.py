"""Every backend that works here in turn, and helpers that put a candidate's functions to work inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cis_study.errors import StudyError
from cis_study.sandbox.backend import Backend
from cis_study.sandbox.examination import examine
from cis_study.sandbox.oracle import Answer, answer_cases
from cis_study.sandbox.probe import BACKENDS, VARIABLE
from cis_study.sandbox.profile import Limits

Ask = Callable[..., Answer]


@pytest.fixture(scope="module", params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A backend, and everything that this module runs meanwhile runs in it."""
    _require(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, request.param)
        yield BACKENDS[request.param]


@pytest.fixture(scope="session")
def bubblewrap() -> None:
    """Only where bubblewrap works."""
    _require("bubblewrap")


@pytest.fixture(scope="session")
def landlock() -> None:
    """Only where Landlock works."""
    _require("landlock")


def _require(name: str) -> None:
    try:
        examine(BACKENDS[name])
    except StudyError as problem:
        pytest.skip(f"NOT TESTED, {name} does not work here: {problem}")


@pytest.fixture
def ask(backend: Backend) -> Ask:  # noqa: ARG001 - chosen by the environment
    """Answer of one call `function(*args)` of a source."""

    def ask(source: str, function: str = "attempt", *args: Any, limits: Limits | None = None) -> Answer:
        (answer,) = answer_cases(source, [[{"call": function, "args": list(args), "repeat": 1}]], limits)
        return answer

    return ask
