"""The study: one YAML file, every key typed, unknown keys refused. `config/README.md` explains them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from cis_study.errors import StudyError
from cis_study.models.flags import StudyFlags
from cis_study.models.registry import Model, load_model
from cis_study.profiles import Determinism
from cis_study.tasks.task import Task, load_task
from cis_study.yamlfile import Name, Names, Strict, validate


class Sampling(Strict):
    """Decoding parameters, sent with every request so that no engine default applies."""

    temperature: Annotated[float, Field(ge=0, le=2)]
    """0 is greedy decoding."""
    top_p: Annotated[float, Field(gt=0, le=1)]
    """Share of the probability that the sampled tokens cover; 1 switches the filter off."""
    top_k: Annotated[int, Field(ge=0)]
    """0 switches the filter off in both engines."""
    min_p: Annotated[float, Field(ge=0, le=1)]
    """Least probability of a token, as a share of that of the likeliest; 0 switches the filter off."""
    max_tokens: Annotated[int, Field(gt=0)]
    """Limit of one reply; a reply that reaches it is `budget_exhausted`."""


class Budget(Strict):
    """Caps that the client puts on a reply, besides `max_tokens`. They shape the replies: part of a battle's spec."""

    repetition: bool = False
    """End a reply that has become a loop."""
    wall_s: Annotated[float, Field(gt=0)] | None = None
    """End a reply this long after its first token. A slow machine cuts more than a fast one."""

    @model_validator(mode="after")
    def _caps_something(self) -> Budget:
        if not self.repetition and self.wall_s is None:
            raise ValueError("nothing is capped: leave the key out")
        return self


class Episodes(Strict):
    """Multi-step battles with tools, in the same model load as the others."""

    kinds: Annotated[list[Literal["implement", "repair"]], Field(min_length=1)] = ["implement", "repair"]
    """`implement` starts from an empty module, `repair` from one with a planted fault."""
    protocols: Annotated[list[Literal["fenced", "native"]], Field(min_length=1)] = ["fenced"]
    """How tools are called: `fenced` is the same for every model, `native` is for those that vLLM has a parser for."""
    replicates: Annotated[int, Field(gt=0)]
    """Per kind, protocol and task; of the first replicates of the study."""
    tasks: Names | None = None
    """Null: all tasks of the study."""
    max_steps: Annotated[int, Field(gt=0)] = 12
    """Turns, one tool call each."""
    max_tokens: Annotated[int, Field(gt=0)]
    """Limit of one turn; the other parameters are those of `sampling`."""
    expected_turn_tokens: Annotated[int, Field(gt=0)] = 300
    """Length of a typical turn; used by the cost estimate alone."""


class Calibration(Strict):
    """Controls that the judges rate beside the contestants: what a rating is worth is seen on submissions of known
    worth. `padded`, `reordered` and `instructed` name those that are shown once more in that condition."""

    tasks: Names
    """Tasks whose controls the judges rate."""
    draws: Annotated[int, Field(gt=0)] = 1
    """Of every control with faults."""
    padded: list[Name] = ["reference", "four_faults"]
    """Controls that are shown again with words that say nothing."""
    reordered: list[Name] = ["reference", "four_faults"]
    """Controls that are shown again with the rationale first."""
    instructed: list[Name] = ["four_faults", "vacuous_tests"]
    """Controls that are shown again with hidden orders to the judge."""


class Judges(Strict):
    """The panel, and what it rates how often. The engine of the study serves it, one judge after the other."""

    panel: Annotated[list[Name], Field(min_length=2)]
    """Registry names, of two vendors at least. A contestant may judge; its ratings of its own family are told apart."""
    repeats: Annotated[int, Field(gt=0)]
    """Judgements of one exhibit by one judge, each with a seed of its own."""
    sampling: Sampling
    replicates: Annotated[int, Field(gt=0)] | None = None
    """The first ones of every contestant and task; null: all."""
    tasks: Names | None = None
    """Of the contestants; null: all tasks of the study."""
    controls: Calibration

    @field_validator("panel")
    @classmethod
    def _unique(cls, panel: list[str]) -> list[str]:
        if len(set(panel)) != len(panel):
            raise ValueError("a judge stands twice")
        return panel


