"""Each failure of the hub's client as one message that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from cis_study.errors import StudyError


@contextmanager
def explained(repo: str, revision: str | None) -> Iterator[None]:
    """Raise StudyError for what the client raises; the address of a request may hold secrets and is left out."""
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError, httpx2.TransportError) as error:
        # The client says "not found locally" for whatever kept it from asking about a file.
        cause = (error.__cause__ if isinstance(error, LocalEntryNotFoundError) else None) or error
        value = getattr(cause, "strerror", None) or type(cause).__name__
        raise StudyError(f"{repo}@{revision or 'newest'}", value, *_reason(repo, cause)) from error


def _reason(repo: str, error: BaseException) -> tuple[str, str]:
    if isinstance(error, GatedRepoError):
        return "access is gated", f"Accept its terms at huggingface.co/{repo}; set HF_TOKEN to a token of that account."
    if isinstance(error, RepositoryNotFoundError):
        return "no such repository, or no access to it", "Check `repo`; a gated or private one needs HF_TOKEN."
    if isinstance(error, RevisionNotFoundError):
        return "the pinned revision is gone", "Check `revision`."
    if isinstance(error, RemoteEntryNotFoundError):
        return "a listed file is missing on the hub", "Check `include` and `revision`."
    if isinstance(error, HfHubHTTPError):
        return _answered(error.response.status_code)
    if isinstance(error, (OfflineModeIsEnabled, LocalEntryNotFoundError, httpx2.TransportError)):
        return (
            "the hub cannot be reached",
            "Check the network and HF_ENDPOINT, then run again; finished files are kept.",
        )
    if isinstance(error, (ValueError, KeyError)):
        return "its answer is not that of a hub", "Check `repo` and HF_ENDPOINT."
    return "the download failed", "Run again; finished files are kept."


def _answered(status: int) -> tuple[str, str]:
    if status in (401, 403):
        return f"access refused ({status})", "Set HF_TOKEN to a valid token."
    if status == 429:
        return "the hub answered 429: too many requests", "Wait some minutes and run again; finished files are kept."
    return f"the hub answered {status}", "Run again; finished files are kept."
