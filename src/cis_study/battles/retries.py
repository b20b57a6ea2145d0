"""Which lost requests are sent again, and when."""

from __future__ import annotations

import contextlib
import email.utils
import time

import httpx2
import openai

from cis_study.battles.stream import BrokenStream

ATTEMPTS = 5
_BACKOFF_S = 2.0


def is_worth_another(error: Exception) -> bool:
    """The connection broke, or the server failed or is busy; a request that was refused would be refused again."""
    return isinstance(
        error,
        (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError, httpx2.HTTPError, BrokenStream),
    )


def pause_s(error: Exception, attempt: int, longest_s: float) -> float:
    """Seconds until the next attempt: doubled with every attempt, or what the server asks for if that is more.

    No jitter: there is one client, and it keeps no more requests open than the engine takes.
    """
    wanted = _retry_after_s(error.response) if isinstance(error, openai.APIStatusError) else 0.0
    return min(max(_BACKOFF_S**attempt, wanted), longest_s)


def _retry_after_s(response: httpx2.Response) -> float:
    header = response.headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        return float(header)
    date = email.utils.parsedate_tz(header)
    return email.utils.mktime_tz(date) - time.time() if date else 0.0
