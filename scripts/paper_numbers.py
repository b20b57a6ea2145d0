"""Statistics -> the numbers and sentences the manuscript prints."""

import sys
from pathlib import Path

from cis_study.paper.numbers import paper_numbers
from cis_study.provenance import readable_json, sha256_file, write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis

sys.stderr = open(snakemake.log[0], "w", buffering=1)  # noqa: F821, SIM115, PTH123

design = study_design(snakemake.params.design)  # noqa: F821
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)  # noqa: F821
hashes = {path: sha256_file(Path(path)) for path in snakemake.input.sources}  # noqa: F821
numbers = paper_numbers(analysis, design, hashes)
write_atomic(Path(snakemake.output[0]), readable_json(numbers))  # noqa: F821
