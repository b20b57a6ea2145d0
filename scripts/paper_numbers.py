"""Statistics -> the numbers and sentences the manuscript prints."""

import json
import logging
from pathlib import Path

import pandas as pd

from cis_study.paper.numbers import paper_numbers
from cis_study.provenance import readable_json, sha256_file, write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)
simulated = snakemake.input.power
manifest = snakemake.input.manifest
hashes = {
    path: sha256_file(Path(path))
    for path in [*snakemake.input.sources, *snakemake.input.determinism, *simulated, manifest]
}
measured = snakemake.input.determinism
determinism = pd.read_csv(measured[0], dtype={"version": str}) if measured else None
judged = [json.loads(Path(path).read_text(encoding="utf-8")) for path in snakemake.input.judges]
power = json.loads(Path(simulated[0]).read_bytes()) if simulated else None
claims = read_table(Path(snakemake.input.validity).parent, CLAIMS)
made_from = json.loads(Path(manifest).read_bytes())
numbers = paper_numbers(analysis, design, hashes, determinism, judged[0] if judged else None, power, claims, made_from)
write_atomic(Path(snakemake.output[0]), readable_json(numbers))
