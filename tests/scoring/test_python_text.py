"""Texts of models are parsed in several threads at once."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cis_study.scoring.branches import count_branches
from cis_study.scoring.python_text import parse


@pytest.fixture
def often_interrupted() -> Iterator[None]:
    """Threads take turns while trees are built: whenever the garbage collector calls back."""

    def look_away(*_: object) -> None:
        sum(range(50))

    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    gc.callbacks.append(look_away)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)
    gc.callbacks.remove(look_away)


@pytest.mark.usefixtures("often_interrupted")
def test_threads_that_parse_at_once_do_not_disturb_each_other() -> None:
    source = Path(ast.__file__).read_text(encoding="utf-8")[:40_000].rsplit("\n\n\n", 1)[0]

    def at(depth: int, number: int) -> bool:
        if depth:
            return at(depth - 1, number)
        return count_branches(source, []).lines > 0 if number % 4 == 0 else parse(source) is not None

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(at, [number % 40 for number in range(120)], range(120)))
