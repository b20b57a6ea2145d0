"""Weights from a Hugging Face hub at a pinned revision: safetensors only, no remote code by default."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import huggingface_hub
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from cis_study.errors import StudyError
from cis_study.models.registry import HfSource

REFUSED = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.pickle", "*.ckpt", "*.msgpack", "*.h5")
"""Formats that can run code on loading, or that no engine of the study reads."""


def fetch_hub(source: HfSource, destination: Path, trust_remote_code: bool) -> None:
    """Download the files the registry includes into `destination`; resumes a partial download.

    The access token, where one is needed, comes from the environment (`HF_TOKEN`).

    Raises:
        StudyError: no such repository, revision or file; access refused; hub unreachable; unsafe files asked for.
    """
    refused = REFUSED if trust_remote_code else (*REFUSED, "*.py")
    asked = [pattern for pattern in source.include if any(fnmatch.fnmatch(pattern, bad) for bad in refused)]
    if asked:
        raise StudyError(f"{source.repo}: include", asked, "these files can run code", "Use the safetensors files.")
    try:
        huggingface_hub.snapshot_download(
            source.repo,
            revision=source.revision,
            local_dir=destination,
            allow_patterns=source.include,
            ignore_patterns=[*source.exclude, *refused],
        )
    except GatedRepoError as error:
        raise _refusal(source, error, "access is gated", "Accept its terms on the hub and set HF_TOKEN.") from error
    except RepositoryNotFoundError as error:
        raise _refusal(source, error, "no such repository, or no access to it", "Check `repo` and HF_TOKEN.") from error
    except (RevisionNotFoundError, EntryNotFoundError) as error:
        if isinstance(error, LocalEntryNotFoundError):
            raise _refusal(source, error, "the hub cannot be reached", "Check the network and HF_ENDPOINT.") from error
        raise _refusal(source, error, "the pinned revision or a file is gone", "Check `revision`.") from error
    except (HfHubHTTPError, OSError) as error:
        raise _refusal(source, error, "the download failed", "Run again; finished files are kept.") from error
    if not any(destination.glob("*.safetensors")):
        raise StudyError(f"{source.repo}: include", source.include, "no safetensors file matched", "Correct `include`.")


def _refusal(source: HfSource, error: Exception, why: str, fix: str) -> StudyError:
    return StudyError(f"{source.repo}@{source.revision}", type(error).__name__, why, fix)
