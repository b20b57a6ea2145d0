"""The cache against its own hashes: files, records, weights and evidence. Nothing is run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cis_study.agents.plan import spec_of_episode
from cis_study.battles.archive import archive_path, episodes_path, judgements_path, manifest_path
from cis_study.battles.freezing import APART
from cis_study.battles.record import identify, is_episode, record_path
from cis_study.errors import StudyError
from cis_study.judging.plan import identify_judgement
from cis_study.models.lock import LockedModel
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import Model, PypiSource
from cis_study.packed import unpack_lines
from cis_study.provenance import canonical_json, readable_json, sha256_text
from cis_study.published.differences import ABSENT, WHOLE, Difference, changed
from cis_study.published.sums import hashes
from cis_study.scoring.evidence_cache import evidence_path
from cis_study.scoring.evidence_file import content_hash_of
from cis_study.tasks.hidden import HiddenSide

_DESCRIPTION = "manifest.json"
_PLACE = ("model", "condition", "author", "kind", "tool_protocol", "task", "replicate", "repeat")


def file_differences(folder: Path) -> list[Difference]:
    """Files of a cache, or of the arms of its check of determinism, that are not as its `manifest.json` says.

    Raises:
        StudyError: there is no description, or it cannot be read.
    """
    path = folder / _DESCRIPTION
    try:
        described = json.loads(path.read_bytes())["files"]
    except (OSError, ValueError, KeyError) as error:
        raise StudyError(path, error, "nothing describes the cache", "Restore it from version control.") from error
    names = (found.relative_to(folder) for found in folder.rglob("*") if found.is_file())
    kept = [name.as_posix() for name in names if name.name != _DESCRIPTION and name.parts[0] not in APART]
    differ = changed(described, hashes(folder, kept))
    return [Difference("cache", f"{folder}/{name}", WHOLE, *both) for name, *both in differ]


def record_differences(
    cache: Path, models: Iterable[str], hidden: Callable[[str], HiddenSide], sums: Mapping[str, str]
) -> list[Difference]:
    """Battles, episodes and judgements that are not what their spec, their weights, their evidence or the record says.

    Args:
        models: contestants and judges.
        hidden: hidden side of a task by name.
        sums: recorded hashes of what a replay makes of the cache; empty where nothing is recorded.
    """
    found: list[Difference] = []
    for model in models:
        path = manifest_path(cache, model)
        weights = weights_identity(json.loads(path.read_bytes())) if path.is_file() else ABSENT
        for archive in (archive_path(cache, model), episodes_path(cache, model), judgements_path(cache, model)):
            try:
                records = unpack_lines(archive)
                found += [row for record in records for row in _contradictions(archive, record, weights, sums)]
                if archive.parent.name == "battles":
                    found += _without_evidence(evidence_path(cache, model), records, hidden)
            except StudyError as error:
                found.append(Difference("cache", error.where, "archive", "readable", f"{error.why}: {error.value}"))
    return found


def _contradictions(
    archive: Path, record: dict[str, Any], weights: str, sums: Mapping[str, str]
) -> Iterator[Difference]:
    place = _place(record)
    for key, stated, found in (("spec", record["spec"], spec_of(record)), ("weights", record["weights"], weights)):
        if stated != found:
            yield Difference("cache", archive.as_posix(), f"{place}: {key}", stated, found)
    # Judgements are published by exhibit, not one by one.
    if archive.parent.name != "judgements":
        name = record_path(Path("results", archive.parents[1].name), record).as_posix()
        written = sha256_text(readable_json(record))
        if sums.get(name, written) != written:
            yield Difference("cache", archive.as_posix(), f"{place}: {WHOLE}", sums[name], written)


def _without_evidence(
    archive: Path, battles: Iterable[dict[str, Any]], hidden: Callable[[str], HiddenSide]
) -> Iterator[Difference]:
    """Evidence names the battle it is of by a hash of all of it, the hidden side included."""
    if not archive.is_file():
        return
    cached = {line["of"]: _place(line) for line in unpack_lines(archive)}
    by_place = {place: of for of, place in cached.items()}
    for battle in battles:
        of, place = content_hash_of(battle, hidden(battle["task"])), _place(battle)
        if of not in cached:
            yield Difference("cache", archive.as_posix(), f"{place}: of", by_place.get(place, ABSENT), of)


def spec_of(record: dict[str, Any]) -> str:
    """The spec of a finished battle, episode or judgement, from what it holds itself."""
    if is_episode(record):
        return spec_of_episode(record)
    # What identifies a planned record leaves a spec alone that stands there already.
    planned = {key: value for key, value in record.items() if key != "spec"}
    identified = (identify_judgement if "response_format" in record else identify)(
        planned, record["model"], record["engine"], record["weights"]
    )
    return str(identified["spec"])


def _place(record: Mapping[str, Any]) -> str:
    return "/".join(str(record[name]) for name in _PLACE if name in record)


def weight_differences(cache: Path, models: Mapping[str, Model], lock: Mapping[str, LockedModel]) -> list[Difference]:
    """Manifests of weights that contradict themselves, the registry or the lock.

    Args:
        models: contestants and judges that are served, by name, with the locked revisions.
    """
    found = []
    for name, model in models.items():
        path = manifest_path(cache, name)
        if not path.is_file():
            found.append(Difference("cache", path.as_posix(), WHOLE, ABSENT, "every model has a manifest"))
            continue
        manifest = json.loads(path.read_bytes())
        # A claim about somebody else's server holds nothing that was checked.
        if "source" in manifest:
            differ = changed(_stated(manifest), _expected(model, manifest, lock.get(name)))
            found += [Difference("cache", path.as_posix(), *difference) for difference in differ]
    return found


def _stated(manifest: Mapping[str, Any]) -> dict[str, str]:
    source = manifest["source"]
    identity = source["revision"] if source["kind"] == "hf" else source["sha256"]
    return {"weights_sha256": manifest["weights_sha256"], "source": identity, **_files(manifest["files"])}


def _expected(model: Model, manifest: Mapping[str, Any], locked: LockedModel | None) -> dict[str, str]:
    """From the lock or the registry; where neither names the files, they are as stated."""
    weights = {"weights_sha256": sha256_text(canonical_json(manifest["files"]))}
    if manifest["source"]["kind"] == "pypi":
        shipped = {source.file: source.sha256 for source in model.sources if isinstance(source, PypiSource)}
        entries = [{"path": file, "sha256": digest} for file, digest in shipped.items()]
        return weights | {"source": next(iter(shipped.values()), ABSENT)} | _files(entries)
    if locked is None:
        pinned = model.hub.revision if model.hub else None
        return _stated(manifest) | weights | ({"source": pinned} if pinned else {})
    return weights | {"source": locked.revision} | _files([file.model_dump() for file in locked.files])


def _files(entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {f"files/{entry['path']}": entry["sha256"] for entry in entries}
