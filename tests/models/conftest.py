from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cis_study.models.registry import Model
from cis_study.yamlfile import validate

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def make_model() -> Callable[..., Model]:
    def make(**changes: Any) -> Model:
        fields: dict[str, Any] = {
            "name": "tiny",
            "label": "Tiny",
            "vendor": "Nobody",
            "tier": "weak",
            "tier_source": "test",
            "licence": "MIT",
            "licence_source": "test",
            "parameters": 64 * 64,
            "quantization": "bf16",
            "format": "safetensors",
            "max_model_len_tokens": 2048,
            "sources": [{"kind": "hf", "repo": "nobody/tiny", "revision": "a" * 40, "include": ["*"]}],
        }
        return validate(Model, {**fields, **changes}, "tiny")

    return make
