"""Hostile text on a terminal: escaped, then wrapped to its width."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.text import Text

_HANGING = 2


def printable(text: str) -> str:
    """One line of `text` with everything that is no visible character escaped.

    Covers terminal sequences, control characters, line breaks, characters that reverse the direction of writing, and
    lone surrogates.
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def show(text: str, indent: int = 0) -> None:
    """Print `text` as one paragraph, wrapped to the terminal (80 columns where there is none); later lines hang."""
    console = Console(file=sys.stdout)
    lines = Text(printable(text)).wrap(console, max(20, console.width - indent - _HANGING))
    for number, line in enumerate(lines):
        print(" " * (indent + _HANGING * (number > 0)) + line.plain.rstrip())
