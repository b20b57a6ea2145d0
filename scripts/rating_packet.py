"""Exhibits and scores of a study -> the packet for human raters, and its key."""

import logging
from pathlib import Path

from cis_study.config import Raters
from cis_study.judging.drawing import draw_exhibits
from cis_study.judging.exhibit import read_exhibits
from cis_study.judging.packet import packet_files
from cis_study.judging.rubric import load_rubric
from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.scores import load_scores
from cis_study.yamlfile import validate

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
design = study_design(snakemake.params.design)
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
present = scores[scores["CIS"].notna()]
cis = dict(zip(present[["model", "task", "replicate"]].itertuples(index=False, name=None), present["CIS"], strict=True))
raters = validate(Raters, snakemake.params.raters, where="raters")
drawn = draw_exhibits(read_exhibits(Path(snakemake.input.exhibits)), cis, raters, snakemake.params.seed)
files = packet_files(design.study, drawn, load_rubric(Path(snakemake.input.rubric)))
for name, content in files._asdict().items():
    write_atomic(Path(snakemake.output[name]), content)
