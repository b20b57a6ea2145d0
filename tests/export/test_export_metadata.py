"""Card, Croissant and crate say what lies beside them, and no date but the placeholder."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from pathlib import Path
from typing import Any

import pyarrow
import pytest
import yaml
from fake_export import write_export

from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.export.citation import Citation, read_citation
from cis_study.export.columns import layouts
from cis_study.export.software import installed

METADATA = ("README.md", "croissant.json", "ro-crate-metadata.json")


def graph(export: Path) -> dict[str, dict[str, Any]]:
    return {entity["@id"]: entity for entity in json.loads((export / METADATA[2]).read_text())["@graph"]}


def test_the_same_study_gives_the_same_files(
    export: Path, study: Study, battles: list[dict[str, Any]], tmp_path: Path
) -> None:
    write_export(tmp_path, study, battles)
    names = sorted(path.relative_to(export) for path in export.rglob("*") if path.is_file())
    assert len(names) == 9
    assert [(export / name).read_bytes() for name in names] == [(tmp_path / name).read_bytes() for name in names]


def test_the_crate_lists_every_file_with_its_hash(export: Path) -> None:
    entities = graph(export)
    on_disk = {path.relative_to(export).as_posix() for path in export.rglob("*") if path.is_file()} - {METADATA[2]}
    assert {part["@id"] for part in entities["./"]["hasPart"]} == on_disk
    for name in on_disk:
        assert entities[name]["sha256"] == hashlib.sha256((export / name).read_bytes()).hexdigest()
    run = entities[entities["./"]["mentions"]["@id"]]
    assert {made["@id"] for made in run["result"]} == {name for name in on_disk if not name.startswith("workflow/")}
    assert [used["@id"] for used in run["object"]] == ["workflow/study.json"]


def test_every_reference_in_the_crate_leads_somewhere(export: Path) -> None:
    entities = graph(export)
    outside = {"https://w3id.org/ro/crate/1.1"}
    referred = set(re.findall(r'\{\s*"@id": "([^"]+)"\s*\}', (export / METADATA[2]).read_text()))
    assert referred - outside <= set(entities)


def test_the_only_date_is_the_placeholder_until_there_is_one(export: Path) -> None:
    for name in METADATA:
        assert set(re.findall(r"\d{4}-\d\d-\d\d", (export / name).read_text())) == {"1970-01-01"}
    assert "`CITATION.cff` names no date and no address" in (export / "README.md").read_text()
    said = {"title": "t", "version": "1", "license": "MIT", "date-released": "2027-01-31", "url": "https://example.org"}
    dated = Citation.model_validate({**said, "authors": [{"given-names": "Ada", "family-names": "Lovelace"}]})
    assert (dated.date, dated.address) == ("2027-01-31", "https://example.org")
    assert (dated.authors[0].full_name, dated.authors[0].kind) == ("Ada Lovelace", "Person")


def test_the_card_counts_and_explains(export: Path) -> None:
    _, front, text = (export / "README.md").read_text().split("---\n", 2)
    described = yaml.safe_load(front)
    assert [config["data_files"] for config in described["configs"]] == ["data/battles.parquet", "data/scores.parquet"]
    assert (described["license"], described["size_categories"]) == ("mit", ["n<1K"])
    assert "| `m` | `cis-3` | 1 | 0 | 1 | 1 | 1 | 0 |" in text
    assert "| `data/battles.parquet` | 4 |" in text
    assert "U+FFFD in 1 of the battles" in text
    for layout in (layouts()["battles"], layouts()["scores"]):
        assert all(f"| `{name}` | {kind} | {meaning} |" in text for name, (kind, meaning) in layout.columns.items())


def test_croissant_names_files_keys_and_types(export: Path) -> None:
    described = json.loads((export / "croissant.json").read_text())
    [battles, scores] = described["recordSet"]
    assert [column["@id"] for column in scores["key"]] == [f"scores/{name}" for name in layouts()["scores"].key]
    types = {field["name"]: field["dataType"] for field in battles["field"]}
    assert [types[name] for name in ("reply", "seed", "altered")] == ["sc:Text", "sc:Integer", "sc:Boolean"]
    for file in described["distribution"]:
        assert file["sha256"] == hashlib.sha256((export / file["contentUrl"]).read_bytes()).hexdigest()


def test_versions_are_those_that_run_and_those_of_the_lock(root: Path) -> None:
    found = {each.name: each.version for each in installed((root / "envs/study.in").read_text())}
    assert found["pyarrow"] == pyarrow.__version__
    lock = (root / "envs/study.lock").read_text().lower()
    assert all(f"{name.lower()}=={version} " in lock for name, version in found.items() if name != "python")
    assert [each.version for each in installed("absent-package\n")] == [None, platform.python_version()]


def test_the_citation_of_the_repository_can_be_read(root: Path, tmp_path: Path) -> None:
    citation = read_citation(root / "CITATION.cff")
    assert citation.licence_url == "https://spdx.org/licenses/MIT"
    (tmp_path / "CITATION.cff").write_text("title: x\n")
    with pytest.raises(StudyError, match="version"):
        read_citation(tmp_path / "CITATION.cff")
