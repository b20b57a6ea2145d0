"""The Markdown report as one self-contained HTML page: no script, no request, no style but its own."""

from __future__ import annotations

import html
import re
from pathlib import Path

import mistune

from cis_study.webpage import content_hash

_STYLES = (Path(__file__).parents[1] / "report" / "style.css", Path(__file__).parent / "selection.css")
_VERDICTS = {"pass", "fail", "unknown", "supported", "refuted", "unsupported", "holds in part"}

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{style_hash}'; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Which models the study compares</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def as_page(markdown: str) -> str:
    """Render Markdown; raw HTML in it stays text."""
    style = "".join(path.read_text(encoding="utf-8") for path in _STYLES)
    renderer = _Renderer()
    body = mistune.create_markdown(renderer=renderer, plugins=["table"])(markdown)
    assert isinstance(body, str)
    contents = "".join(f'<a href="#{anchor}">{title}</a> ' for anchor, title in renderer.sections)
    body = body.replace("</h1>\n", f"</h1>\n<nav>{contents}</nav>\n", 1)
    return _PAGE.format(style_hash=content_hash(style), style=style, body=body)


class _Renderer(mistune.HTMLRenderer):
    """Headings with anchors, tables that scroll, verdicts with a colour of their own."""

    def __init__(self) -> None:
        super().__init__(escape=True)
        self.sections: list[tuple[str, str]] = []

    def heading(self, text: str, level: int, **attrs: object) -> str:  # noqa: ARG002
        anchor = re.sub(r"\W+", "-", html.unescape(text).lower()).strip("-")
        if level == 2:
            self.sections.append((anchor, text))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def table(self, text: str) -> str:
        return f'<div class="scroll"><table>\n{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:  # noqa: ARG002
        tag = "th" if head else "td"
        return f"  <{tag}{_verdict(text)}>{text}</{tag}>\n"

    def strong(self, text: str) -> str:
        return f"<strong{_verdict(text)}>{text}</strong>"


def _verdict(text: str) -> str:
    return f' class="verdict {text.replace(" ", "-")}"' if text in _VERDICTS else ""
