"""One battle for reading: what was made of it, and the reply beside it."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

_PAGE = (
    "<div style='display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start'>"
    "<div style='flex: 2 1 16rem; min-width: 0; overflow-wrap: anywhere'>"
    "<p><b>{title}</b></p><table>{numbers}</table>{lost}</div>"
    "<pre style='flex: 3 1 20rem; min-width: 0; max-height: 30rem; overflow: auto; white-space: pre-wrap'>"
    "{reply}</pre></div>"
)


def beside(row: Mapping[str, Any], battle: Mapping[str, Any]) -> str:
    """HTML in which nothing that a model wrote is markup.

    Args:
        row: of a table of disagreements, with `reasons` as in the score table.
        battle: the battle file.
    """
    numbers = [(html.escape(name), _number(value)) for name, value in row.items() if isinstance(value, float)]
    reasons = [(name, html.escape(why)) for name, why in sorted(json.loads(row["reasons"]).items()) if why]
    return _PAGE.format(
        title=html.escape(f"{row['model']}, {row['task']}, replicate {row['replicate']}: {row['status']}"),
        numbers="".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in numbers),
        lost="".join(f"<p>{name}: {why}</p>" for name, why in reasons),
        reply=html.escape(battle["reply"]["content"] or "no reply"),
    )


def _number(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"
