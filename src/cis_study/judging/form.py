"""The page that human raters fill in, and the letter that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from cis_study.judging.rating_file import RATER_PATTERN
from cis_study.webpage import content_hash, inert_json

_FOLDER = Path(__file__).parent


def render_form(packet: Mapping[str, Any]) -> str:
    """The page as UTF-8 text. It works from disk, sends nothing, and keeps the answers in the browser.

    What contestants wrote reaches the page only inside a JSON data block and is shown through `textContent`; the
    content security policy lets nothing run but the one script whose hash it names.

    Args:
        packet: `study`, `packet` (hash), `rubric` with `aspects` as a list, and `items`.
    """
    script, style = _read("form.js"), _read("form.css")
    return _template("form.html.jinja", escape=True).render(
        rubric=packet["rubric"],
        items=packet["items"],
        rater_pattern=RATER_PATTERN,
        data=Markup(inert_json(packet)),
        script=Markup(script),
        style=Markup(style),
        script_hash=content_hash(script),
        style_hash=content_hash(style),
    )


def render_letter(packet: Mapping[str, Any]) -> str:
    """The letter to raters in Markdown; arguments as of `render_form`."""
    return _template("letter.md.jinja", escape=False).render(packet=packet, rubric=packet["rubric"])


def _template(name: str, escape: bool) -> Template:
    environment = Environment(
        autoescape=escape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    # 0.5 and 1, not 1.0.
    environment.filters["point"] = "{:g}".format
    return environment.from_string(_read(name))


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
