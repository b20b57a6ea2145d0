"""The CIS study: plan -> model -> battle -> submission -> evidence -> score -> statistics -> paper."""

from snakemake.utils import min_version

min_version("9.25.2")


report: "src/cis_study/report/study.rst"


include: "rules/common.smk"
include: "rules/arms.smk"
include: "rules/judged.smk"
include: "rules/judging.smk"
include: "rules/battles.smk"
include: "rules/scores.smk"
include: "rules/analysis.smk"
include: "rules/raters.smk"
include: "rules/agreement.smk"
include: "rules/validity.smk"
include: "rules/notebooks.smk"
include: "rules/determinism.smk"
include: "rules/power.smk"
include: "rules/verification.smk"
include: "rules/publish.smk"
include: "rules/export.smk"
include: "rules/comparison.smk"
include: "rules/selection.smk"
include: "rules/reanalysis.smk"
include: "rules/tasks.smk"
include: "rules/docs.smk"
include: "rules/local.smk"


rule all:
    default_target: True
    input:
        publications(),
    message:
        f"Study {STUDY.study} is complete"


rule battles:
    input:
        every_battle(),
    message:
        f"Battles of the study {STUDY.study} are complete"
