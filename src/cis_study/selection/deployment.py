"""How a chosen model is served: command, expected speed, origin of its weights, what to do where it fails."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import NamedTuple

from cis_study.config import Engine
from cis_study.models.candidate import Candidate, Figure
from cis_study.models.registry import HfSource, Model
from cis_study.models.roofline import SpeedRange, speed_range
from cis_study.selection.finding import Context


class DeploymentNote(NamedTuple):
    candidate: Candidate
    command: str | None
    """None: the registry holds no such model."""
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
        serve_command(engine, model) if model is not None else None,
        speed_range(candidate, context.sequences, context.tokens),
        {heading: candidate.known(name) for heading, name in _FACTS.items()},
    )


def serve_command(engine: Engine, model: Model) -> str | None:
    """The command for a shell; None where no source of the model is a hub repository."""
    sources = [source for source in model.sources if isinstance(source, HfSource)]
    if not sources:
        return None
    flags = {
        "revision": sources[0].revision,
        "served-model-name": model.name,
        "max-model-len": engine.max_model_len_tokens,
        "max-num-seqs": engine.concurrency,
        "generation-config": "vllm",
        **engine.flags,
        **model.vllm_flags,
    }
    arguments = [part for name, value in flags.items() for part in (f"--{name}", str(value))]
    return shlex.join(["vllm", "serve", sources[0].repo, *arguments])
