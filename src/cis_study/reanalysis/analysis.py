"""The whole reanalysis: one table of battles to every table of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import pandas as pd

from cis_study.reanalysis.agreement import agreement_table
from cis_study.reanalysis.claims import check_claims, check_gates
from cis_study.reanalysis.component_tests import component_tests
from cis_study.reanalysis.formulas import formula_table
from cis_study.reanalysis.multiverse import COLUMNS, by_level, multiverse, pairs
from cis_study.reanalysis.published import Published
from cis_study.reanalysis.summaries import instrument_table, kind_table, run_table, task_table
from cis_study.statistics.settings import AnalysisSettings


@dataclass(frozen=True)
class Reanalysis:
    """Tables by what they say; `multiverses` and `levels` hold one for each pair of runs."""

    battles: pd.DataFrame
    unreadable: pd.DataFrame
    runs: pd.DataFrame
    kinds: pd.DataFrame
    formulas: pd.DataFrame
    claims: pd.DataFrame
    gates: pd.DataFrame
    tests: pd.DataFrame
    instruments: pd.DataFrame
    tasks: pd.DataFrame
    agreement: pd.DataFrame
    multiverses: list[pd.DataFrame]
    levels: list[pd.DataFrame]


def reanalyse(
    battles: pd.DataFrame, unreadable: pd.DataFrame, published: Published, settings: AnalysisSettings
) -> Reanalysis:
    """Analyse the battles of `battle_table`; `unreadable` counts rows that are none: `file, reason, rows`."""
    formulas = formula_table(battles)
    own = dict(zip(formulas["run"], formulas["formula"], strict=True))
    compared = pairs(battles)
    multiverses = [multiverse(battles, reference, run, own, settings) for reference, run in compared]
    return Reanalysis(
        battles=battles,
        unreadable=unreadable,
        runs=run_table(battles),
        kinds=kind_table(battles),
        formulas=formulas,
        claims=check_claims(published.claims, battles, formulas),
        gates=check_gates(published),
        tests=component_tests(battles, compared, settings.alpha),
        instruments=instrument_table(battles),
        tasks=task_table(battles),
        agreement=agreement_table(battles, settings),
        multiverses=multiverses,
        levels=[by_level(table) for table in multiverses],
    )


def csv_tables(found: Reanalysis, told: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Every table as CSV by name; `findings` holds the sentences, `specifications` those of all pairs together."""
    frames = {field.name: getattr(found, field.name) for field in fields(found)}
    frames |= {
        "specifications": pd.concat(frames.pop("multiverses") or [pd.DataFrame(columns=list(COLUMNS))]),
        "findings": pd.DataFrame(told, columns=["question", "outcome", "text"]),
    }
    levels = [
        table.assign(reference=first["reference"], run=first["run"])
        for table, first in zip(frames.pop("levels"), (table.iloc[0] for table in found.multiverses), strict=True)
    ]
    frames["levels"] = pd.concat(levels) if levels else by_level(frames["specifications"])
    return {name: frame.to_csv(index=False, lineterminator="\n") for name, frame in frames.items()}
