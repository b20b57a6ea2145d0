"""The page of keys is the one that template and schemas give now, and it leaves no file and no key out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from cis_study.docs import config_page as module
from cis_study.docs.config_page import SCHEMAS, config_page, key_table
from cis_study.docs.keys import Key, keys
from cis_study.errors import StudyError
from cis_study.yamlfile import Name, Strict

ELSEWHERE = {"Bank", "Repairs", "_Lock", "Citation"}
"""Written by the workflow, or by rules that are not ours: `CITATION.cff`."""


class Part(Strict):
    """A part."""

    wall_s: Annotated[float, Field(gt=0)] | None = None
    """Ends it."""
    kind: Literal["a", "b"]
    """Which."""


class Whole(Strict):
    names: list[Name] = ["x|y"]
    """Who."""
    part: Part
    parts: dict[str, list[Part]] = {}
    """More."""
    share: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """How much."""


def test_the_page_is_current(root: Path) -> None:
    page, template = root / "config/README.md", root / "config/README.md.jinja"
    written = config_page(template.read_text(encoding="utf-8"), root / "config")
    assert page.read_text(encoding="utf-8") == written, "stale: run `make docs` and commit config/README.md"


def test_every_file_that_people_write_is_on_the_page(root: Path) -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "src").rglob("*.py")))
    read = set(re.findall(r"\bread_yaml\([^\n]*?, (\w+)[,)]", sources)) - {"schema"}
    assert len(read) > 10
    assert read - ELSEWHERE <= set(SCHEMAS)
    template = (root / "config/README.md.jinja").read_text(encoding="utf-8")
    assert set(re.findall(r'keys\("(\w+)"', template)) == set(SCHEMAS)


def test_keys_state_what_may_stand_there() -> None:
    assert keys(Whole) == [
        Key("names", "list of names", "[x|y]", "Who."),
        Key("part", "section", "", "A part."),
        Key("part.wall_s", "number > 0 (s) or null", "null", "Ends it."),
        Key("part.kind", "`a`, `b`", "", "Which."),
        Key("parts", "mapping to list of sections", "{}", "More. Keys as of `part`."),
        Key("share", "number in [0, 1)", "0.5", "How much."),
    ]
    assert [key.name for key in keys(Whole, "top", leave=["top.part"])][:3] == ["top.names", "top.part", "top.parts"]


def test_a_bar_does_not_end_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SCHEMAS", {"Whole": Whole})
    assert r"| `names` | list of names | `[x\|y]` | Who. |" in key_table("Whole")


def test_a_key_that_nobody_described_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(Strict):
        known: int
        """Known."""
        forgotten: int

    monkeypatch.setattr(module, "SCHEMAS", {"Silent": Silent})
    with pytest.raises(StudyError, match="Silent: forgotten"):
        key_table("Silent")
