"""The configured study and the functions that turn it into paths."""

import functools
import itertools
import sys
from pathlib import Path

from cis_study.agents.plan import episode_slots, plan_episodes
from cis_study.battles.record import arm
from cis_study.compared import numbers_file, require_numbers, studies_to_compare
from cis_study.config import (
    load_contestants,
    load_judges,
    load_tasks,
    resolve_study,
    served,
)
from cis_study.models.lock import LOCK_FILE, pin, read_lock, require_locked
from cis_study.plan import blocks, plan_block
from cis_study.provenance import canonical_json, sha256_file
from cis_study.invocation import FULL_STUDY, choose_mode, study_file
from cis_study.reanalysis.files import battle_paths, require_given
from cis_study.scoring.logomesh.rows import TASKS as STORED_TASKS
from cis_study.scoring.own import source_files
from cis_study.statistics.design import design_parameters
from cis_study.statistics.settings import load_settings
from cis_study.tasks.hidden import load_hidden_side
from cis_study.tasks.repairs import load_repairs

# Shell rules call `python`: the interpreter of this environment, also where it was not activated. Snakemake would run
# notebooks with papermill where a machine has it, and complain where it does not: nbconvert runs them everywhere.
shell.prefix(f"PATH={Path(sys.executable).parent}:$PATH; papermill() (exit 127); ")

# A job on another node is not told the resources: there the mode was decided by the process that submitted it.
GPU_GIVEN = "gpu" in workflow.global_resources or (
    not workflow.is_main_process and config.get("mode") == "run"
)
# The command line itself: Snakemake knows its targets only after it has read this file.
CHOSEN = study_file(config, GPU_GIVEN, sys.argv[1:])

if CHOSEN:

    configfile: CHOSEN


# Of the reanalysis, whatever the study.
BATTLES_DB = battle_paths(config.pop("battles_db", None))
COMPARED = studies_to_compare(config.pop("studies", None))
# Of `check_tasks`: the one that is checked, all without it.
CHECKED_TASK = config.pop("task", None)
STUDY = resolve_study(config)
MODE = choose_mode(STUDY, GPU_GIVEN)
LOCK = read_lock(LOCK_FILE)
MODELS = load_contestants(STUDY, Path("config"))
SERVED = {name: pin(model, LOCK.get(name)) for name, model in served(MODELS).items()}
MODELS |= SERVED
JUDGES = load_judges(STUDY, Path("config"))
JUDGES = {name: pin(model, LOCK.get(name)) for name, model in JUDGES.items()}
LOADED = SERVED | JUDGES
TASKS = load_tasks(STUDY, Path("config"))
BLOCKS = blocks(STUDY)
SETTINGS = load_settings(Path("config/analysis.yaml"))
PASS_RULES = SETTINGS.pass_rules
INSTRUMENTS = STUDY.model_dump(mode="json")["instruments"]
REPLY_FORMAT = Path("config/tasks/reply_format.txt").read_text()
RESULTS = f"results/{STUDY.study}"
CACHE = f"results/cached/{STUDY.study}"
STUDY_MANIFEST = f"{RESULTS}/manifest.json"
HUMAN_RATINGS = sorted(map(str, Path("ratings").glob("*.json")))
# Of the packets that were sent, and of the one that would be drawn now.
RATING_KEYS = [
    *sorted(map(str, Path("ratings/keys").glob("*.json"))),
    *[f"{RESULTS}/rating_key.json"] * bool(HUMAN_RATINGS),
]


wildcard_constraints:
    model="|".join(MODELS),
    task="|".join(TASKS),
    block="|".join(BLOCKS),


def manifest_of(model):
    """Weights belong to no study; a claim about somebody else's server does."""
    claimed = STUDY.engine.kind == "endpoint" or model not in LOADED
    folder = f"{RESULTS}/claims" if claimed else "results/models"
    return f"{folder}/{model}/manifest.json"


def manifest(wildcards):
    return manifest_of(wildcards.model)


def takes_native_calls(model):
    """Contestants that take part in one arm more have other outputs, so rules of their own."""
    return bool(
        STUDY.episodes
        and "native" in STUDY.episodes.protocols
        and MODELS[model].native_tools
    )


def block_episodes(model, block, native):
    """Episode files of one generation job."""
    return [
        f"{RESULTS}/episodes/{model}/{arm(kind, protocol)}/{task}/{replicate}.json"
        for kind, protocol, task, replicate in episode_slots(STUDY, block, native)
    ]


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


def every_episode():
    return [
        path
        for model in MODELS
        for block in BLOCKS
        for path in block_episodes(model, block, takes_native_calls(model))
    ]


def plan_content(model, engine, battles, **more):
    """Content of a plan file; as a parameter it makes Snakemake notice a changed experiment."""
    return canonical_json(
        {
            "model" if model.name in SERVED else "agent": model.model_dump(mode="json"),
            "engine": engine.model_dump(mode="json", exclude={"concurrency"}),
            "battles": battles,
            **more,
        }
    )


@functools.cache
def episode_material():
    """Hidden sides and repairs of the tasks that have episodes."""
    tasks = STUDY.episodes.tasks or STUDY.tasks
    folders = {task: Path("config/tasks") / task for task in tasks}
    sides = {task: load_hidden_side(folder) for task, folder in folders.items()}
    return sides, {task: load_repairs(folder) for task, folder in folders.items()}


def a_battle_of_every_job():
    """They all change together. Snakemake takes 0.4 ms to look up one of 10,000 files that a job waits for."""
    return [block_battles(model, block)[0] for model in MODELS for block in BLOCKS]


