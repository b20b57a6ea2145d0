"""The sentence encoder all-MiniLM-L6-v2 in numpy, as Sentence-Transformers runs it: its own stack weighs gigabytes.

Six BERT layers (Devlin et al., 2019), distilled (Wang et al., 2020); a sentence is the mean of its tokens, scaled to
length 1 (Reimers and Gurevych, 2019).
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

Array = NDArray[np.float64]

_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_HEAD_WIDTH = _WIDTH // _HEADS
_MAX_TOKENS = 256
_NORM_EPSILON = 1e-12
_WORDS = "embeddings.word_embeddings.weight"


class MiniLM:
    """The weights, in double precision: how a machine orders its sums then shows in the 15th digit only.

    Texts are encoded one at a time, so that a vector does not depend on what else is asked for.
    """

    def __init__(self, weights: Path, tokenizer: Path) -> None:
        stored = load_file(weights)
        self._words = stored.pop(_WORDS)
        """Kept as stored: half of all weights, of which a text needs a few rows."""
        self._weights = {name: value.astype(np.float64) for name, value in stored.items()}
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)

    def vector(self, text: str) -> Array:
        """The text as a vector of length 1, shape (384,). Lone surrogates, which no tokenizer takes, are left out."""
        ids = self._tokenizer.encode(text.encode("utf-8", "ignore").decode("utf-8")).ids
        states = self._words[ids] + self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        states = self._norm(states + self._weights["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for number in range(_LAYERS):
            states = self._layer(states, f"encoder.layer.{number}")
        mean = states.mean(axis=0)
        result: Array = mean / np.linalg.norm(mean)
        return result

    def _layer(self, states: Array, name: str) -> Array:
        """States of the tokens, shape (tokens, 384), after one layer."""
        seen = self._linear(self._attention(states, f"{name}.attention.self"), f"{name}.attention.output.dense")
        states = self._norm(states + seen, f"{name}.attention.output")
        inner = self._linear(states, f"{name}.intermediate.dense")
        gelu = inner * (1 + erf(inner / math.sqrt(2))) / 2
        return self._norm(states + self._linear(gelu, f"{name}.output.dense"), f"{name}.output")

    def _attention(self, states: Array, name: str) -> Array:
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(-1, _HEADS, _HEAD_WIDTH).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        logits = query @ key.transpose(0, 2, 1) / math.sqrt(_HEAD_WIDTH)
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        result: Array = (shares @ value).transpose(1, 0, 2).reshape(-1, _WIDTH)
        return result

    def _linear(self, states: Array, name: str) -> Array:
        result: Array = states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return result

    def _norm(self, states: Array, name: str) -> Array:
        centred = states - states.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + _NORM_EPSILON)
        result: Array = scaled * self._weights[f"{name}.LayerNorm.weight"] + self._weights[f"{name}.LayerNorm.bias"]
        return result
