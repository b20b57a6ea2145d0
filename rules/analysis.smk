"""Statistics, figures and tables from scores and telemetry; nothing here runs model code."""

ANALYSIS_TABLES = [
    "models",
    "components",
    "cells",
    "contrasts",
    "missing",
    "omnibus",
    "structure",
    "criterion",
    "hypotheses",
    "gates",
    "generalisation",
    "sensitivity",
]
FIGURES = ["cis_by_model", "task_by_model", "distributions", "components_by_model"]
TABLES_MADE = [
    "models",
    "main_results",
    "contrasts",
    "components",
    "omnibus",
    "missing",
    "hypotheses",
    "gates",
    "generalisation",
]
# Not of the scores alone: by rules of their own.
OTHER_FIGURES = ["throughput"] + ["episodes"] * bool(STUDY.episodes)
OTHER_FIGURES += ["judges"] * bool(JUDGES)
OTHER_TABLES = ["throughput"] + ["episodes", "episode_relation"] * bool(STUDY.episodes)
OTHER_TABLES += ["judge_calibration", "judge_agreement"] * bool(JUDGES)
DESIGN = design_parameters(STUDY, MODELS.values(), TASKS.values(), JUDGES.values())
SCORES = expand(f"{RESULTS}/scores/{{model}}.parquet", model=MODELS)
STATISTICS = f"{RESULTS}/statistics/summary.json"
JUDGE_STATISTICS = [f"{RESULTS}/statistics/judge_summary.json"] * bool(JUDGES)
EPISODE_RELATION = f"{RESULTS}/statistics/episode_relation.csv"


rule statistics:
    input:
        scores=SCORES,
        settings="config/analysis.yaml",
        relation=[EPISODE_RELATION] * bool(STUDY.episodes),
    output:
        summary=STATISTICS,
        tables=expand(
            f"{RESULTS}/statistics/{{name}}.csv",
            name=ANALYSIS_TABLES,
        ),
    log:
        f"{RESULTS}/logs/statistics.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        # No input: of the run that fought the battles, or of the cache, and neither where it is older than the record.
        written=[f"{RESULTS}/analysis.json", f"{CACHE}/analysis.json"],
    message:
        "Estimates, intervals, tests and verdicts"
    script:
        "../scripts/analyse.py"


# One job for all of them: each is drawn in less time than a process takes to load the libraries.
rule figures:
    input:
        scores=SCORES,
        statistics=[STATISTICS],
    output:
        [figure_files(name) for name in FIGURES],
    log:
        f"{RESULTS}/logs/figures.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Figures of scores and analysis"
    script:
        "../scripts/make_figures.py"


rule tables:
    input:
        statistics=[STATISTICS],
    output:
        [table_files(name) for name in TABLES_MADE],
    log:
        f"{RESULTS}/logs/tables.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Tables of the analysis"
    script:
        "../scripts/make_tables.py"


rule throughput:
    input:
        battles=a_battle_of_every_job(),
        cached=sorted(map(str, Path(CACHE).glob("telemetry/*/*.json"))),
    output:
        table=table_files("throughput"),
        figure=figure_files("throughput"),
    log:
        f"{RESULTS}/logs/throughput.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        blocks=list(BLOCKS),
        gpus=STUDY.gpu,
    message:
        "Throughput of the generation jobs"
    script:
        "../scripts/make_throughput.py"


rule episode_statistics:
    input:
        outcomes=expand(f"{RESULTS}/outcomes/{{model}}.csv", model=MODELS),
        scores=SCORES,
        settings="config/analysis.yaml",
    output:
        episodes=f"{RESULTS}/statistics/episodes.csv",
        relation=EPISODE_RELATION,
    log:
        f"{RESULTS}/logs/episode_statistics.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Success in episodes, and what CIS says of it"
    script:
        "../scripts/analyse_episodes.py"


rule episodes:
    input:
        episodes=f"{RESULTS}/statistics/episodes.csv",
        relation=EPISODE_RELATION,
        statistics=STATISTICS,
    output:
        tables=[table_files(name) for name in ["episodes", "episode_relation"]],
        figure=figure_files("episodes"),
    log:
        f"{RESULTS}/logs/episodes.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Tables and figure of the episodes"
    script:
        "../scripts/make_episodes.py"
