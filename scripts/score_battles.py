"""The score table of one contestant, computed from its evidence alone."""

from pathlib import Path

from cis_study.config import Weights
from cis_study.provenance import write_atomic
from cis_study.scoring.evidence_file import read_evidence
from cis_study.scoring.own import entries
from cis_study.scoring.score_table import parquet_bytes, score_table
from cis_study.yamlfile import validate

snakemake = globals()["snakemake"]

weights = validate(Weights, snakemake.params.weights, where="scoring weights")
evidence = read_evidence(map(Path, snakemake.input.evidence))
table = score_table(snakemake.params.study, evidence, weights, entries(snakemake.params.instruments))
write_atomic(Path(snakemake.output[0]), parquet_bytes(table))
