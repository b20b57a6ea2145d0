"""Judgements -> the table of ratings."""

from pathlib import Path

from cis_study.judging.exhibit import read_exhibits
from cis_study.judging.rating import rating_table
from cis_study.judging.ratings import read_judgements
from cis_study.provenance import write_atomic

snakemake = globals()["snakemake"]

exhibits = read_exhibits(Path(snakemake.input.exhibits))
ratings = read_judgements(map(Path, snakemake.input.judgements), exhibits)
write_atomic(Path(snakemake.output[0]), rating_table(ratings).to_csv(index=False, lineterminator="\n"))
