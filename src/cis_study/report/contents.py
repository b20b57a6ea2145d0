"""Which figures and tables the report shows, in this order; what is said of them comes with them."""

from __future__ import annotations

FIGURES = (
    "cis_by_model",
    "task_by_model",
    "distributions",
    "components_by_model",
    "validity",
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
"""Of the analysis; those of judges, validity and power follow them."""
