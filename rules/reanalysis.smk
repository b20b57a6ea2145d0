"""LogoMesh's own battles read again: `snakemake reanalysis --config battles_db=PATH[,PATH...]`."""

REANALYSIS = "results/reanalysis"
REANALYSIS_TABLES = [
    "battles",
    "unreadable",
    "runs",
    "kinds",
    "formulas",
    "claims",
    "gates",
    "tests",
    "instruments",
    "tasks",
    "agreement",
    "specifications",
    "levels",
    "findings",
]


rule rescore_stored:
    input:
        battles=map(str, BATTLES_DB),
        tasks=stored_hidden_side,
    output:
        battles=f"{REANALYSIS}/battles.parquet",
        unreadable=f"{REANALYSIS}/unreadable.json",
    log:
        f"{REANALYSIS}/logs/rescore_stored.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks_dir="config/tasks",
        # No output: what has run in the sandbox once need not run again when a file is added.
        journal=f"{REANALYSIS}/evidence.journal.jsonl",
    message:
        "Read LogoMesh's files, run their answers in the sandbox, score them"
    script:
        "../scripts/rescore_stored.py"


rule validity_stored:
    input:
        battles=f"{REANALYSIS}/battles.parquet",
        settings="config/analysis.yaml",
    output:
        claims=f"{REANALYSIS}/validity/claims.csv",
        details=expand(f"{REANALYSIS}/validity/{{name}}.csv", name=VALIDITY_DETAILS),
    log:
        f"{REANALYSIS}/logs/validity_stored.log",
    conda:
        "../envs/study.yaml"
    message:
        "What cis-3 and the published formulas show of what they must, on LogoMesh's answers"
    script:
        "../scripts/validate_stored.py"


rule reanalyse:
    input:
        battles=f"{REANALYSIS}/battles.parquet",
        unreadable=f"{REANALYSIS}/unreadable.json",
        validity=f"{REANALYSIS}/validity/claims.csv",
        published="config/reanalysis/published.yaml",
        settings="config/analysis.yaml",
    output:
        report=f"{REANALYSIS}/report.html",
        tables=expand(f"{REANALYSIS}/tables/{{name}}.csv", name=REANALYSIS_TABLES),
        figures=directory(f"{REANALYSIS}/figures"),
        latex=directory(f"{REANALYSIS}/latex"),
    log:
        f"{REANALYSIS}/logs/reanalyse.log",
    conda:
        "../envs/study.yaml"
    message:
        "What was published, what reproduces, what changes"
    script:
        "../scripts/reanalyse.py"


rule reanalysis:
    input:
        f"{REANALYSIS}/report.html",
    message:
        "The reanalysis is in results/reanalysis/"
