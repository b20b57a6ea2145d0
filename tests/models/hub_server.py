"""A small hub on loopback: the routes the real client asks for, with planted faults."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

REVISION = "c0ffee" + "0" * 34
NEWER = "decade" + "0" * 34
FILES = {
    "model.safetensors": b"weights " * 64,
    "config.json": b"{}",
    "tokenizer.json": b'{"version": 1}',
    "pytorch_model.bin": b"pickle",
    "modeling_tiny.py": b"print('run')",
    "original/model.safetensors": b"copy",
}


class Hub:
    """Every repository holds the same files; the attributes plant the faults."""

    def __init__(self) -> None:
        self.revisions = {REVISION: dict(FILES)}
        self.head = REVISION
        self.lies: dict[str, str] = {}
        """Revision asked for -> revision answered."""
        self.refused: dict[str, tuple[int, str]] = {}
        """Part of an address -> status and error code."""
        self.served: dict[str, bytes] = {}
        self.cuts: dict[str, list[int]] = {}
        """File -> bytes after which each download of it is cut, in turn."""
        self.asked: list[str] = []
        self.sent: list[tuple[str, str | None]] = []
        """Files downloaded, with the `Range` asked for."""
        self.tokens: set[str | None] = set()

    @property
    def files(self) -> dict[str, bytes]:
        return self.revisions[REVISION]

    def listing(self, revision: str) -> dict[str, Any]:
        siblings = []
        for name, content in self.revisions[revision].items():
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entry: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
            if name.endswith((".safetensors", ".bin")):
                entry["lfs"] = {"sha256": sha256(content), "size": len(content), "pointerSize": 100}
            siblings.append(entry)
        answered = self.lies.get(revision, revision)
        return {"id": "nobody/tiny", "modelId": "nobody/tiny", "sha": answered, "siblings": siblings}

    def tree(self, revision: str) -> list[dict[str, Any]]:
        return [
            {"type": "file", "path": file["rfilename"], "size": file["size"], "oid": file["blobId"]}
            | ({"lfs": {**file["lfs"], "oid": file["lfs"]["sha256"]}} if "lfs" in file else {})
            for file in self.listing(revision)["siblings"]
        ]

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        for part, (status, code) in self.refused.items():
            if part in path:
                return status, {"X-Error-Code": code} if code else {}, b"{}"
        words = path.split("/")
        if words[1] == "api":
            revision = words[6] if len(words) > 6 else self.head
            if revision not in self.revisions:
                return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
            content = self.tree(revision) if "tree" in words else self.listing(revision)
            return 200, {"Content-Type": "application/json"}, json.dumps(content).encode()
        revision, name = words[4], "/".join(words[5:])
        if name not in self.revisions[revision]:
            return 404, {"X-Error-Code": "EntryNotFound"}, b""
        content = self.revisions[revision][name]
        return 200, {"X-Repo-Commit": revision, "ETag": f'"{sha256(content)}"'}, self.served.get(name, content)


@contextmanager
def running(hub: Hub) -> Iterator[str]:
    """Serve `hub`; yields its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            name = path.split("/", 5)[-1] if "/resolve/" in path else ""
            hub.asked.append(name or path)
            hub.tokens.add(self.headers.get("Authorization"))
            status, headers, body = hub.answer(path)
            wanted, total = self.headers.get("Range"), len(body)
            if wanted and status == 200:
                first = int(wanted.removeprefix("bytes=").rstrip("-"))
                status, body = 206, body[first:]
                headers["Content-Range"] = f"bytes {first}-{total - 1}/{total}"
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "HEAD":
                return
            if name:
                hub.sent.append((name, wanted))
            if hub.cuts.get(name):
                body = body[: hub.cuts[name].pop(0)]
                self.close_connection = True
            self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
