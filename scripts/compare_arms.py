"""Arms of the check of determinism -> what became of every pair, the shares, and their table."""

import json
from pathlib import Path

from cis_study.config import resolve_study
from cis_study.determinism.study import compare_study
from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import csv_text
from cis_study.statistics.settings import load_settings
from cis_study.tables.determinism import determinism_table
from cis_study.tables.publishing import publish_table

snakemake = globals()["snakemake"]

study = resolve_study(json.loads(snakemake.params.study))
alpha = load_settings(Path(snakemake.input.settings)).alpha
results = Path(snakemake.output.summary).parent
compared = compare_study(study, results, Path(snakemake.params.cache), Path(snakemake.params.models), alpha)
table = determinism_table(compared.summary, study_design(snakemake.params.design), alpha)
write_atomic(Path(snakemake.output.pairs), csv_text(compared.pairs))
write_atomic(Path(snakemake.output.summary), csv_text(compared.summary))
publish_table(table, snakemake.output.table)
