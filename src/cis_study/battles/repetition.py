"""Has a reply become a loop? Models fall into repeating themselves and would go on to the token limit, or for an hour.

The last characters of a text are a loop where they consist of one period, over and over. Two readings of a text are
watched. In the first, characters are compared as they are. In the second, a number counts as one sign whatever its
value, because small models count up while they repeat the line around the number; as tables and lists of test cases
look like that too, more of it is needed.

The constants were set on the 120 replies of the first CPU study (`tests/data/`) and the 127 battles that LogoMesh published. Of the
replies that ended by themselves, the nearest to a loop repeats a line of 108 characters 9 times (12 are needed) and,
numbers aside, 697 characters of equal short lines (2048 are needed). Of the 32 that reached their token limit, 26 are
loops. What drifts from line to line is left to the other caps.
"""

from __future__ import annotations

import re
from collections.abc import Callable

STEP = 256
"""Characters between two looks: a reply is cut at a multiple of this, however its text arrived."""

_WINDOW = 4096
"""Characters of either reading that are remembered; a loop that needs more is not seen."""

_NEEDLE = 256
"""Characters that must have occurred before. Every loop has as many behind its first period, see `_needed_*`."""

_NUMBER = re.compile("[0-9]+")


def first_loop(text: str) -> int | None:
    """Length of the shortest beginning of `text` that ends in a loop; None where there is none.

    Lengths are multiples of `STEP`; the answer does not change when text is appended.
    """
    return LoopWatch().feed(text)


class LoopWatch:
    """`first_loop` of a text that arrives in pieces; the answer does not depend on where the pieces end."""

    def __init__(self) -> None:
        self._seen = 0
        self._pending = ""
        self._exact = ""
        self._shape = ""

    def feed(self, piece: str) -> int | None:
        """Take the next piece; the position where a loop was found first, of all the text so far."""
        text = self._pending + piece
        start = 0
        while start + STEP <= len(text):
            self._take(text[start : start + STEP])
            start += STEP
            if _loops(self._exact, _needed_exact) or _loops(self._shape, _needed_shape):
                return self._seen
        self._pending = text[start:]
        return None

    def _take(self, step: str) -> None:
        self._seen += STEP
        self._exact = (self._exact + step)[-_WINDOW:]
        shape = _NUMBER.sub("0", step)
        within_a_number = self._shape.endswith("0") and shape.startswith("0")
        self._shape = (self._shape + shape[within_a_number:])[-_WINDOW:]


def _needed_exact(period: int) -> int:
    # Short periods: half a kilobyte of the same few characters. Lines: 12 times. Paragraphs: 4 times.
    return max(512, min(12 * period, 1536), 4 * period)


def _needed_shape(period: int) -> int:
    # Up to 64 characters: as many lines as fill two kilobytes, 32 at least. Longer ones: 12 times.
    return max(2048, min(32 * period, 3072), 12 * period)


def _loops(tail: str, needed: Callable[[int], int]) -> bool:
    needle = tail[-_NEEDLE:]
    end = len(tail) - 1
    while (found := tail.rfind(needle, 0, end)) >= 0:
        period = len(tail) - len(needle) - found
        length = needed(period)
        if length <= len(tail) and tail[-length:-period] == tail[period - length :]:
            return True
        end = found + len(needle) - 1
    return False
