"""The real client against a small hub on loopback: the routes it asks for, with planted faults."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cis_study.errors import StudyError
from cis_study.models.fetch import fetch
from cis_study.models.hub import fetch_hub
from cis_study.models.manifest import list_files
from cis_study.models.registry import HfSource, Model

REVISION = "c0ffee" + "0" * 34
FILES = {
    "model.safetensors": b"weights " * 64,
    "config.json": b"{}",
    "tokenizer.json": b'{"version": 1}',
    "pytorch_model.bin": b"pickle",
    "modeling_tiny.py": b"print('run')",
    "original/model.safetensors": b"copy",
}


class Hub:
    """A hub with one repository; the attributes plant the faults."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.sha = REVISION
        self.status: tuple[int, str] | None = None
        self.served: dict[str, bytes] = {}
        self.absent: set[str] = set()
        self.asked: list[str] = []
        self.tokens: set[str | None] = set()

    def listing(self) -> dict[str, Any]:
        siblings = []
        for name, content in self.files.items():
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entry: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
            if name.endswith((".safetensors", ".bin")):
                digest = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 100}
            siblings.append(entry)
        return {"id": "nobody/tiny", "modelId": "nobody/tiny", "sha": self.sha, "siblings": siblings}

    def tree(self) -> list[dict[str, Any]]:
        return [
            {"type": "file", "path": file["rfilename"], "size": file["size"], "oid": file["blobId"]}
            | (
                {"lfs": {"oid": file["lfs"]["sha256"], "size": file["size"], "pointerSize": 100}}
                if "lfs" in file
                else {}
            )
            for file in self.listing()["siblings"]
        ]

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if self.status is not None:
            return self.status[0], {"X-Error-Code": self.status[1]} if self.status[1] else {}, b"{}"
        if path.startswith("/api/models/nobody/tiny/tree/"):
            return 200, {"Content-Type": "application/json"}, json.dumps(self.tree()).encode()
        if path.startswith("/api/models/nobody/tiny"):
            return 200, {"Content-Type": "application/json"}, json.dumps(self.listing()).encode()
        name = path.split(f"/resolve/{REVISION}/")[-1]
        if name in self.absent or name not in self.files:
            return 404, {"X-Error-Code": "EntryNotFound"}, b""
        content = self.served.get(name, self.files[name])
        etag = hashlib.sha256(self.files[name]).hexdigest()
        return 200, {"X-Repo-Commit": REVISION, "ETag": f'"{etag}"'}, content


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    state = Hub()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            state.tokens.add(self.headers.get("Authorization"))
            if "/resolve/" in path:
                state.asked.append(path.rsplit(f"{REVISION}/", 1)[-1])
            status, headers, body = state.answer(path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_TOKEN", "hf_hush")
    yield state
    server.shutdown()
    server.server_close()


def source(**changes: Any) -> HfSource:
    fields = {"kind": "hf", "repo": "nobody/tiny", "revision": REVISION, "include": ["*.safetensors", "*.json"]}
    return HfSource.model_validate({**fields, "exclude": ["original/*"], **changes})


def test_exactly_the_included_files_arrive(hub: Hub, tmp_path: Path) -> None:
    fetch_hub(source(), tmp_path, trust_remote_code=False)
    got = {entry["path"]: (tmp_path / entry["path"]).read_bytes() for entry in list_files(tmp_path)}
    assert got == {name: FILES[name] for name in ("model.safetensors", "config.json", "tokenizer.json")}
    assert "original/model.safetensors" not in hub.asked


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_wrong_bytes_of_the_right_size_are_refused_and_not_kept(hub: Hub, tmp_path: Path, name: str) -> None:
    hub.served[name] = FILES[name][:-1] + b"X"
    with pytest.raises(StudyError, match=f"{name}.*the hub lists"):
        fetch_hub(source(), tmp_path, trust_remote_code=False)
    assert not (tmp_path / name).exists()
    hub.served.clear()
    fetch_hub(source(), tmp_path, trust_remote_code=False)
    assert (tmp_path / name).read_bytes() == FILES[name]


def test_another_revision_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.sha = "d" * 40
    with pytest.raises(StudyError, match="another revision"):
        fetch_hub(source(), tmp_path, trust_remote_code=False)
    assert hub.asked == []


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ((404, "RevisionNotFound"), "pinned revision is gone"),
        ((404, "RepoNotFound"), "no such repository"),
        ((401, ""), r"access refused \(401\)"),
        ((403, "GatedRepo"), "gated"),
        ((403, ""), "access refused"),
        ((500, ""), "answered 500"),
    ],
)
def test_each_refusal_says_what_to_do(hub: Hub, tmp_path: Path, status: tuple[int, str], message: str) -> None:
    hub.status = status
    with pytest.raises(StudyError, match=message) as caught:
        fetch_hub(source(), tmp_path, trust_remote_code=False)
    assert "hf_hush" not in str(caught.value)
    assert hub.tokens == {"Bearer hf_hush"}


def test_a_listed_file_that_is_gone(hub: Hub, tmp_path: Path) -> None:
    hub.absent.add("tokenizer.json")
    with pytest.raises(StudyError, match="missing on the hub"):
        fetch_hub(source(), tmp_path, trust_remote_code=False)


def test_an_include_that_matches_nothing_is_named(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"params\.json"):
        fetch_hub(source(include=["*.safetensors", "params.json"]), tmp_path, trust_remote_code=False)
    assert hub.asked == []


@pytest.mark.parametrize(("include", "trusted"), [(["*"], False), (["*.safetensors", "*.bin"], True), (["*"], True)])
def test_formats_that_run_code_are_never_downloaded(
    hub: Hub, tmp_path: Path, include: list[str], trusted: bool
) -> None:
    with pytest.raises(StudyError, match="may run code"):
        fetch_hub(source(include=include), tmp_path, trust_remote_code=trusted)
    assert hub.asked == []


def test_python_files_arrive_only_when_trusted(hub: Hub, tmp_path: Path) -> None:
    asked = source(include=["*.safetensors", "*.py"])
    with pytest.raises(StudyError, match=r"modeling_tiny\.py"):
        fetch_hub(asked, tmp_path, trust_remote_code=False)
    fetch_hub(asked, tmp_path, trust_remote_code=True)
    assert (tmp_path / "modeling_tiny.py").exists()
    assert "config.json" not in hub.asked


def test_no_hub_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(StudyError, match="cannot be reached"):
        fetch_hub(source(), tmp_path, trust_remote_code=False)


def test_the_next_source_is_tried_and_every_reason_is_told(
    hub: Hub, tmp_path: Path, make_model: Callable[..., Model]
) -> None:
    bad, good = (source(repo=name).model_dump() for name in ("nobody/absent", "nobody/tiny"))
    assert fetch(make_model(sources=[bad, good]), tmp_path / "a").model_dump() == good
    hub.sha = "d" * 40
    with pytest.raises(StudyError, match=r"nobody/absent.*nobody/tiny.*another revision"):
        fetch(make_model(sources=[bad, good]), tmp_path / "b")
