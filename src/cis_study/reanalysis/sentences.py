"""What stands in the rows, in sentences that were written for every outcome."""

from __future__ import annotations

import pandas as pd

from cis_study.reanalysis.analysis import Reanalysis
from cis_study.reanalysis.formulas import judged
from cis_study.reanalysis.kinds import STAND_IN
from cis_study.reanalysis.verdicts import Sentence, agreement, decided, ours, sign


def sentences(found: Reanalysis, alpha: float) -> list[Sentence]:
    """Every sentence of the report, in its order."""
    told = [failures(found), stand_ins(found.battles), formulas(found.formulas), claims(found.claims)]
    told += [gates(found.gates)]
    if not found.multiverses:
        text = "No two runs with judged battles have names that say a tier, so no difference can be analysed."
        told.append(Sentence("difference", "not testable", text))
    for table in found.multiverses:
        told += [sign(table), decided(table, alpha), ours(table)]
    return [*told, agreement(found.agreement)]


def failures(found: Reanalysis) -> Sentence:
    """Were failures stored as scores?"""
    rows, failed = int(found.runs["rows"].sum()), int(found.runs["failures"].sum())
    other = int(found.unreadable["rows"].sum())
    tail = f" {other} more rows are no battles of a known task." if other else ""
    if not failed:
        return Sentence("failures", "none", f"None of {rows} rows is a failure of the infrastructure.{tail}")
    kinds = found.battles.loc[~found.battles["kind"].isin([*STAND_IN, "scored", "copy"]), "kind"].value_counts()
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    text = f"{failed} of {rows} rows are failures that were stored as scores ({listed}); no score is made of them."
    return Sentence("failures", "stored as scores", text + tail)


def stand_ins(battles: pd.DataFrame) -> Sentence:
    """Were missing judgements stored as 0.5?"""
    present = judged(battles)
    failed = present[present["kind"].isin(STAND_IN)]
    if failed.empty:
        return Sentence("failed reviews", "none", f"Each of the {len(present)} judged rows has a logic review.")
    counts = present.assign(failed=present["kind"].isin(STAND_IN)).groupby("run")["failed"].agg(["sum", "size"])
    listed = ", ".join(f"{row.sum} of {row.size} in {row.Index}" for row in counts.itertuples())
    text = f"In {len(failed)} of {len(present)} judged rows the logic review failed and 0.5 was stored as L ({listed})."
    return Sentence("failed reviews", "scored 0.5", text)


def formulas(table: pd.DataFrame) -> Sentence:
    """Was everything scored by one formula?"""
    known = table[table["formula"] != ""]
    listed = "; ".join(f"{name}: {', '.join(part['run'])}" for name, part in known.groupby("formula"))
    unknown = ", ".join(table.loc[table["formula"] == "", "run"])
    tail = f" No single known formula gives every score of {unknown}." if unknown else ""
    if known.empty:
        return Sentence("formula", "unknown", tail.strip() or "No row was judged.")
    if known["formula"].nunique() > 1:
        text = f"The runs were scored by different formulas, each of which gives every stored score ({listed}).{tail}"
        return Sentence("formula", "different", text)
    outcome = "one" if not unknown else "partly unknown"
    return Sentence("formula", outcome, f"One formula gives every stored score ({listed}).{tail}")


def claims(table: pd.DataFrame) -> Sentence:
    """Do the rows give what was published?"""
    verdicts = table["verdict"].value_counts()
    same, other, none = (int(verdicts.get(name, 0)) for name in ("reproduces", "differs", "no rows"))
    tail = f" {none} more concern runs of which these files hold no judged row." if none else ""
    if not same + other:
        return Sentence("published numbers", "not testable", f"None of the published numbers can be recomputed.{tail}")
    if not other:
        text = f"All {same} published numbers that can be recomputed are what the rows give.{tail}"
        return Sentence("published numbers", "reproduce", text)
    listed = "; ".join(
        f"{row.claim} {row.published}, recomputed {row.recomputed}"
        for row in table[table["verdict"] == "differs"].itertuples()
    )
    text = f"{same} of {same + other} published numbers that can be recomputed are what the rows give; not: {listed}."
    return Sentence("published numbers", "not all reproduce", text + tail)


def gates(table: pd.DataFrame) -> Sentence:
    """Did the published means meet what was set beforehand?"""
    met, total = int(table["met"].sum()), len(table)
    if met == total:
        return Sentence("gates", "met", f"The published means meet all {total} ranges that had been set beforehand.")
    missed = "; ".join(table.loc[~table["met"].astype(bool), "gate"])
    text = f"The published means meet {met} of {total} ranges that had been set beforehand; missed: {missed}."
    return Sentence("gates", "not met", text)
