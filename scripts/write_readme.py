"""What the study found -> its block in `README.md`, and the figure that the block shows."""

import json
from pathlib import Path

from cis_study.docs.found import found_block, inputs_hash, with_block
from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

design = study_design(snakemake.params.design)
summary = json.loads(Path(snakemake.input.statistics[0]).read_text(encoding="utf-8"))
claims = read_table(Path(snakemake.input.claims).parent, CLAIMS)
page, figure = Path(snakemake.params.page), Path(snakemake.params.figure)
caption, _, _ = Path(snakemake.input.caption).read_text(encoding="utf-8").partition("\n\n")
block = found_block(design, summary, claims, inputs_hash(design.study, Path()), str(figure), caption)
write_atomic(page, with_block(page.read_text(encoding="utf-8"), block))
write_atomic(figure, Path(snakemake.input.figure).read_bytes())
