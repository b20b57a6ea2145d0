"""The exported tables: which there are, and kind and meaning of every column. Everything else reads it from here."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

import yaml
from pydantic import model_validator

from cis_study.yamlfile import Strict, validate

Kind = Literal["text", "integer", "number", "truth"]

_FILE = Path(__file__).with_name("columns.yaml")


class Layout(Strict):
    """One table. Any column may hold nulls but those of the key."""

    title: str
    key: list[str]
    """Columns that together name a row."""
    columns: dict[str, tuple[Kind, str]]
    """Name -> kind, and meaning with its unit."""

    @model_validator(mode="after")
    def _key_is_columns(self) -> Layout:
        if absent := sorted(set(self.key) - set(self.columns)):
            raise ValueError(f"no such column: {', '.join(absent)}")
        return self


@functools.cache
def layouts() -> dict[str, Layout]:
    """Name of the table -> its layout, in the order in which they are listed."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: validate(Layout, layout, where=f"{_FILE.name}: {name}") for name, layout in content.items()}
