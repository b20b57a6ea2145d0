"""Write the lock of the hub models: every file of the registry that has none yet, whatever the study."""

from pathlib import Path

from cis_study.models.locking import lock_models
from cis_study.models.registry import load_registry

snakemake = globals()["snakemake"]

path = Path(snakemake.params.lock)
lock_models(load_registry(path.parent).values(), path)
