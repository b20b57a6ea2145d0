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
    against: Arm | None = None
    task: str | None = None
    of: Literal["CIS", "R", "A", "T", "L"] = "CIS"
    statistic: Literal["mean", "least", "greatest", "battles", "judge timeouts", "weights", "t", "p"] = "mean"
    value: Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?( \d+(\.\d+)?)*$")]
    source: str


class Gate(Strict):
    """A range that was to hold the mean score of a run, or its difference from that of another."""

    run: Arm
    against: Arm | None = None
    low: float
    high: float | None = None


class Published(Strict):
    """Claims and gates."""

    claims: list[Claim]
    gates: list[Gate]

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
