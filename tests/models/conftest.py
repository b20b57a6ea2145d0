from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cis_study.models.registry import Model
from cis_study.yamlfile import validate

sys.path.insert(0, str(Path(__file__).parent))

from hub_server import Hub, running


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A running hub; the client retries as always, without the waiting."""
    hasty = SimpleNamespace(**{**vars(time), "sleep": lambda _: None})
    for module in ("file_download", "utils._http"):
        monkeypatch.setattr(f"huggingface_hub.{module}.time", hasty)
    state = Hub()
    with running(state) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.setenv("HF_TOKEN", "hf_hush")
        yield state


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
