"""One of two processes that use each other's objects over a channel; strictly one of them acts at a time.

Messages are JSON: nothing in one can run code, or name an object that was not handed out.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import threading
from collections.abc import Callable
from typing import Any

from .crossing import Crossing
from .mirrors import SPECIAL, mirror_class


class Peer(Crossing):
    """One end of the channel.

    Args:
        channel: descriptor of a stream socket.
        program: as of `Crossing`.
        tell: what goes along with every message.
        heed: takes what came along.
    """

    def __init__(self, channel: int, program: bool, tell: Callable[[], Any], heed: Callable[[Any], None]) -> None:
        super().__init__(program)
        self._reader, self._writer = os.fdopen(channel, "rb"), os.fdopen(channel, "wb", closefd=False)
        self._tell, self._heed = tell, heed
        self._lock = threading.RLock()
        self._broken = False

    def ask(self, act: str, target: Any, *rest: Any) -> Any:
        """As of `Crossing`.

        Raises:
            ConnectionError: the other process has ended, or an earlier question was interrupted.
        """
        with self._lock:
            question = self.encode((act, target, *rest))
            if self._broken:
                raise ConnectionError("the program under test can no longer be reached")
            try:
                self._send("ask", question)
                kind, box = self._receive()
                while kind == "ask":
                    self._answer(box)
                    kind, box = self._receive()
            except BaseException:
                # Cut off, or interrupted by a signal: the next answer would be to this question.
                self._broken = True
                raise
        if kind == "raise":
            raise box.pop()
        return box.pop()

    def serve(self) -> None:
        """Answer until the other process closes the channel."""
        with contextlib.suppress(ConnectionError):
            while True:
                _, box = self._receive()
                self._answer(box)

    def perform(self, act: str, target: Any, *rest: Any) -> Any:
        """Do what the other process asks."""
        match act, *rest:
            case "call", arguments, keywords:
                return target(*arguments, **dict(keywords))
            case "method", name, arguments, keywords:
                method = _special(target, name) if name in SPECIAL else getattr(target, name)
                return method(*arguments, **dict(keywords))
            case "get", name:
                return getattr(target, name)
            case "set", name, value:
                return setattr(target, name, value)
            case "delete", name:
                return delattr(target, name)
            case "copy", deep:
                return copy.deepcopy(target) if deep else copy.copy(target)
        raise ValueError(act)

    def _answer(self, box: list[Any]) -> None:
        # Nothing here may hold on to the question or the answer, or their containers would count as used.
        try:
            kind, body = "return", self.encode(self.perform(*box.pop()))
        except BaseException as error:  # noqa: BLE001 - the other process raises it
            kind, body = "raise", self.encode(error.with_traceback(None))
        self._send(kind, body)

    def _send(self, kind: str, body: Any) -> None:
        aside, changed, unused = self.encode(self._tell()), self.sharing.changes(), self.sharing.unused()
        described, self.described = self.described, []
        gone, self.gone = self.gone, set()
        message = [kind, body, aside, changed, unused, described, sorted(gone)]
        self._writer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        self._writer.flush()

    def _receive(self) -> tuple[str, list[Any]]:
        """The kind of a message, and its content in a list that can be emptied."""
        line = self._reader.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the other process has ended")
        kind, body, aside, changed, unused, described, gone = json.loads(line)
        for key, description in described:
            self.adopt(key, mirror_class(self, description))
        self.sharing.adopt(changed)
        self._heed(self.decode(aside))
        box = [self.decode(body)]
        self.sharing.forget(unused)
        self.forget(gone)
        return kind, box


def _special(target: Any, name: str) -> Any:
    """A method that is looked up on the type, as Python does."""
    kind = type(target)
    found = next((vars(owner)[name] for owner in kind.__mro__ if name in vars(owner)), None)
    if found is None:
        raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}")
    return found.__get__(target, kind) if hasattr(type(found), "__get__") else found
