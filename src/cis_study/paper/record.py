"""What the reproducibility statement names: files and weights with their hashes, and the code behind the cache."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cis_study.provenance import sha256_file, sha256_text
from cis_study.published.sums import sums_text
from cis_study.statistics.design import StudyDesign

GROUPS = {
    "manifest": "Manifest of the study",
    "plan": "Plan: prompts, seeds, sampling, engine",
    "analysis": "Analysis, written beforehand",
    "tasks": "Tasks with hidden cases and mutants",
    "weights": "Manifests of the weights",
    "cache": "Contents of the cache: battles, evidence",
    "evidence": "Evidence from the sandbox",
    "scores": "Scores",
    "ratings": "Ratings of judges",
    "determinism": "Repeated battles",
    "power": "Simulated power",
    "environment": "Versions of all packages",
}
"""Name among the inputs of the rule -> what the paper calls it."""
NOT_CACHED = "The battles are not in the cache yet, so no commit is recorded with them."
NO_COMMIT = "At which commit the battles were packed into the cache is not recorded."
NO_ENGINE = "The version of the engine was not recorded with the battles."


def checksums(paths: Iterable[Path]) -> str:
    """Lines as `sha256sum --check` reads them, sorted by path, each file once.

    Args:
        paths: inside the project, relative to its root.
    """
    return sums_text({path.as_posix(): sha256_file(path) for path in set(paths)})


def record_numbers(
    design: StudyDesign,
    groups: Mapping[str, Sequence[Path]],
    manifests: Sequence[Mapping[str, Any]],
    cache: Mapping[str, Any] | None,
    engines: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """Macros `record` (what, files, sha256), `weights` (label, origin, sha256), `sums` and two sentences.

    A group of several files is hashed as its lines in `checksums`.

    Args:
        groups: name in `GROUPS` -> the files; groups without files are left out.
        manifests: of the contestants, in the order of the design.
        cache: `manifest.json` of the study's cache; None where the study is not cached.
        engines: records of the engines that fought.
    """
    return {
        "record": [_group(GROUPS[name], paths) for name, paths in groups.items() if paths],
        "weights": [_weights(manifest, design) for manifest in manifests],
        "sums": sha256_text(checksums(path for paths in groups.values() for path in paths)),
        "commit": _commit(cache),
        "engines": _engines(engines),
    }


def read_engines(folders: Iterable[Path]) -> list[dict[str, Any]]:
    """What engines said of themselves, `{folder}/{model}/{block}.json`, from the first folder that has any."""
    found = next((paths for folder in folders if (paths := sorted(folder.glob("*/*.json")))), [])
    return [engine for path in found for engine in json.loads(path.read_bytes())]


def _group(what: str, paths: Sequence[Path]) -> dict[str, str]:
    if len(paths) == 1:
        return {"what": what, "files": paths[0].as_posix(), "sha256": sha256_file(paths[0])}
    return {"what": what, "files": f"{len(set(paths))} files", "sha256": sha256_text(checksums(paths))}


def _weights(manifest: Mapping[str, Any], design: StudyDesign) -> dict[str, str]:
    label = design.contestant(manifest["name"]).label
    if manifest["weights_sha256"] is None:
        return {"label": label, "origin": f"claimed to be {manifest['claimed']}", "sha256": "not checked"}
    source = manifest["source"]
    origin = f"{source['repo']} at {source['revision']}" if "repo" in source else _packages(source["packages"])
    return {"label": label, "origin": origin, "sha256": manifest["weights_sha256"]}


def _packages(packages: Sequence[str]) -> str:
    if len(packages) < 4:
        return ", ".join(packages)
    return f"{len(packages)} packages, {packages[0]} to {packages[-1]}"


def _commit(cache: Mapping[str, Any] | None) -> str:
    if cache is None:
        return NOT_CACHED
    checkout = cache.get("checkout")
    if checkout is None:
        return NO_COMMIT
    changed = ", with changes on top" * bool(checkout["changed"])
    return f"The battles were packed into the cache at commit {checkout['commit']}{changed}."


def _engines(engines: Iterable[Mapping[str, Any]]) -> str:
    named = sorted({f"{engine['engine']} {engine['version'] or '(version unknown)'}" for engine in engines})
    return f"The battles were fought on {' and '.join(named)}." if named else NO_ENGINE
