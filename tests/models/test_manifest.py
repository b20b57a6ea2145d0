from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import gguf
import pytest
from weight_files import write_folder, write_gguf

from cis_study.errors import StudyError
from cis_study.models.manifest import build_manifest, verify_files
from cis_study.models.registry import Model
from cis_study.provenance import canonical_json


def test_a_manifest_names_every_file_and_no_place(tmp_path: Path, make_model: Callable[..., Model]) -> None:
    folder = write_folder(tmp_path / "one", {"w": ("BF16", [64, 64])})
    (folder / ".cache").mkdir()
    (folder / ".cache" / "x.lock").write_text("")
    model = make_model()
    manifest = build_manifest(model, folder, model.sources[0])
    assert [entry["path"] for entry in manifest["files"]] == ["config.json", "model.safetensors"]
    assert manifest["files"][1]["sha256"] == hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert manifest["source"] == {"kind": "hf", "repo": "nobody/tiny", "revision": "a" * 40}
    assert manifest["quantization"] == {
        "declared": "bf16",
        "found": "bf16",
        "bits": 16,
        "group_size": None,
        "unquantized": ["w"],
        "tensor_types": {"BF16": 4096},
        "tensor_bytes": 8192,
        "file_bytes": (folder / "model.safetensors").stat().st_size,
    }
    assert str(tmp_path) not in canonical_json(manifest)
    shutil.copytree(folder, tmp_path / "two")
    assert canonical_json(build_manifest(model, tmp_path / "two", model.sources[0])) == canonical_json(manifest)


def test_both_counts_of_a_file_that_repeats_the_embedding(tmp_path: Path, make_model: Callable[..., Model]) -> None:
    kind, stored = gguf.LlamaFileType.MOSTLY_Q4_1, gguf.GGMLQuantizationType.Q4_1
    write_gguf(tmp_path / "m.gguf", kind, stored, output_rows=64)
    model = make_model(quantization="Q4_1", parameters=16_640, tied_output_stored=True)
    manifest = build_manifest(model, tmp_path, model.sources[0])
    assert (manifest["parameters"], manifest["parameters_stored"]) == (16_640, 33_024)


def test_the_hash_of_the_weights_follows_every_file(tmp_path: Path, make_model: Callable[..., Model]) -> None:
    folder = write_folder(tmp_path / "m", {"w": ("BF16", [64, 64])})
    model = make_model()
    before = build_manifest(model, folder, model.sources[0])["weights_sha256"]
    (folder / "tokenizer.json").write_text("{}")
    assert build_manifest(model, folder, model.sources[0])["weights_sha256"] != before


def _change_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda folder: _change_byte(folder / "model.safetensors"), "model.safetensors: sha256"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b""), "model.safetensors: 0 bytes"),
        (lambda folder: (folder / "config.json").unlink(), "config.json: missing"),
        (lambda folder: (folder / "extra.json").write_text("{}"), "extra.json: unlisted"),
    ],
)
def test_a_file_that_differs_is_named(
    tmp_path: Path, make_model: Callable[..., Model], fault: Callable[[Path], object], message: str
) -> None:
    folder = write_folder(tmp_path / "m", {"w": ("BF16", [64, 64])})
    model = make_model()
    manifest = build_manifest(model, folder, model.sources[0])
    verify_files(manifest, folder)
    fault(folder)
    with pytest.raises(StudyError, match=message.replace(".", r"\.")):
        verify_files(manifest, folder)
