"""Write the plan of one block: every request, before any model is asked."""

import json
from pathlib import Path

from cis_study.provenance import readable_json, write_atomic

snakemake = globals()["snakemake"]

write_atomic(Path(snakemake.output[0]), readable_json(json.loads(snakemake.params.plan)))
