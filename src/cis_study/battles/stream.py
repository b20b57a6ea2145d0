"""The body of a streamed reply: server-sent events, one JSON object each, `[DONE]` at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MAX_EVENT_BYTES = 1 << 24
"""No event of a reply is larger; a server that sends more without an end of line is broken."""


class BrokenStream(Exception):
    """What arrived is no complete reply: damaged, given up by the server, or cut off."""


class Events:
    """Cuts bytes into events. The client library's own reader makes objects of every token: six times as slow."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self.complete = False
        """`[DONE]` has come."""

    def feed(self, piece: bytes) -> Iterator[dict[str, Any]]:
        """Events that end in this piece.

        Raises:
            BrokenStream: bytes that are no event, an event that reports an error, or no end of line in sight.
        """
        self._rest += piece
        lines: list[bytearray] = []
        if b"\n" in piece:
            *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > MAX_EVENT_BYTES:
            raise BrokenStream(f"{len(self._rest)} bytes without an end of line")
        for line in lines:
            # Everything else is a comment, a blank line or a field that neither engine uses.
            if line.startswith(b"data:"):
                data = line[len(b"data:") :].strip()
                if data == b"[DONE]":
                    self.complete = True
                else:
                    yield _event(data)


def _event(data: bytearray) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except ValueError as error:
        raise BrokenStream(f"no JSON: {bytes(data[:80])!r}") from error
    if not isinstance(event, dict) or event.get("error"):
        raise BrokenStream(f"the server reports {data[:200].decode(errors='replace')}")
    return event
