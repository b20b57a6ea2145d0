"""Write a figure in every format that is asked for, and its caption beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from matplotlib.figure import Figure

from cis_study.figures.caption import Caption, caption_file
from cis_study.figures.style import close, save_figure
from cis_study.provenance import write_atomic


def publish(figure: Figure, caption: Caption, paths: Iterable[str | Path]) -> None:
    """Write `figures/{name}.pdf`, `.svg`, `.png` and, with the suffix `.txt`, the caption; the figure is closed."""
    for path in map(Path, paths):
        if path.suffix == ".txt":
            write_atomic(path, caption_file(caption, path.parents[1].as_posix()))
        else:
            save_figure(figure, path)
    close(figure)
