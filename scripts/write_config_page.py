"""Template and schemas -> `config/README.md`."""

from pathlib import Path

from cis_study.docs.config_page import config_page
from cis_study.provenance import write_atomic

snakemake = globals()["snakemake"]

template = Path(snakemake.input[0])
write_atomic(template.with_suffix(""), config_page(template.read_text(encoding="utf-8"), template.parent))
