"""Weights from a Hugging Face hub at one revision, every file checked against the lock or the hub's own hash."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub

from cis_study.errors import StudyError
from cis_study.models.hub_errors import explained
from cis_study.models.lock import LockedModel
from cis_study.models.registry import HfSource
from cis_study.models.wanted import wanted
from cis_study.provenance import sha256_file

_PARALLEL_FILES = 8
_SHA256_DIGITS = 64


@dataclass(frozen=True)
class HubFile:
    path: str
    bytes: int
    digest: str
    """SHA-256 of a large file. The hub lists a small one with its git blob id alone (SHA-1 over header and bytes)."""

    @property
    def has_sha256(self) -> bool:
        return len(self.digest) == _SHA256_DIGITS


@dataclass(frozen=True)
class Listing:
    revision: str
    files: list[HubFile]


def fetch_hub(source: HfSource, destination: Path, trust_remote_code: bool, locked: LockedModel | None) -> None:
    """Download the files the engine needs into `destination`. Right files are kept; with nothing missing from a
    lock no network is needed.

    The hub's address and the access token come from the environment (`HF_ENDPOINT`, `HF_TOKEN`).

    Args:
        trust_remote_code: allow Python files, which the engine would run.
        locked: what the files must be; None: what the hub lists for the pinned revision.

    Raises:
        StudyError: no revision, hub unreachable, no access, no such repository, revision or file, unsafe files asked
            for, too little disk space, a file in the way that is not of this model, or bytes that differ from what
            is expected; these are removed.
    """
    if locked is not None:
        listing = Listing(locked.revision, [HubFile(file.path, file.bytes, file.sha256) for file in locked.files])
    elif source.revision is not None:
        listing = list_hub(source, trust_remote_code)
    else:
        raise StudyError(
            f"{source.repo}: revision", "null", "neither registry nor lock pins it",
            "Run `snakemake --cores 1 lock_models` once, and commit the file.",
        )  # fmt: skip
    _refuse_strangers(listing.files, destination)
    missing = [file for file in listing.files if _found(file, destination / file.path) != file.digest]
    if not missing:
        return
    if locked is not None:
        listed = list_hub(source.model_copy(update={"revision": locked.revision}), trust_remote_code)
        differing = {file.path for file in listed.files} ^ {file.path for file in listing.files}
        if differing:
            raise StudyError(
                f"{source.repo}: lock", ", ".join(sorted(differing)), "`include` and `exclude` now select other files",
                "Remove the entry and run `snakemake --cores 1 lock_models`.",
            )  # fmt: skip
    authority = "the lock says" if locked else "the hub lists"
    download(source.repo, Listing(listing.revision, missing), destination, authority)


def list_hub(source: HfSource, trust_remote_code: bool) -> Listing:
    """The wanted files of the pinned revision, or of the newest one where none is pinned.

    Raises:
        StudyError: see `fetch_hub`.
    """
    with explained(source.repo, source.revision):
        info = huggingface_hub.HfApi(endpoint=os.environ.get("HF_ENDPOINT")).model_info(
            source.repo, revision=source.revision, files_metadata=True
        )
    if source.revision not in (None, info.sha) or info.sha is None:
        raise StudyError(
            f"{source.repo}@{source.revision}", info.sha, "the hub answers for another revision", "Check `revision`."
        )
    siblings = {file.rfilename: file for file in info.siblings or []}
    files = []
    for name in wanted(source, siblings, trust_remote_code):
        file = siblings[name]
        digest = file.lfs.sha256 if file.lfs else file.blob_id
        if digest is None or file.size is None:
            raise StudyError(f"{source.repo}: {name}", digest, "the hub lists no size or hash", "Check HF_ENDPOINT.")
        files.append(HubFile(name, file.size, digest))
    return Listing(info.sha, files)


def download(repo: str, missing: Listing, destination: Path, authority: str) -> None:
    """Download every file of `missing` and check it; the client resumes a cut connection.

    Args:
        authority: who states sizes and hashes, for the message ("the hub lists").

    Raises:
        StudyError: see `fetch_hub`.
    """
    with explained(repo, missing.revision):
        _prepare(missing.files, destination)
        for file in missing.files:
            print(f"download {repo}@{missing.revision[:8]}: {file.path}, {file.bytes:,} bytes", flush=True)
        huggingface_hub.snapshot_download(
            repo,
            revision=missing.revision,
            local_dir=destination,
            allow_patterns=[file.path for file in missing.files],
            max_workers=_PARALLEL_FILES,
            endpoint=os.environ.get("HF_ENDPOINT"),
        )
    found = {file: _found(file, destination / file.path) for file in missing.files}
    wrong = [file for file in missing.files if found[file] != file.digest]
    for file in wrong:
        # The client would keep a file that is there, whatever its bytes are.
        (destination / file.path).unlink(missing_ok=True)
    if wrong:
        raise StudyError(
            f"{repo}: {', '.join(file.path for file in wrong)}",
            ", ".join(found[file] for file in wrong),
            f"{authority} {', '.join(f'{file.bytes} bytes {file.digest}' for file in wrong)}",
            "What was wrong is removed: run again to download it.",
        )


def _refuse_strangers(files: list[HubFile], destination: Path) -> None:
    """An engine would read a tokenizer or shard that an earlier revision left; dot files are the client's own."""
    there = {path.relative_to(destination).as_posix() for path in destination.rglob("[!.]*") if path.is_file()}
    strangers = sorted(name for name in there - {file.path for file in files} if not name.startswith("."))
    if strangers:
        raise StudyError(
            destination, ", ".join(strangers), "not among the files of this model and revision",
            "Remove them, or the folder, and run again.",
        )  # fmt: skip


def _found(file: HubFile, path: Path) -> str:
    """`missing`, or the size where it is wrong, or the digest."""
    if not path.is_file():
        return "missing"
    if path.stat().st_size != file.bytes:
        return f"{path.stat().st_size} bytes"
    if file.has_sha256:
        return sha256_file(path)
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _prepare(missing: list[HubFile], destination: Path) -> None:
    """Room for the missing files, and nothing in their places."""
    destination.mkdir(parents=True, exist_ok=True)
    for file in missing:
        path = destination / file.path
        if path.resolve() != destination.resolve() / file.path:
            raise StudyError(path, path.resolve(), "a symbolic link leads elsewhere", "Remove the link and run again.")
        path.unlink(missing_ok=True)
    # A killed download starts again under another name, so what it left is never used.
    for remains in destination.glob(".cache/huggingface/download/**/*.incomplete"):
        remains.unlink()
    need, free = sum(file.bytes for file in missing), shutil.disk_usage(destination).free
    if need > free:
        raise StudyError(
            destination, f"{free / 1e9:.1f} GB free", f"the missing files need {need / 1e9:.1f} GB",
            "Make room and run again; finished files are kept.",
        )  # fmt: skip
