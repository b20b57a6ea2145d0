"""A fake engine: the launcher's side of the supervisor's protocol, and an OpenAI server that says "fake" to everything.
Asked for a judgement it gives one half to every aspect where the seed is even, and no judgement where it is odd.

Usage: fake_engine.py VERSION MODE [arguments of a launcher]. MODE: `serve`; `vanish`: the launcher ends once a battle
is asked for, and another process answers on its port; `refuse`: every battle is answered by an error that repeats the
key; `slow`: a reply takes a tenth of a second.
"""

from __future__ import annotations

import http.server
import json
import os
import sys
import time
from typing import Any

import psutil

VERSION, MODE, ARGUMENTS = sys.argv[1], sys.argv[2], sys.argv[3:]
MODEL = ARGUMENTS[ARGUMENTS.index("--served-model-name") + 1]
REPORT_FD = int(ARGUMENTS[ARGUMENTS.index("--report-fd") + 1])
LAUNCHER = os.getpid()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._send(200, {"data": [{"id": MODEL}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        battle = "seed" in body
        if MODE == "vanish" and battle:
            os.kill(LAUNCHER, 9)
            while psutil.pid_exists(LAUNCHER) and psutil.Process(LAUNCHER).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.01)
        if MODE == "refuse" and battle:
            self._send(400, {"error": {"message": f"you sent {self.headers['Authorization']}"}})
            return
        if MODE == "slow" and battle:
            time.sleep(0.1)
        said = {"role": "assistant", "content": _judgement(body) if "response_format" in body else "fake"}
        choice = {"index": 0, "finish_reason": "stop", "delta": said, "message": said}
        self._send(200, {"id": "1", "created": 0, "model": MODEL, "choices": [choice]}, bool(body.get("stream")))

    def _send(self, status: int, content: dict[str, Any], streamed: bool = False) -> None:
        text = json.dumps(content)
        data = (f"data: {text}\n\ndata: [DONE]\n\n" if streamed else text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Keep the log quiet."""


def _judgement(body: dict[str, Any]) -> str:
    if body["seed"] % 2:
        return "fake"
    *aspects, _ = body["response_format"]["json_schema"]["schema"]["properties"]
    return json.dumps({aspect: {"evidence": "fake", "score": 0.5} for aspect in aspects} | {"approve": False})


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
report = {"port": server.server_port, "engine": "fake", "version": VERSION}
if MODE == "vanish" and os.fork() != 0:
    server.socket.close()
    os.write(REPORT_FD, json.dumps(report).encode() + b"\n")
    os.read(os.pipe()[0], 1)
elif MODE == "vanish":
    os.setsid()
else:
    os.write(REPORT_FD, json.dumps(report).encode() + b"\n")
server.serve_forever()
