"""Drive a real Chromium through its DevTools protocol: pages opened, keys pressed, files saved, requests listed."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here, so NOTHING was opened in a real browser"
)

_PATIENCE_S = 60
_KEYS = {"Tab": 9, "Enter": 13, "Space": 32, "End": 35, "Home": 36, "ArrowUp": 38, "ArrowDown": 40, "j": 74, "k": 75}


class Page:
    """One tab. `events` holds all that the browser reported of it, oldest first."""

    def __init__(self, commands: int, replies: int, downloads: Path) -> None:
        self._commands, self._replies, self._buffer, self._number = commands, replies, b"", 0
        self._session: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {"sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command; an error of the browser is an AssertionError."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params, **self._session}
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._replies], [], [], _PATIENCE_S)[0], "the browser does not answer"
            piece = os.read(self._replies, 1 << 16)
            assert piece, "the browser is gone"
            self._buffer += piece
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file, with a fragment such as `#top` where one is given, and wait until it is loaded."""
        # Another fragment alone would not load the page again.
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=f"{path.as_uri()}{fragment}")
        self.wait_for(f"location.pathname === {json.dumps(path.as_posix())} && document.readyState === 'complete'")

    def reload(self) -> None:
        self.evaluate("window.before = true")
        self.call("Page.reload")
        self.wait_for("window.before === undefined && document.readyState === 'complete'")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript; what it throws is an AssertionError."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Until an expression is true."""
        until = time.monotonic() + _PATIENCE_S
        while not self.evaluate(expression):
            assert time.monotonic() < until, f"never true: {expression}"
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """A key with a name, as a person presses it."""
        text = {"Space": " ", "Enter": "\r"}.get(key, key if len(key) == 1 else None)
        named = {"key": " " if key == "Space" else key, "code": key, "windowsVirtualKeyCode": _KEYS[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", **named, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text: str) -> None:
        """Text into the element that has the focus."""
        self.call("Input.insertText", text=text)

    def choose_file(self, selector: str, path: Path) -> None:
        """Put a file into an input."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def told(self, method: str) -> list[dict[str, Any]]:
        """Parameters of the events of one kind so far."""
        return [event["params"] for event in self.events if event.get("method") == method]


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A tab of a fresh browser, whose profile and downloads lie in the folder; it ends with the context.

    The browser is spoken to through the file descriptors 3 and 4, so it needs neither a port nor a client library.
    """
    to_browser, commands = os.pipe()
    replies, from_browser = os.pipe()
    # Copies above 10, so that neither is overwritten when the child puts them in their places.
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser, from_browser)]

    def put_in_place() -> None:
        os.dup2(ends[0], 3)
        os.dup2(ends[1], 4)

    command = [str(CHROMIUM), *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}", "about:blank"]
    with (folder / "browser.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, pass_fds=(3, 4), preexec_fn=put_in_place)
    for end in (to_browser, from_browser, *ends):
        os.close(end)
    try:
        yield Page(commands, replies, folder)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)
        os.close(commands)
        os.close(replies)
