"""What a person reads of an exhibit."""

from __future__ import annotations

import unicodedata

from cis_study.judging.exhibit import Exhibit
from cis_study.provenance import canonical_json, sha256_text

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories of what has no shape of its own but can change how the text around it looks."""


def shown(exhibit: Exhibit) -> dict[str, str | None]:
    """The texts of an exhibit by name, None where the submission lacks the part."""
    parts = {
        "task": exhibit.requirements,
        "source": exhibit.source,
        "tests": exhibit.tests,
        "rationale": exhibit.rationale,
    }
    return {name: None if text is None else visible(text) for name, text in parts.items()}


def visible(text: str) -> str:
    """The text with control characters, also those that reorder a line, and lone surrogates written as escapes."""
    return "".join(
        one.encode("unicode_escape").decode() if one not in "\n\t" and unicodedata.category(one) in _INVISIBLE else one
        for one in text
    )


def fingerprint(exhibit: Exhibit) -> str:
    """Hash of what a person reads of it."""
    return sha256_text(canonical_json(shown(exhibit)))
