"""The check of determinism as a study configures it: which battles are fought again, by whom, on which engines."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import Field

from cis_study.models.flags import StudyFlags
from cis_study.yamlfile import Name, Names, Strict


class Profile(Strict):
    """An engine of the check: the study's own, with what is changed."""

    contestants: Names | None = None
    """Null: all of the study."""
    flags: StudyFlags = {}
    """Of the vLLM server, added to those of the study or in their place."""
    batch_invariant: bool = False
    """As `engine.batch_invariant`."""


class Determinism(Strict):
    """Battles that are fought three times per profile: twice alike, and once with `other_concurrency`."""

    battles: Annotated[int, Field(gt=0)] = 40
    """Per contestant, replicate by replicate over the tasks."""
    other_concurrency: Annotated[int, Field(gt=0)]
    """Requests in flight in the arm `other`; not that of the study."""
    profiles: Annotated[dict[Name, Profile], Field(min_length=1)]
    """Engines of the check by name; each is the engine of the study, with what is changed."""

    def contestants(self, profile: str, of_study: list[str]) -> list[str]:
        """Who fights under a profile, in the order of the study."""
        named = self.profiles[profile].contestants
        return [name for name in of_study if named is None or name in named]

    def require_possible(self, engine_kind: str, concurrency: int, contestants: Collection[str]) -> None:
        """Raises ValueError where the study's engine or contestants do not allow this check."""
        if engine_kind == "endpoint":
            raise ValueError("determinism: a server that runs already cannot be started again")
        if self.other_concurrency == concurrency:
            raise ValueError(f"determinism.other_concurrency: {concurrency} is that of the study")
        for name, profile in self.profiles.items():
            if strangers := sorted(set(profile.contestants or ()) - set(contestants)):
                raise ValueError(f"determinism.profiles.{name}.contestants: not in the study: {strangers}")
            if engine_kind != "vllm" and (profile.flags or profile.batch_invariant):
                raise ValueError(f"determinism.profiles.{name}: {engine_kind} takes no flags of vLLM")
