"""Files of an export, and what they were made from -> RO-Crate metadata beside copies of the latter."""

import itertools
from pathlib import Path

from cis_study.battles.telemetry import jobs_of_study
from cis_study.export.citation import read_citation
from cis_study.export.crate import crate
from cis_study.export.files import joint_hash, listed
from cis_study.export.software import engines, installed
from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.design import study_design

snakemake = globals()["snakemake"]

design = study_design(snakemake.params.design)
folder = Path(snakemake.output.crate).parent
results = folder.parent
originals = [*snakemake.input.workflow, *snakemake.input.configured, *snakemake.input.manifests]
copies = [Path(path) for path in (*snakemake.output.copies, *snakemake.output.manifests)]
for original, copy in zip(map(Path, originals), copies, strict=True):
    write_atomic(copy, original.read_bytes())
write_atomic(Path(snakemake.output.study), snakemake.params.study + "\n")
rules = copies[: len(snakemake.input.workflow)]
inputs = [*copies[len(rules) :], Path(snakemake.output.study)]
blocks = itertools.product(design.models, snakemake.params.blocks)
metadata = crate(
    design.study,
    design.description,
    read_citation(Path(snakemake.input.citation)),
    rules=listed(rules, folder),
    inputs=listed(inputs, folder),
    results=listed(map(Path, snakemake.input.results), folder),
    software=installed(Path("envs/study.in").read_text(encoding="utf-8")),
    engines=engines(jobs_of_study(results, results.parent / "cached" / results.name, blocks)),
    library_sha256=joint_hash(listed(map(Path, snakemake.input.library), Path("src"))),
)
write_atomic(Path(snakemake.output.crate), readable_json(metadata))
