"""The exported tables -> data card and Croissant metadata."""

from pathlib import Path

import pyarrow.parquet as pq

from cis_study.export.card import card
from cis_study.export.citation import read_citation
from cis_study.export.croissant import croissant
from cis_study.export.files import listed
from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.design import study_design

snakemake = globals()["snakemake"]

design = study_design(snakemake.params.design)
citation = read_citation(Path(snakemake.input.citation))
paths = {Path(path).stem: Path(path) for path in snakemake.input.tables}
rows = {name: pq.read_metadata(path).num_rows for name, path in paths.items()}
scores = pq.read_table(paths["scores"], columns=["model", "instrument", "status"]).to_pylist()
battles = pq.read_table(paths["battles"], columns=["model", "weights", "altered"]).to_pylist()
folder = Path(snakemake.output.card).parent
metadata = croissant(design.study, design.description, citation, listed(paths.values(), folder))
write_atomic(Path(snakemake.output.card), card(design, citation, rows, scores, battles))
write_atomic(Path(snakemake.output.croissant), readable_json(metadata))
