"""Judges and human raters: who of them counts, and how they agree with CIS."""

JUDGE_TABLES = [
    "judge_calibration",
    "judge_ladder",
    "judge_agreement",
    "judge_missing",
    "self_preference",
]

# A study without judges has nothing to analyse here, and a rule without files is no rule.
if JUDGES:

    localrules:
        judge_statistics,
        judges,

    rule judge_statistics:
        input:
            ratings=f"{RESULTS}/ratings.csv",
            scores=SCORES,
            settings="config/analysis.yaml",
            controls="config/tasks/controls.yaml",
            rubric="config/judging/rubric.yaml",
        output:
            summary=JUDGE_STATISTICS[0],
            tables=expand(f"{RESULTS}/statistics/{{name}}.csv", name=JUDGE_TABLES),
        log:
            f"{RESULTS}/logs/judge_statistics.log",
        conda:
            "../envs/study.yaml"
        params:
            design=DESIGN,
        message:
            "Calibration of the judges, and agreement with CIS"
        script:
            "../scripts/analyse_judges.py"

    rule judges:
        input:
            summary=JUDGE_STATISTICS[0],
            statistics=expand(f"{RESULTS}/statistics/{{name}}.csv", name=JUDGE_TABLES),
        output:
            tables=[
                shown_table("judge_calibration"),
                shown_table("judge_agreement"),
                f"{RESULTS}/tables/judge_calibration.tex",
                f"{RESULTS}/tables/judge_agreement.tex",
            ],
            figure=[
                shown_figure("judges"),
                *expand(f"{RESULTS}/figures/judges.{{ext}}", ext=["pdf", "png"]),
            ],
        log:
            f"{RESULTS}/logs/judges.log",
        conda:
            "../envs/study.yaml"
        params:
            design=DESIGN,
        message:
            "Tables and figure of the judges"
        script:
            "../scripts/make_judges.py"
