"""Numbers as text: as many digits as the uncertainty supports, and a dash where there is no number."""

from __future__ import annotations

import math
from collections.abc import Iterable

NO_NUMBER = "–"
MINUS = "−"
NO_BREAK_SPACE = "\u00a0"
_FEWEST, _MOST = 2, 4


def decimals_for(half_widths: Iterable[float]) -> int:
    """Decimals of a column: two significant digits of its median half-width, between 2 and 4."""
    known = sorted(width for width in half_widths if math.isfinite(width) and width > 0)
    if not known:
        return _FEWEST
    median = known[len(known) // 2]
    # A half-width of 0.1 that sums made 0.0999… is 0.1.
    return min(max(1 - math.floor(math.log10(median) + 1e-9), _FEWEST), _MOST)


def number(value: float | None, decimals: int) -> str:
    """Fixed decimals with a true minus sign, never a negative zero."""
    if value is None or not math.isfinite(value):
        return NO_NUMBER
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def with_interval(value: float, low: float, high: float, decimals: int) -> str:
    """`0.384 [0.360, 0.407]`; the estimate alone where the interval is unknown."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return number(value, decimals)
    return f"{number(value, decimals)} [{number(low, decimals)}, {number(high, decimals)}]"


def p_value(value: float) -> str:
    """Three decimals, `< 0.001` below them."""
    if not math.isfinite(value):
        return NO_NUMBER
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def percent(share: float) -> str:
    """A measured share in per cent, one decimal below ten per cent."""
    if not math.isfinite(share):
        return NO_NUMBER
    return f"{number(100 * share, 1 if 0 < abs(share) < 0.0995 else 0)}{NO_BREAK_SPACE}%"


def parameter_count(count: float) -> str:
    """Parameters with three significant digits: `135 M`, `1.54 B`."""
    divisor, unit = (1e9, "B") if count >= 0.9995e9 else (1e6, "M")
    scaled = count / divisor
    return f"{scaled:.{max(0, 2 - math.floor(math.log10(round(scaled, 2))))}f}{NO_BREAK_SPACE}{unit}"
