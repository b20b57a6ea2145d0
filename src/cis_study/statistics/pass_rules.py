"""What each claim of the validity battery must show, stated before there are scores."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cis_study.yamlfile import Name, Strict

Share = Annotated[float, Field(ge=0, le=1)]
Bound = Annotated[float, Field(gt=0, le=1)]


class PassRules(Strict):
    """`validity` in `config/analysis.yaml`, where the reason of every number stands."""

    resamples: Annotated[int, Field(ge=200)]
    """Of the bootstraps of the battery."""
    tier_delta: Share
    """Least Cliff's delta between contestants of different tiers, within tasks."""
    ladder_share: Share
    """Least share of fault ladders that score as their faults demand."""
    fault_slope: Annotated[float, Field(ge=-1, lt=0)]
    """Largest mean change of score per fault."""
    cheat_gain: Share
    """Largest rise over the same submission without the cheat, in any task."""
    cheats: dict[Name, Name]
    """Control that cheats -> control that it must not outscore."""
    criterion_rho: Share
    """Least rank correlation with hidden cases passed, within tasks."""
    edited_submissions: Annotated[int, Field(ge=1)]
    """Submissions that are edited, spread evenly over models and tasks."""
    edit_bound: Bound
    """Change of score that counts as a change."""
    edit_share: Share
    """Largest share of edited submissions whose score changes by more."""
    incremental_share: Share
    """Least share of the out-of-task error of prediction that the score removes."""
    variance_share: Share
    """Least share of the variance of the score that a component carries."""
    weight_draws: Annotated[int, Field(ge=100)]
    """Vectors of weights that are drawn."""
    weights_keep: Share
    """Least share of drawn weights under which a pair of contestants keeps its order."""
    reliability: Share
    """Least generalizability coefficient of contestants' means over tasks and replicates."""
    nuisance_bound: Bound
    """Largest difference between two ways to serve the same model."""
    same_model: list[Annotated[list[Name], Field(min_length=2, max_length=2)]]
    """Pairs of contestants that are one model in two quantizations or on two engines."""
    classics: list[Name]
    """Tasks that stand in public exercise books."""
    classics_bound: Bound
    """Largest advantage on them, of one contestant over another."""
