"""Where two texts part, in tokens of the model.

Battles hold no tokens, and a replay has no weights and so no tokenizer: positions that were found where the weights
were are kept with the arms, under the hash of both texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

from cis_study.determinism.comparison import first_difference, pair_sha256


class TokenPositions:
    """Position of the first differing token of two texts; None where neither the record nor a tokenizer knows.

    Args:
        model_dir: `results/models/{model}`.
        known: hash of a pair -> position.
    """

    def __init__(self, model_dir: Path, known: Mapping[str, int]) -> None:
        self._model_dir, self._known = model_dir, known

    def __call__(self, one: str, two: str) -> int | None:
        if (position := self._known.get(pair_sha256(one, two))) is not None:
            return position
        if self._tokenizer is None:
            return None
        return first_difference(self._ids(one), self._ids(two))

    @cached_property
    def _tokenizer(self) -> Tokenizer | None:
        # As downloaded, or as converted from GGUF for vLLM.
        candidates = [self._model_dir / folder / "tokenizer.json" for folder in ("weights", "safetensors")]
        found = next((path for path in candidates if path.is_file()), None)
        return Tokenizer.from_file(str(found)) if found else None

    def _ids(self, text: str) -> list[int]:
        assert self._tokenizer is not None
        # A model can emit lone surrogates, which no tokenizer takes.
        whole = text.encode("utf-8", "replace").decode()
        ids: list[int] = self._tokenizer.encode(whole, add_special_tokens=False).ids
        return ids
