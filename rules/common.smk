"""The configured study and the functions that turn it into paths."""

import sys
from pathlib import Path

from cis_study.config import load_contestants, load_tasks, resolve_study
from cis_study.models.lock import LOCK_FILE, pin, read_lock, require_locked
from cis_study.plan import blocks, plan_block
from cis_study.provenance import canonical_json
from cis_study.invocation import FULL_STUDY, choose_mode, study_file
from cis_study.statistics.design import design_parameters

# Shell rules call `python`: the interpreter of this environment, also where it was not activated.
shell.prefix(f"PATH={Path(sys.executable).parent}:$PATH; ")

# A job on another node is not told the resources: there the mode was decided by the process that submitted it.
GPU_GIVEN = "gpu" in workflow.global_resources or (
    not workflow.is_main_process and config.get("mode") == "run"
)
# The command line itself: Snakemake knows its targets only after it has read this file.
CHOSEN = study_file(config, GPU_GIVEN, sys.argv[1:])

if CHOSEN:

    configfile: CHOSEN


STUDY = resolve_study(config)
MODE = choose_mode(STUDY, GPU_GIVEN)
LOCK = read_lock(LOCK_FILE)
MODELS = {
    name: pin(model, LOCK.get(name))
    for name, model in load_contestants(STUDY, Path("config")).items()
}
TASKS = load_tasks(STUDY, Path("config"))
BLOCKS = blocks(STUDY)
REPLY_FORMAT = Path("config/tasks/reply_format.txt").read_text()
RESULTS = f"results/{STUDY.study}"
CACHE = f"results/cached/{STUDY.study}"
# Weights belong to no study; a claim about somebody else's server does.
MANIFEST = "results/models/{model}/manifest.json"
if STUDY.engine.kind == "endpoint":
    MANIFEST = f"{RESULTS}/claims/{{model}}/manifest.json"


wildcard_constraints:
    model="|".join(MODELS),
    task="|".join(TASKS),
    block="|".join(BLOCKS),


def block_battles(model, block):
    """Battle files of one generation job."""
    return [
        f"{RESULTS}/battles/{model}/{task}/{replicate}.json"
        for task in BLOCKS[block].tasks
        for replicate in BLOCKS[block].replicates
    ]


def every_battle():
    return [
        path
        for model in MODELS
        for block in BLOCKS
        for path in block_battles(model, block)
    ]


def plan_content(model, engine, battles):
    """Content of a plan file; as a parameter it makes Snakemake notice a changed experiment."""
    return canonical_json(
        {
            "model": model.model_dump(mode="json"),
            "engine": engine.model_dump(mode="json", exclude={"concurrency"}),
            "battles": battles,
        }
    )


def planned_block(wildcards):
    model = MODELS[wildcards.model]
    battles = plan_block(
        STUDY, TASKS, REPLY_FORMAT, wildcards.block, model.reasoning_effort
    )
    return plan_content(model, STUDY.engine, battles)


def registry_entry(wildcards):
    return canonical_json(MODELS[wildcards.model].model_dump(mode="json"))


def evidence_battles(wildcards):
    return block_battles(wildcards.model, wildcards.block)


def hidden_side(wildcards):
    """Files the scorer knows and the contestant does not."""
    names = ["cases.yaml", "mutants.yaml", "reference.py", "scoring.yaml", "task.yaml"]
    banks = expand("config/tasks/{task}/bank.yaml", task=TASKS)
    written = expand("config/tasks/{task}/{name}", task=TASKS, name=names)
    return written + [bank for bank in banks if Path(bank).is_file()]


def publications():
    made = [
        STATISTICS,
        f"{RESULTS}/controls.csv",
        f"{RESULTS}/paper.pdf",
        f"{RESULTS}/report.html",
        f"{RESULTS}/notebooks/explore.html",
        *expand(
            f"{RESULTS}/figures/{{name}}.{{ext}}",
            name=FIGURES + PERFORMANCE,
            ext=["pdf", "svg", "png"],
        ),
        *expand(
            f"{RESULTS}/tables/{{name}}.{{ext}}",
            name=TABLES_MADE + PERFORMANCE,
            ext=["csv", "tex"],
        ),
    ]
    return made + ["paper/paper.pdf"] * (MODE == "replay" or STUDY.study == FULL_STUDY)


if workflow.is_main_process:
    print(
        f"study {STUDY.study} ({MODE}): {STUDY.description}",
        file=sys.stderr,
        flush=True,
    )


def models_of(step):
    """Models for which a job whose rule begins like this is about to run."""
    return {
        job.wildcards.model
        for job in workflow.dag.needrun_jobs()
        if job.rule.name.startswith(step)
    }


onstart:
    if MODE == "run":
        require_locked([MODELS[name] for name in models_of("model_manifest")], LOCK)
        if STUDY.gpu and models_of("generate_"):
            from cis_study.models.candidate import load_candidates
            from cis_study.models.cost import shortages, study_cost

            known = load_candidates(Path("config/models/candidates"))
            for sentence in shortages(study_cost(STUDY, MODELS, known, set())):
                print(f"warning: {sentence}", file=sys.stderr, flush=True)
    else:
        if models_of("generate_"):
            from cis_study.battles.coverage import require_coverage

            require_coverage(STUDY, MODELS, TASKS, REPLY_FORMAT, Path(CACHE))
        if models_of("fight_arm"):
            from cis_study.determinism.coverage import require_arms

            require_arms(STUDY, MODELS, TASKS, REPLY_FORMAT, Path(CACHE))
