"""Vectors are those of the published encoder, whatever else is asked for and however many threads compute."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from cis_study.errors import StudyError
from cis_study.scoring import embedding
from cis_study.scoring.embedding import similarity, vector

KNOWN = json.loads((Path(__file__).parent / "minilm_vectors.json").read_text(encoding="utf-8"))["vectors"]
"""Made once by Sentence-Transformers with PyTorch; `made_by` in the file names the versions."""


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["text"][:12])
def test_a_vector_is_that_of_sentence_transformers(known: dict[str, object]) -> None:
    """Single precision there, double here; the longest text is cut off at 256 tokens."""
    assert np.abs(vector(str(known["text"])) - known["vector"]).max() < 1e-6


def test_lone_surrogates_are_left_out() -> None:
    assert vector("one \ud800entry").tobytes() == vector("one entry").tobytes()


def test_neither_the_number_of_threads_nor_other_texts_show() -> None:
    text = "The oldest entry is evicted."
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            found.append(embedding._encoder().vector(text).round(12).tolist())
        embedding._encoder().vector("Something else, and longer than the other sentence, comes between the two.")
    assert found[0] == found[1]


def test_similarities_are_cosines_with_few_digits() -> None:
    one, other = "The oldest entry is evicted.", "The entry that is oldest gets removed."
    expected = float(np.dot(vector(one), vector(other)))
    assert similarity(one, other) == round(expected, 4) != expected
    assert similarity(one, one) == 1.0
    assert similarity(one, other) > similarity(one, "Any whitespace is spotted with a search.") + 0.2


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing in memory, and afterwards what was there before."""
    monkeypatch.setattr(embedding, "_encoder", embedding._encoder.__wrapped__)
    return monkeypatch


def test_other_weights_are_refused(unloaded: pytest.MonkeyPatch) -> None:
    changed = dict.fromkeys(embedding.ENCODER_FILES, "0" * 64)
    unloaded.setattr(embedding, "ENCODER_FILES", changed)
    with pytest.raises(StudyError, match=r"model\.safetensors: SHA-256 53aa.*scores rest on the encoder with 0000"):
        vector("a text that was not asked for before")


@pytest.mark.parametrize("name", ["ENCODER_PACKAGE", "ENCODER_FILES"])
def test_a_missing_encoder_is_named_with_what_to_do(unloaded: pytest.MonkeyPatch, name: str) -> None:
    missing = {"ENCODER_PACKAGE": "no-such-package", "ENCODER_FILES": {"no/such.file": ""}}[name]
    unloaded.setattr(embedding, name, missing)
    with pytest.raises(StudyError, match=r"encoder is not installed.*make envs"):
        vector("another text that was not asked for before")
