"""Judges: what they are shown, what they say of it, and the table of all ratings, those of people included."""

# A study without judges has no judgements, and a rule without files is no rule.
if JUDGES:

    wildcard_constraints:
        judge="|".join(JUDGES),

    localrules:
        exhibits,
        plan_judge,
        ratings,

    rule exhibits:
        input:
            battles=judged_battles(),
            attacks="config/judging/attacks.yaml",
            controls="config/tasks/controls.yaml",
            parts=sorted(map(str, Path("config/tasks").glob("*/control_*"))),
            tasks=hidden_side,
        output:
            EXHIBITS,
        log:
            f"{RESULTS}/logs/exhibits.log",
        conda:
            "../envs/study.yaml"
        params:
            study=canonical_json(STUDY.model_dump(mode="json")),
        message:
            "Blind what the judges are shown"
        script:
            "../scripts/make_exhibits.py"

    rule plan_judge:
        output:
            f"{RESULTS}/plan/judges/{{judge}}.json",
        log:
            f"{RESULTS}/logs/plan/judges/{{judge}}.log",
        conda:
            "../envs/study.yaml"
        params:
            plan=planned_judge,
        message:
            "Plan the judgements of {wildcards.judge}"
        script:
            "../scripts/plan_block.py"

    # As for battles, neither mode nor concurrency may invalidate GPU hours.
    rule judge:
        input:
            plan=f"{RESULTS}/plan/judges/{{judge}}.json",
            manifest=judge_manifest,
            exhibits=EXHIBITS,
            rubric=RUBRIC,
        output:
            judgement_files("{judge}"),
        log:
            f"{RESULTS}/logs/judge/{{judge}}.log",
        conda:
            "../envs/study.yaml"
        threads: STUDY.engine.threads if MODE == "run" else 1
        resources:
            gpu=STUDY.gpu if MODE == "run" else 0,
            concurrency=STUDY.engine.concurrency,
            mode=MODE,
        message:
            "Judgements of {wildcards.judge} ({resources.mode})"
        shell:
            "python -m cis_study.judging.judge --plan {input.plan} --manifest {input.manifest}"
            " --exhibits {input.exhibits} --rubric {input.rubric} --mode {resources.mode}"
            " --concurrency {resources.concurrency} --log {log} --gpus {resources.gpu} --parent $PPID"

    rule ratings:
        input:
            judgements=every_judgement(),
            exhibits=EXHIBITS,
            human=HUMAN_RATINGS,
            rating_keys=RATING_KEYS,
        output:
            RATINGS,
        log:
            f"{RESULTS}/logs/ratings.log",
        conda:
            "../envs/study.yaml"
        params:
            study=STUDY.study,
        message:
            "Table of all ratings"
        script:
            "../scripts/tabulate_ratings.py"
