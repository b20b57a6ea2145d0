"""What readers open: the paper and the report."""


rule paper_numbers:
    input:
        statistics=[STATISTICS],
        validity=VALIDITY,
        manifest=[STUDY_MANIFEST],
        judges=JUDGE_STATISTICS,
        plan=expand(
            f"{RESULTS}/plan/{{model}}/{{block}}.json", model=MODELS, block=BLOCKS
        ),
        analysis=["config/analysis.yaml"],
        tasks=[*hidden_files(TASKS), "config/tasks/reply_format.txt"],
        weights=[manifest_of(model) for model in MODELS],
        cache=[f"{CACHE}/manifest.json"] * Path(f"{CACHE}/manifest.json").is_file(),
        evidence=EVIDENCE,
        scores=SCORES,
        ratings=[f"{RESULTS}/ratings.csv"] * bool(JUDGES),
        determinism=[DETERMINISM] * ARMS_KEPT,
        power=[POWER_SUMMARY] * POWER_KNOWN,
        environment=["envs/study.lock"],
    output:
        numbers=f"{RESULTS}/paper/numbers.json",
        sums=f"{RESULTS}/paper/SHA256SUMS",
    log:
        f"{RESULTS}/logs/paper_numbers.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        # No input: of the run that fought the battles, or of the cache; either may lack them.
        engines=[f"{RESULTS}/engines", f"{CACHE}/engines"],
    message:
        "Numbers and sentences of the paper"
    script:
        "../scripts/paper_numbers.py"


rule paper:
    input:
        numbers=f"{RESULTS}/paper/numbers.json",
        figures=shown_figures(FIGURES + OTHER_FIGURES + ["power"] * POWER_KNOWN),
        tables=expand(
            f"{RESULTS}/tables/{{name}}.{{ext}}",
            name=TABLES_MADE
            + OTHER_TABLES
            + ["determinism"] * ARMS_KEPT
            + ["power"] * POWER_KNOWN,
            ext=["typ", "txt"],
        ),
        sources=sorted(
            str(p)
            for pattern in ("*.typ", "*.yml", "sections/*.typ", "venues/*.typ")
            for p in Path("paper").glob(pattern)
        ),
        authors="CITATION.cff",
        compiler="scripts/compile_paper.py",
    output:
        f"{RESULTS}/paper.pdf",
    log:
        f"{RESULTS}/logs/paper.log",
    conda:
        "../envs/paper.yaml"
    params:
        python=".venvs/paper/bin/python",
        venue=STUDY.paper.venue,
        names="withheld" if STUDY.paper.anonymous else "shown",
    message:
        "Typeset the paper for the venue {params.venue}"
    shell:
        "{params.python} {input.compiler} paper/main.typ {input.numbers} {output}"
        " --venue {params.venue} --names {params.names} > {log} 2>&1"


rule published_paper:
    input:
        f"{RESULTS}/paper.pdf",
    output:
        "paper/paper.pdf",
    log:
        "results/logs/published_paper.log",
    conda:
        "../envs/paper.yaml"
    message:
        "Publish the paper of the study {STUDY.study}"
    shell:
        "cp {input} {output} 2> {log}"


rule build_report:
    input:
        statistics=[STATISTICS],
        scores=SCORES,
        battles=every_battle(),
        tasks=hidden_side,
        episodes=every_episode(),
        outcomes=(
            expand(f"{RESULTS}/outcomes/{{model}}.csv", model=MODELS)
            if STUDY.episodes
            else []
        ),
        evidence=expand(
            f"{RESULTS}/evidence/{{model}}/{{block}}.jsonl", model=MODELS, block=BLOCKS
        ),
        figures=shown_figures(FIGURES + OTHER_FIGURES + ["power"] * POWER_KNOWN),
        power=[POWER_SUMMARY, POWER] * POWER_KNOWN,
        judges=JUDGE_STATISTICS,
        judge_tables=(
            expand(f"{RESULTS}/statistics/{{name}}.csv", name=JUDGE_TABLES)
            if JUDGES
            else []
        ),
        attacks=["config/judging/attacks.yaml"] * bool(JUDGES),
        validity=VALIDITY,
    output:
        f"{RESULTS}/report.html",
    log:
        f"{RESULTS}/logs/report.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        tasks_dir="config/tasks",
    message:
        "Build the report"
    script:
        "../scripts/build_report.py"