class Engine(Strict):
    """What serves the models. Only `kind` is part of a battle's spec."""

    kind: Literal["llama_cpp", "vllm", "endpoint"]
    """`endpoint`: a server that runs already, at `OPENAI_BASE_URL`; its weights are claimed, not checked."""
    environment: Name | None = None
    """Folder under `.venvs/` whose interpreter runs the engine."""
    max_model_len_tokens: Annotated[int, Field(gt=0)]
    """Context of one request, prompt and reply together."""
    concurrency: Annotated[int, Field(gt=0)]
    """Requests in flight."""
    threads: Annotated[int, Field(gt=0)] = 2
    """CPU threads of `llama_cpp`."""
    flags: StudyFlags = {}
    """Flags of the vLLM server for every model of the study."""
    batch_invariant: bool = False
    """vLLM on a GPU: replies that do not depend on what else is in flight, computed more slowly."""
    startup_timeout_s: Annotated[float, Field(gt=0)] = 900
    """An engine that is not ready by then counts as lost."""
    request_timeout_s: Annotated[float, Field(gt=0)] = 3600
    """A request that is not answered by then counts as lost."""
    stall_timeout_s: Annotated[float, Field(gt=0)] = 300
    """An engine from which no request gets a token for this long counts as lost."""

    @model_validator(mode="after")
    def _ours_or_not(self) -> Engine:
        if self.kind == "endpoint" and (self.environment or self.flags):
            raise ValueError("a server that runs already takes neither `environment` nor `flags`")
        if self.kind != "endpoint" and not self.environment:
            raise ValueError(f"`environment` is missing: {self.kind} runs in a folder under .venvs/")
        if self.batch_invariant and self.kind != "vllm":
            raise ValueError(f"{self.kind} has no batch-invariant kernels")
        return self


class Raters(Strict):
    """The packet for human raters."""

    items: Annotated[int, Field(gt=0, lt=1000)] = 25
    """Submissions that every rater is shown."""
    strata: Annotated[int, Field(gt=0)] = 5
    """Equal parts of the range of CIS from which the items are drawn evenly."""


class Paper(Strict):
    """How the paper is set; no number depends on it."""

    venue: Name = "conference"
    """Layout: `paper/venues/{venue}.typ`."""
    anonymous: bool = False
    """For review: no names, numbered lines."""


class OutsideAgent(Strict):
    """A contestant that somebody else runs: an agent that speaks A2A."""

    name: Name
    """What the study calls it, in paths and tables."""
    a2a: Annotated[str, Field(pattern=r"^https?://[^\s@?]+$")]
    """Where its card lies, without `/.well-known/agent-card.json`; no names or keys in it."""
    label: str | None = None
    """Name in figures and tables; null: `name`."""
    turn_timeout_s: Annotated[float, Field(gt=0)] = 600
    """For one answer."""

    @property
    def reasoning_effort(self) -> None:
        """Its own affair."""

    @property
    def native_tools(self) -> bool:
        """How its calls come about is its own affair: there is one arm."""
        return False


