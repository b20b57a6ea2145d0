"""Battles, scores, episodes and judgements of a study -> parquet tables for others."""

import json
from pathlib import Path

from cis_study.export.outcomes import episode_key, read_outcomes
from cis_study.export.rows import battle_row, episode_row, judgement_row
from cis_study.export.tables import parquet_table, read_scores
from cis_study.provenance import write_atomic

snakemake = globals()["snakemake"]

study = snakemake.params.study
outcomes = read_outcomes(map(Path, snakemake.input.outcomes))
judged = [json.loads(Path(path).read_bytes()) for path in snakemake.input.judgements]
episodes = [json.loads(Path(path).read_bytes()) for path in snakemake.input.episodes]
rows = {
    "battles": [battle_row(study, json.loads(Path(path).read_bytes())) for path in snakemake.input.battles],
    "scores": read_scores([Path(path) for path in snakemake.input.scores]),
    "episodes": [episode_row(study, episode, outcomes[episode_key(episode)]) for episode in episodes],
    "judgements": [judgement_row(study, judgement) for each in judged for judgement in each["judgements"]],
}
for path in map(Path, snakemake.output):
    write_atomic(path, parquet_table(path.stem, rows[path.stem]))
