"""The rubric: one wording for judge models and human raters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cis_study.yamlfile import Strict, read_yaml

Aspect = Literal["R", "A", "T", "L"]
ASPECTS: tuple[Aspect, ...] = ("R", "A", "T", "L")


class AspectRubric(Strict):
    """One aspect; `anchors` describe the points of the scale, lowest first."""

    name: str
    """Its heading."""
    question: str
    """What is to be judged."""
    anchors: list[str]
    """What each point of the scale means, lowest first."""


class Rubric(Strict):
    """`config/judging/rubric.yaml`."""

    scale: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=2)]
    """Points that may be given, ascending."""
    introduction: str
    """What a judge or rater is told first."""
    aspects: dict[Aspect, AspectRubric]
    """R, A, T and L, in this order."""
    approval: str
    """The question that the verdict answers."""

    @model_validator(mode="after")
    def _complete(self) -> Rubric:
        if tuple(self.aspects) != ASPECTS:
            raise ValueError(f"aspects: {', '.join(ASPECTS)} are expected, in this order")
        if self.scale != sorted(set(self.scale)):
            raise ValueError("scale: the points ascend, each once")
        for key, aspect in self.aspects.items():
            if len(aspect.anchors) != len(self.scale):
                raise ValueError(f"aspects.{key}.anchors: one for each of the {len(self.scale)} points is expected")
        return self


def load_rubric(path: Path) -> Rubric:
    """Read the rubric. Raises StudyError where a part is missing."""
    return read_yaml(path, Rubric)
