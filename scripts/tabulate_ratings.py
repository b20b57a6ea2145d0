"""Judgements, and what human raters sent back -> the table of ratings."""

import logging
from pathlib import Path

from cis_study.judging.exhibit import read_exhibits
from cis_study.judging.human import read_human_ratings
from cis_study.judging.rating import rating_table
from cis_study.judging.ratings import read_judgements
from cis_study.provenance import write_atomic

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
exhibits = read_exhibits(Path(snakemake.input.exhibits))
ratings = read_judgements(map(Path, snakemake.input.judgements), exhibits)
ratings += read_human_ratings(
    map(Path, snakemake.input.human), map(Path, snakemake.input.rating_keys), exhibits, snakemake.params.study
)
write_atomic(Path(snakemake.output[0]), rating_table(ratings).to_csv(index=False, lineterminator="\n"))
