"""Command lines of the engines, generated from registry and study in this one place."""

from __future__ import annotations

import shlex
from pathlib import Path

from cis_study.config import Engine
from cis_study.errors import StudyError
from cis_study.models.flags import Flags
from cis_study.models.registry import Model

_HERE = Path(__file__).parent


def interpreter(engine: Engine, root: Path) -> Path:
    """Python of the serving environment.

    Raises:
        StudyError: the environment is not installed.
    """
    assert engine.environment, "the configuration demands it of engines of ours"
    python = root / ".venvs" / engine.environment / "bin" / "python"
    if not python.exists():
        raise StudyError(
            "engine.environment",
            engine.environment,
            f"{python} does not exist",
            f"Run `make .venvs/{engine.environment}`.",
        )
    return python


def launch_command(engine: Engine, model: Model, weights: Path, root: Path) -> list[str]:
    """The launcher's command for one model; `weights` is the GGUF file or the safetensors directory."""
    script = {"llama_cpp": "llama_cpp_server.py", "vllm": "vllm_server.py"}[engine.kind]
    own = ["--batch-invariant"] if engine.batch_invariant else []
    command = [str(interpreter(engine, root)), str(_HERE / script), *own, "--model", str(weights)]
    return [*command, *_arguments(engine, model)]


def serve_command_text(engine: Engine, model: Model, revision: str) -> str:
    """What a person types to serve the model from its hub as the study does, without the study.

    Raises:
        StudyError: the model has no hub repository, or the engine is not vLLM.
    """
    repo = next((source.repo for source in model.sources if source.kind == "hf"), None)
    if repo is None or engine.kind != "vllm":
        raise StudyError(
            model.name, engine.kind, "only vLLM serves from a hub repository", "Ask for a model with a hub source."
        )
    variable = "VLLM_BATCH_INVARIANT=1 " if engine.batch_invariant else ""
    return variable + shlex.join(["vllm", "serve", repo, "--revision", revision, *_arguments(engine, model)])


def _arguments(engine: Engine, model: Model) -> list[str]:
    # The one place that turns registry and study into flags; only where the weights lie differs between callers.
    flags: Flags = {
        "served-model-name": model.name,
        "max-model-len": engine.max_model_len_tokens,
        "max-num-seqs": engine.concurrency,
    }
    if engine.kind == "llama_cpp":
        flags["threads"] = engine.threads
    else:
        # Defaults of a model's generation_config.json would change the sampling without a trace.
        flags |= {"host": "127.0.0.1", "generation-config": "vllm", **engine.flags, **model.vllm_flags}
        if model.trust_remote_code:
            flags["trust-remote-code"] = True
    return [argument for name, value in flags.items() for argument in _argument(name, value)]


def _argument(name: str, value: str | int | float | bool) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    return [f"--{name}", str(value)]
