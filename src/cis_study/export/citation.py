"""Who publishes: what `CITATION.cff` says of title, authors, licence, address and date."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from cis_study.yamlfile import read_yaml

UNDATED = datetime.date(1970, 1, 1)
"""In place of a date of publication while `CITATION.cff` names none: formats demand one, the study has no clock."""


class Author(BaseModel):
    """A person or an organisation; other keys of the format are not used here."""

    model_config = ConfigDict(frozen=True)

    name: str | None = None
    given: Annotated[str | None, Field(alias="given-names")] = None
    family: Annotated[str | None, Field(alias="family-names")] = None

    @property
    def full_name(self) -> str:
        return self.name or " ".join(part for part in (self.given, self.family) if part)

    @property
    def kind(self) -> str:
        """Type in schema.org."""
        return "Organization" if self.name else "Person"


class Citation(BaseModel):
    """The keys of `CITATION.cff` that an export needs; the others are free."""

    model_config = ConfigDict(frozen=True)

    title: str
    version: str
    license: str
    """SPDX identifier."""
    authors: Annotated[list[Author], Field(min_length=1)]
    url: str | None = None
    repository: Annotated[str | None, Field(alias="repository-code")] = None
    released: Annotated[datetime.date | None, Field(alias="date-released")] = None

    @property
    def address(self) -> str | None:
        """Where it is published; None: nobody said."""
        return self.url or self.repository

    @property
    def date(self) -> str:
        """ISO date of publication, or `UNDATED`."""
        return (self.released or UNDATED).isoformat()

    @property
    def licence_url(self) -> str:
        return f"https://spdx.org/licenses/{self.license}"


def read_citation(path: Path) -> Citation:
    """Raises StudyError where the file is missing or lacks a key."""
    return read_yaml(path, Citation)
