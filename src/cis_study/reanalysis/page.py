"""The reanalysis as one self-contained HTML page: no script, no request, no style but its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cis_study.reanalysis.analysis import Reanalysis
from cis_study.reanalysis.curve import caption
from cis_study.reanalysis.display import shown_tables
from cis_study.reanalysis.validity import Validity
from cis_study.reanalysis.verdicts import Sentence
from cis_study.report.page import ShownFigure, ShownTable, data_uri
from cis_study.webpage import content_hash

_TEMPLATE = Path(__file__).parent / "page.html.jinja"
_STYLE = Path(__file__).parents[1] / "report" / "style.css"


def as_page(found: Reanalysis, sentences: Sequence[Sentence], curves: Sequence[str], validity: Validity) -> str:
    """The page as text; names of runs, which come from the files, are escaped.

    Args:
        curves: specification curves as SVG, in the order of `found.multiverses`.
    """
    style = _STYLE.read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    figures = [ShownFigure(svg, caption(table).text) for svg, table in zip(curves, found.multiverses, strict=True)]
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        rows=len(found.battles),
        sentences=sentences,
        figures=[{"source": data_uri(figure.svg), "caption": figure.caption} for figure in figures],
        validity=validity.sentences,
        untested=validity.untested,
        beside=ShownTable(validity.table, validity.table.told().text),
        tables=[ShownTable(table, table.told().text) for _, table in shown_tables(found)],
        style=Markup(style),
        style_hash=content_hash(style),
    )
