"""Render the report: no request leaves the page, and nothing a model wrote can run in it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cis_study.report.battles import BrowserData
from cis_study.report.transcripts import Transcript
from cis_study.statistics.design import StudyDesign
from cis_study.tables.table import Table
from cis_study.webpage import content_hash, inert_json

_FOLDER = Path(__file__).parent
_SCRIPTS = ("data", "state", "elements", "battle", "list", "start")
"""Parts of the browser's one script, in the order in which they need each other."""


class ShownFigure(NamedTuple):
    """A figure as SVG text with its caption."""

    svg: str
    caption: str


class ShownTable(NamedTuple):
    """A table with its caption."""

    table: Table
    caption: str


def render_report(
    design: StudyDesign,
    verdicts: Sequence[Mapping[str, str]],
    counts: Mapping[str, Any],
    figures: Sequence[ShownFigure],
    tables: Sequence[ShownTable],
    browser: BrowserData,
    transcripts: Sequence[Transcript] = (),
    attacks: Sequence[Mapping[str, Sequence[str]]] = (),
    *,
    standing: Mapping[str, str],
) -> str:
    """The page as UTF-8 text.

    What models wrote in battles reaches the page only as compressed data and is shown through `textContent`, what they
    wrote in episodes is escaped; the content security policy lets nothing run but the one script whose hash it names.

    Args:
        attacks: what judges were tested with, texts by kind.
    """
    script = "\n".join((_FOLDER / "browser" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((_FOLDER / "page.html.jinja").read_text(encoding="utf-8"))
    return template.render(
        design=design,
        verdicts=verdicts,
        counts=counts,
        standing=standing,
        figures=[{"source": data_uri(figure.svg), "caption": figure.caption} for figure in figures],
        tables=tables,
        transcripts=transcripts,
        attacks=attacks,
        browser=Markup(inert_json({"battles": browser.battles, **_labels(design)})),
        chunks=browser.chunks,
        script=Markup(script),
        style=Markup(style),
        script_hash=content_hash(script),
        style_hash=content_hash(style),
    )


def data_uri(svg: str) -> str:
    """An SVG as the source of an image, where its markup cannot reach the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _labels(design: StudyDesign) -> dict[str, Any]:
    return {
        "models": [{"id": contestant.name, "label": contestant.label} for contestant in design.contestants],
        "tasks": [{"id": task.id, "label": task.title} for task in design.tasks],
    }
