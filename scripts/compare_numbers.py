"""The numbers of two studies -> a table of all, and a text of those that differ."""

import json
from pathlib import Path

import yaml

from cis_study.compared import numbers_file, require_numbers
from cis_study.paper.comparison import compare, comparison_table, comparison_text
from cis_study.provenance import write_atomic
from cis_study.tables.table import as_csv

snakemake = globals()["snakemake"]

studies = list(snakemake.params.studies)
require_numbers(studies)
first, second = (json.loads(numbers_file(study).read_bytes()) for study in studies)
meanings = yaml.safe_load(Path(snakemake.input[0]).read_text(encoding="utf-8"))
rows = compare(first, second, meanings)
write_atomic(Path(snakemake.output.csv), as_csv(comparison_table(rows, studies)))
write_atomic(Path(snakemake.output.text), comparison_text(rows, studies))
