"""How a chosen model is served: command, expected speed, origin of its weights, what to do where it fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cis_study.config import Engine
from cis_study.models.candidate import Candidate, Figure
from cis_study.models.registry import Model
from cis_study.models.roofline import SpeedRange, speed_range
from cis_study.selection.finding import Context
from cis_study.serving.launch import serve_command_text

UNKNOWN_REVISION = "REVISION"
"""Stands in a command until a lock or a source states the commit."""


class DeploymentNote(NamedTuple):
    candidate: Candidate
    command: str | None
    """None: the registry holds no such model, or one without a hub repository."""
    speed: SpeedRange | None
    facts: Mapping[str, list[Figure]]
    """Heading -> known figures, headings without any included."""


_FACTS = {
    "Weights": "weights",
    "Quantization": "quantization",
    "Quantized by": "quantized_by",
    "Tool calls": "tool_calling",
    "Fallback": "fallback",
    "Known issues": "known_issues",
    "Published throughput": "h100_throughput",
}


def deployment_note(candidate: Candidate, model: Model | None, engine: Engine, context: Context) -> DeploymentNote:
    """Everything a person needs to serve the candidate as the study does."""
    return DeploymentNote(
        candidate,
        _command(engine, model),
        speed_range(candidate, context.sequences, context.tokens),
        {heading: candidate.known(name) for heading, name in _FACTS.items()},
    )


def _command(engine: Engine, model: Model | None) -> str | None:
    if model is None or model.hub is None:
        return None
    return serve_command_text(engine, model, model.hub.revision or UNKNOWN_REVISION)
