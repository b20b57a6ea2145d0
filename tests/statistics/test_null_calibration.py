"""Where nothing differs, each test says so at its level; `fake_nulls.py` runs 2,000 studies, these tests fewer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_nulls import alike_tasks, fixed_tasks, rejections, sampled_tasks
from fake_scores import fake_settings


@pytest.mark.parametrize(("study", "count"), [(fixed_tasks, 400), (alike_tasks, 400), (sampled_tasks, 1000)])
def test_level(study: Callable[..., dict[str, float]], count: int) -> None:
    """Bounds of four standard errors: wrong in one run of 15,000 by chance."""
    settings = fake_settings(permutations=199, bootstrap_resamples=400)
    for name, share in rejections(study, settings, count, seed=11).items():
        assert abs(share - 0.05) < 4 * (0.05 * 0.95 / count) ** 0.5, (name, share)
