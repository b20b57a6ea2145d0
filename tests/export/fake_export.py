"""FAKE results of a small study, in the form of the real ones. Nothing here was measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cis_study.battles.record import failed, identify, replied
from cis_study.config import Study
from cis_study.export.card import card
from cis_study.export.citation import Citation
from cis_study.export.columns import layouts
from cis_study.export.crate import WORKFLOW, Software, crate
from cis_study.export.croissant import croissant
from cis_study.export.files import listed
from cis_study.export.inspect_log import inspect_log
from cis_study.export.rows import battle_row
from cis_study.export.tables import parquet_table
from cis_study.plan import plan_block
from cis_study.provenance import readable_json
from cis_study.statistics.design import StudyDesign, study_design
from cis_study.tasks.task import Task

MODEL = "m"
LOST, UNRUN = ("fibonacci", 1), ("fibonacci", 2)
"""Places of the battle without a reply and of the one that the sandbox could not run."""
CIS = {("lru_cache", 1): 0.25, ("lru_cache", 2): 0.75}
"""Of the battles that carry scores."""
CITATION = Citation.model_validate(
    {"title": "A fake study.", "version": "0.0.1", "license": "MIT", "authors": [{"name": "Nobody"}]}
)
_EMPTY = {"text": "", "integer": 0, "number": 0.5, "truth": True}


def fake_battles(study: Study, tasks: dict[str, Task], reply_format: str) -> list[dict[str, Any]]:
    """A reply with reasoning, one that was cut, one that was lost, one with half a character."""
    planned = plan_block(study, tasks, reply_format, "1-2")
    reasoned, cut, lost, half = (identify(each, MODEL, "llama_cpp", "a" * 64) for each in planned)
    usage = {"prompt_tokens": 100, "completion_tokens": 20}
    return [
        replied(reasoned, content="print(1)", reasoning="Let me think.", finish_reason="stop", usage=usage),
        replied(cut, content="print(", reasoning=None, finish_reason="length", usage=usage),
        failed(lost, TimeoutError("no token for 300 s")),
        replied(half, content="half \ud83d and <b>\x00</b>", reasoning=None, finish_reason="stop", usage=None),
    ]


def fake_scores(battles: Sequence[dict[str, Any]], cis: dict[tuple[str, int], float] = CIS) -> list[dict[str, Any]]:
    """A row per battle; of the two that are missing no score."""
    statuses = {LOST: "infra_failure", UNRUN: "sandbox_failure", ("lru_cache", 2): "budget_exhausted"}
    rows = []
    for battle in battles:
        place = (battle["task"], battle["replicate"])
        value = cis.get(place)
        row = {name: _EMPTY[kind] for name, (kind, _) in layouts()["scores"].columns.items()}
        row |= {name: battle[name] for name in ("model", "task", "replicate", "variant", "seed")}
        row |= {"study": "fake", "instrument": "cis-3", "status": statuses.get(place, "scored"), "tests_run": None}
        row |= dict.fromkeys(("R", "A", "T", "L", "CIS"), value)
        rows.append(row | {"reasons": json.dumps({} if value is None else {"R": None, "L": "2 of 4 cases failed"})})
    return rows


def fake_design(study: Study) -> StudyDesign:
    contestant = {"label": "M 1B", "tier": None, "quantization": "Q4_1", "parameters": 1e9, "licence": "Apache-2.0"}
    return study_design(
        {
            "study": "fake",
            "description": "Invented for tests.",
            "demonstration": True,
            "tasks": [{"id": task, "title": task, "replicates": 2} for task in study.tasks],
            "contestants": [{"name": MODEL, **contestant}],
            "weights": study.weights.model_dump(),
            "instrument": "cis-3",
        }
    )


def write_export(folder: Path, study: Study, battles: Sequence[dict[str, Any]]) -> None:
    """A whole export, as the rules write it."""
    design, scores = fake_design(study), fake_scores(battles)
    rows = {"battles": [battle_row("fake", battle) for battle in battles], "scores": scores}
    contents: dict[str, bytes] = {f"data/{name}.parquet": parquet_table(name, each) for name, each in rows.items()}
    contents |= {f"inspect/{MODEL}.eval": inspect_log("fake", battles, scores, 60.0)}
    contents |= {WORKFLOW: b'include: "rules/all.smk"\n', "workflow/rules/all.smk": b"rule all:\n"}
    contents |= {"workflow/study.json": b"{}\n"}
    _write(folder, contents)
    tables = listed((folder / "data").iterdir(), folder)
    counts = {name: len(each) for name, each in rows.items()}
    text = card(design, CITATION, counts, scores, rows["battles"])
    metadata = croissant("fake", "Invented for tests.", CITATION, tables)
    _write(folder, {"README.md": text.encode(), "croissant.json": readable_json(metadata).encode()})
    files = listed((path for path in folder.rglob("*") if path.is_file()), folder)
    described = crate(
        "fake",
        "Invented for tests.",
        CITATION,
        rules=[file for file in files if file.path == WORKFLOW or "/rules/" in file.path],
        inputs=[file for file in files if file.path == "workflow/study.json"],
        results=[file for file in files if not file.path.startswith("workflow/")],
        software=[Software("snakemake", "9.0", "pkg:pypi/snakemake")],
        engines=[Software("llama_cpp", None)],
        library_sha256="b" * 64,
    )
    _write(folder, {"ro-crate-metadata.json": readable_json(described).encode()})


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
