"""What a figure or table shows, in the words that paper, report and caption file share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

NO_BREAK_SPACE = "\u00a0"


class Caption(NamedTuple):
    """The parts of a caption; empty text where a part has nothing to say."""

    shows: str
    """Sentences: what is drawn or listed, and what every mark, bold type and symbol means."""
    n: str = ""
    """What was counted, and how many of it."""
    interval: str = ""
    """Level and kind of the intervals."""
    sources: Sequence[str] = ()
    """Files of the study that it is made from, below `results/{study}/`."""

    @property
    def text(self) -> str:
        """All but the sources, as one paragraph."""
        n = f"n: {self.n}." if self.n else ""
        interval = f"Intervals: {self.interval}." if self.interval else ""
        return " ".join(filter(None, (self.shows, n, interval)))


def caption_file(caption: Caption, folder: str) -> str:
    """The text of a caption file: a paragraph for readers, and one that names the sources below `folder`."""
    paragraphs = [caption.text]
    if caption.sources:
        paragraphs.append(f"Drawn from {', '.join(f'{folder}/{source}' for source in caption.sources)}.")
    return "\n\n".join(paragraphs) + "\n"


def confidence(alpha: float) -> str:
    """Level of the intervals of tests at `alpha`: `95 %`."""
    return f"{100 * (1 - alpha):g}{NO_BREAK_SPACE}%"


def span(counts: Iterable[int]) -> str:
    """`40`, or `39 to 40` where they differ; `0` of nothing."""
    known = sorted({*counts}) or [0]
    return str(known[0]) if len(known) == 1 else f"{known[0]} to {known[-1]}"
