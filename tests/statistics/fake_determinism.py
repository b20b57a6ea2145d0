"""FAKE shares of identical replies. Nothing here was measured."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from cis_study.determinism.comparison import Compared
from cis_study.determinism.summary import summarise
from cis_study.statistics.files import csv_text


def fake_summary(tokens: bool = True) -> pd.DataFrame:
    """Two contestants, as read back from the file; the first repeats every reply, the second lost one of 40.

    Args:
        tokens: whether token positions are known.
    """
    same, lost = Compared("t", 1, "identical"), Compared("t", 1, "missing")
    parted = [Compared("t", 1, "differs", 3 * n, 0.25, n if tokens else None, "h") for n in (5, 7)]
    rows: list[dict[str, Any]] = []
    for model, pairs in (("smollm2-135m", [same] * 40), ("qwen2.5-coder-0.5b", [*[same] * 37, *parted, lost])):
        for comparison, compared in (("restart", 32), ("concurrency", 4)):
            row = {"profile": "throughput", "model": model, "comparison": comparison, "engine": "vllm", "version": "0"}
            row |= {"platform": "cpu", "dtype": "bfloat16", "batch_invariant": False, "prefix_caching": True}
            row |= {"concurrency": 32, "concurrency_compared": compared}
            rows.append({**row, **summarise(pairs, alpha=0.05)})
    return pd.read_csv(io.StringIO(csv_text(pd.DataFrame(rows))), dtype={"version": str})
