"""The lock: what it refuses, and how the real client's answers become entries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hub_server import FILES, NEWER, REVISION, Hub, sha256

from cis_study.config import Engine
from cis_study.errors import StudyError
from cis_study.models.fetch import fetch
from cis_study.models.lock import LockedModel, check_entry, pin, read_lock, render_lock, require_locked
from cis_study.models.locking import lock_models
from cis_study.models.registry import Model, load_registry
from cis_study.serving.weights import servable_weights

Make = Callable[..., Model]
CHOSEN = ("config.json", "model.safetensors", "tokenizer.json")
ENTRY: dict[str, Any] = {
    "repo": "nobody/tiny",
    "revision": REVISION,
    "files": [{"path": name, "bytes": len(FILES[name]), "sha256": sha256(FILES[name])} for name in CHOSEN],
}


def entry(**changes: Any) -> LockedModel:
    return LockedModel.model_validate({**ENTRY, **changes})


def model(make: Make, name: str = "tiny", **changes: Any) -> Model:
    fields = {"kind": "hf", "repo": "nobody/tiny", "revision": None, "include": ["*.safetensors", "*.json"]}
    return make(name=name, sources=[{**fields, "exclude": ["original/*"], **changes}])


@pytest.mark.parametrize("digits", ["1" * 64, "0" * 64, "1e" + "5" * 62, "a" * 64])
def test_a_written_lock_is_read_back(tmp_path: Path, digits: str) -> None:
    path = tmp_path / "lock.yaml"
    files = [{"path": name, "bytes": 0, "sha256": digits} for name in ("1e5", "null", "a: b")]
    lock = {"tiny": entry(revision=digits[:40], files=files), "1.5": entry()}
    path.write_text(render_lock(lock))
    assert read_lock(path) == lock
    assert list(read_lock(path)) == ["1.5", "tiny"]


def test_no_lock_is_an_empty_one_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "lock.yaml") == {}
    (tmp_path / "lock.yaml").write_text(render_lock({"tiny": entry()}).replace(REVISION, "main"))
    with pytest.raises(StudyError, match=r"lock\.yaml: tiny\.revision = 'main'"):
        read_lock(tmp_path / "lock.yaml")


@pytest.mark.parametrize(
    ("registry", "changes", "message"),
    [
        ({"repo": "nobody/other"}, {}, "the registry says nobody/other"),
        ({"revision": NEWER}, {}, f"the registry pins revision {NEWER}"),
        ({"exclude": ["tokenizer*"]}, {}, r"\['tokenizer\.json'\]"),
        ({"include": ["*.safetensors", "*.json", "merges.txt"]}, {}, r"merges\.txt"),
        ({"include": ["*"]}, {"files": [*ENTRY["files"], {"path": "a.py", "bytes": 0, "sha256": "0" * 64}]}, "a.py"),
        ({"include": ["*"]}, {"files": [*ENTRY["files"], {"path": "../a", "bytes": 0, "sha256": "0" * 64}]}, r"\.\./a"),
    ],
)
def test_an_entry_that_does_not_fit_the_registry_is_to_be_removed(
    make_model: Make, registry: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    check_entry(model(make_model), entry())
    with pytest.raises(StudyError, match=rf"lock\.yaml: tiny.*{message}.*Remove this entry"):
        check_entry(model(make_model, **registry), entry(**changes))


def test_the_lock_pins_what_the_registry_leaves_open(make_model: Make) -> None:
    assert pin(model(make_model), entry()) == model(make_model, revision=REVISION)
    pinned = model(make_model, revision=NEWER)
    assert pin(pinned, entry()) == pinned
    assert pin(model(make_model), None) == model(make_model)


def test_models_that_no_revision_identifies_stop_the_study(make_model: Make) -> None:
    unpinned, pinned, locked = model(make_model, "b"), model(make_model, "a", revision=REVISION), model(make_model, "c")
    lock = {"c": entry()}
    require_locked([pinned, pin(locked, lock["c"])], lock)
    with pytest.raises(StudyError, match=r"lock\.yaml: b: .*lock_models"):
        require_locked([pinned, unpinned, pin(locked, lock["c"])], lock)
    with pytest.raises(StudyError, match=r"lock\.yaml: c: .*Remove this entry"):
        require_locked([model(make_model, "c", repo="nobody/other")], lock)


def test_locking_takes_the_newest_revision_where_none_is_pinned(hub: Hub, tmp_path: Path, make_model: Make) -> None:
    hub.revisions[NEWER] = {**FILES, "config.json": b'{"new": 1}'}
    hub.head = NEWER
    path = tmp_path / "lock.yaml"
    lock_models([model(make_model, "open"), model(make_model, "pinned", revision=REVISION)], path)
    lock = read_lock(path)
    assert lock["pinned"] == entry()
    assert lock["open"].revision == NEWER
    assert lock["open"].files[0].sha256 == sha256(b'{"new": 1}')
    assert not any(name.endswith(".safetensors") for name, _ in hub.sent)


def test_a_locked_model_stays_when_the_branch_moves_and_weights_match(
    hub: Hub, tmp_path: Path, make_model: Make
) -> None:
    path = tmp_path / "lock.yaml"
    lock_models([model(make_model)], path)
    before = path.read_bytes()
    hub.revisions[NEWER], hub.head = {**FILES, "config.json": b"[]"}, NEWER
    lock_models([model(make_model)], path)
    assert path.read_bytes() == before
    locked = read_lock(path)["tiny"]
    assert fetch(pin(model(make_model), locked), tmp_path / "w", locked) == model(make_model, revision=REVISION).hub
    assert (tmp_path / "w/config.json").read_bytes() == FILES["config.json"]


def test_what_fails_is_listed_and_the_others_are_locked(hub: Hub, tmp_path: Path, make_model: Make) -> None:
    hub.refused = {"nobody/gated": (403, "GatedRepo"), "nobody/gone": (404, "RepoNotFound"), "nobody/busy": (429, "")}
    path = tmp_path / "lock.yaml"
    path.write_text(render_lock({"stale": entry(repo="nobody/moved")}))
    failing = [model(make_model, name, repo=f"nobody/{name}") for name in ("gated", "gone", "busy")]
    with pytest.raises(StudyError, match=r"gated: .*gone: .*busy: .*429.*stale: .*Remove this entry") as caught:
        lock_models([*failing, model(make_model, "stale"), model(make_model, "tiny"), make_gguf(make_model)], path)
    assert "gguf" not in str(caught.value)
    assert sorted(read_lock(path)) == ["stale", "tiny"]
    hub.refused = {}
    lock_models(failing, path)
    assert sorted(read_lock(path)) == ["busy", "gated", "gone", "stale", "tiny"]


def make_gguf(make: Make) -> Model:
    wheel = {"kind": "pypi", "packages": ["a==1"], "member": "*", "file": "f", "bytes": 1, "sha256": "0" * 64}
    return make(name="gguf", sources=[wheel])


@pytest.mark.parametrize("fault", ["../x.json", "config.json"])
def test_nothing_is_locked_from_a_hub_that_lies(hub: Hub, tmp_path: Path, make_model: Make, fault: str) -> None:
    hub.files[fault] = b"{}"
    hub.served["config.json"] = b"[]"
    with pytest.raises(StudyError, match="not locked"):
        lock_models([model(make_model)], tmp_path / "lock.yaml")
    assert list(tmp_path.iterdir()) == []


def test_the_weights_of_a_restored_manifest_come_from_its_revision(hub: Hub, tmp_path: Path, make_model: Make) -> None:
    hub.revisions[NEWER], hub.head = {**FILES, "config.json": b"[]"}, NEWER
    engine = Engine(kind="vllm", environment="none", max_model_len_tokens=1, concurrency=1)
    source = {"kind": "hf", "repo": ENTRY["repo"], "revision": REVISION}
    weights = servable_weights(model(make_model), engine, {"source": source, "files": ENTRY["files"]}, tmp_path)
    assert (weights / "config.json").read_bytes() == FILES["config.json"]


def test_two_hub_repositories_are_refused(make_model: Make) -> None:
    source = model(make_model).sources[0].model_dump()
    with pytest.raises(StudyError, match="one hub repository"):
        make_model(sources=[source, source])


def test_lock_and_selection_are_no_models(root: Path, tmp_path: Path) -> None:
    registered = load_registry(root / "config/models")
    for path in (root / "config/models").glob("*-*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for name in ("lock", "selection"):
        (tmp_path / f"{name}.yaml").write_text("{}")
    assert load_registry(tmp_path) == registered
