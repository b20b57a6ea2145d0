"""Does an engine give the same replies again? The same battles three times over, fought only where this is asked for."""


localrules:
    determinism,


# A study without the check has no arms, and a rule without files is no rule.
if FIGHTERS:

    localrules:
        plan_arm,
        compare_arms,
        freeze_arms,

    rule plan_arm:
        output:
            f"{ARM}/plan/{{model}}/{FIRST}.json",
        log:
            f"{ARM}/logs/plan/{{model}}.log",
        conda:
            "../envs/study.yaml"
        params:
            plan=planned_arm,
        message:
            "Plan the arm {wildcards.arm} of {wildcards.model}, profile {wildcards.profile}"
        script:
            "../scripts/plan_block.py"

    rule fight_arm:
        input:
            plan=f"{ARM}/plan/{{model}}/{FIRST}.json",
            manifest=manifest,
        output:
            arm_battles("{profile}", "{arm}", "{model}"),
        log:
            f"{ARM}/logs/generate/{{model}}.log",
        conda:
            "../envs/study.yaml"
        threads: STUDY.engine.threads if MODE == "run" else 1
        resources:
            gpu=STUDY.gpu if MODE == "run" else 0,
            concurrency=requests_in_flight,
            mode=MODE,
        message:
            "Arm {wildcards.arm} of {wildcards.model}, profile {wildcards.profile} ({resources.mode})"
        shell:
            GENERATE

    rule compare_arms:
        input:
            battles=every_arm_battle(),
            settings="config/analysis.yaml",
        output:
            pairs=f"{RESULTS}/determinism/pairs.csv",
            summary=DETERMINISM,
            csv=shown_table("determinism"),
            tex=f"{RESULTS}/tables/determinism.tex",
        log:
            f"{RESULTS}/logs/compare_arms.log",
        conda:
            "../envs/study.yaml"
        params:
            study=canonical_json(STUDY.model_dump(mode="json")),
            design=DESIGN,
            cache=CACHE,
            models="results/models",
        message:
            "Compare the arms"
        script:
            "../scripts/compare_arms.py"

    rule freeze_arms:
        input:
            battles=every_arm_battle(),
            pairs=f"{RESULTS}/determinism/pairs.csv",
            manifests=[manifest_of(m) for m in sorted({f.model for f in FIGHTERS})],
        output:
            touch(f"{RESULTS}/determinism/frozen"),
        log:
            f"{RESULTS}/logs/freeze_arms.log",
        conda:
            "../envs/study.yaml"
        params:
            study=canonical_json(STUDY.model_dump(mode="json")),
            cache=CACHE,
        message:
            "Pack the arms into the cache of the study"
        script:
            "../scripts/freeze_arms.py"


rule determinism:
    input:
        determinism_results,
    message:
        "The shares of identical replies are in {input[0]}"
