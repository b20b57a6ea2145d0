"""What is published about a model that could fight: every figure with its source, conflicting ones side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cis_study.errors import StudyError
from cis_study.yamlfile import Strict, read_yaml

Value = bool | int | float | str | list[str] | dict[str, int | float | str | bool | None]

Kind = Literal["official", "leaderboard", "vendor_claim", "third_party", "computed", "assessment", "none"]
"""Who says so. `official`: the publisher's paper, repository or card about facts of the model, or the engine's own
documentation; `vendor_claim`: a benchmark the publisher ran on its own model, outside a paper; `computed` and
`assessment`: ours, from other figures or from documents; `none`: looked for and not found."""


class Figure(Strict):
    """One statement about a model."""

    value: Value | None
    """Null: looked for and not found."""
    unit: str | None = None
    """Unit of the number."""
    setting: str = ""
    """Harness, problem window, reasoning effort. Only figures of one setting are compared."""
    source: str
    """Document that states the value; for null, where it was looked for."""
    kind: Kind
    """Who says so; the kinds are listed below."""
    copy_read: str = ""
    """The public copy that was read, as repository@commit path."""
    note: str = ""
    """What a reader must know to use the value."""

    @model_validator(mode="after")
    def _unknown_has_no_kind(self) -> Figure:
        if (self.value is None) != (self.kind == "none"):
            raise ValueError(f"value {self.value!r} with kind {self.kind!r}: null and `none` go together")
        return self


class Candidate(Strict):
    """A model that was considered, chosen or not; `config/models/candidates/{name}.yaml`."""

    name: str
    """Name of the file, without `.yaml`; that of the file in `config/models/` where the study can fight it."""
    label: str
    """Name in tables."""
    repo: str
    """Hub repository, or the name asked for where there is no such model."""
    exists: bool = True
    """False where there is no such model; the figures say how that is known."""
    requested_tier: Literal["weak", "baseline", "strong"] | None
    """Tier the original request gave it; null where this study added the model."""
    summary: str
    """One or two sentences for the profile: what it is and why it was considered."""
    figures: dict[str, Annotated[list[Figure], Field(min_length=1)]]
    """Name of the quantity -> figures, best supported first; conflicting sources are kept, never averaged."""

    def known(self, name: str) -> list[Figure]:
        """Figures of `name` that hold a value; empty where nothing is known."""
        return [figure for figure in self.figures.get(name, []) if figure.value is not None]

    def number(self, name: str) -> float | None:
        """The best supported figure of `name`; None where nothing is known or it is no number."""
        value = next((figure.value for figure in self.known(name)), None)
        return float(value) if isinstance(value, int | float) else None


def load_candidates(folder: Path) -> Mapping[str, Candidate]:
    """Every candidate of `folder`, sorted by name.

    Raises:
        StudyError: a file does not fit, or `name` differs from the file name.
    """
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        candidate = read_yaml(path, Candidate)
        if candidate.name != path.stem:
            raise StudyError(f"{path}: name", candidate.name, "it differs from the file name", f"Write {path.stem}.")
        found[candidate.name] = candidate
    if not found:
        raise StudyError(folder, "empty", "it holds no candidate", "Restore it from version control.")
    return found
