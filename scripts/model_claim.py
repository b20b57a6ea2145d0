"""What is claimed of a model that somebody else serves."""

import json
from pathlib import Path

from cis_study.models.manifest import claimed_manifest
from cis_study.models.registry import Model
from cis_study.provenance import readable_json, write_atomic

snakemake = globals()["snakemake"]

model = Model.model_validate(json.loads(snakemake.params.model))
write_atomic(Path(snakemake.output[0]), readable_json(claimed_manifest(model)))
