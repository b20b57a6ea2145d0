"""Print what the configured study will cost, before anything is downloaded."""

import json
import shutil
from pathlib import Path

from cis_study.config import load_contestants, load_judges, resolve_study, served
from cis_study.judging.showing import all_places
from cis_study.models.candidate import load_candidates
from cis_study.models.cost import cost_lines, study_cost
from cis_study.scoring.controls import Controls, honest_parts
from cis_study.yamlfile import read_yaml

snakemake = globals()["snakemake"]

config, results = Path("config"), Path("results")
study = resolve_study(json.loads(snakemake.params.study))
models, judges = served(load_contestants(study, config)), load_judges(study, config)
controls = read_yaml(config / "tasks" / "controls.yaml", Controls)
exhibits = len(all_places(study, controls, honest_parts(config / "tasks")))
on_disk = {name for name in models | judges if any((results / "models" / name / "weights").glob("[!.]*"))}
cost = study_cost(study, models, load_candidates(config / "models" / "candidates"), on_disk, judges, exhibits)
text = "\n".join(cost_lines(cost, shutil.disk_usage(results).free))
Path(snakemake.log[0]).write_text(text + "\n")
print(text, flush=True)
