"""Cost, plan, weights and battles: one generation job per model and replicate block."""

# A shell command rather than a script, and mode and concurrency as resources, because none of them may invalidate
# GPU hours.
GENERATE = (
    "python -m cis_study.battles.generate --plan {input.plan} --manifest {input.manifest}"
    " --mode {resources.mode} --concurrency {resources.concurrency} --log {log}"
    " --gpus {resources.gpu} --parent $PPID"
)
FIGHT = f"{GENERATE} --analysis config/analysis.yaml"


rule plan:
    log:
        "results/logs/plan.log",
    conda:
        "../envs/study.yaml"
    params:
        study=canonical_json(STUDY.model_dump(mode="json")),
    message:
        "Cost of the study {STUDY.study} before it runs"
    script:
        "../scripts/print_plan.py"


rule plan_block:
    output:
        f"{RESULTS}/plan/{{model}}/{{block}}.json",
    log:
        f"{RESULTS}/logs/plan/{{model}}/{{block}}.log",
    conda:
        "../envs/study.yaml"
    params:
        plan=planned_block,
    message:
        "Plan block {wildcards.block} of {wildcards.model}"
    script:
        "../scripts/plan_block.py"


# No output: Snakemake would delete it before the job, and with it the entries that are locked already.
rule lock_models:
    log:
        "results/logs/lock_models.log",
    conda:
        "../envs/study.yaml"
    params:
        lock=str(LOCK_FILE),
    message:
        "Lock the models of the hub that are not locked yet"
    script:
        "../scripts/lock_models.py"


# The mode is a resource, not an input: a finished replay stays finished where a GPU turns up. The lock is named
# only: `model` holds the revision, and locking one model more may not touch the others.
rule model_manifest:
    output:
        "results/models/{model}/manifest.json",
    log:
        "results/models/{model}/manifest.log",
    wildcard_constraints:
        model="|".join(LOADED) or "none",
    conda:
        "../envs/study.yaml"
    resources:
        mode=MODE,
    params:
        model=registry_entry,
        archived=f"{CACHE}/models/{{model}}.json",
        lock=str(LOCK_FILE),
    message:
        "Check the weights of {wildcards.model}"
    script:
        "../scripts/model_manifest.py"


# In place of a manifest where somebody else serves a model or runs an agent: what is claimed, of this study alone.
rule model_claim:
    output:
        f"{RESULTS}/claims/{{model}}/manifest.json",
    log:
        f"{RESULTS}/logs/claims/{{model}}.log",
    conda:
        "../envs/study.yaml"
    resources:
        mode=MODE,
    params:
        model=registry_entry,
        archived=f"{CACHE}/models/{{model}}.json",
    message:
        "Note what is claimed of {wildcards.model}"
    script:
        "../scripts/model_claim.py"


# One rule per block: adding a block adds jobs and leaves the finished ones alone.
for block, native in itertools.product(
    BLOCKS, sorted({takes_native_calls(model) for model in MODELS})
):

    rule:
        name:
            f"generate_{block.replace('-', '_')}" + "_native" * native
        input:
            plan=f"{RESULTS}/plan/{{model}}/{block}.json",
            manifest=manifest,
        output:
            battles=block_battles("{model}", block),
            episodes=block_episodes("{model}", block, native),
        log:
            f"{RESULTS}/logs/generate/{{model}}/{block}.log",
        wildcard_constraints:
            model="|".join(m for m in MODELS if takes_native_calls(m) == native),
        conda:
            "../envs/study.yaml"
        # One engine at a time: two that share the cores lose most of their speed.
        threads: STUDY.engine.threads if MODE == "run" else 1
        resources:
            gpu=STUDY.gpu if MODE == "run" else 0,
            concurrency=STUDY.engine.concurrency,
            mode=MODE,
        message:
            f"Battles of {{wildcards.model}}, replicates {block} ({{resources.mode}})"
        shell:
            FIGHT


rule freeze:
    input:
        battles=every_battle(),
        episodes=every_episode(),
        evidence=expand(
            f"{RESULTS}/evidence/{{model}}/{{block}}.jsonl", model=MODELS, block=BLOCKS
        ),
        planted=[f"{RESULTS}/controls.jsonl", f"{RESULTS}/edits.jsonl"],
        judgements=every_judgement(),
        manifests=[manifest_of(model) for model in MODELS | JUDGES],
    output:
        touch(f"{RESULTS}/frozen"),
    log:
        f"{RESULTS}/logs/freeze.log",
    conda:
        "../envs/study.yaml"
    params:
        study=canonical_json(STUDY.model_dump(mode="json")),
        cache=CACHE,
    message:
        "Pack battles, evidence and judgements of this study into its cache"
    script:
        "../scripts/freeze.py"
