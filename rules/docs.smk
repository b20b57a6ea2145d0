"""Documentation that is written from what it describes. No outputs: Snakemake would delete a page before the job."""


rule config_page:
    input:
        "config/README.md.jinja",
    log:
        "results/logs/config_page.log",
    conda:
        "../envs/study.yaml"
    message:
        "List the keys of the configuration"
    script:
        "../scripts/write_config_page.py"


rule readme:
    input:
        statistics=[STATISTICS],
        claims=VALIDITY,
        figure=f"{RESULTS}/figures/cis_by_model.svg",
        caption=f"{RESULTS}/figures/cis_by_model.txt",
    log:
        f"{RESULTS}/logs/readme.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        page="README.md",
        figure="results/cached/found.svg",
    message:
        "Write what the study {STUDY.study} found into README.md"
    script:
        "../scripts/write_readme.py"
