"""One look for every figure, and files whose bytes depend on the content alone."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure

from cis_study.provenance import write_atomic

MM = 1 / 25.4
"""Inches per millimetre."""
COLUMN_MM: Final = 85
"""Width of one journal column, the size every figure is read at."""
# Okabe & Ito's palette without yellow, ordered so that neighbours also differ in lightness on a grey print.
COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000")
MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X")
# Long to short: told apart without colour.
DASHES: Final = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (4, 1.2, 1, 1.2)), (0, (2.5, 1.2)), (0, (7, 2, 1, 2, 1, 2)))
INK: Final = "#222222"
GREY: Final = "#999999"
_MIDDLE: Final = 0.21
"""Relative luminance on which `INK` (0.016) and white have about the same contrast: 0.26 / 0.066 and 1.05 / 0.26."""
FONT: Final = "DejaVu Sans"
LEGEND_SIZE: Final = 6.5
"""Points."""
SCORE_TICKS: Final = (0, 0.2, 0.4, 0.6, 0.8, 1)
FORMATS: Final = ("pdf", "svg", "png")

_RC: Final[dict[Any, Any]] = {
    "font.family": FONT,
    "font.size": 7,
    "axes.labelsize": 7,
    "axes.titlesize": 7,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": LEGEND_SIZE,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "grid.linewidth": 0.4,
    "grid.color": "#dddddd",
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "cis-study",
    "savefig.dpi": 300,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save inside this context; nothing leaks into other figures."""
    with sns.axes_style("whitegrid"), mpl.rc_context(_RC):
        yield


def model_colours(models: Sequence[str]) -> dict[str, str]:
    """Colour of each model, by its place in the order of the study."""
    return {model: COLOURS[index % len(COLOURS)] for index, model in enumerate(models)}


def model_markers(models: Sequence[str]) -> dict[str, str]:
    """Marker of each model, so that colour is never the only difference."""
    return {model: MARKERS[index % len(MARKERS)] for index, model in enumerate(models)}


def model_dashes(models: Sequence[str]) -> dict[str, Any]:
    """Line style of each model, for curves without markers."""
    return {model: DASHES[index % len(DASHES)] for index, model in enumerate(models)}


def text_colour(background: tuple[float, float, float, float]) -> str:
    """Ink or white, whichever has the greater contrast (WCAG 2) on a background of red, green, blue and alpha."""
    luminance = sns.utils.relative_luminance(background)
    return INK if luminance > _MIDDLE else "white"


def save_figure(figure: Figure, path: Path) -> None:
    """Write the figure in the format of the suffix of `path`, without date or program version."""
    form = path.suffix.removeprefix(".")
    metadata = {
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "svg": {"Date": None, "Creator": None},
        "png": {"Software": None},
    }[form]
    with house_style(), _fixed_clock():
        buffer = io.BytesIO()
        figure.savefig(buffer, format=form, metadata=metadata)
    write_atomic(path, buffer.getvalue())


def close(figure: Figure) -> None:
    """Free the figure."""
    plt.close(figure)


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """The PDF writer reads SOURCE_DATE_EPOCH even where the metadata carry no date."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
