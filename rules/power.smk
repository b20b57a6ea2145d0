"""Power before data: what the configured design can find, simulated. Needs no battle of the study itself."""

from cis_study.published.sums import is_recorded

POWER = f"{RESULTS}/statistics/power.csv"
POWER_SUMMARY = f"{RESULTS}/statistics/power.json"
# The paper and the report show it where it was simulated or published; they do not ask for minutes of simulation.
POWER_KNOWN = Path(POWER_SUMMARY).is_file() or is_recorded(Path(CACHE), POWER_SUMMARY)


localrules:
    power_results,
    power,


rule simulate_power:
    input:
        settings="config/analysis.yaml",
        pilot=pilot_scores,
    output:
        table=POWER,
        summary=POWER_SUMMARY,
    log:
        f"{RESULTS}/logs/simulate_power.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
    message:
        "Simulate the planned tests"
    script:
        "../scripts/simulate_power.py"


rule power_results:
    input:
        table=POWER,
        summary=POWER_SUMMARY,
    output:
        tables=table_files("power"),
        figure=figure_files("power"),
        text=f"{RESULTS}/power.txt",
    log:
        f"{RESULTS}/logs/power_results.log",
    conda:
        "../envs/study.yaml"
    message:
        "Table and figure of the simulated power"
    script:
        "../scripts/make_power.py"


# No output: it says each time what the design can answer.
rule power:
    input:
        text=f"{RESULTS}/power.txt",
        table=f"{RESULTS}/tables/power.csv",
        figure=f"{RESULTS}/figures/power.svg",
    log:
        f"{RESULTS}/logs/power.log",
    conda:
        "../envs/study.yaml"
    message:
        "What the design of the study {STUDY.study} can answer"
    shell:
        "tee {log} < {input.text}"
