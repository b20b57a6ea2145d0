"""Command lines of the engines, generated from registry and study in this one place."""

from __future__ import annotations

from pathlib import Path

from cis_study.config import Engine
from cis_study.errors import StudyError
from cis_study.models.registry import Model

_HERE = Path(__file__).parent

Flags = dict[str, str | int | float | bool]
"""Server flags without the leading dashes; true stands alone, false is left out."""


def interpreter(engine: Engine, root: Path) -> Path:
    """Python of the serving environment.

    Raises:
        StudyError: the environment is not installed.
    """
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
    common: Flags = {
        "model": str(weights),
        "served-model-name": model.name,
        "max-model-len": engine.max_model_len_tokens,
        "max-num-seqs": engine.concurrency,
    }
    if engine.kind == "llama_cpp":
        flags: Flags = {**common, "threads": engine.threads}
    else:
        # Defaults of a model's generation_config.json would change the sampling without a trace.
        flags = {**common, "generation-config": "vllm", **engine.flags, **model.vllm_flags}
        if model.trust_remote_code:
            flags["trust-remote-code"] = True
    script = {"llama_cpp": "llama_cpp_server.py", "vllm": "vllm_server.py"}[engine.kind]
    return [str(interpreter(engine, root)), str(_HERE / script), *_as_arguments(flags)]


def _as_arguments(flags: Flags) -> list[str]:
    arguments: list[str] = []
    for name, value in flags.items():
        if value is True:
            arguments.append(f"--{name}")
        elif value is not False:
            arguments += [f"--{name}", str(value)]
    return arguments
