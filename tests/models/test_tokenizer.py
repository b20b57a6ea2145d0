"""Tokenizer and chat template of the weights: same content, same hash, wherever it stands."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import gguf
import pytest

from cis_study.errors import StudyError
from cis_study.models.tokenizer import folder_tokenizer, gguf_tokenizer

TEMPLATE = "{{ messages }} ä"
SHA256 = hashlib.sha256(TEMPLATE.encode()).hexdigest()


def write_gguf(path: Path, tokens: list[str], template: str | None = TEMPLATE) -> gguf.GGUFReader:
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_token_list(tokens)
    if template is not None:
        writer.add_chat_template(template)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return gguf.GGUFReader(str(path))


def test_a_template_has_one_hash_in_every_place(tmp_path: Path) -> None:
    own, inside = tmp_path / "own", tmp_path / "inside"
    own.mkdir()
    inside.mkdir()
    (own / "chat_template.jinja").write_text(TEMPLATE)
    (own / "tokenizer_config.json").write_text(json.dumps({"chat_template": "another"}))
    (inside / "tokenizer_config.json").write_text(json.dumps({"chat_template": TEMPLATE}))
    header = gguf_tokenizer(write_gguf(tmp_path / "m.gguf", ["a"]))
    found = {folder_tokenizer(own)["chat_template_sha256"], folder_tokenizer(inside)["chat_template_sha256"]}
    assert found == {header["chat_template_sha256"]} == {SHA256}


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert folder_tokenizer(tmp_path) == {"sha256": None, "chat_template_sha256": None}
    assert gguf_tokenizer(write_gguf(tmp_path / "m.gguf", ["a"], None))["chat_template_sha256"] is None


@pytest.mark.parametrize("name", ["tokenizer.json", "tekken.json", "tokenizer.model.v3", "vocab.json", "merges.txt"])
def test_the_hash_follows_the_tokenizer_and_nothing_else(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("one")
    (tmp_path / "config.json").write_text("one")
    before = folder_tokenizer(tmp_path)["sha256"]
    (tmp_path / "config.json").write_text("two")
    assert folder_tokenizer(tmp_path)["sha256"] == before is not None
    (tmp_path / name).write_text("two")
    assert folder_tokenizer(tmp_path)["sha256"] != before


def test_the_hash_of_a_header_follows_its_tokens_and_not_its_template(tmp_path: Path) -> None:
    one = gguf_tokenizer(write_gguf(tmp_path / "1.gguf", ["a", "b"]))["sha256"]
    assert one == gguf_tokenizer(write_gguf(tmp_path / "2.gguf", ["a", "b"], "another"))["sha256"]
    assert one != gguf_tokenizer(write_gguf(tmp_path / "3.gguf", ["a", "c"]))["sha256"]


def test_a_damaged_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text("[")
    with pytest.raises(StudyError, match="tokenizer_config"):
        folder_tokenizer(tmp_path)
