"""Commands of the engines: one set of flags behind the launcher and the text for people."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from cis_study.config import Engine, Study, load_contestants, resolve_study
from cis_study.errors import StudyError
from cis_study.models.registry import Model, load_model
from cis_study.serving.launch import launch_command, serve_command_text
from cis_study.yamlfile import validate

REVISION = "c" * 40
CONTESTANTS = [
    "mistral-7b-v0.3",
    "qwen2.5-coder-32b-awq",
    "gpt-oss-20b",
    "qwen3-coder-30b-a3b-fp8",
    "devstral-small-2512",
]


@pytest.fixture(scope="module")
def h100(root: Path) -> Study:
    return resolve_study(yaml.safe_load((root / "config/h100.yaml").read_text()))


@pytest.fixture
def environment(tmp_path: Path, h100: Study) -> Path:
    python = tmp_path / ".venvs" / h100.engine.environment / "bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    return tmp_path


def changed(model: Model, **keys: Any) -> Model:
    return validate(Model, {**model.model_dump(), **keys}, model.name)


@pytest.mark.parametrize("name", CONTESTANTS)
def test_people_and_the_launcher_get_the_same_flags(h100: Study, root: Path, environment: Path, name: str) -> None:
    model = load_contestants(h100, root / "config")[name]
    command = launch_command(h100.engine, model, Path("weights"), environment)
    typed = shlex.split(serve_command_text(h100.engine, model, REVISION))
    assert command[2:4] == ["--model", "weights"]
    assert typed[:5] == ["vllm", "serve", model.sources[0].repo, "--revision", REVISION]
    assert typed[5:] == command[4:]


def test_the_command_of_a_known_model(h100: Study, root: Path) -> None:
    model = load_model(root / "config/models/mistral-7b-v0.3.yaml")
    assert serve_command_text(h100.engine, model, REVISION) == (
        f"vllm serve mistralai/Mistral-7B-Instruct-v0.3 --revision {REVISION} --served-model-name mistral-7b-v0.3"
        " --max-model-len 16384 --max-num-seqs 12 --host 127.0.0.1 --generation-config vllm"
        " --gpu-memory-utilization 0.92 --seed 0 --tokenizer-mode mistral --config-format mistral"
        " --load-format mistral --tool-call-parser mistral --enable-auto-tool-choice"
    )


def test_values_are_quoted_and_false_is_said(h100: Study, root: Path) -> None:
    model = load_model(root / "config/models/qwen2.5-coder-32b-awq.yaml")
    flags = {"hf-overrides": '{"a": 1}', "enable-prefix-caching": False}
    text = serve_command_text(h100.engine, changed(model, vllm_flags=flags), REVISION)
    assert text.endswith("--hf-overrides '{\"a\": 1}' --no-enable-prefix-caching")


def test_batch_invariance_is_told_to_the_launcher_and_to_people(h100: Study, root: Path, environment: Path) -> None:
    model = load_model(root / "config/models/mistral-7b-v0.3.yaml")
    plain = launch_command(h100.engine, model, Path("weights"), environment)
    strict = h100.engine.model_copy(update={"batch_invariant": True})
    command = launch_command(strict, model, Path("weights"), environment)
    assert command == [*plain[:2], "--batch-invariant", *plain[2:]]
    # vLLM itself reads a variable and knows no such flag.
    text = serve_command_text(strict, model, REVISION)
    assert text == f"VLLM_BATCH_INVARIANT=1 {serve_command_text(h100.engine, model, REVISION)}"
    with pytest.raises(StudyError, match="llama_cpp has no batch-invariant kernels"):
        validate(Engine, {**strict.model_dump(), "kind": "llama_cpp"}, "engine")


def test_remote_code_runs_only_where_the_registry_allows_it(h100: Study, root: Path) -> None:
    model = load_model(root / "config/models/gpt-oss-20b.yaml")
    assert "--trust-remote-code" not in serve_command_text(h100.engine, model, REVISION)
    assert "--trust-remote-code" in serve_command_text(h100.engine, changed(model, trust_remote_code=True), REVISION)


def test_a_model_without_a_hub_repository_has_no_command(h100: Study, root: Path) -> None:
    with pytest.raises(StudyError, match="smollm2-135m"):
        serve_command_text(h100.engine, load_model(root / "config/models/smollm2-135m.yaml"), REVISION)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"quantization": "awq"}, "slow kernel"),
        ({"max-model-len": 512}, "engine.max_model_len_tokens"),
        ({"no-trust-remote-code": True}, "trust_remote_code"),
        ({"port": 80}, "the launcher"),
        ({"max_model_len": 512}, "max_model_len"),
        ({"tp.x": 1}, "tp.x"),
    ],
)
def test_flags_of_another_owner_are_refused(h100: Study, root: Path, flags: dict[str, Any], message: str) -> None:
    model = load_model(root / "config/models/gpt-oss-20b.yaml")
    with pytest.raises(StudyError, match=message):
        changed(model, vllm_flags=flags)
    with pytest.raises(StudyError, match=message):
        validate(Engine, {**h100.engine.model_dump(), "flags": flags}, "engine")


@pytest.mark.parametrize("flag", ["seed", "gpu-memory-utilization"])
def test_a_model_gets_no_conditions_of_its_own(root: Path, flag: str) -> None:
    with pytest.raises(StudyError, match="same for every model"):
        changed(load_model(root / "config/models/gpt-oss-20b.yaml"), vllm_flags={flag: 1})
