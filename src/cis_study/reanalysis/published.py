"""What LogoMesh published: `config/reanalysis/published.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cis_study.yamlfile import Strict, read_yaml

Arm = Annotated[str, Field(pattern=r"^(stage2|tier[1-9])$")]


class Claim(Strict):
    """One published number; `t` and `p` are of Student's test of `run` against another run."""

    run: Arm
    """Arm: `stage2`, or `tier1` to `tier9`; every run of it is compared."""
    against: Arm | None = None
    """The other arm, for `t` and `p` alone."""
    task: str | None = None
    """A task id; null: all tasks."""
    of: Literal["CIS", "R", "A", "T", "L"] = "CIS"
    """The score column, or a component."""
    statistic: Literal["mean", "least", "greatest", "battles", "judge timeouts", "weights", "t", "p"] = "mean"
    """What was published of it; `t` and `p` are of Student's test."""
    value: Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?( \d+(\.\d+)?)*$")]
    """Text with the digits that were published; a number reproduces where it rounds to them."""
    source: str
    """Document of the repository joshhickson/LogoMesh."""


class Gate(Strict):
    """A range that was to hold the mean score of a run, or its difference from that of another."""

    run: Arm
    """Arm whose mean it is."""
    against: Arm | None = None
    """Arm that is taken off; null: none."""
    low: float
    """Lower end of the range."""
    high: float | None = None
    """Upper end; null: open above."""


class Published(Strict):
    """Claims and gates."""

    claims: list[Claim]
    """Published numbers."""
    gates: list[Gate]
    """Ranges that were set beforehand."""

    @property
    def means(self) -> dict[str, float]:
        """Published mean score by arm."""
        wanted = ("mean", "CIS", None)
        return {c.run: float(c.value) for c in self.claims if (c.statistic, c.of, c.task) == wanted}

    @model_validator(mode="after")
    def _has_means(self) -> Published:
        if absent := {arm for gate in self.gates for arm in (gate.run, gate.against) if arm} - self.means.keys():
            raise ValueError(f"gates need a claim of the mean CIS of {', '.join(sorted(absent))}")
        return self


def load_published(path: Path) -> Published:
    """Read the file. Raises StudyError as `read_yaml`."""
    return read_yaml(path, Published)
