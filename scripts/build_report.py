"""Statistics, figures, scores, evidence and battles -> one self-contained HTML page."""

import json
import logging
from pathlib import Path

import pandas as pd
import yaml

from cis_study.battles.record import read_battles
from cis_study.provenance import write_atomic
from cis_study.report.battles import browser_data
from cis_study.report.contents import shown_figures, shown_tables
from cis_study.report.page import render_report
from cis_study.report.transcripts import chosen, solved_by_name
from cis_study.scoring.evidence_file import read_evidence
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis, read_judges
from cis_study.statistics.scores import load_scores
from cis_study.tasks.hidden import load_hidden_side
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
given = snakemake.input
design = study_design(snakemake.params.design)
analysis = read_analysis(Path(given.statistics[0]).parent)
judged = read_judges(Path(given.judges[0]).parent) if given.judges else None
claims = read_table(Path(given.validity).parent, CLAIMS)
power = (json.loads(Path(given.power[0]).read_bytes()), pd.read_csv(given.power[1])) if given.power else None
graded = solved_by_name(pd.read_csv(path) for path in given.outcomes)
page = render_report(
    design,
    verdicts=[
        *analysis.summary["verdicts"],
        *(judged.judge_summary["verdicts"] if judged else ()),
        *(power[0]["verdicts"] if power else ()),
    ],
    counts=analysis.summary["counts"],
    standing=analysis.summary["standing"],
    figures=shown_figures({Path(path).name: Path(path).read_text(encoding="utf-8") for path in given.figures}),
    tables=shown_tables(design, analysis, claims, judged, (power[1], power[0]["settings"]) if power else None),
    browser=browser_data(
        read_battles(Path(path) for path in given.battles),
        read_evidence(Path(path) for path in given.evidence),
        load_scores([Path(path) for path in given.scores], design),
        {task: load_hidden_side(Path(snakemake.params.tasks_dir) / task) for task in design.task_ids},
        design.weights,
    ),
    transcripts=chosen([json.loads(Path(path).read_bytes()) for path in given.episodes], graded, design),
    attacks=[yaml.safe_load(Path(path).read_text(encoding="utf-8")) for path in given.attacks],
)
write_atomic(Path(snakemake.output[0]), page)
