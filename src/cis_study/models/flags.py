"""Flags of the vLLM server that a configuration may set; those that have another owner are refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

# The pattern leaves vLLM's other spellings no way in: underscores, short forms, dotted keys.
FlagName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Flags = dict[FlagName, str | int | float | bool]
"""Names without the leading dashes; true stands alone, false becomes `--no-NAME`."""

_OWNERS = {
    "config": "nobody: a file of flags would hide what is served",
    "generation-config": "the launcher: a model's own sampling defaults stay out",
    "host": "the launcher",
    "max-model-len": "`engine.max_model_len_tokens` of the study",
    "max-num-seqs": "`engine.concurrency` of the study",
    "model": "`sources` of the model",
    "port": "the launcher",
    "revision": "`sources` of the model",
    "served-model-name": "`name` of the model",
    "tokenizer": "`sources` of the model",
    "trust-remote-code": "`trust_remote_code` of the model",
    "uds": "the launcher",
}
_EQUAL_FOR_ALL = ("gpu-memory-utilization", "kv-cache-dtype", "seed")


def _checked(flags: Flags) -> Flags:
    for name, value in flags.items():
        if owner := _OWNERS.get(name.removeprefix("no-")):
            raise ValueError(f"`{name}` belongs to {owner}")
        if (name, value) == ("quantization", "awq"):
            raise ValueError("vLLM has taken `awq` as a wish for its slow kernel: leave it out, or write awq_marlin")
    return flags


def _model_checked(flags: Flags) -> Flags:
    for name in flags:
        if name in _EQUAL_FOR_ALL:
            raise ValueError(f"`{name}` is the same for every model: it belongs to `engine.flags` of the study")
    return flags


StudyFlags = Annotated[Flags, AfterValidator(_checked)]
"""Flags for every model of a study."""
ModelFlags = Annotated[StudyFlags, AfterValidator(_model_checked)]
"""Flags for one model: nothing that would make models unequal."""
