"""A fake engine: an OpenAI server that streams the same signs to everybody, at once, and computes nothing.

Usage: fake_model_server.py CHUNKS MODEL...   Prints its port. CHUNKS is the number of pieces a reply comes in; replies
hold no code, no rationale and no loop. A model that is asked for reasoning effort gets a piece of reasoning first. A
request without `stream` is answered in one piece.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import os
import sys
from typing import Any

from cis_study.serving.processes import die_with

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
_STREAM_HEAD = _HEAD % b"text/event-stream" + b"Transfer-Encoding: chunked\r\n\r\n"


def main() -> None:
    die_with(os.getppid())
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2:]))


async def _serve(chunks: int, models: list[str]) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                if head.startswith(b"GET"):
                    writer.write(_whole({"object": "list", "data": [{"id": m, "object": "model"} for m in models]}))
                    continue
                request = json.loads(body)
                if not request.get("stream"):
                    writer.write(_whole(_completion(request)))
                    continue
                writer.write(_STREAM_HEAD)
                for piece in _pieces(request["model"], "reasoning_effort" in request, chunks):
                    writer.write(piece)
                    # Others take their turn between two pieces, as with an engine that decodes many sequences.
                    await asyncio.sleep(0)
                writer.write(b"0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@functools.cache
def _pieces(model: str, reasons: bool, chunks: int) -> list[bytes]:
    said = [{"role": "assistant", "content": ""}]
    said += [{"reasoning": "fake"}] * reasons
    said += [{"content": hashlib.sha256(b"%d" % number).hexdigest()[:6]} for number in range(chunks)]
    events = [_chunk(model, delta) for delta in said]
    events += [_chunk(model, {}, "stop"), {"model": model, "choices": [], "usage": _usage(chunks)}]
    lines = [b"data: " + json.dumps(event).encode() + b"\n\n" for event in events]
    return [b"%x\r\n%s\r\n" % (len(line), line) for line in [*lines, b"data: [DONE]\n\n"]]


def _chunk(model: str, delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    """As much as vLLM writes for every token."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason, "token_ids": None}
    return {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 0, "model": model, "choices": [choice]}


def _usage(chunks: int) -> dict[str, int]:
    return {"prompt_tokens": 300, "completion_tokens": chunks, "total_tokens": 300 + chunks}


def _completion(request: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "fake"}}
    return {"id": "chatcmpl-fake", "created": 0, "model": request["model"], "choices": [choice], "usage": _usage(1)}


def _whole(content: dict[str, Any]) -> bytes:
    data = json.dumps(content).encode()
    return _HEAD % b"application/json" + b"Content-Length: %d\r\n\r\n" % len(data) + data


if __name__ == "__main__":
    main()
