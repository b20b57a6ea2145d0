"""Does the instrument deserve to be believed? Claims with pass rules, stated in `config/analysis.yaml`."""

VALIDITY_DETAILS = [
    "groups",
    "ladders",
    "correlations",
    "edits",
    "components",
    "weights",
    "variance",
    "dstudy",
    "contamination",
]
VALIDITY = f"{RESULTS}/validity/claims.csv"
VALIDITY_FIGURES = ["validity", "weights", "reliability"]
VALIDITY_TABLES = ["validity", "validity_instruments"]
OTHER_FIGURES += VALIDITY_FIGURES
OTHER_TABLES += VALIDITY_TABLES
EVIDENCE = expand(
    f"{RESULTS}/evidence/{{model}}/{{block}}.jsonl", model=MODELS, block=BLOCKS
)


rule edit_submissions:
    input:
        battles=every_battle(),
        evidence=EVIDENCE,
        tasks=hidden_side,
    output:
        f"{RESULTS}/edits.jsonl",
    log:
        f"{RESULTS}/logs/edit_submissions.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks=list(TASKS),
        # The number alone: other pass rules need no other edits.
        submissions=PASS_RULES.edited_submissions,
        cached=f"{CACHE}/edits.jsonl.gz",
    message:
        "Run submissions in other words in the sandbox"
    script:
        "../scripts/edit_submissions.py"


rule validity:
    input:
        scores=SCORES,
        battles=every_battle(),
        evidence=EVIDENCE,
        controls=f"{RESULTS}/controls.jsonl",
        edits=f"{RESULTS}/edits.jsonl",
        planted="config/tasks/controls.yaml",
        prompts=expand("config/tasks/{task}/task.yaml", task=TASKS),
        settings="config/analysis.yaml",
        own=source_files(STUDY.instruments),
    output:
        claims=VALIDITY,
        details=expand(f"{RESULTS}/validity/{{name}}.csv", name=VALIDITY_DETAILS),
    log:
        f"{RESULTS}/logs/validity.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        instruments=INSTRUMENTS,
        exports={name: task.exports for name, task in TASKS.items()},
    message:
        "What the instruments show of what they must"
    script:
        "../scripts/validate_instruments.py"


rule validity_shown:
    input:
        claims=VALIDITY,
        details=expand(f"{RESULTS}/validity/{{name}}.csv", name=VALIDITY_DETAILS),
        controls=f"{RESULTS}/controls.csv",
        settings="config/analysis.yaml",
    output:
        tables=[table_files(name) for name in VALIDITY_TABLES],
        figures=[figure_files(name) for name in VALIDITY_FIGURES],
    log:
        f"{RESULTS}/logs/validity_shown.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Tables and figures of the validity battery"
    script:
        "../scripts/show_validity.py"
