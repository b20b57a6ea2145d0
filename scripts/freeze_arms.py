"""Pack the arms of the check of determinism into the cache of their study."""

import json
from pathlib import Path

from cis_study.battles.archive import manifest_path
from cis_study.battles.freezing import describe_cache, freeze_battles, freeze_manifests
from cis_study.config import resolve_study
from cis_study.determinism.arms import ARMS, arm_dir, check_of
from cis_study.determinism.study import kept_pairs
from cis_study.provenance import write_atomic

snakemake = globals()["snakemake"]

study = resolve_study(json.loads(snakemake.params.study))
results, cache = Path(snakemake.output[0]).parents[1], Path(snakemake.params.cache)
for profile in check_of(study).profiles:
    for arm in ARMS:
        folder = arm_dir(results, profile, arm)
        battles = [path for path in map(Path, snakemake.input.battles) if path.is_relative_to(folder)]
        freeze_battles(battles, folder, arm_dir(cache, profile, arm))
# A frozen study has them already, and describes them.
manifests = map(Path, snakemake.input.manifests)
freeze_manifests([path for path in manifests if not manifest_path(cache, path.parent.name).is_file()], cache)
write_atomic(kept_pairs(cache), Path(snakemake.input.pairs).read_bytes())
made_from = {"engine": study.engine.model_dump(mode="json"), "determinism": check_of(study).model_dump(mode="json")}
describe_cache(kept_pairs(cache).parent, made_from)
