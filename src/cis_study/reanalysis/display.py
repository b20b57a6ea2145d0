"""Tables of the reanalysis as the report shows them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cis_study.figures.caption import Caption
from cis_study.reanalysis.analysis import Reanalysis
from cis_study.reanalysis.table import COMPONENTS
from cis_study.scoring.logomesh.instruments import INSTRUMENTS
from cis_study.tables.rounding import NO_NUMBER, number, p_value, percent, with_interval
from cis_study.tables.table import Table, records


def shown_tables(found: Reanalysis) -> Iterator[tuple[str, Table]]:
    """Every table by name and with its caption, in the order of the report."""
    for name, table, shows in _tables(found):
        yield name, table._replace(caption=Caption(shows, sources=(f"tables/{name.partition('_')[0]}.csv",)))


def _tables(found: Reanalysis) -> Iterator[tuple[str, Table, str]]:
    yield "runs", _runs(found.runs), "Runs: rows, different ids and programs, and three means of the score column."
    yield "kinds", _kinds(found.kinds), "Kinds of numbers in the score column, and their least and greatest value."
    if len(found.unreadable):
        rows = [(row["file"], row["reason"], str(row["rows"])) for row in records(found.unreadable)]
        yield "unreadable", Table(("File", "Reason", "Rows"), rows, 2), "Rows that are no battle of a known task."
    yield (
        "formulas",
        _formulas(found.formulas),
        "Scores that each formula gives exactly, and the weights that least squares finds in rows without penalty.",
    )
    yield "claims", _claims(found.claims), "Published numbers and what the judged rows give, stand-ins included."
    yield "gates", _gates(found.gates), "Ranges that were set beforehand, and the published means."
    yield (
        "tasks",
        _tasks(found.tasks),
        "Means by task; our score and the share of hidden cases passed ask for our wording of the task.",
    )
    yield "instruments", _instruments(found.instruments), "The same answers under every instrument."
    if len(found.tests):
        shows = "Differences with Welch's intervals, tasks as drawn; p adjusted by Holm over this table."
        yield "tests", _tests(found.tests), shows
    for place, (multiverse, levels) in enumerate(zip(found.multiverses, found.levels, strict=True), start=1):
        first = multiverse.iloc[0]
        shows = (
            f"Difference {first['run']} − {first['reference']} over all specifications with one level of one choice."
        )
        yield f"levels_{place}", _levels(levels), shows
    shows = "Rank correlation ρ of stored numbers with ours, within run and task, without stand-ins, with its interval."
    yield "agreement", _agreement(found.agreement), shows


def _runs(frame: pd.DataFrame) -> Table:
    counts, means = ("rows", "ids", "programs", "failures", "stand_ins", "copies"), ("rows", "judged", "scored")
    rows = [
        (
            row["run"],
            *(str(row[name]) for name in counts),
            *(_number(row[f"mean_{name}"], 5) for name in means),
        )
        for row in records(frame)
    ]
    header = ("Run", "Rows", "Ids", "Programs", "Failures", "Failed reviews", "Copies")
    return Table((*header, "Mean of rows", "Mean of judged", "Mean without failed reviews"), rows)


def _kinds(frame: pd.DataFrame) -> Table:
    rows = [
        (row["run"], row["kind"], row["meaning"], str(row["rows"]), number(row["least"], 3), number(row["greatest"], 3))
        for row in records(frame)
    ]
    return Table(("Run", "Kind", "Meaning", "Rows", "Least", "Greatest"), rows, text_columns=3)


def _formulas(frame: pd.DataFrame) -> Table:
    rows = [
        (
            row["run"],
            row["formula"] or NO_NUMBER,
            str(row["n"]),
            *(str(row[name]) for name in INSTRUMENTS),
            str(row["fitted"]),
            *(_number(row[name], 3) for name in COMPONENTS),
        )
        for row in records(frame)
    ]
    return Table(("Run", "Formula", "Judged", *INSTRUMENTS, "Without penalty", *COMPONENTS), rows, text_columns=2)


def _claims(frame: pd.DataFrame) -> Table:
    names = ("claim", "run", "published", "recomputed", "n", "verdict", "source")
    rows = [[str(row[name]) for name in names] for row in records(frame)]
    return Table(("Claim", "Run", "Published", "Recomputed", "n", "Verdict", "Source"), rows, text_columns=7)


def _gates(frame: pd.DataFrame) -> Table:
    rows = [
        (
            row["gate"],
            "yes" if row["met"] else "no",
            number(row["low"], 2),
            number(row["high"], 2),
            number(row["published"], 3),
        )
        for row in records(frame)
    ]
    return Table(("Gate", "Met", "From", "To", "Published"), rows, text_columns=2)


def _tasks(frame: pd.DataFrame) -> Table:
    rows = [
        (
            row["run"],
            row["task"],
            str(row["n"]),
            str(row["stand_ins"]),
            *(_number(row[name], 5) for name in ("stored", "L")),
            _number(row["ours"], 3),
            percent(row["hidden"]) if pd.notna(row["hidden"]) else NO_NUMBER,
        )
        for row in records(frame)
    ]
    header = ("Run", "Task", "n", "Failed reviews", "Stored score", "Stored L", "Our score", "Hidden cases passed")
    return Table(header, rows, text_columns=2)


def _instruments(frame: pd.DataFrame) -> Table:
    rows = [
        (row["run"], row["score"], str(row["n"]), str(row["missing"]), _number(row["mean"], 3), _number(row["sd"], 3))
        for row in records(frame)
    ]
    return Table(("Run", "Score", "n", "Missing", "Mean", "Sd"), rows, text_columns=2)


def _tests(frame: pd.DataFrame) -> Table:
    rows = [
        (
            f"{row['run']} − {row['reference']}",
            row["outcome"],
            f"{row['n']}, {row['n_reference']}",
            with_interval(row["difference"], row["low"], row["high"], 3),
            number(row["student_t"], 4),
            number(row["student_p"], 4),
            number(row["welch_p"], 4),
            p_value(row["p_holm"]),
            number(row["hedges_g"], 2),
        )
        for row in records(frame)
    ]
    header = ("Pair", "Outcome", "n", "Difference", "Student t", "p", "Welch p", "p (Holm)", "Hedges g")
    return Table(header, rows, text_columns=2)


def _levels(frame: pd.DataFrame) -> Table:
    rows = [
        (
            row["choice"],
            row["level"],
            str(row["n"]),
            *(number(row[name], 3) for name in ("least", "median", "greatest")),
            percent(row["above"]),
        )
        for row in records(frame)
    ]
    return Table(("Choice", "Level", "n", "Least", "Median", "Greatest", "Above 0"), rows, text_columns=2)


def _agreement(frame: pd.DataFrame) -> Table:
    rows = [
        (row["stored"], row["ours"], str(row["n"]), with_interval(row["rho"], row["low"], row["high"], 2))
        for row in records(frame)
    ]
    return Table(("Stored", "Ours", "n", "ρ"), rows, text_columns=2)


def _number(value: float, decimals: int) -> str:
    return number(None if pd.isna(value) else float(value), decimals)
