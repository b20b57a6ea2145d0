"""What is claimed of a model that somebody else serves, or of an agent that somebody else runs."""

import json
import shutil
from pathlib import Path

from cis_study.agents.outside import claimed_agent
from cis_study.config import OutsideAgent
from cis_study.models.manifest import claimed_manifest
from cis_study.models.registry import Model
from cis_study.provenance import readable_json, write_atomic

snakemake = globals()["snakemake"]

entry, target = json.loads(snakemake.params.model), Path(snakemake.output[0])
if snakemake.resources.mode == "replay":
    shutil.copyfile(snakemake.params.archived, target)
elif "a2a" in entry:
    write_atomic(target, readable_json(claimed_agent(OutsideAgent.model_validate(entry))))
else:
    write_atomic(target, readable_json(claimed_manifest(Model.model_validate(entry))))
