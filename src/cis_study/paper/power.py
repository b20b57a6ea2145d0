"""What the manuscript says of the simulation that was made before the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAMES = ("target", "studies", "permutations")


def power_numbers(summary: Mapping[str, Any] | None) -> dict[str, Any]:
    """Macros `power_simulated` (bool), `power_origin`, `power_fixed`, `power_random` (sentences) and the sizes.

    Args:
        summary: as of `power_summary`; None where nothing was simulated, and all text is empty then.
    """
    names = ("origin", "fixed", "random", *_NAMES)
    if summary is None:
        return {"power_simulated": False} | {f"power_{name}": "" for name in names}
    fixed, random = (verdict["sentence"] for verdict in summary["verdicts"])
    sizes = [f"{summary['settings'][name]:,}" for name in _NAMES]
    values = (summary["origin"], fixed, random, *sizes)
    return {"power_simulated": True} | {f"power_{name}": text for name, text in zip(names, values, strict=True)}
