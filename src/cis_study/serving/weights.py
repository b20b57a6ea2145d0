"""From a manifest to the file or folder an engine can load, checked byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from cis_study.config import Engine
from cis_study.errors import StudyError
from cis_study.models.fetch import fetch
from cis_study.models.lock import LockedModel
from cis_study.models.manifest import verify_files
from cis_study.models.registry import Model
from cis_study.serving.launch import interpreter


def servable_weights(model: Model, engine: Engine, manifest: dict[str, Any], results_dir: Path) -> Path:
    """Path the engine loads; weights that are absent (a restored manifest) are fetched first.

    Raises:
        StudyError: the weights cannot be fetched, differ from the manifest, or do not suit the engine.
    """
    home = results_dir / "models" / model.name
    weights = home / "weights"
    if not all((weights / file["path"]).is_file() for file in manifest["files"]):
        fetch(model, weights, _as_lock(manifest))
    verify_files(manifest, weights)
    if model.format == "safetensors":
        if engine.kind != "vllm":
            raise StudyError("engine.kind", engine.kind, f"{model.name} comes as safetensors", "Use the vllm engine.")
        return weights
    gguf = weights / manifest["files"][0]["path"]
    return gguf if engine.kind == "llama_cpp" else _converted(gguf, home / "safetensors", engine)


def _as_lock(manifest: dict[str, Any]) -> LockedModel | None:
    """A manifest says what the weights of its battles were, whatever has been locked since."""
    source = manifest["source"]
    if source["kind"] != "hf":
        return None
    return LockedModel(repo=source["repo"], revision=source["revision"], files=manifest["files"])


def _converted(gguf: Path, target: Path, engine: Engine) -> Path:
    # vLLM reads GGUF only through a plugin that has no CPU build; the converter writes the folder last of all.
    if (target / "config.json").is_file():
        return target
    script = Path(__file__).parent / "convert_gguf.py"
    command = [str(interpreter(engine, Path.cwd())), str(script), str(gguf), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StudyError(gguf, done.stderr.strip()[-600:], "it could not be converted to safetensors", "Read above.")
    return target
