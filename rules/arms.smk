"""The arms of the check of determinism as paths."""

from cis_study.battles.archive import archive_path
from cis_study.determinism.arms import (
    ARMS,
    arm_concurrency,
    arm_dir,
    arm_engine,
    block_name,
    check_of,
    fighters,
    plan_arm,
    slots,
)

ARM = f"{RESULTS}/determinism/{{profile}}/{{arm}}"
FIGHTERS = fighters(STUDY)
FIRST = block_name(STUDY) if FIGHTERS else "none"


wildcard_constraints:
    profile="|".join(sorted({fighter.profile for fighter in FIGHTERS})) or "none",
    arm="|".join(ARMS),


def arm_battles(profile, arm, model):
    """Battle files of one arm."""
    folder = arm_dir(Path(RESULTS), profile, arm)
    return [
        f"{folder}/battles/{model}/{task}/{replicate}.json"
        for task, replicate in slots(STUDY)
    ]


def every_arm_battle():
    return [
        path
        for fighter in FIGHTERS
        for arm in ARMS
        for path in arm_battles(fighter.profile, arm, fighter.model)
    ]


def planned_arm(wildcards):
    """Content of the plan file of an arm."""
    model = MODELS[wildcards.model]
    battles = plan_arm(STUDY, TASKS, REPLY_FORMAT, model.reasoning_effort)
    return plan_content(model, arm_engine(STUDY, wildcards.profile), battles)


def requests_in_flight(wildcards):
    return arm_concurrency(STUDY, wildcards.arm)


def determinism_results(wildcards):
    """What the check makes; a run also keeps it in the cache."""
    check_of(STUDY)
    return [DETERMINISM, *[f"{RESULTS}/determinism/frozen"] * (MODE == "run")]


DETERMINISM = f"{RESULTS}/determinism.csv"
# The paper states what the cache holds. Where it holds no arms, none are fought for the paper.
ARMS_KEPT = bool(FIGHTERS) and all(
    archive_path(arm_dir(Path(CACHE), fighter.profile, arm), fighter.model).is_file()
    for fighter in FIGHTERS
    for arm in ARMS
)
