"""The manifest of a model: which files, which hashes, which quantization, how much memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.models.memory import PLANNED_TOKENS, plan_memory
from cis_study.models.quantization import check_quantization, found_quantization, model_parameters
from cis_study.models.registry import HfSource, Model, Source
from cis_study.provenance import canonical_json, sha256_file, sha256_text


def build_manifest(model: Model, weights_dir: Path, source: Source) -> dict[str, Any]:
    """Read, check and describe the weights; the same bytes give the same manifest on every machine.

    Args:
        source: the source that delivered the files, as returned by `cis_study.models.fetch.fetch`.

    Raises:
        StudyError: the weights are damaged or are not what the registry declares.
    """
    found = found_quantization(weights_dir)
    check_quantization(model, found)
    files = list_files(weights_dir)
    tokens = min(PLANNED_TOKENS, model.max_model_len_tokens)
    return {
        "name": model.name,
        "source": _origin(source),
        "files": files,
        "weights_sha256": sha256_text(canonical_json(files)),
        "quantization": {
            "declared": model.quantization,
            "found": found.quantization,
            "bits": found.bits,
            "group_size": found.group_size,
            "unquantized": list(found.unquantized),
            "tensor_types": dict(found.tensor_types),
            "tensor_bytes": found.tensor_bytes,
            "file_bytes": found.weights_bytes,
        },
        "parameters": model_parameters(model, found),
        "parameters_stored": found.parameters,
        "architecture": asdict(found.architecture),
        "tokenizer": dict(found.tokenizer),
        "memory": asdict(plan_memory(found.architecture, found.weights_bytes, tokens, sequences=1)),
    }


def claimed_manifest(model: Model) -> dict[str, Any]:
    """In place of a manifest where somebody else serves the model: what is claimed, nothing that was checked."""
    named = f"{model.hub.repo}@{model.hub.revision or 'newest'}" if model.hub else model.name
    return {
        "name": model.name,
        "claimed": named,
        "weights_sha256": None,
        "quantization": {"declared": model.quantization, "found": None},
    }


def weights_identity(manifest: Mapping[str, Any]) -> str:
    """What the spec of a battle says about the weights: their hash; where nobody saw them, that they are claimed."""
    return manifest["weights_sha256"] or f"claimed:{manifest['claimed']}"


def list_files(weights_dir: Path) -> list[dict[str, Any]]:
    """Path, size and hash of every file, sorted by path; names starting with a dot are the downloader's own."""
    paths = (path for path in weights_dir.rglob("*") if path.is_file())
    named = sorted((path.relative_to(weights_dir).as_posix(), path) for path in paths)
    return [
        {"path": name, "bytes": path.stat().st_size, "sha256": sha256_file(path)}
        for name, path in named
        if not any(part.startswith(".") for part in name.split("/"))
    ]


def verify_files(manifest: dict[str, Any], weights_dir: Path) -> None:
    """Check the files on disk against the manifest; sizes first, so that a cut file is named at once.

    Raises:
        StudyError: a file is missing, differs, or is not in the manifest.
    """
    expected = {entry["path"]: entry for entry in manifest["files"]}
    for name, entry in expected.items():
        path = weights_dir / name
        if not path.is_file():
            raise _differs(name, "missing", "the manifest lists it")
        if path.stat().st_size != entry["bytes"]:
            raise _differs(name, f"{path.stat().st_size} bytes", f"the manifest says {entry['bytes']}")
    for entry in list_files(weights_dir):
        name = entry["path"]
        if name not in expected:
            raise _differs(name, "unlisted", "the manifest does not know this file")
        if entry["sha256"] != expected[name]["sha256"]:
            raise _differs(name, f"sha256 {entry['sha256']}", f"the manifest says {expected[name]['sha256']}")


def _origin(source: Source) -> dict[str, Any]:
    if isinstance(source, HfSource):
        return {"kind": source.kind, "repo": source.repo, "revision": source.revision}
    return {"kind": source.kind, "packages": list(source.packages), "sha256": source.sha256}


def _differs(name: str, value: str, why: str) -> StudyError:
    return StudyError(name, value, why, "Remove the model's folder and manifest and fetch it again.")
