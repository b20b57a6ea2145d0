"""Which models to compare: rules over published figures, written as a report. Needs no model, GPU or network."""


rule selection_report:
    input:
        settings="config/models/selection.yaml",
        candidates=sorted(map(str, Path("config/models/candidates").glob("*.yaml"))),
        registry=sorted(map(str, Path("config/models").glob("*.yaml"))),
        # The settings name one of them.
        studies=sorted(map(str, Path("config").glob("*.yaml"))),
    output:
        markdown="results/selection/report.md",
        page="results/selection/report.html",
        csv="results/selection/comparison.csv",
        tex="results/selection/comparison.tex",
        rules="results/selection/rules.csv",
        findings="results/selection/findings.json",
    log:
        "results/selection/selection.log",
    conda:
        "../envs/study.yaml"
    message:
        "Apply the selection rules to the candidates"
    script:
        "../scripts/selection_report.py"


rule selection:
    input:
        rules.selection_report.output,
    message:
        "The selection report is in results/selection/"
