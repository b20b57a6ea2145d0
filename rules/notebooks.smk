"""Read-only explorations. An executed notebook is the log of its rule; a table of its own stands for it in the graph."""

NOTEBOOKS = ["explore", "disagreement", "statistics"]


rule notebook_explore:
    input:
        scores=SCORES,
        statistics=[STATISTICS],
    output:
        f"{RESULTS}/notebooks/explore.csv",
    log:
        notebook=f"{RESULTS}/notebooks/explore.ipynb",
    conda:
        "../envs/study.yaml"
    message:
        "Execute the notebook explore"
    notebook:
        "../notebooks/explore.py.ipynb"


rule notebook_disagreement:
    input:
        scores=SCORES,
        battles=every_battle(),
        ratings=[f"{RESULTS}/ratings.csv"] * bool(JUDGES),
        controls="config/tasks/controls.yaml",
    output:
        f"{RESULTS}/notebooks/disagreement.csv",
    log:
        notebook=f"{RESULTS}/notebooks/disagreement.ipynb",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Execute the notebook disagreement"
    notebook:
        "../notebooks/disagreement.py.ipynb"


rule notebook_statistics:
    input:
        scores=SCORES,
        settings="config/analysis.yaml",
        statistics=[STATISTICS],
    output:
        f"{RESULTS}/notebooks/statistics.csv",
    log:
        notebook=f"{RESULTS}/notebooks/statistics.ipynb",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Execute the notebook statistics"
    notebook:
        "../notebooks/statistics.py.ipynb"


# One job for all of them: each is rendered in less time than a process takes to load the libraries.
rule notebook_pages:
    input:
        expand(f"{RESULTS}/notebooks/{{name}}.csv", name=NOTEBOOKS),
    output:
        expand(f"{RESULTS}/notebooks/{{name}}.html", name=NOTEBOOKS),
    log:
        f"{RESULTS}/logs/notebook_pages.log",
    conda:
        "../envs/study.yaml"
    params:
        notebooks=expand(f"{RESULTS}/notebooks/{{name}}.ipynb", name=NOTEBOOKS),
    message:
        "Render the notebooks"
    script:
        "../scripts/render_notebooks.py"
