"""What honest solutions need works inside the sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cis_study.sandbox.oracle import Answer

HONEST = {
    "standard library": ("import re, json, math, heapq, itertools, collections, functools, dataclasses; return 1", 1),
    "typing": ("from typing import Optional, Dict; x: Optional[Dict[str, int]] = None; return 1", 1),
    "threads": ("t = []; a = threading.Thread(target=t.append, args=(1,)); a.start(); a.join(); return len(t)", 1),
    "locks": ("with threading.RLock(): return 1", 1),
    "deep recursion": ("f = lambda n: 0 if n == 0 else 1 + f(n - 1); return f(800)", 800),
    "unicode": ("return len('naïve Ω 漢字 🙂')", 12),
    "dates": ("import datetime; return (datetime.datetime.now() - datetime.datetime.now()).days", 0),
    "async": ("import asyncio\n    async def g(): return 1\n    return asyncio.run(g())", 1),
    "randomness is seeded": ("import random; return random.randrange(1000)", 864),
    "logging": ("import logging; logging.warning('x'); return 1", 1),
    "printing": ("print('x'); return 1", 1),
    "events on a loop": ("import asyncio\n    return asyncio.run(asyncio.sleep(0, 1))", 1),
    "time zones": ("import zoneinfo\n    return len(str(zoneinfo.ZoneInfo('Europe/Berlin')))", 13),
    "hashes": ("import hashlib, secrets\n    return len(hashlib.sha256(secrets.token_bytes(8)).digest())", 32),
    "a database in memory": (
        "import sqlite3\n    return sqlite3.connect(':memory:').execute('select 1').fetchone()[0]",
        1,
    ),
    "the null device": ("import os\n    with open(os.devnull, 'w') as stream: return stream.write('x')", 1),
    "half a second of work": ("return sum(i & 1 for i in range(2_000_000))", 1_000_000),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_code_runs(ask: Callable[..., Answer], name: str) -> None:
    body, value = HONEST[name]
    answer = ask(f"import threading\ndef attempt():\n    {body}\n")
    assert answer.results == ({"value": ["int", hex(value)]},)


def test_output_below_the_cap_arrives_whole(ask: Callable[..., Answer]) -> None:
    answer = ask("def attempt():\n    return ['x' * 99_000] * 9\n")
    assert answer.results[0]["value"][0] == "list"
    assert sum(len(item[1]) for item in answer.results[0]["value"][1]) == 891_000


def test_hash_order_does_not_vary(ask: Callable[..., Answer]) -> None:
    source = "def attempt():\n    return list({'alpha', 'beta', 'gamma', 'delta'})\n"
    assert len({str(ask(source).results) for _ in range(4)}) == 1


def test_input_finds_an_empty_stream(ask: Callable[..., Answer]) -> None:
    assert ask("def attempt():\n    return input()\n").results == ({"raised": "EOFError"},)
