"""Finds numbers that somebody typed into prose, in digits or in words."""

from __future__ import annotations

import ast
import re

_UNITS = "two|three|four|five|six|seven|eight|nine"  # `one` points more often than it counts
_WORDS = (
    f"zero|{_UNITS}|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    "|hundreds?|thousands?|millions?|billions?|dozens?|once|twice|thrice|half|halves|thirds?|quarters?|double|triple"
)
_NUMBER = re.compile(rf"[\d¼-¾⅐-⅞²³¹⁰-⁹₀-₉][\d.,]*|\b(?:{_WORDS})\b", re.I)
# These count nothing: they point, are part of a name, or are the ends of the scale.
_PHRASES = (
    "as zero",
    "between zero and one",
    "earns zero",
    "from zero",
    "no two",
    "between the two",
    "of the two contestants",
    "two-sided",
    "two one-sided tests",
    "type two sums of squares",
)
_MARKUP = re.compile(
    r"/\*.*?\*/"  # block comments
    r"|(?<!:)//[^\n]*"  # line comments, but no addresses
    r"|@[\w-]+"  # references
    r"|<[\w-]+>"  # labels
    r"|\.sha256\b"  # the field of a list
    r'|\bn\("\w+"\)|\bverdict\("[^"]+"\)|\bimport "[^"]*"',
    re.S,
)


def typed_in_prose(text: str) -> list[str]:
    """Numbers in Typst text outside of comments, references, labels and names of numbers."""
    bare = _MARKUP.sub("", text)
    for phrase in _PHRASES:
        bare = re.sub(rf"\b{phrase}\b", "", bare, flags=re.I)
    return _NUMBER.findall(bare)


def typed_in_layout(text: str) -> list[str]:
    """Numbers in Typst layout that are neither lengths nor settings of a page, a heading or a table."""
    bare = _MARKUP.sub("", text)
    bare = re.sub(r"-?\d+(?:\.\d+)?(?:pt|mm|cm|em|fr|deg|%)", "", bare)
    bare = re.sub(r'\b(?:columns|level|numbering): (?:\d+|"[^"]*")|paper: "a4"|slice\(\d(?:, -\d)?\)', "", bare)
    bare = re.sub(r"\b(?:words|default): \d|\b\w+: \d,\n|\(\d\)|[><=] \d\b|SHA-256|sha256(?:sum)?|SHA256SUMS", "", bare)
    return re.findall(r"\d[\d.,]*", bare)


def typed_in_sentences(source: str) -> list[str]:
    """Numbers in the texts of a Python module that hold a space, docstrings left out."""
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
    return [found for text in texts if " " in text for found in re.findall(r"\d[\d.,]*", text)]
