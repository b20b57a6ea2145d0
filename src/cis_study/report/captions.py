"""Captions of figures and tables in the report, in the order they are shown."""

from __future__ import annotations

FIGURES: dict[str, str] = {
    "cis_by_model": "CIS of every battle (dots), mean (tick) and interval (bar) of each contestant.",
    "task_by_model": "Mean CIS of each contestant on each task, with interval and number of battles.",
    "components_by_model": "Component means and the share of hidden cases passed, with intervals.",
    "weights": "Differences in CIS under drawn weights: 95 % (thin), half (thick), median (tick), with ours (dot).",
    "reliability": "How well means order the contestants, by number of tasks and replicates; the study's own marked.",
    "episodes": "Share of unseen cases that contestants' hand-ins pass in episodes, and the same against CIS.",
    "judges": (
        "Mean L that judges give the reference with planted faults, and the correlation of panel, human raters and"
        " judges with CIS, with intervals. Hollow: left out by the calibration."
    ),
    "throughput": "Output speed and seconds per battle (median, 90th, 99th percentile) of each generation job.",
    "power": "Smallest difference in CIS that a design finds with the wanted power after Holm, simulated; dashed: the"
    " smallest difference that matters.",
}
TABLES: dict[str, str] = {
    "models": "Contestants, weakest tier first.",
    "main_results": "Mean CIS, components and hidden cases passed; every task weighs the same.",
    "contrasts": "Contrasts between contestants; permutation p values adjusted by Holm's method.",
    "components": "Spread of each component, its share of the variance of CIS, its rank correlation with hidden cases.",
    "omnibus": "Tests over all contestants at once.",
    "missing": "Outcome of the planned battles; the columns from Infra to Absent are missing battles.",
    "hypotheses": "Hypotheses written down beforehand; each holds only if all its contrasts do.",
    "gates": "Promised values of mean CIS, by the rule of the first study (the estimate) and by the whole interval.",
    "generalisation": "Contrasts over tasks like these, tests on task means and mixed model; empty with too few tasks.",
}
JUDGE_TABLES: dict[str, str] = {
    "judge_calibration": (
        "Judges on submissions of known worth, with intervals; of a gate with several parts the one furthest from"
        " passing."
    ),
    "judge_agreement": "Agreement of judges and human raters with CIS and with each other, with intervals.",
}
POWER_TABLE = (
    "Simulated designs, with Monte Carlo standard errors. False positives: studies of equal contestants in which any"
    " difference is found; in the last column by the tests within tasks, read as a claim over tasks like these. Power"
    " at the smallest difference that matters; detectable: difference found with the wanted power."
)
VALIDITY: dict[str, str] = {
    "validity": "Validity of the instrument: every claim with the pass rule that was stated beforehand.",
    "validity_instruments": "The same claims for all instruments side by side.",
}
