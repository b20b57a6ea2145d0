"""Where nothing differs, each test says so at its level; `fake_nulls.py` runs 2,000 studies, these tests fewer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_nulls import ALPHA, alike_tasks, fixed_tasks, mixed_model, rejections, sampled_tasks
from fake_scores import fake_settings
from scipy.stats import binomtest


@pytest.mark.parametrize(
    ("study", "count"), [(fixed_tasks, 400), (alike_tasks, 400), (sampled_tasks, 1000), (mixed_model, 200)]
)
def test_level(study: Callable[..., dict[str, float]], count: int) -> None:
    """By the exact binomial test: wrong for one test in 10,000 by chance."""
    settings = fake_settings(permutations=199, bootstrap_resamples=400)
    for name, share in rejections(study, settings, count, seed=11).items():
        assert binomtest(round(share * count), count, ALPHA).pvalue > 1e-4, (name, share)
