"""Scores of all contestants -> tables of estimates, tests and verdicts."""

import sys
from pathlib import Path

from cis_study.statistics.analysis import analyse
from cis_study.statistics.design import study_design
from cis_study.statistics.files import write_analysis
from cis_study.statistics.scores import load_scores
from cis_study.statistics.settings import load_settings

sys.stderr = open(snakemake.log[0], "w", buffering=1)  # noqa: F821, SIM115, PTH123

design = study_design(snakemake.params.design)  # noqa: F821
settings = load_settings(Path(snakemake.input.settings))  # noqa: F821
scores = load_scores([Path(path) for path in snakemake.input.scores], design)  # noqa: F821
write_analysis(analyse(scores, design, settings), Path(snakemake.output.summary).parent)  # noqa: F821
