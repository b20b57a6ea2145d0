"""The data card: YAML for the Hugging Face hub, then what the data are, in words and computed numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import Environment, StrictUndefined

from cis_study.export.citation import Citation
from cis_study.export.columns import Layout, layouts
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.statuses import STATUSES

_FOLDER = Path(__file__).parent
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class Counted(NamedTuple):
    """A table with what is counted in it."""

    name: str
    layout: Layout
    rows: int


def card(
    design: StudyDesign,
    citation: Citation,
    rows: Mapping[str, int],
    scores: Sequence[Mapping[str, Any]],
    battles: Sequence[Mapping[str, Any]],
) -> str:
    """The card as Markdown.

    Args:
        rows: by table.
        scores, battles: rows of the tables; columns `model`, `instrument`, `status` and `model`, `weights`, `altered`
            are read.
    """
    tables = [Counted(name, layout, rows[name]) for name, layout in layouts().items() if name in rows]
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    template = environment.from_string((_FOLDER / "card.md.jinja").read_text(encoding="utf-8"))
    return template.render(
        front_matter=_front_matter(design, citation, tables),
        design=design,
        citation=citation,
        tables=tables,
        contestants=[_contestant(design, name, battles) for name in design.models],
        outcomes=outcomes(scores, design.models),
        statuses=STATUSES,
        altered=sum(bool(battle["altered"]) for battle in battles),
    )


def outcomes(scores: Iterable[Mapping[str, Any]], models: Sequence[str]) -> list[tuple[str, str, Counter[str]]]:
    """Contestant, instrument and rows by status, contestants in the given order."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for row in scores:
        counted.setdefault((row["model"], row["instrument"]), Counter())[row["status"]] += 1
    ordered = sorted(counted, key=lambda each: (models.index(each[0]), each[1]))
    return [(model, instrument, counted[model, instrument]) for model, instrument in ordered]


def _contestant(design: StudyDesign, name: str, battles: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    weights = sorted({battle["weights"] for battle in battles if battle["model"] == name})
    return {**design.contestant(name).model_dump(), "weights": ", ".join(weights)}


def _front_matter(design: StudyDesign, citation: Citation, tables: Sequence[Counted]) -> str:
    largest = max(table.rows for table in tables)
    content = {
        "license": citation.license.lower(),
        "pretty_name": f"CIS study {design.study}",
        "language": ["en"],
        "task_categories": ["text-generation"],
        "tags": ["code", "evaluation", "llm-outputs", "code-integrity-score"],
        "size_categories": [next((name for limit, name in _SIZES if largest < limit), "n>1M")],
        "configs": [
            {"config_name": table.name, "data_files": f"data/{table.name}.parquet"}
            | ({"default": True} if table.name == "battles" else {})
            for table in tables
        ],
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
