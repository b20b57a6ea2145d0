"""A fake OpenAI server over real HTTP: each request is handed to the test as a `Wire`, to answer it or do harm."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cis_study.battles.client import Fought


class Wire:
    """The connection of one request."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        self._handler, self.body = handler, body
        self._streaming = False

    def answer(self, status: int, content: dict[str, Any], **headers: str) -> None:
        """A whole reply, not streamed."""
        data = json.dumps(content).encode()
        self._handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(data)

    def refuse(self, status: int, **headers: str) -> None:
        self.answer(status, {"error": {"message": "no"}}, **headers)

    def send(self, data: bytes) -> None:
        """Bytes of the stream, whatever they are."""
        if not self._streaming:
            self._streaming = True
            self._handler.send_response(200)
            self._handler.send_header("Content-Type", "text/event-stream")
            self._handler.send_header("Transfer-Encoding", "chunked")
            self._handler.end_headers()
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def chunk(self, **delta: Any) -> None:
        """One chunk; `model`, `finish_reason`, `usage` and `timings` go where they belong, the rest is the delta."""
        self.send(event(self.body["model"], **delta))

    def done(self) -> None:
        self.send(b"data: [DONE]\n\n")

    def close(self) -> None:
        """The regular end of the body, whatever was in it."""
        self._handler.wfile.write(b"0\r\n\r\n")

    def reply(self, text: str = "text", **last: Any) -> None:
        """A short reply from beginning to end."""
        self.chunk(role="assistant", content="")
        self.chunk(content=text)
        self.chunk(finish_reason="stop", **last)
        self.send(usage_event(self.body["model"], prompt_tokens=3, completion_tokens=5))
        self.done()
        self.close()

    def reset(self) -> None:
        """RST: what a killed server leaves."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.connection.close()
        self._handler.close_connection = True


def event(served: str, **delta: Any) -> bytes:
    finish_reason = delta.pop("finish_reason", None)
    extra = {name: delta.pop(name) for name in ("usage", "timings") if name in delta}
    content = {"model": delta.pop("model", served), **extra}
    return _data({**content, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]})


def usage_event(model: str, **usage: int) -> bytes:
    return _data({"model": model, "choices": [], "usage": usage})


def _data(content: dict[str, Any]) -> bytes:
    # Raw UTF-8 as vLLM sends it: U+2028 and the like stand in a line of their own where lines are cut as text.
    return b"data: " + json.dumps({"object": "chat.completion.chunk", **content}, ensure_ascii=False).encode() + b"\n\n"


Respond = Callable[[Wire], None]


class FakeServer(ThreadingHTTPServer):
    """What the fake has seen."""

    daemon_threads = True

    def __init__(self, respond: Respond, served: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond, self.served = respond, served
        self.seen: list[dict[str, Any]] = []
        self.hung_up = threading.Event()
        """A client left before its reply ended."""
        self.connections = 0
        self.mistakes: list[BaseException | None] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    def get_request(self) -> tuple[socket.socket, Any]:
        self.connections += 1
        return super().get_request()

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no news; a mistake in the test's own answer is."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.mistakes.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeServer

    def do_GET(self) -> None:
        Wire(self, {}).answer(200, {"object": "list", "data": [{"id": self.server.served, "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(body)
        try:
            self.server.respond(Wire(self, body))
        except ConnectionError:
            self.server.hung_up.set()
            raise

    def log_message(self, *args: Any) -> None:
        """Keep the test output quiet."""


Fight = Callable[..., tuple[list[Fought], FakeServer]]
"""Type of the fixture `fought`."""


@contextmanager
def fake_server(respond: Respond, served: str = "m") -> Iterator[FakeServer]:
    server = FakeServer(respond, served)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
    assert not server.mistakes, server.mistakes
