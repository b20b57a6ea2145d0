"""Render an executed notebook as one page without scripts, network or traces of the run."""

from __future__ import annotations

import html
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from traitlets.config import Config

PREAMBLE_TAG = "snakemake-job-properties"
"""Tag of the cell Snakemake inserts; it holds pickled paths of this machine."""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0 auto; max-width: 60rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: #222; }}
pre {{ overflow-x: auto; padding: 0.5rem; background: #f4f5f7; font-size: 0.8rem; }}
table {{ border-collapse: collapse; font-size: 0.85rem; }}
th, td {{ padding: 0.15rem 0.6rem; border-bottom: 1px solid #d5d5d5; text-align: right; white-space: nowrap; }}
img {{ max-width: 100%; }}
.output_subarea {{ overflow-x: auto; }}
.jp-InputPrompt, .jp-OutputPrompt, .prompt, .anchor-link {{ display: none; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def render_notebook(executed: str, title: str) -> str:
    """The page of an executed notebook, given as the text of its file.

    nbconvert's full templates load scripts from the network, so only its markup of the cells is used.
    """
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = {PREAMBLE_TAG}
    config.HTMLExporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
    exporter = HTMLExporter(config=config, template_name="basic")  # type: ignore[no-untyped-call]
    notebook = nbformat.reads(executed, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        # Warnings name files of this machine; they stay in the executed notebook.
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    body, _ = exporter.from_notebook_node(notebook)
    return _PAGE.format(title=html.escape(title), body=body)


def render_notebook_file(path: Path) -> str:
    """`render_notebook` of a file, titled by its name."""
    return render_notebook(path.read_text(encoding="utf-8"), path.stem)
