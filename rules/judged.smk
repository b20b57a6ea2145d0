"""Judgements and what is judged, as paths."""

from cis_study.judging.plan import plan_judge
from cis_study.judging.showing import all_places, judged_slots
from cis_study.scoring.controls import Controls, honest_parts
from cis_study.yamlfile import read_yaml

RUBRIC = "config/judging/rubric.yaml"
EXHIBITS = f"{RESULTS}/exhibits.jsonl"
RATINGS = f"{RESULTS}/ratings.csv"


@functools.cache
def exhibit_places():
    """What every judge rates."""
    if not JUDGES:
        return []
    settings = read_yaml(Path("config/tasks/controls.yaml"), Controls)
    return all_places(STUDY, settings, honest_parts(Path("config/tasks")))


def judgement_files(judge):
    """Judgement files of one judge."""
    return [
        f"{RESULTS}/judgements/{judge}/{place.condition}/{place.author}/{place.task}/{place.replicate}.json"
        for place in exhibit_places()
    ]


def every_judgement():
    return [path for judge in JUDGES for path in judgement_files(judge)]


def judged_battles():
    return [
        f"{RESULTS}/battles/{model}/{task}/{replicate}.json"
        for model in MODELS
        for task, replicate in judged_slots(STUDY)
    ]


def planned_judge(wildcards):
    """Content of the plan file of a judge."""
    return canonical_json(plan_judge(STUDY, JUDGES[wildcards.judge], exhibit_places()))


def judge_manifest(wildcards):
    return manifest_of(wildcards.judge)
