"""Candidates, rules, study and registry -> the selection report and its tables."""

import logging
from pathlib import Path

from cis_study.config import Study
from cis_study.models.candidate import load_candidates
from cis_study.models.lock import LOCK_FILE, pin, read_lock
from cis_study.models.registry import load_registry
from cis_study.provenance import readable_json, write_atomic
from cis_study.selection.page import as_page
from cis_study.selection.report import as_markdown, findings_json, make_report
from cis_study.selection.settings import load_selection
from cis_study.tables.latex import as_latex
from cis_study.tables.table import as_csv
from cis_study.yamlfile import read_yaml

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
config = Path("config")
settings = load_selection(Path(snakemake.input.settings))
candidates = load_candidates(config / "models" / "candidates")
lock = read_lock(LOCK_FILE)
report = make_report(
    settings,
    candidates,
    study=read_yaml(config / f"{settings.study}.yaml", Study),
    registry={name: pin(model, lock.get(name)) for name, model in load_registry(config / "models").items()},
)
markdown = as_markdown(report)
write_atomic(Path(snakemake.output.markdown), markdown)
write_atomic(Path(snakemake.output.page), as_page(markdown))
write_atomic(Path(snakemake.output.csv), as_csv(report.comparison))
write_atomic(Path(snakemake.output.tex), as_latex(report.comparison))
write_atomic(Path(snakemake.output.rules), as_csv(report.rules))
write_atomic(Path(snakemake.output.findings), readable_json(findings_json(report)))
