"""Files and commands that a page asks its reader to write and to run."""

from __future__ import annotations

import re
from pathlib import Path

_FILE = re.compile(r"^`([^`\n]+)`:\n\n(`{3,})\w*\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
_COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files(page: Path) -> dict[str, str]:
    """Path -> content of the blocks that are headed by a path."""
    return {name: content for name, _, content in _FILE.findall(page.read_text(encoding="utf-8"))}


def write_files(page: Path, folder: Path) -> dict[str, Path]:
    """The files of a page, below `folder`."""
    written = {}
    for name, content in files(page).items():
        written[name] = folder / name
        written[name].parent.mkdir(parents=True, exist_ok=True)
        written[name].write_text(content)
    return written


def commands(page: Path) -> list[str]:
    """Lines of the blocks marked `sh`."""
    return [line for block in _COMMANDS.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()]
