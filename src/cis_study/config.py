"""The study: one YAML file, every key typed, unknown keys refused. `config/README.md` explains them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from cis_study.errors import StudyError
from cis_study.models.flags import StudyFlags
from cis_study.models.registry import Model, load_model
from cis_study.tasks.task import Task, load_task
from cis_study.yamlfile import Strict, validate

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Names = Annotated[list[Name], Field(min_length=1)]


class Sampling(Strict):
    """Decoding parameters, sent with every request so that no engine default applies."""

    temperature: Annotated[float, Field(ge=0, le=2)]
    top_p: Annotated[float, Field(gt=0, le=1)]
    top_k: Annotated[int, Field(ge=0)]
    """0 switches the filter off in both engines."""
    min_p: Annotated[float, Field(ge=0, le=1)]
    max_tokens: Annotated[int, Field(gt=0)]
    """Limit of one reply; a reply that reaches it is `budget_exhausted`."""


class Engine(Strict):
    """What serves the models. Only `kind` is part of a battle's spec."""

    kind: Literal["llama_cpp", "vllm"]
    environment: Name
    """Folder under `.venvs/` whose interpreter runs the engine."""
    max_model_len_tokens: Annotated[int, Field(gt=0)]
    concurrency: Annotated[int, Field(gt=0)]
    """Requests in flight."""
    threads: Annotated[int, Field(gt=0)] = 2
    """CPU threads of `llama_cpp`."""
    flags: StudyFlags = {}
    """Flags of the vLLM server for every model of the study."""
    startup_timeout_s: Annotated[float, Field(gt=0)] = 900
    request_timeout_s: Annotated[float, Field(gt=0)] = 3600


class Weights(Strict):
    """Weights of the components in CIS; they add up to 1."""

    R: Annotated[float, Field(ge=0, le=1)] = 0.25
    A: Annotated[float, Field(ge=0, le=1)] = 0.25
    T: Annotated[float, Field(ge=0, le=1)] = 0.25
    L: Annotated[float, Field(ge=0, le=1)] = 0.25

    @model_validator(mode="after")
    def _sum_to_one(self) -> Weights:
        total = self.R + self.A + self.T + self.L
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the weights of R, A, T and L add up to {total}, not to 1")
        return self


RESERVED = ("cached", "logs", "models", "selection", "tasks")
"""Folders of `results/` that belong to no study."""


class Study(Strict):
    """One configured study."""

    study: Name
    description: str
    demonstration: bool
    """True where the models are too small to be evidence about the question."""
    mode: Literal["auto", "run", "replay"] = "auto"
    """`auto`: run where a GPU resource is given, else replay from `results/cached/`."""
    gpu: Annotated[int, Field(ge=0)]
    """GPUs that one generation job occupies."""
    seed: int
    contestants: Names
    """Registry names in the order fixed beforehand, weakest first."""
    tasks: Names
    replicate_blocks: Annotated[list[Annotated[int, Field(gt=0)]], Field(min_length=1)]
    """Replicates per block, append-only: `[50, 150]` adds replicates 51-200 to `[50]`."""
    sampling: Sampling
    expected_reply_tokens: Annotated[int, Field(gt=0)] = 1000
    """Length of a typical reply, reasoning included; used by the cost estimate alone."""
    engine: Engine
    weights: Weights = Weights()
    instruments: Names = ["cis-3"]
    """Instruments of the score tables; the analysis reads the first."""

    @field_validator("study")
    @classmethod
    def _free(cls, name: str) -> str:
        if name in RESERVED:
            raise ValueError(f"results/{name}/ belongs to no study")
        return name

    @field_validator("contestants", "tasks", "instruments")
    @classmethod
    def _unique(cls, names: list[str]) -> list[str]:
        if len(set(names)) != len(names):
            raise ValueError("a name stands twice")
        return names

    @property
    def replicates(self) -> int:
        """Replicates per model and task."""
        return sum(self.replicate_blocks)


def resolve_study(content: Mapping[str, Any]) -> Study:
    """Validate a merged configuration mapping (Snakemake's `config`).

    Raises:
        StudyError: a key is missing, unknown or wrong.
    """
    return validate(Study, content, where="study configuration")


def load_tasks(study: Study, config_dir: Path) -> dict[str, Task]:
    """The study's tasks in its order. Raises StudyError where one does not exist."""
    return {name: load_task(config_dir / "tasks" / name) for name in study.tasks}


def load_contestants(study: Study, config_dir: Path) -> dict[str, Model]:
    """The study's models in its order.

    Raises:
        StudyError: a model is not in the registry, or cannot hold the study's context.
    """
    models = {name: load_model(config_dir / "models" / f"{name}.yaml") for name in study.contestants}
    for model in models.values():
        if study.engine.max_model_len_tokens > model.max_model_len_tokens:
            raise StudyError(
                "engine.max_model_len_tokens",
                study.engine.max_model_len_tokens,
                f"{model.name} was trained for {model.max_model_len_tokens} tokens",
                "Lower it, or leave the model out.",
            )
    return models
