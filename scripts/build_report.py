"""Statistics, figures, scores, evidence and battles -> one self-contained HTML page."""

import json
import logging
from pathlib import Path

import pandas as pd
import yaml

from cis_study.provenance import write_atomic
from cis_study.report.battles import browser_data, read_battles
from cis_study.report.captions import FIGURES, JUDGE_TABLES, POWER_TABLE, TABLES, VALIDITY
from cis_study.report.page import ShownFigure, ShownTable, render_report
from cis_study.report.transcripts import chosen, solved_by_name
from cis_study.scoring.evidence_file import read_evidence
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis, read_judges
from cis_study.statistics.scores import load_scores
from cis_study.tables.catalogue import make_table
from cis_study.tables.judges import agreement, calibration
from cis_study.tables.power import power as power_table
from cis_study.tables.validity import CLAIM_TABLES
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
battles = read_battles(Path(path) for path in snakemake.input.battles)
evidence = read_evidence(Path(path) for path in snakemake.input.evidence)
svg = {Path(path).stem: Path(path).read_text(encoding="utf-8") for path in snakemake.input.figures}
episodes = [json.loads(Path(path).read_bytes()) for path in snakemake.input.episodes]
claims = read_table(Path(snakemake.input.validity).parent, CLAIMS)
graded = solved_by_name(pd.read_csv(path) for path in snakemake.input.outcomes)
tables = [ShownTable(make_table(name, analysis, design), caption) for name, caption in TABLES.items()]
verdicts = list(analysis.summary["verdicts"])
for path in snakemake.input.judges:
    judged = read_judges(Path(path).parent)
    verdicts += judged.judge_summary["verdicts"]
    made = (calibration(judged.judge_calibration, design), agreement(judged.judge_agreement, design))
    tables += map(ShownTable, made, JUDGE_TABLES.values())
tables += [ShownTable(make_claims(claims, design), VALIDITY[name]) for name, make_claims in CLAIM_TABLES.items()]
if snakemake.input.power:
    summary, simulated = map(Path, snakemake.input.power)
    verdicts += json.loads(summary.read_bytes())["verdicts"]
    tables.append(ShownTable(power_table(pd.read_csv(simulated)), POWER_TABLE))
page = render_report(
    design,
    verdicts=verdicts,
    counts=analysis.summary["counts"],
    standing=analysis.summary["standing"],
    figures=[ShownFigure(svg[name], caption) for name, caption in FIGURES.items() if name in svg],
    tables=tables,
    browser=browser_data(battles, evidence, scores),
    transcripts=chosen(episodes, graded, design),
    attacks=[yaml.safe_load(Path(path).read_text(encoding="utf-8")) for path in snakemake.input.attacks],
)
write_atomic(Path(snakemake.output[0]), page)
