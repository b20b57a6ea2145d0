"""Statistics, figures, scores, evidence and battles -> one self-contained HTML page."""

import json
import logging
from pathlib import Path

import pandas as pd
import yaml

from cis_study.provenance import write_atomic
from cis_study.report.battles import browser_data, read_battles
from cis_study.report.contents import FIGURES, TABLES
from cis_study.report.page import ShownFigure, ShownTable, render_report
from cis_study.report.transcripts import chosen, solved_by_name
from cis_study.scoring.evidence_file import read_evidence
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis, read_judges
from cis_study.statistics.power_settings import PowerSettings
from cis_study.statistics.scores import load_scores
from cis_study.tables.catalogue import make_table
from cis_study.tables.judges import agreement, calibration
from cis_study.tables.power import power as power_table
from cis_study.tables.validity import CLAIM_TABLES
from cis_study.validity.files import CLAIMS, read_table
from cis_study.yamlfile import validate

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
battles = read_battles(Path(path) for path in snakemake.input.battles)
evidence = read_evidence(Path(path) for path in snakemake.input.evidence)
drawn = {Path(path).name: Path(path).read_text(encoding="utf-8") for path in snakemake.input.figures}
episodes = [json.loads(Path(path).read_bytes()) for path in snakemake.input.episodes]
claims = read_table(Path(snakemake.input.validity).parent, CLAIMS)
graded = solved_by_name(pd.read_csv(path) for path in snakemake.input.outcomes)
alpha = analysis.summary["settings"]["alpha"]
tables = [make_table(name, analysis, design) for name in TABLES]
verdicts = list(analysis.summary["verdicts"])
for path in snakemake.input.judges:
    judged = read_judges(Path(path).parent)
    verdicts += judged.judge_summary["verdicts"]
    tables.append(calibration(judged.judge_calibration, design, alpha))
    tables.append(agreement(judged.judge_agreement, design, alpha))
tables += [make_claims(claims, design, alpha) for make_claims in CLAIM_TABLES.values()]
if snakemake.input.power:
    summary, simulated = map(Path, snakemake.input.power)
    found = json.loads(summary.read_bytes())
    verdicts += found["verdicts"]
    tables.append(power_table(pd.read_csv(simulated), validate(PowerSettings, found["settings"], where=str(summary))))
page = render_report(
    design,
    verdicts=verdicts,
    counts=analysis.summary["counts"],
    standing=analysis.summary["standing"],
    figures=[ShownFigure(drawn[f"{name}.svg"], drawn[f"{name}.txt"]) for name in FIGURES if f"{name}.svg" in drawn],
    tables=[ShownTable(table, table.told().text) for table in tables],
    browser=browser_data(battles, evidence, scores),
    transcripts=chosen(episodes, graded, design),
    attacks=[yaml.safe_load(Path(path).read_text(encoding="utf-8")) for path in snakemake.input.attacks],
)
write_atomic(Path(snakemake.output[0]), page)
