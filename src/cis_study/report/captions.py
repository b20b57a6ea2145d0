"""Captions of figures and tables in the report, in the order they are shown."""

from __future__ import annotations

FIGURES: dict[str, str] = {
    "cis_by_model": "CIS of every battle (dots), mean (tick) and interval (bar) of each contestant.",
    "task_by_model": "Mean CIS of each contestant on each task, with interval and number of battles.",
    "components_by_model": "Component means and the share of hidden cases passed, with intervals.",
    "weights": "Differences in CIS under drawn weights: 95 % (thin), half (thick), median (tick), with ours (dot).",
    "reliability": "How well means order the contestants, by number of tasks and replicates; the study's own marked.",
    "episodes": "Share of unseen cases that contestants' hand-ins pass in episodes, and the same against CIS.",
    "throughput": "Output speed and seconds per battle (median, 90th, 99th percentile) of each generation job.",
}
TABLES: dict[str, str] = {
    "models": "Contestants, weakest tier first.",
    "main_results": "Mean CIS, components and hidden cases passed; every task weighs the same.",
    "contrasts": "Contrasts between contestants; permutation p values adjusted by Holm's method.",
    "components": "Spread of each component, its share of the variance of CIS, its rank correlation with hidden cases.",
    "omnibus": "Tests over all contestants at once.",
    "missing": "Outcome of the planned battles; the columns from Infra to Absent are missing battles.",
}
VALIDITY: dict[str, str] = {
    "validity": "Validity of the instrument: every claim with the pass rule that was stated beforehand.",
    "validity_instruments": "The same claims for all instruments side by side.",
}