class Weights(Strict):
    """Weights of the components in CIS; they add up to 1."""

    R: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Requirements: does the rationale address them."""
    A: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Architecture: are the constraints kept, is the code as simple as it can be."""
    T: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Testing: do the model's tests find planted faults."""
    L: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Logic: share of the hidden cases that the code passes."""

    @model_validator(mode="after")
    def _sum_to_one(self) -> Weights:
        total = self.R + self.A + self.T + self.L
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the weights of R, A, T and L add up to {total}, not to 1")
        return self


class OwnInstrument(Strict):
    """An instrument of somebody else: a Python function of the evidence of one battle."""

    name: Name
    """What tables call it."""
    function: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$")]
    """`package.module:function`; see `cis_study.scoring.own`."""


class ReplicateBlock(Strict):
    """Replicates that are fought together, with one load of the model."""

    replicates: Annotated[int, Field(gt=0)]
    """Battles of every contestant on every task of the block."""
    tasks: Names | None = None
    """Null: all tasks of the study."""


def _as_block(value: Any) -> Any:
    return {"replicates": value} if isinstance(value, int) else value


RESERVED = ("benchmarks", "cached", "comparisons", "logs", "models", "selection", "tasks")
"""Folders of `results/` that belong to no study."""


class Study(Strict):
    """One configured study."""

    study: Name
    """Folder of the results, `results/{study}/`."""
    description: str
    """One sentence, shown in the first line of a run and in the paper."""
    demonstration: bool
    """True where the models are too small to be evidence about the question."""
    mode: Literal["auto", "run", "replay"] = "auto"
    """`auto`: run where a GPU resource is given, else replay from `results/cached/`."""
    gpu: Annotated[int, Field(ge=0)]
    """GPUs that one generation job occupies."""
    seed: int
    """Every battle's seed and prompt wording derive from it, the task and the replicate."""
    contestants: Annotated[list[Name | OutsideAgent], Field(min_length=1)]
    """Registry names in the order fixed beforehand, weakest first; agents of somebody else have no place in it."""
    tasks: Names
    """Folders in `config/tasks/`."""
    replicate_blocks: Annotated[list[Annotated[ReplicateBlock, BeforeValidator(_as_block)]], Field(min_length=1)]
    """Append-only: `[50, 150]` adds replicates 51-200 to `[50]`. A later block may name fewer tasks, never more."""
    sampling: Sampling
    budget: Budget | None = None
    episodes: Episodes | None = None
    expected_reply_tokens: Annotated[int, Field(gt=0)] = 1000
    """Length of a typical reply, reasoning included; used by the cost estimate alone."""
    engine: Engine
    weights: Weights = Weights()
    instruments: Annotated[list[Name | OwnInstrument], Field(min_length=1)] = ["cis-3"]
    """Instruments of the score tables; the analysis reads the first, which is one of ours."""
    judges: Judges | None = None
    """Who rates the submissions by the rubric; null: nobody."""
    determinism: Determinism | None = None
    """How often replies are the same again; null: the study has no such check."""
    raters: Raters = Raters()
    paper: Paper = Paper()

    @field_validator("study")
    @classmethod
    def _free(cls, name: str) -> str:
        if name in RESERVED:
            raise ValueError(f"results/{name}/ belongs to no study")
        return name

    @field_validator("contestants", "tasks", "instruments")
    @classmethod
    def _unique(cls, names: list[str | OutsideAgent | OwnInstrument]) -> list[str | OutsideAgent | OwnInstrument]:
        plain = [name if isinstance(name, str) else name.name for name in names]
        if len(set(plain)) != len(plain):
            raise ValueError("a name stands twice")
        return names

    @field_validator("instruments")
    @classmethod
    def _first_is_ours(cls, instruments: list[str | OwnInstrument]) -> list[str | OwnInstrument]:
        if not isinstance(instruments[0], str):
            raise ValueError(
                f"{instruments[0].name} stands first: the analysis needs R, A, T and L, put it behind cis-3"
            )
        return instruments

    @model_validator(mode="after")
    def _episodes_are_of_the_study(self) -> Study:
        if self.episodes and (extra := sorted(set(self.episodes.tasks or []) - set(self.tasks))):
            raise ValueError(f"episodes.tasks has tasks that the study lacks: {extra}")
        if self.episodes and self.engine.kind != "vllm" and "native" in self.episodes.protocols:
            raise ValueError("episodes.protocols: native calls need the tool parser of vLLM")
        return self

    @model_validator(mode="after")
    def _judges_can_judge(self) -> Study:
        if self.judges is None:
            return self
        for key, tasks in (("tasks", self.judges.tasks), ("controls.tasks", self.judges.controls.tasks)):
            if extra := sorted(set(tasks or []) - set(self.tasks)):
                raise ValueError(f"judges.{key} has tasks that the study lacks: {extra}")
        if self.engine.kind == "endpoint":
            raise ValueError("judges: a server that runs already serves one model, a panel has several")
        return self

    @model_validator(mode="after")
    def _blocks_nest(self) -> Study:
        fought = self.tasks
        for number, block in enumerate(self.replicate_blocks, start=1):
            if extra := sorted(set(block.tasks or fought) - set(fought)):
                raise ValueError(f"block {number} of replicate_blocks has tasks that an earlier one lacks: {extra}")
            fought = block.tasks or fought
        if self.replicate_blocks[0].tasks is not None:
            raise ValueError("the first block of replicate_blocks covers all tasks: name none there")
        return self

    @model_validator(mode="after")
    def _check_can_be_made(self) -> Study:
        if self.determinism:
            self.determinism.require_possible(self.engine.kind, self.engine.concurrency, self.served)
        return self

    def replicates(self, task: str) -> int:
        """Replicates of a task per model; they are numbered from 1."""
        return sum(block.replicates for block in self.replicate_blocks if task in (block.tasks or self.tasks))

    @property
    def instrument(self) -> str:
        """Name of the instrument whose scores are analysed."""
        first = self.instruments[0]
        return first if isinstance(first, str) else first.name

    @property
    def served(self) -> list[str]:
        """Names of the contestants that an engine serves."""
        return [entry for entry in self.contestants if isinstance(entry, str)]

    @property
    def names(self) -> list[str]:
        """Names of the contestants, in order."""
        return [entry if isinstance(entry, str) else entry.name for entry in self.contestants]

    @property
    def battles_per_model(self) -> int:
        """Battles that every contestant fights."""
        return sum(self.replicates(task) for task in self.tasks)

    def episodes_of(self, native: bool) -> int:
        """Episodes that a contestant plays.

        Args:
            native: whether it takes part in the arm of native calls.
        """
        if self.episodes is None:
            return 0
        arms = len(self.episodes.kinds) * sum(native or name != "native" for name in self.episodes.protocols)
        tasks = self.episodes.tasks or self.tasks
        return arms * sum(min(self.episodes.replicates, self.replicates(task)) for task in tasks)


