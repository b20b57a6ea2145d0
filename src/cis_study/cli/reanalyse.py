"""`cis-study reanalyse`: the scores that LogoMesh published beside ours, over the same submissions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from cis_study.cli.outcomes import COMPONENTS, Outcome
from cis_study.cli.rows import score_rows
from cis_study.cli.submissions import TASKS_DIR
from cis_study.cli.text import printable
from cis_study.errors import StudyError
from cis_study.provenance import write_atomic
from cis_study.scoring.logomesh.rows import StoredBattle

DISAGREEMENTS = 10


def main(arguments: Sequence[str]) -> int:
    """Score every row, write the table, print how far the two scores agree."""
    parser = argparse.ArgumentParser(
        prog="cis-study reanalyse",
        description="Score every battle of a LogoMesh file with our instrument and compare with the published scores.",
    )
    parser.add_argument("file", type=Path, help="battles.db or .jsonl[.gz]")
    parser.add_argument("--output", type=Path, required=True, help="CSV with one line per battle")
    parser.add_argument("--tasks", type=Path, default=TASKS_DIR, help="folder of the tasks (%(default)s)")
    given = parser.parse_args(arguments)
    if not given.file.is_file():
        raise StudyError(given.file, "missing", "there is no such file", "Name a battles.db or JSON lines.")
    rows = []
    damaged = 0
    for row in score_rows(given.file, given.tasks):
        if isinstance(row, StudyError):
            damaged += 1
            print(printable(str(row)), file=sys.stderr)
        else:
            rows.append(_row(*row))
    table = pd.DataFrame(rows, columns=["row", "task", "published_status", "published", "status", *COMPONENTS, "CIS"])
    write_atomic(given.output, table.to_csv(index=False, lineterminator="\n"))
    for line in comparison(table):
        print(line)
    return 1 if damaged else 0


def comparison(table: pd.DataFrame) -> Iterator[str]:
    """Agreement of the columns `published` and `CIS`, and the rows on which their ranks lie furthest apart."""
    both = table[table["CIS"].notna()]
    valid = both[both["published_status"] == "scored"]
    yield f"{len(table)} battles, {len(both)} scored by both"
    yield from _correlations("all published numbers", both)
    yield from _correlations("without codes of failures", valid)
    ranks = both[["published", "CIS"]].round(9).rank(pct=True)
    gaps = (ranks["CIS"] - ranks["published"]).rename("gap")
    order = gaps.abs().sort_values(ascending=False, kind="stable").index[:DISAGREEMENTS]
    yield f"the {len(order)} largest disagreements (difference of rank, from -1 to 1; above 0 ours is higher):"
    for row in both.join(gaps).loc[order].to_dict(orient="records"):
        yield (
            f"  row {row['row']} {row['task']} {row['gap']:+.2f}: "
            f"published {row['published']:.3f} ({row['published_status']}), CIS {row['CIS']:.3f} "
            + " ".join(f"{name} {row[name]:.2f}" for name in COMPONENTS)
        )


def _correlations(name: str, rows: pd.DataFrame) -> Iterator[str]:
    """Spearman's rho over all rows, over ranks within the task, and in each task."""
    yield f"{name}: {_rho(rows)} overall"
    within = rows.assign(**rows.groupby("task")[["published", "CIS"]].rank(pct=True))
    yield f"  {_rho(within)} within task, ranks pooled"
    for task, part in rows.groupby("task"):
        yield f"  {_rho(part)} in {task}"


def _rho(rows: pd.DataFrame) -> str:
    if rows[["published", "CIS"]].nunique().min() < 2:
        return f"rank correlation undefined (n = {len(rows)}, no spread)"
    rho = rows["published"].round(9).corr(rows["CIS"].round(9), method="spearman")
    return f"rank correlation {rho:.3f} (n = {len(rows)})"


def _row(battle: StoredBattle, outcome: Outcome) -> dict[str, object]:
    return {
        "row": battle.row,
        "task": battle.task,
        "published_status": battle.status,
        "published": battle.cis,
        "status": outcome.status,
        **outcome.components,
        "CIS": outcome.cis,
    }
