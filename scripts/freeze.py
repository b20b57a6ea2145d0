"""Pack a finished study into its cache: battles, manifests and the configuration that made them."""

import importlib.metadata
import json
import shutil
from collections import defaultdict
from pathlib import Path

from cis_study.battles.archive import archive_path, episodes_path, manifest_path, pack
from cis_study.provenance import readable_json, sha256_file, write_atomic

snakemake = globals()["snakemake"]

cache = Path(snakemake.params.cache)
battles = defaultdict(list)
for path in snakemake.input.battles:
    battle = json.loads(Path(path).read_bytes())
    battles[battle["model"]].append(battle)
for model, fought in battles.items():
    pack(fought, archive_path(cache, model))
episodes = defaultdict(list)
for path in snakemake.input.episodes:
    episode = json.loads(Path(path).read_bytes())
    episodes[episode["model"]].append(episode)
for model, played in episodes.items():
    pack(played, episodes_path(cache, model))
for path in map(Path, snakemake.input.manifests):
    target = manifest_path(cache, path.parent.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
study = Path(snakemake.output[0]).parent
for kind in ("engines", "telemetry"):
    for path in sorted((study / kind).glob("*/*.json")):
        write_atomic(cache / path.relative_to(study), path.read_bytes())
packages = ["cis-study", "snakemake", "openai", "pydantic"]
manifest = {
    "study": json.loads(snakemake.params.study),
    "versions": {name: importlib.metadata.version(name) for name in packages},
    "files": {
        str(path.relative_to(cache)): sha256_file(path)
        for path in sorted(cache.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    },
}
write_atomic(cache / "manifest.json", readable_json(manifest))
