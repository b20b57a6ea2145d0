"""The manifest of a model: which bytes, from where, found to be what."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.models.memory import memory_plan
from cis_study.models.quantization import check_quantization, found_weights
from cis_study.models.registry import Model, PypiSource, Source
from cis_study.provenance import canonical_json, sha256_file, sha256_text


def build_manifest(model: Model, folder: Path, source: Source) -> dict[str, Any]:
    """Hash and inspect the weights in `folder`; equal files give an equal manifest on every machine.

    Raises:
        StudyError: the weights are not what the registry declares.
    """
    found = found_weights(folder, model.format)
    check_quantization(model, found)
    files = [
        {"path": str(path.relative_to(folder)), "bytes": path.stat().st_size, "sha256": sha256_file(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    weights_bytes = sum(int(str(f["bytes"])) for f in files if str(f["path"]).endswith(model.format))
    return {
        "name": model.name,
        "source": _origin(source),
        "files": files,
        "weights_sha256": sha256_text(canonical_json(files)),
        "quantization": {"declared": model.quantization, "found": found.scheme, "tensor_types": found.tensor_types},
        "parameters": found.parameters,
        "architecture": asdict(found.architecture),
        "memory": memory_plan(found.architecture, weights_bytes, model.max_model_len_tokens),
    }


def _origin(source: Source) -> dict[str, Any]:
    if isinstance(source, PypiSource):
        return {"kind": source.kind, "packages": source.packages}
    return {"kind": source.kind, "repo": source.repo, "revision": source.revision}


def verify_files(manifest: dict[str, Any], folder: Path) -> None:
    """Weights are loaded only when every file is the one of the manifest.

    Raises:
        StudyError: a file is missing or differs; it names the file.
    """
    for file in manifest["files"]:
        path = folder / file["path"]
        if not path.is_file() or sha256_file(path) != file["sha256"]:
            raise StudyError(
                path,
                "changed" if path.is_file() else "missing",
                f"the manifest of {manifest['name']} pins sha256 {file['sha256']}",
                "Remove the folder of the weights and run again to download them.",
            )
