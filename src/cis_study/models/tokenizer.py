"""Which tokenizer and chat template the weights bring along: what turns a prompt into tokens."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.provenance import canonical_json, sha256_file, sha256_text

_FILES = ("added_tokens", "merges", "special_tokens", "tekken", "tokenizer", "vocab")
"""What the names of tokenizer files begin with, in the hub's format and in Mistral's."""
_GGUF_TEMPLATE = "tokenizer.chat_template"


def folder_tokenizer(folder: Path) -> dict[str, str | None]:
    """Hashes of the tokenizer's files (names and contents) and of the text of the chat template; None: there is none.

    Raises:
        StudyError: the tokenizer's configuration is damaged.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.startswith(_FILES))
    hashes = {path.name: sha256_file(path) for path in files}
    template = _folder_template(folder)
    return _described(sha256_text(canonical_json(hashes)) if hashes else None, template)


def gguf_tokenizer(reader: Any) -> dict[str, str | None]:
    """The same for the header of a GGUF file, whose tokenizer is a set of fields; takes a `gguf.GGUFReader`."""
    digest = hashlib.sha256()
    names = sorted(name for name in reader.fields if name.startswith("tokenizer.") and name != _GGUF_TEMPLATE)
    for name in names:
        for part in reader.fields[name].parts:
            digest.update(part.tobytes())
    template = reader.get_field(_GGUF_TEMPLATE)
    return _described(digest.hexdigest() if names else None, template.contents() if template else None)


def _described(sha256: str | None, template: str | None) -> dict[str, str | None]:
    return {"sha256": sha256, "chat_template_sha256": None if template is None else sha256_text(template)}


def _folder_template(folder: Path) -> str | None:
    own = folder / "chat_template.jinja"
    if own.is_file():
        return own.read_text(encoding="utf-8")
    path = folder / "tokenizer_config.json"
    if not path.is_file():
        return None
    try:
        template = json.loads(path.read_bytes()).get("chat_template")
    except (ValueError, AttributeError) as error:
        raise StudyError(path.name, error, "it is no JSON mapping", "Download the model again.") from error
    # A list holds one template per purpose.
    return template if template is None or isinstance(template, str) else canonical_json(template)
