"""How near two texts are in meaning, by the installed sentence encoder."""

from __future__ import annotations

import functools
import threading
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from cis_study.errors import StudyError
from cis_study.provenance import sha256_file
from cis_study.scoring.constants import ENCODER_FILES, ENCODER_PACKAGE, SIMILARITY_DIGITS

if TYPE_CHECKING:
    from cis_study.scoring.minilm import Array, MiniLM

_REMEMBERED = 10_000
"""Texts whose vectors are kept, 3 KB each. Every battle of a task asks for the same statements."""
_LOADING = threading.Lock()


def similarity(one: str, other: str) -> float:
    """Cosine of the vectors of two texts, -1 to 1, rounded: the last digits differ between machines.

    Raises:
        StudyError: see `vector`.
    """
    return round(float(vector(one) @ vector(other)), SIMILARITY_DIGITS)


@functools.lru_cache(_REMEMBERED)
def vector(text: str) -> Array:
    """The text as a vector of length 1, shape (384,), which cannot be changed.

    Raises:
        StudyError: the encoder is not installed, or not the one that scores rest on.
    """
    with _LOADING:
        encoder = _encoder()
    found = encoder.vector(text)
    found.setflags(write=False)
    return found


@functools.cache
def _encoder() -> MiniLM:
    """Leaves one thread to the linear algebra of this process: with more, so few tokens wait for the threads."""
    # Not above: who finds all evidence in the cache embeds nothing.
    from cis_study.scoring.minilm import MiniLM

    threadpool_limits(1, user_api="blas")
    weights, tokenizer = (_checked(name, digest) for name, digest in ENCODER_FILES.items())
    return MiniLM(weights, tokenizer)


def _checked(name: str, digest: str) -> Path:
    """An installed file of the encoder; no code of the package is run."""
    rebuild = "Build the environment of envs/study.lock again: `make envs`"
    try:
        path = Path(str(metadata.distribution(ENCODER_PACKAGE).locate_file(name)))
        found = sha256_file(path)
    except (metadata.PackageNotFoundError, OSError) as error:
        raise StudyError(ENCODER_PACKAGE, name, "the sentence encoder is not installed", f"{rebuild}.") from error
    if found != digest:
        raise StudyError(path, f"SHA-256 {found}", f"scores rest on the encoder with {digest}", f"{rebuild}.")
    return path
