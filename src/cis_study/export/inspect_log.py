"""An Inspect log (`.eval`) of one contestant, written without Inspect: same study, same bytes.

Inspect wants dates and ids. The study keeps no clock, so every run begins at `CREATED`, and ids are hashes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cis_study.export.inspect_sample import PARTS, identifier, sample, summary
from cis_study.provenance import canonical_json

CREATED = "1970-01-01T00:00:00+00:00"
"""In place of the date, which nobody recorded."""

_SCHEMA = 2
"""Version of the log format."""
_SAMPLING = ("temperature", "top_p", "top_k", "max_tokens", "reasoning_effort")
"""What Inspect has names for."""
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date a ZIP archive can hold."""


def inspect_log(
    study: str, battles: Iterable[Mapping[str, Any]], scores: Iterable[Mapping[str, Any]], wall_s: float | None
) -> bytes:
    """The log of one contestant as an archive.

    Args:
        battles: of this contestant, at least one.
        scores: rows of its score table.
        wall_s: seconds that its battles took, which Inspect shows as the time between two dates; None is none.
    """
    fought = sorted(battles, key=lambda battle: (battle["task"], battle["replicate"]))
    rated: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in scores:
        rated.setdefault((row["task"], row["replicate"]), []).append(row)
    samples = [sample(battle, rated.get((battle["task"], battle["replicate"]), [])) for battle in fought]
    instruments = list(dict.fromkeys(row["instrument"] for rows in rated.values() for row in rows))
    files: dict[str, Any] = {f"samples/{one['id']}_epoch_{one['epoch']}.json": one for one in samples}
    files |= {
        "summaries.json": [summary(one) for one in samples],
        "header.json": _header(study, fought, samples, instruments) | {"stats": _stats(samples, wall_s)},
    }
    return _archive({name: canonical_json(content) for name, content in files.items()})


def _header(
    study: str, fought: Sequence[Mapping[str, Any]], samples: Sequence[Mapping[str, Any]], instruments: Sequence[str]
) -> dict[str, Any]:
    first = fought[0]
    model, request = first["model"], first["request"]
    tasks = sorted({battle["task"] for battle in fought})
    sampling = {name: request[name] for name in _SAMPLING if name in request}
    means = [{"name": "inspect_ai/mean"}]
    return {
        "version": _SCHEMA,
        "status": "success",
        "eval": {
            "eval_id": identifier(f"{study}/{model}/eval"),
            "run_id": identifier(f"{study}/run"),
            "task_id": identifier(f"{study}/task"),
            "created": CREATED,
            "task": f"cis-{study}",
            "task_version": first["protocol"],
            "dataset": {"name": study, "samples": len(tasks), "sample_ids": tasks, "shuffled": False},
            "model": model,
            "model_generate_config": sampling,
            "config": {"epochs": max(battle["replicate"] for battle in fought), "epochs_reducer": ["mean"]},
            "metadata": {
                **{name: first[name] for name in ("engine", "weights")},
                "created": "no date: the study records none",
                "duration": "of the jobs one after another, without the start of engines",
            },
            "scorers": [{"name": name, "metrics": {part: means for part in PARTS}} for name in instruments],
        },
        "plan": {"name": "plan", "steps": [{"solver": "generate"}], "config": sampling},
        "results": {
            "total_samples": len(samples),
            "completed_samples": sum(one["error"] is None for one in samples),
            "scores": [_mean(samples, name, part) for name in instruments for part in PARTS],
        },
    }


def _stats(samples: Sequence[Mapping[str, Any]], wall_s: float | None) -> dict[str, Any]:
    usage = [one["output"]["usage"] for one in samples if one["output"]["usage"]]
    model = samples[0]["output"]["model"]
    ended = None if wall_s is None else datetime.fromisoformat(CREATED) + timedelta(seconds=wall_s)
    return {
        "started_at": CREATED if ended else "",
        "completed_at": ended.isoformat() if ended else "",
        "model_usage": {model: {name: sum(one[name] for one in usage) for name in usage[0]}} if usage else {},
    }


def _mean(samples: Sequence[Mapping[str, Any]], instrument: str, part: str) -> dict[str, Any]:
    """Mean over tasks of the mean over replicates, as Inspect reduces epochs; missing scores are left out."""
    values: dict[str, list[float]] = {one["id"]: [] for one in samples}
    for one in samples:
        if instrument in one["scores"]:
            values[one["id"]].append(one["scores"][instrument]["value"][part])
    means = [sum(scored) / len(scored) for scored in values.values() if scored]
    metric = {"name": "mean", "value": sum(means) / len(means), "params": {}} if means else None
    return {
        "name": part,
        "scorer": instrument,
        "reducer": "mean",
        "scored_samples": len(means),
        "unscored_samples": len(values) - len(means),
        "params": {},
        "metrics": {"mean": metric} if metric else {},
    }


def _archive(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _ENTRY_DATE)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, text.encode())
    return buffer.getvalue()
