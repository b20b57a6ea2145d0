"""Statistics, figures, scores, evidence and battles -> one self-contained HTML page."""

import json
import logging
from pathlib import Path

import pandas as pd

from cis_study.provenance import write_atomic
from cis_study.report.battles import browser_data, read_battles
from cis_study.report.captions import FIGURES, TABLES, VALIDITY
from cis_study.report.page import ShownFigure, ShownTable, render_report
from cis_study.report.transcripts import chosen, solved_by_name
from cis_study.scoring.evidence_file import read_evidence
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.statistics.scores import load_scores
from cis_study.tables.catalogue import make_table
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
page = render_report(
    design,
    verdicts=analysis.summary["verdicts"],
    counts=analysis.summary["counts"],
    figures=[ShownFigure(svg[name], caption) for name, caption in FIGURES.items() if name in svg],
    tables=[
        *(ShownTable(make_table(name, analysis, design), caption) for name, caption in TABLES.items()),
        *(ShownTable(make_claims(claims, design), VALIDITY[name]) for name, make_claims in CLAIM_TABLES.items()),
    ],
    browser=browser_data(battles, evidence, scores),
    transcripts=chosen(episodes, graded, design),
)
write_atomic(Path(snakemake.output[0]), page)
