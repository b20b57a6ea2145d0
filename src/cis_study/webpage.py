"""Pieces of pages that open from disk: data that no parser takes for markup, hashes for the policy."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def inert_json(value: Any) -> str:
    """JSON in ASCII in which no HTML parser can find a tag, a comment or an entity."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).translate(_UNSAFE)


def content_hash(text: str) -> str:
    """Hash of an inline script or style as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
