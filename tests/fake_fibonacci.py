"""FAKE battles of the task fibonacci, for tests that need evidence of something."""

from __future__ import annotations

from typing import Any


def battle(content: str, replicate: int = 1) -> dict[str, Any]:
    return {
        "model": "m",
        "task": "fibonacci",
        "replicate": replicate,
        "variant": 0,
        "seed": 1,
        "spec": "0" * 64,
        "request": {"messages": [{"role": "user", "content": "Write fibonacci."}]},
        "reply": {"content": content, "finish_reason": "stop", "usage": None},
        "status": "answered",
    }
