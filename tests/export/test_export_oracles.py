"""The packages of the formats read what is exported: Inspect and its viewer, mlcroissant, rocrate and its validator."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from browser import browser, needs_chromium
from fake_export import CIS, LOST, MODEL, UNRUN

from cis_study.export.crate import WORKFLOW

pytestmark = pytest.mark.export
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def readers(root: Path) -> Path:
    folder = root / ".venvs/export/bin"
    if not (folder / "python").exists():
        pytest.skip("the readers of the exported formats are not installed, NOTHING was read: make .venvs/export")
    return folder


@pytest.fixture
def ask(readers: Path, tmp_path: Path) -> Ask:
    """What a reader says, as JSON."""

    def run(script: str, *arguments: str) -> Any:
        command = [str(readers / "python"), str(Path(__file__).with_name(script)), *arguments]
        environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_inspect_reads_the_log_and_computes_the_same_means(export: Path, ask: Ask) -> None:
    read = ask("oracle_inspect.py", str(export / f"inspect/{MODEL}.eval"))
    assert (read["status"], read["created"], read["completed"]) == ("success", "1970-01-01T00:00:00+00:00", 2)
    assert read["means"] == read["recomputed"] == dict.fromkeys(("CIS", "R", "A", "T", "L"), 0.5)
    samples = {tuple(sample["place"]): sample for sample in read["samples"]}
    assert {place: one["scores"]["cis-3"]["CIS"] for place, one in samples.items() if one["scores"]} == CIS
    assert {place for place, one in samples.items() if one["error"]} == {LOST, UNRUN}
    assert samples["lru_cache", 1]["kinds"] == ["reasoning", "text"]
    assert (samples["lru_cache", 2]["limit"], samples[LOST]["input_tokens"]) == ("token", None)
    assert samples[UNRUN]["completion"] == "half \ufffd and <b>\x00</b>"
    errors = {(task, replicate): error for task, replicate, error in read["summaries"]}
    assert errors == {place: one["error"] for place, one in samples.items()}


def test_croissant_loads_every_record_as_it_stands_in_the_table(export: Path, ask: Ask) -> None:
    read = ask("oracle_croissant.py", str(export / "croissant.json"))
    assert (read["errors"], read["warnings"]) == ([], [])
    assert set(read["records"]) == {"battles", "scores"}
    for name, records in read["records"].items():
        assert records == pq.read_table(export / f"data/{name}.parquet").to_pylist()


def test_mlcroissant_notices_a_column_that_is_not_there(export: Path, ask: Ask, tmp_path: Path) -> None:
    shutil.copytree(export, tmp_path / "broken")
    metadata = tmp_path / "broken/croissant.json"
    metadata.write_text(metadata.read_text().replace('"column": "seed"', '"column": "sead"'))
    with pytest.raises(AssertionError, match="sead"):
        ask("oracle_croissant.py", str(metadata))


def test_the_crate_is_a_workflow_run_crate(export: Path, ask: Ask) -> None:
    read = ask("oracle_crate.py", str(export), "REQUIRED")
    assert (read["issues"], read["main"]) == ([], WORKFLOW)
    on_disk = {path.relative_to(export).as_posix() for path in export.rglob("*") if path.is_file()}
    assert set(read["files"]) == on_disk - {"ro-crate-metadata.json"}
    assert f"inspect/{MODEL}.eval" in read["run"]


def test_the_validator_notices_what_is_missing(export: Path, ask: Ask, tmp_path: Path) -> None:
    shutil.copytree(export, tmp_path / "broken")
    metadata = tmp_path / "broken/ro-crate-metadata.json"
    graph = json.loads(metadata.read_text())
    next(entity for entity in graph["@graph"] if entity["@id"] == WORKFLOW).pop("programmingLanguage")
    metadata.write_text(json.dumps(graph))
    issues = ask("oracle_crate.py", str(tmp_path / "broken"), "REQUIRED")["issues"]
    assert any("programmingLanguage" in issue for issue in issues)


@pytest.fixture
def viewer(export: Path, readers: Path, tmp_path: Path) -> Iterator[str]:
    """Address of Inspect's viewer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [str(readers / "inspect"), "view", "start", "--log-dir", str(export / "inspect"), "--port", port]
    with subprocess.Popen(command, env={**os.environ, "HOME": str(tmp_path)}) as server:
        try:
            _wait_for(address := f"http://127.0.0.1:{port}/")
            yield address
        finally:
            server.terminate()


def _wait_for(address: str) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            assert time.monotonic() < until, "the viewer does not answer"
            time.sleep(0.5)
        else:
            return


@needs_chromium
def test_battles_open_in_the_viewer_of_inspect(viewer: str, tmp_path: Path) -> None:
    with browser(tmp_path) as page:
        page.call("Page.navigate", url=f"{viewer}#/logs/{MODEL}.eval")
        page.wait_for("document.body?.innerText.includes('lru_cache')")
