"""Weights from a Hugging Face hub at a pinned revision: safetensors only, every file checked against the hub's hash."""

from __future__ import annotations

import fnmatch
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import httpx2
import huggingface_hub
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoSibling

from cis_study.errors import StudyError
from cis_study.models.registry import HfSource
from cis_study.provenance import sha256_file

ALLOWED = {".safetensors", ".json", ".txt", ".model", ".v3", ".tiktoken", ".jinja", ".md", ""}
"""Suffixes of files that hold data; any other format may run code on loading, or no engine reads it."""


def fetch_hub(source: HfSource, destination: Path, trust_remote_code: bool) -> None:
    """Download the files the registry includes into `destination`; finished files are kept on a rerun.

    The hub's address and the access token come from the environment (`HF_ENDPOINT`, `HF_TOKEN`).

    Args:
        trust_remote_code: allow Python files, which the engine would run.

    Raises:
        StudyError: hub unreachable, no access, no such repository, revision or file, unsafe files asked for,
            or bytes that differ from what the hub lists.
    """
    endpoint = os.environ.get("HF_ENDPOINT")
    with _explained(source):
        info = huggingface_hub.HfApi(endpoint=endpoint).model_info(
            source.repo, revision=source.revision, files_metadata=True
        )
        if info.sha != source.revision:
            raise StudyError(
                f"{source.repo}@{source.revision}",
                info.sha,
                "the hub answers for another revision",
                "Check `revision`.",
            )
        files = _selected(source, info.siblings or [], trust_remote_code)
        huggingface_hub.snapshot_download(
            source.repo,
            revision=source.revision,
            local_dir=destination,
            allow_patterns=[file.rfilename for file in files],
            endpoint=endpoint,
        )
    for file in files:
        _check_bytes(source, file, destination / file.rfilename)


def _selected(source: HfSource, listed: list[RepoSibling], trust_remote_code: bool) -> list[RepoSibling]:
    files = [
        file
        for file in listed
        if _matches(file.rfilename, source.include) and not _matches(file.rfilename, source.exclude)
    ]
    names = [file.rfilename for file in files]
    for pattern in source.include:
        if not fnmatch.filter(names, pattern):
            raise StudyError(
                f"{source.repo}: include", pattern, "no file of this revision matches", "Correct `include`."
            )
    allowed = ALLOWED | {".py"} if trust_remote_code else ALLOWED
    refused = [name for name in names if PurePosixPath(name).suffix.lower() not in allowed]
    if refused:
        raise StudyError(
            f"{source.repo}: include", ", ".join(refused), "files of this kind may run code", "Narrow `include`."
        )
    if not fnmatch.filter(names, "*.safetensors"):
        raise StudyError(f"{source.repo}: include", source.include, "no safetensors file matches", "Correct `include`.")
    return files


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def _check_bytes(source: HfSource, file: RepoSibling, path: Path) -> None:
    """Large files are listed with their SHA-256, small ones with their git blob id (SHA-1 over header and bytes)."""
    if file.lfs is not None:
        listed: str | None = file.lfs.sha256
        found = sha256_file(path)
    else:
        content = path.read_bytes()
        listed, found = file.blob_id, hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    if listed == found:
        return
    # The client would keep a file of the right size, so a damaged one must not stay.
    path.unlink()
    raise StudyError(
        f"{source.repo}: {file.rfilename}",
        found,
        f"the hub lists {listed} at this revision",
        "Run again to download it.",
    )


@contextmanager
def _explained(source: HfSource) -> Iterator[None]:
    """Turn each failure of the client into one message; the address of a request may hold secrets and is left out."""
    where = f"{source.repo}@{source.revision}"
    try:
        yield
    except GatedRepoError as error:
        raise _refusal(where, error, "access is gated", "Accept its terms on the hub and set HF_TOKEN.") from error
    except RepositoryNotFoundError as error:
        raise _refusal(where, error, "no such repository, or no access to it", "Check `repo` and HF_TOKEN.") from error
    except RevisionNotFoundError as error:
        raise _refusal(where, error, "the pinned revision is gone", "Check `revision`.") from error
    except (OfflineModeIsEnabled, LocalEntryNotFoundError, httpx2.TransportError) as error:
        raise _refusal(where, error, "the hub cannot be reached", "Check the network and HF_ENDPOINT.") from error
    except EntryNotFoundError as error:
        raise _refusal(
            where, error, "a listed file is missing on the hub", "Check `include` and `revision`."
        ) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise _refusal(where, error, f"access refused ({status})", "Set HF_TOKEN to a valid token.") from error
        raise _refusal(where, error, f"the hub answered {status}", "Run again; finished files are kept.") from error
    except OSError as error:
        raise _refusal(where, error, "the download failed", "Run again; finished files are kept.") from error


def _refusal(where: str, error: Exception, why: str, fix: str) -> StudyError:
    return StudyError(where, type(error).__name__, why, fix)
