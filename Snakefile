"""The CIS study: plan -> model -> battle -> submission -> evidence -> score -> statistics -> paper."""

from snakemake.utils import min_version

min_version("9.25.2")


include: "rules/common.smk"
include: "rules/arms.smk"
include: "rules/judging.smk"
include: "rules/battles.smk"
include: "rules/scores.smk"
include: "rules/analysis.smk"
include: "rules/raters.smk"
include: "rules/agreement.smk"
include: "rules/validity.smk"
include: "rules/determinism.smk"
include: "rules/power.smk"
include: "rules/publish.smk"
include: "rules/selection.smk"
include: "rules/reanalysis.smk"
include: "rules/tasks.smk"


# What a cluster is not asked for: seconds of work, or work that needs the internet. Left are generation and the sandbox.
localrules:
    all,
    battles,
    plan,
    plan_block,
    lock_models,
    model_manifest,
    freeze,
    score_battles,
    check_controls,
    rating_packet,
    statistics,
    figure,
    table,
    throughput,
    validity,
    validity_shown,
    validity_stored,
    episode_statistics,
    episodes,
    notebook,
    notebook_page,
    paper_numbers,
    paper,
    published_paper,
    build_report,
    selection_report,
    selection,
    reanalyse,
    reanalysis,
    build_mutants,
    check_tasks,


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
