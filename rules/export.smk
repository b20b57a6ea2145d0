"""The study as a data set for others: parquet, data card, Croissant, Inspect logs, RO-Crate."""

EXPORT = f"{RESULTS}/export"
TABLES_EXPORTED = expand(
    f"{EXPORT}/data/{{name}}.parquet",
    name=[
        "battles",
        "scores",
        *["episodes"] * bool(STUDY.episodes),
        *["judgements"] * bool(JUDGES),
    ],
)
INSPECT_LOGS = expand(f"{EXPORT}/inspect/{{model}}.eval", model=MODELS)
CARD = [f"{EXPORT}/README.md", f"{EXPORT}/croissant.json"]
WORKFLOW_FILES = ["Snakefile", *sorted(map(str, Path("rules").glob("*.smk")))]
# What the study rests on, besides the configuration as it was resolved.
INPUT_FILES = [
    "config/analysis.yaml",
    "config/tasks/reply_format.txt",
    "envs/study.in",
    "envs/study.lock",
    *hidden_files(TASKS),
    *[RUBRIC, "config/judging/attacks.yaml", "config/tasks/controls.yaml"]
    * bool(JUDGES),
]
LIBRARY = sorted(
    str(path)
    for path in Path("src/cis_study").rglob("*")
    if path.is_file() and path.suffix != ".pyc"
)


rule export_tables:
    input:
        battles=every_battle(),
        scores=SCORES,
        episodes=every_episode(),
        outcomes=(
            expand(f"{RESULTS}/outcomes/{{model}}.csv", model=MODELS)
            if STUDY.episodes
            else []
        ),
        judgements=every_judgement(),
    output:
        TABLES_EXPORTED,
    log:
        f"{RESULTS}/logs/export/tables.log",
    conda:
        "../envs/study.yaml"
    params:
        study=STUDY.study,
    message:
        "Battles, scores, episodes and judgements as parquet"
    script:
        "../scripts/export_tables.py"


rule export_card:
    input:
        tables=TABLES_EXPORTED,
        citation="CITATION.cff",
    output:
        card=CARD[0],
        croissant=CARD[1],
    log:
        f"{RESULTS}/logs/export/card.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Data card and Croissant metadata"
    script:
        "../scripts/export_card.py"


rule export_inspect:
    input:
        battles=model_battles,
        scores=f"{RESULTS}/scores/{{model}}.parquet",
    output:
        f"{EXPORT}/inspect/{{model}}.eval",
    log:
        f"{RESULTS}/logs/export/inspect/{{model}}.log",
    conda:
        "../envs/study.yaml"
    params:
        study=STUDY.study,
        blocks=list(BLOCKS),
    message:
        "Battles of {wildcards.model} as a log of Inspect"
    script:
        "../scripts/export_inspect.py"


rule export_crate:
    input:
        workflow=WORKFLOW_FILES,
        configured=INPUT_FILES,
        manifests=[manifest_of(model) for model in MODELS | JUDGES],
        results=[*TABLES_EXPORTED, *CARD, *INSPECT_LOGS],
        citation="CITATION.cff",
        library=LIBRARY,
    output:
        crate=f"{EXPORT}/ro-crate-metadata.json",
        study=f"{EXPORT}/workflow/study.json",
        copies=expand(f"{EXPORT}/workflow/{{path}}", path=WORKFLOW_FILES + INPUT_FILES),
        manifests=expand(
            f"{EXPORT}/workflow/models/{{model}}.json", model=MODELS | JUDGES
        ),
    log:
        f"{RESULTS}/logs/export/crate.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        study=canonical_json(
            {
                "study": STUDY.model_dump(mode="json"),
                "models": {
                    name: model.model_dump(mode="json")
                    for name, model in (MODELS | JUDGES).items()
                },
            }
        ),
        blocks=list(BLOCKS),
    message:
        "Where the data set comes from, as a Workflow Run RO-Crate"
    script:
        "../scripts/export_crate.py"


rule export:
    input:
        *TABLES_EXPORTED,
        *CARD,
        *INSPECT_LOGS,
        f"{EXPORT}/ro-crate-metadata.json",
    message:
        f"Data set of the study {STUDY.study}: {EXPORT}"
