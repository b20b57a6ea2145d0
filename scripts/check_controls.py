"""Evidence of the controls -> their table; fails where one scores what it is not worth."""

from pathlib import Path

from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.provenance import write_atomic
from cis_study.scoring.control_table import complaints, control_table
from cis_study.scoring.controls import Controls
from cis_study.scoring.evidence_file import read_evidence
from cis_study.scoring.score_table import score_table
from cis_study.statistics.files import csv_text
from cis_study.yamlfile import read_yaml, validate

snakemake = globals()["snakemake"]

weights = validate(Weights, snakemake.params.weights, where="scoring weights")
evidence = read_evidence([Path(snakemake.input.evidence)])
scores = score_table(snakemake.params.study, evidence, weights, [snakemake.params.instrument])
table = control_table(scores, read_yaml(Path(snakemake.input.settings), Controls))
text = csv_text(table)
if found := complaints(table):
    Path(snakemake.log[0]).write_text(text)
    raise StudyError("controls", "; ".join(found), "the score is not what they are worth", "See the log of the rule.")
write_atomic(Path(snakemake.output[0]), text)
