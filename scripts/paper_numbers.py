"""Statistics -> the numbers and sentences the manuscript prints, and the hashes of what they follow from."""

import json
import logging
from pathlib import Path

import pandas as pd

from cis_study.paper.numbers import paper_numbers
from cis_study.paper.record import GROUPS, checksums, read_engines, record_numbers
from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
given, known = snakemake.input, {}
for name in ("judges", "power", "cache"):
    known[name] = next((json.loads(Path(path).read_bytes()) for path in given[name]), None)
design = study_design(snakemake.params.design)
groups = {name: [Path(path) for path in given[name]] for name in GROUPS}
weights = [json.loads(path.read_bytes()) for path in groups["weights"]]
engines = read_engines(map(Path, snakemake.params.engines))
numbers = paper_numbers(
    read_analysis(Path(given.statistics[0]).parent),
    design,
    record_numbers(design, groups, weights, known["cache"], engines),
    next((pd.read_csv(path, dtype={"version": str}) for path in given.determinism), None),
    known["judges"],
    known["power"],
    read_table(Path(given.validity).parent, CLAIMS),
)
write_atomic(Path(snakemake.output.numbers), readable_json(numbers))
write_atomic(Path(snakemake.output.sums), checksums(path for paths in groups.values() for path in paths))
