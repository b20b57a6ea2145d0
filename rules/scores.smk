"""Evidence by running submissions in the sandbox, then scores as a pure function of it."""


rule collect_evidence:
    input:
        battles=evidence_battles,
        tasks=hidden_side,
    output:
        f"{RESULTS}/evidence/{{model}}/{{block}}.jsonl",
    log:
        f"{RESULTS}/logs/evidence/{{model}}/{{block}}.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks_dir="config/tasks",
        cached=f"{CACHE}/evidence/{{model}}.jsonl.gz",
    message:
        "Run the submissions of {wildcards.model}, replicates {wildcards.block}, in the sandbox"
    script:
        "../scripts/collect_evidence.py"


rule verify_evidence:
    input:
        battles=every_battle(),
        tasks=hidden_side,
    log:
        f"{RESULTS}/logs/verify_evidence.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks_dir="config/tasks",
        cached=[f"{CACHE}/evidence/{model}.jsonl.gz" for model in MODELS],
    message:
        "Run every submission again and compare with the cached evidence"
    script:
        "../scripts/verify_evidence.py"


rule score_battles:
    input:
        evidence=expand(
            f"{RESULTS}/evidence/{{{{model}}}}/{{block}}.jsonl", block=BLOCKS
        ),
        own=source_files(STUDY.instruments),
    output:
        f"{RESULTS}/scores/{{model}}.parquet",
    log:
        f"{RESULTS}/logs/scores/{{model}}.log",
    conda:
        "../envs/study.yaml"
    params:
        study=STUDY.study,
        weights=STUDY.weights.model_dump(),
        instruments=INSTRUMENTS,
    message:
        "Score the battles of {wildcards.model}"
    script:
        "../scripts/score_battles.py"


rule grade_episodes:
    input:
        episodes=model_episodes,
        tasks=hidden_side,
    output:
        f"{RESULTS}/outcomes/{{model}}.csv",
    log:
        f"{RESULTS}/logs/outcomes/{{model}}.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks_dir="config/tasks",
    message:
        "Grade what {wildcards.model} handed in"
    script:
        "../scripts/grade_episodes.py"


rule plant_controls:
    input:
        tasks=hidden_side,
        settings="config/tasks/controls.yaml",
        parts=sorted(map(str, Path("config/tasks").glob("*/control_*"))),
        reply_format="config/tasks/reply_format.txt",
    output:
        f"{RESULTS}/controls.jsonl",
    log:
        f"{RESULTS}/logs/plant_controls.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks=list(TASKS),
        cached=f"{CACHE}/controls.jsonl.gz",
    message:
        "Run submissions of known worth in the sandbox"
    script:
        "../scripts/plant_controls.py"


rule check_controls:
    input:
        evidence=f"{RESULTS}/controls.jsonl",
        settings="config/tasks/controls.yaml",
    output:
        f"{RESULTS}/controls.csv",
    log:
        f"{RESULTS}/logs/check_controls.log",
    conda:
        "../envs/study.yaml"
    params:
        study=STUDY.study,
        weights=STUDY.weights.model_dump(),
        instrument=STUDY.instrument,
    message:
        "Check that submissions of known worth score it"
    script:
        "../scripts/check_controls.py"
