"""Statistics, figures, tables and notebooks from scores and telemetry; nothing here runs model code."""

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
FIGURES = ["cis_by_model", "components_by_model", "task_by_model"]
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


wildcard_constraints:
    figure="|".join(FIGURES),
    table="|".join(TABLES_MADE),


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


rule figure:
    input:
        scores=SCORES,
        statistics=[STATISTICS],
    output:
        f"{RESULTS}/figures/{{figure}}.pdf",
        shown_figure("{figure}", caption="figure"),
        f"{RESULTS}/figures/{{figure}}.png",
    log:
        f"{RESULTS}/logs/figures/{{figure}}.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Figure {wildcards.figure}"
    script:
        "../scripts/make_figure.py"


rule table:
    input:
        statistics=[STATISTICS],
    output:
        csv=shown_table("{table}", caption="table"),
        tex=f"{RESULTS}/tables/{{table}}.tex",
    log:
        f"{RESULTS}/logs/tables/{{table}}.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Table {wildcards.table}"
    script:
        "../scripts/make_table.py"


rule throughput:
    input:
        battles=a_battle_of_every_job(),
        cached=sorted(map(str, Path(CACHE).glob("telemetry/*/*.json"))),
    output:
        csv=shown_table("throughput"),
        tex=f"{RESULTS}/tables/throughput.tex",
        figure=[
            shown_figure("throughput"),
            *expand(f"{RESULTS}/figures/throughput.{{ext}}", ext=["pdf", "png"]),
        ],
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
        tables=[
            shown_table("episodes"),
            shown_table("episode_relation"),
            f"{RESULTS}/tables/episodes.tex",
            f"{RESULTS}/tables/episode_relation.tex",
        ],
        figure=[
            shown_figure("episodes"),
            *expand(f"{RESULTS}/figures/episodes.{{ext}}", ext=["pdf", "png"]),
        ],
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


rule notebook:
    input:
        scores=SCORES,
        statistics=[STATISTICS],
    output:
        f"{RESULTS}/notebooks/disagreements.csv",
    log:
        notebook=f"{RESULTS}/notebooks/explore.ipynb",
    conda:
        "../envs/study.yaml"
    message:
        "Execute the notebook explore"
    notebook:
        "../notebooks/explore.py.ipynb"


rule notebook_page:
    input:
        # The executed notebook is the log of its rule; this file stands for it in the graph.
        f"{RESULTS}/notebooks/disagreements.csv",
    output:
        f"{RESULTS}/notebooks/explore.html",
    log:
        f"{RESULTS}/logs/notebook_page.log",
    conda:
        "../envs/study.yaml"
    params:
        notebook=f"{RESULTS}/notebooks/explore.ipynb",
    message:
        "Render the notebook explore"
    script:
        "../scripts/render_notebook.py"
