"""What each run holds and what every instrument makes of it, as tables."""

from __future__ import annotations

import pandas as pd

from cis_study.reanalysis.formulas import judged
from cis_study.reanalysis.kinds import COPY, SCORED, STAND_IN, is_answer, meaning
from cis_study.reanalysis.table import COMPONENTS, OUR_INSTRUMENT
from cis_study.scoring.logomesh.instruments import INSTRUMENTS

SCORES = ("stored", *INSTRUMENTS, OUR_INSTRUMENT, *(f"{OUR_INSTRUMENT} {name}" for name in COMPONENTS))


def run_table(battles: pd.DataFrame) -> pd.DataFrame:
    """One row per run: what stands in its rows, and three means of the score column.

    Columns: `run, arm, rows, ids, programs` (different ones), `failures, stand_ins, copies`, and the mean over all rows
    (`mean_rows`), over judged ones as published (`mean_judged`), and over those without stand-in (`mean_scored`).
    """
    rows = []
    for (run, arm), part in battles.groupby(["run", "arm"], sort=True):
        valid = judged(part)
        kinds = part["kind"]
        counts = {
            "rows": len(part),
            "ids": part["battle_id"].nunique(),
            "programs": part.loc[kinds.map(is_answer), "program"].nunique(),
            "failures": int((~kinds.isin(STAND_IN | {SCORED, COPY})).sum()),
            "stand_ins": int(kinds.isin(STAND_IN).sum()),
            "copies": int((kinds == COPY).sum()),
        }
        means = {
            "mean_rows": part["stored"].mean(),
            "mean_judged": valid["stored"].mean(),
            "mean_scored": valid.loc[valid["kind"] == SCORED, "stored"].mean(),
        }
        rows.append({"run": run, "arm": arm, **counts, **means})
    return pd.DataFrame(rows)


def kind_table(battles: pd.DataFrame) -> pd.DataFrame:
    """One row per run and kind of number: `run, kind, rows, least, greatest, meaning`."""
    groups = battles.groupby(["run", "kind"], sort=True)["stored"]
    table = groups.agg(rows="size", least="min", greatest="max").reset_index()
    return table.assign(meaning=[meaning(kind) for kind in table["kind"]])


def instrument_table(battles: pd.DataFrame) -> pd.DataFrame:
    """One row per run and score: `run, score, n, missing, mean, sd`; missing are answers without that score."""
    rows = []
    for run, part in battles[battles["kind"] != COPY].groupby("run", sort=True):
        for name in SCORES:
            values = (judged(part) if name == "stored" else part)[name].dropna().astype(float)
            answered = int(part["kind"].map(is_answer).sum())
            rows.append((run, name, len(values), answered - len(values), values.mean(), values.std()))
    return pd.DataFrame(rows, columns=["run", "score", "n", "missing", "mean", "sd"])


def task_table(battles: pd.DataFrame) -> pd.DataFrame:
    """One row per run and task of its judged rows: `run, task, n, stand_ins`, and means of the stored score and ours.

    `hidden` is the share of our hidden cases that the answers pass.
    """
    present = judged(battles)
    present = present.assign(failed=present["kind"].isin(STAND_IN))
    return (
        present.groupby(["run", "task"], sort=True)
        .agg(
            n=("row", "size"),
            stand_ins=("failed", "sum"),
            stored=("stored", "mean"),
            L=("L", "mean"),
            ours=(OUR_INSTRUMENT, "mean"),
            hidden=(f"{OUR_INSTRUMENT} L", "mean"),
        )
        .reset_index()
    )
