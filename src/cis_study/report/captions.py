"""Figures and tables of the report in the order they are shown, and their captions, as in `snakemake --report` too."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

FIGURES = (
    "cis_by_model",
    "task_by_model",
    "components_by_model",
    "weights",
    "reliability",
    "episodes",
    "judges",
    "throughput",
    "power",
)
TABLES = (
    "models",
    "main_results",
    "contrasts",
    "components",
    "omnibus",
    "missing",
    "hypotheses",
    "gates",
    "generalisation",
)


@cache
def caption(kind: Literal["figures", "tables"], name: str) -> str:
    """The text of `captions/{kind}/{name}.rst`, which holds no markup."""
    path = Path(__file__).parent / "captions" / kind / f"{name}.rst"
    return " ".join(path.read_text(encoding="utf-8").split())