def resolve_study(content: Mapping[str, Any]) -> Study:
    """Validate a merged configuration mapping (Snakemake's `config`).

    Raises:
        StudyError: a key is missing, unknown or wrong.
    """
    return validate(Study, content, where="study configuration")


def load_tasks(study: Study, config_dir: Path) -> dict[str, Task]:
    """The study's tasks in its order. Raises StudyError where one does not exist."""
    return {name: load_task(config_dir / "tasks" / name) for name in study.tasks}


def load_contestants(study: Study, config_dir: Path) -> dict[str, Model | OutsideAgent]:
    """The study's contestants in its order, by name.

    Raises:
        StudyError: a model is not in the registry, or cannot hold the study's context.
    """
    contestants: dict[str, Model | OutsideAgent] = {
        name: load_model(config_dir / "models" / f"{name}.yaml") if isinstance(entry, str) else entry
        for name, entry in zip(study.names, study.contestants, strict=True)
    }
    _require_context(study, served(contestants).values())
    return contestants


def load_judges(study: Study, config_dir: Path) -> dict[str, Model]:
    """The study's panel in its order, by name; empty where nobody judges.

    Raises:
        StudyError: a judge is not in the registry, cannot hold the study's context, or all are of one vendor.
    """
    panel = study.judges.panel if study.judges else []
    judges = {name: load_model(config_dir / "models" / f"{name}.yaml") for name in panel}
    _require_context(study, judges.values())
    if judges and len(vendors := {judge.vendor for judge in judges.values()}) == 1:
        raise StudyError(
            "judges.panel",
            ", ".join(judges),
            f"all judges are of one family, {vendors.pop()}",
            "Add a judge of another vendor: their agreement would say nothing.",
        )
    return judges


def _require_context(study: Study, models: Iterable[Model]) -> None:
    for model in models:
        if study.engine.max_model_len_tokens > model.max_model_len_tokens:
            raise StudyError(
                "engine.max_model_len_tokens",
                study.engine.max_model_len_tokens,
                f"{model.name} was trained for {model.max_model_len_tokens} tokens",
                "Lower it, or leave the model out.",
            )


def served(contestants: Mapping[str, Model | OutsideAgent]) -> dict[str, Model]:
    """Those whose weights an engine of the study, or of `OPENAI_BASE_URL`, serves."""
    return {name: model for name, model in contestants.items() if isinstance(model, Model)}
