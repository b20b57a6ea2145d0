"""What an engine wrote about itself since it was started."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_TAIL_BYTES = 600
_ERROR = re.compile(r"(?:^|\] )((?:\w+\.)*\w*(?:Error|Exception): .+)$|^[\d.]+ E (.+)$", flags=re.MULTILINE)
"""An exception as Python prints it, behind vLLM's prefix or not, or a line of llama.cpp at level E."""
_ELSEWHERE = "stack trace"
"""vLLM's outer processes repeat an error as `..., please check the stack trace above`."""


@dataclass(frozen=True)
class EngineLog:
    """The part of a log file from byte `start` on: earlier starts of an engine wrote what is before."""

    path: Path
    start: int = 0

    def text(self) -> str:
        """Everything written so far, bytes that are not UTF-8 replaced."""
        if not self.path.is_file():
            return ""
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            return stream.read().decode(errors="replace")

    def tail(self) -> str:
        """The last lines."""
        return self.text()[-_TAIL_BYTES:].strip() or "no log"

    def last_error(self) -> str:
        """The last error that names a cause; without any, the last line."""
        text = self.text()
        errors = [exception or line for exception, line in _ERROR.findall(text)]
        causes = [error for error in errors if _ELSEWHERE not in error.lower()]
        lines = [line for line in text.splitlines() if line.strip()]
        return (causes or errors or lines or ["no log"])[-1].strip()[:_TAIL_BYTES]
