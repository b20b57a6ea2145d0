"""Pack a finished study into its cache: battles, evidence, judgements, manifests and the configuration behind them."""

import json
from pathlib import Path

from cis_study.battles.freezing import (
    describe_cache,
    freeze_battles,
    freeze_episodes,
    freeze_judgements,
    freeze_manifests,
)
from cis_study.scoring.evidence_cache import freeze_evidence

snakemake = globals()["snakemake"]

cache = Path(snakemake.params.cache)
freeze_battles(map(Path, snakemake.input.battles), Path(snakemake.output[0]).parent, cache)
freeze_episodes(map(Path, snakemake.input.episodes), cache)
freeze_evidence(map(Path, snakemake.input.evidence), map(Path, snakemake.input.planted), cache)
freeze_judgements(map(Path, snakemake.input.judgements), cache)
freeze_manifests(map(Path, snakemake.input.manifests), cache)
describe_cache(cache, {"study": json.loads(snakemake.params.study)})