def planned_block(wildcards):
    model, block = MODELS[wildcards.model], wildcards.block
    battles = plan_block(STUDY, TASKS, REPLY_FORMAT, block, model.reasoning_effort)
    if STUDY.episodes is None:
        return plan_content(model, STUDY.engine, battles)
    episodes = plan_episodes(STUDY, *episode_material(), block, model)
    return plan_content(model, STUDY.engine, battles, episodes=episodes)


def registry_entry(wildcards):
    known = MODELS | JUDGES
    return canonical_json(known[wildcards.model].model_dump(mode="json"))


def evidence_battles(wildcards):
    return block_battles(wildcards.model, wildcards.block)


def model_battles(wildcards):
    model = wildcards.model
    return [path for block in BLOCKS for path in block_battles(model, block)]


def model_episodes(wildcards):
    native = takes_native_calls(wildcards.model)
    return [
        path
        for block in BLOCKS
        for path in block_episodes(wildcards.model, block, native)
    ]


def hidden_files(tasks):
    """Files the scorer knows and the contestant does not."""
    names = ["cases.yaml", "mutants.yaml", "reference.py", "scoring.yaml", "task.yaml"]
    written = expand("config/tasks/{task}/{name}", task=tasks, name=names)
    banks = expand("config/tasks/{task}/bank.yaml", task=tasks)
    return written + [bank for bank in banks if Path(bank).is_file()]


def hidden_side(wildcards):
    return hidden_files(TASKS)


def pilot_scores(wildcards):
    """What lends its spreads: this study, or the cache or the scores of another; nothing where they are given."""
    pilot = SETTINGS.power.pilot
    if pilot == STUDY.study:
        return SCORES
    cached = Path(f"results/cached/{pilot}/evidence").glob("*.jsonl.gz")
    scored = Path(f"results/{pilot}/scores").glob("*.parquet")
    return sorted(map(str, cached)) or sorted(map(str, scored))


def stored_hidden_side(wildcards):
    return hidden_files(sorted(STORED_TASKS.values()))


def figure_files(name):
    """A figure in all formats, its caption last; the SVG stands under the caption in Snakemake's own report."""
    path = f"{RESULTS}/figures/{name}"
    shown = report(
        f"{path}.svg",
        caption=f"../{path}.txt",
        category="Figures",
        labels={"figure": name},
    )
    return [f"{path}.pdf", shown, f"{path}.png", f"{path}.txt"]


def table_files(name):
    """A table in all spellings, its caption last."""
    path = f"{RESULTS}/tables/{name}"
    shown = report(
        f"{path}.csv",
        caption=f"../{path}.txt",
        category="Tables",
        labels={"table": name},
    )
    return [shown, f"{path}.tex", f"{path}.typ", f"{path}.txt"]


def shown_figures(names):
    """What paper and report show of figures."""
    return expand(f"{RESULTS}/figures/{{name}}.{{ext}}", name=names, ext=["svg", "txt"])


def publications():
    made = [
        STATISTICS,
        *JUDGE_STATISTICS,
        f"{RESULTS}/controls.csv",
        f"{RESULTS}/paper.pdf",
        f"{RESULTS}/report.html",
        STUDY_MANIFEST,
        *expand(f"{RESULTS}/notebooks/{{name}}.html", name=NOTEBOOKS),
        *expand(
            f"{RESULTS}/figures/{{name}}.{{ext}}",
            name=FIGURES + OTHER_FIGURES,
            ext=["pdf", "svg", "png"],
        ),
        *expand(
            f"{RESULTS}/tables/{{name}}.{{ext}}",
            name=TABLES_MADE + OTHER_TABLES,
            ext=["csv", "tex", "typ"],
        ),
    ]
    made += [RATINGS] * bool(JUDGES)
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


def runs(rule):
    return any(job.rule.name == rule for job in workflow.dag.needrun_jobs())


onstart:
    if any(
        job.rule.name == "rescore_stored" for job in workflow.dag.needrun_jobs()
    ):
        require_given(BATTLES_DB)
    if runs("compare"):
        require_numbers(COMPARED)
    if MODE == "run":
        require_locked([LOADED[name] for name in models_of("model_manifest")], LOCK)
        if STUDY.gpu and (models_of("generate_") or runs("judge")):
            from cis_study.models.candidate import load_candidates
            from cis_study.models.cost import shortages, study_cost

            known = load_candidates(Path("config/models/candidates"))
            cost = study_cost(STUDY, SERVED, known, set(), JUDGES)
            for sentence in shortages(cost):
                print(f"warning: {sentence}", file=sys.stderr, flush=True)
    else:
        if models_of("generate_"):
            from cis_study.battles.coverage import require_coverage

            material = episode_material() if STUDY.episodes else None
            require_coverage(
                STUDY, MODELS, TASKS, REPLY_FORMAT, Path(CACHE), material
            )
        if runs("judge"):
            from cis_study.judging.coverage import require_judgements
            from cis_study.judging.rubric import load_rubric
            from cis_study.judging.showing import load_material

            controls = load_material(STUDY, Path("config"))
            rubric = load_rubric(Path(RUBRIC))
            require_judgements(
                STUDY, MODELS, JUDGES, TASKS, controls, rubric, Path(CACHE)
            )
        if models_of("fight_arm"):
            from cis_study.determinism.coverage import require_arms

            require_arms(STUDY, MODELS, TASKS, REPLY_FORMAT, Path(CACHE))
