"""Evidence by running submissions in the sandbox, then scores as a pure function of it."""


rule collect_evidence:
    input:
        battles=evidence_battles,
        tasks=hidden_side,
    output:
        evidence=f"{RESULTS}/evidence/{{model}}/{{block}}.jsonl",
        sandbox=f"{RESULTS}/telemetry/sandbox/{{model}}/{{block}}.json",
    log:
        f"{RESULTS}/logs/evidence/{{model}}/{{block}}.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks_dir="config/tasks",
    message:
        "Run the submissions of {wildcards.model}, replicates {wildcards.block}, in the sandbox"
    script:
        "../scripts/collect_evidence.py"


rule score_battles:
    input:
        evidence=expand(
            f"{RESULTS}/evidence/{{{{model}}}}/{{block}}.jsonl", block=BLOCKS
        ),
    output:
        f"{RESULTS}/scores/{{model}}.parquet",
    log:
        f"{RESULTS}/logs/scores/{{model}}.log",
    conda:
        "../envs/study.yaml"
    params:
        study=STUDY.study,
        weights=STUDY.weights.model_dump(),
    message:
        "Score the battles of {wildcards.model}"
    script:
        "../scripts/score_battles.py"
