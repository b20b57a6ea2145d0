"""Reasoning models: raw Harmony text, and the check that reasoning took place."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.archive import archive_path, pack, unpack
from cis_study.battles.generate import Job, generate
from cis_study.battles.harmony import split_channels
from cis_study.battles.manipulation import require_reasoning
from cis_study.battles.record import identify, replied
from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.models.registry import Model, load_model
from cis_study.provenance import write_atomic
from cis_study.yamlfile import validate

REPLIES = {
    "two channels": (
        "<|channel|>analysis<|message|>Two\nlines <b>.<|end|>"
        "<|start|>assistant<|channel|>final<|message|>It is 4.<|return|>",
        ("It is 4.", "Two\nlines <b>."),
    ),
    "cut while it thought": ("<|channel|>analysis<|message|>Let me", ("", "Let me")),
    "cut in a header": ("<|channel|>analysis<|message|>Done.<|end|><|start|>assistant<|channel|>fin", ("", "Done.")),
    "answer alone": ("<|start|>assistant<|channel|>final<|message|>4<|end|>", ("4", None)),
    "preamble": (
        "<|channel|>commentary<|message|>First a plan.<|end|><|start|>assistant<|channel|>final<|message|>4",
        ("First a plan.\n4", None),
    ),
    "a tool call": (
        "<|channel|>analysis<|message|>Run it.<|end|><|start|>assistant<|channel|>commentary to=functions.run"
        ' <|constrain|>json<|message|>{"n": 1}<|call|>',
        ("", "Run it."),
    ),
}


@pytest.mark.parametrize(("text", "parts"), REPLIES.values(), ids=REPLIES.keys())
def test_raw_harmony_is_split(text: str, parts: tuple[str, str | None]) -> None:
    assert split_channels(text) == parts


@pytest.mark.parametrize("text", ["", "def f(): ...", "the tag <|channel|>final<|message|> in a text", "<|start|>user"])
def test_other_text_is_left_alone(text: str) -> None:
    assert split_channels(text) is None


ORACLE = """
import json, sys
import openai_harmony as harmony
encoding = harmony.load_harmony_encoding(harmony.HarmonyEncodingName.HARMONY_GPT_OSS)
parsed = []
for text in json.load(sys.stdin):
    tokens = encoding.encode(text.removeprefix("<|start|>assistant"), allowed_special="all")
    messages = encoding.parse_messages_from_completion_tokens(tokens, harmony.Role.ASSISTANT)
    parsed.append([(m.channel, m.recipient, m.content[0].text) for m in messages])
json.dump(parsed, sys.stdout)
"""


@pytest.mark.vllm
def test_the_publishers_parser_reads_whole_replies_alike(root: Path) -> None:
    python = root / ".venvs/serve-cpu/bin/python"
    if not python.exists():
        pytest.skip("the vLLM environment is not installed: make .venvs/serve-cpu")
    whole = {name: text for name, (text, _) in REPLIES.items() if text.endswith(("<|return|>", "<|end|>", "<|call|>"))}
    assert len(whole) >= 3
    run = subprocess.run(
        [python, "-c", ORACLE], input=json.dumps(list(whole.values())), capture_output=True, text=True, check=True
    )
    for name, messages in zip(whole, json.loads(run.stdout), strict=True):
        thought = "\n".join(text for channel, _, text in messages if channel == "analysis") or None
        said = "\n".join(text for channel, to, text in messages if channel != "analysis" and to is None)
        assert REPLIES[name][1] == (said, thought), name


def finished(reasoning: str | None, content: str | None = "text") -> dict[str, Any]:
    return {"reply": {"content": content, "reasoning": reasoning}}


@pytest.fixture
def reasoner(root: Path) -> Model:
    return load_model(root / "config/models/gpt-oss-20b.yaml")


@pytest.mark.parametrize(("with_reasoning", "without"), [(0, 4), (1, 3)])
def test_a_reasoning_model_that_did_not_reason_is_not_published(
    reasoner: Model, with_reasoning: int, without: int
) -> None:
    battles = [finished("hm")] * with_reasoning + [finished(None)] * without
    with pytest.raises(StudyError, match=rf"medium: {with_reasoning} of 4 replies hold reasoning.*kept\.jsonl"):
        require_reasoning(reasoner, battles, Path("kept.jsonl"))


def test_one_that_did_and_models_that_are_not_declared_to_are(reasoner: Model, root: Path) -> None:
    lost = finished(None, content=None)
    require_reasoning(reasoner, [finished("hm"), finished(None), lost, lost], Path("kept.jsonl"))
    other = load_model(root / "config/models/smollm2-135m.yaml")
    require_reasoning(other, [finished(None)] * 4, Path("kept.jsonl"))


def test_the_block_is_not_published_and_its_battles_are_kept(reasoner: Model, study: Study, tmp_path: Path) -> None:
    request = {"messages": [], "seed": 1, "reasoning_effort": "medium"}
    planned = {"task": "fibonacci", "replicate": 1, "variant": 0, "seed": 1, "request": request}
    plan = tmp_path / f"results/s/plan/{reasoner.name}/1-1.json"
    engine = study.engine.model_dump(mode="json", exclude={"concurrency"})
    content = {"model": reasoner.model_dump(mode="json"), "engine": engine, "battles": [planned]}
    write_atomic(plan, json.dumps(content))
    write_atomic(tmp_path / "manifest.json", json.dumps({"weights_sha256": "a" * 64}))
    job = Job(plan, tmp_path / "manifest.json", "replay", 1, tmp_path / "log")
    battle = identify(planned, reasoner.name, study.engine.kind, "a" * 64)
    archive = archive_path(job.cache_dir, reasoner.name)

    pack([replied(battle, content="text", reasoning=None, finish_reason="stop", usage=None)], archive)
    with pytest.raises(StudyError, match="0 of 1 replies hold reasoning"):
        generate(job)
    assert not (job.study_dir / "battles").exists()
    assert len(unpack(archive)) == 1

    pack([replied(battle, content="text", reasoning="hm", finish_reason="stop", usage=None)], archive)
    generate(job)
    assert (job.study_dir / f"battles/{reasoner.name}/fibonacci/1.json").is_file()


def test_a_reasoning_parser_without_a_fixed_effort_is_refused(reasoner: Model) -> None:
    assert (reasoner.reasoning_effort, reasoner.vllm_flags["reasoning-parser"]) == ("medium", "openai_gptoss")
    with pytest.raises(StudyError, match="fix `reasoning_effort` too"):
        validate(Model, {**reasoner.model_dump(), "reasoning_effort": None}, "gpt-oss-20b")
