"""What generation took."""

from __future__ import annotations

from collections.abc import Iterable

from cis_study.battles.performance import Performance
from cis_study.battles.telemetry import Percentiles
from cis_study.figures.caption import Caption
from cis_study.models.roofline import SpeedRange
from cis_study.statistics.design import StudyDesign
from cis_study.tables.rounding import NO_NUMBER, number
from cis_study.tables.table import Table

HEADER = (
    "Model",
    "Replicates",
    "Battles",
    "Episodes",
    "Tokens in",
    "out",
    "Tokens/s",
    "Expected",
    "Roofline",
    "In flight",
    "First token, s",
    "Battle, s",
    "Load, s",
    "Run, s",
    "GPU, GB",
    "kJ",
)


def throughput(performances: Iterable[Performance], design: StudyDesign) -> Table:
    """One row per generation job. Latencies are medians / 90th / 99th percentiles."""
    caption = Caption(
        "Generation jobs. Tokens/s: output of all requests together, beside it the range that is expected and the"
        " roofline of memory traffic, where the engine ran on a GPU of known bandwidth and the size of the model is"
        " published. In flight: requests at the engine, mean / limit; no more are sent. First token and battle: seconds"
        " from the request, medians / 90th / 99th percentiles. Load: until the engine was ready; run: with an engine"
        " that was ready. GPU: most memory in use, 1 GB = 1e9 bytes; kJ: energy of the GPU.",
        "battles and episodes that the job decided",
        sources=("telemetry/",),
    )
    rows = [_row(performance, design) for performance in performances]
    return Table(HEADER, rows, text_columns=2, caption=caption)


def _row(performance: Performance, design: StudyDesign) -> tuple[str, ...]:
    job = performance.job
    return (
        design.contestant(job.model).label,
        job.block.replace("-", "–"),
        str(job.battles),
        str(job.episodes),
        NO_NUMBER if job.prompt_tokens is None else f"{job.prompt_tokens:,}",
        NO_NUMBER if job.completion_tokens is None else f"{job.completion_tokens:,}",
        number(job.tokens_per_s, 0),
        _range(performance.expected),
        number(performance.expected.roofline_tokens_per_s if performance.expected else None, 0),
        f"{number(job.in_flight_mean, 0)} / {job.concurrency}",
        _percentiles(job.first_token_s, 1),
        _percentiles(job.latency_s, 0),
        number(job.startup_s, 0),
        number(job.wall_s, 0),
        number(_scaled(job.gpu_memory_peak_bytes, 1e9), 1),
        number(_scaled(job.gpu_energy_j, 1e3), 0),
    )


def _range(expected: SpeedRange | None) -> str:
    if expected is None:
        return NO_NUMBER
    return f"{expected.low_tokens_per_s:,.0f}–{expected.high_tokens_per_s:,.0f}"


def _percentiles(values: Percentiles | None, decimals: int) -> str:
    if values is None:
        return NO_NUMBER
    return " / ".join(number(value, decimals) for value in (values.p50, values.p90, values.p99))


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value / unit
