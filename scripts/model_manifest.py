"""Manifest of a model: from its weights (fetched first), or from the cache in a replay."""

import json
import shutil
from pathlib import Path

snakemake = globals()["snakemake"]

target = Path(snakemake.output[0])
if snakemake.resources.mode == "replay":
    shutil.copyfile(snakemake.params.archived, target)
else:
    # Not above: the client of the hub and the readers of weights take longer to load than a replay takes.
    from cis_study.models.fetch import fetch
    from cis_study.models.lock import read_lock
    from cis_study.models.manifest import build_manifest
    from cis_study.models.registry import Model
    from cis_study.provenance import readable_json, write_atomic

    model = Model.model_validate(json.loads(snakemake.params.model))
    weights = target.parent / "weights"
    source = fetch(model, weights, read_lock(Path(snakemake.params.lock)).get(model.name))
    write_atomic(target, readable_json(build_manifest(model, weights, source)))
