"""LogoMesh's files -> one table of stored scores, their kinds, and the scores of every instrument."""

import logging
from pathlib import Path

from cis_study.provenance import readable_json, write_atomic
from cis_study.reanalysis.reading import read_files
from cis_study.reanalysis.rescoring import collect_answers
from cis_study.reanalysis.table import answers, battle_table, our_scores
from cis_study.scoring.score_table import parquet_bytes

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
reading = read_files([Path(path) for path in snakemake.input.battles])
evidence = collect_answers(
    answers(reading.rows),
    tasks_dir=Path(snakemake.params.tasks_dir),
    journal=Path(snakemake.params.journal),
    workers=snakemake.threads,
)
table = battle_table(reading.rows, our_scores(evidence))
unreadable = [[name, why, count] for (name, why), count in sorted(reading.unreadable.items())]
write_atomic(Path(snakemake.output.battles), parquet_bytes(table))
write_atomic(Path(snakemake.output.unreadable), readable_json(unreadable))
