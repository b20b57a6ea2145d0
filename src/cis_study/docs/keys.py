"""Keys of a configuration schema as rows: what may stand there, what holds without it, and what it means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel

from cis_study.yamlfile import NAME

UNITS = {"_per_s": "1/s", "_s": "s", "_bytes": "bytes", "_tokens": "tokens"}
"""Ends of names that state a unit; other numbers are counts, shares or scores."""
_PLURALS = {"name": "names", "text": "texts", "integer": "integers", "number": "numbers", "section": "sections"}

Node = Mapping[str, Any]


class Key(NamedTuple):
    """A key of a file, with dots between levels, `[]` for entries of a list and `{name}` for names of one's own."""

    name: str
    values: str
    default: str
    """YAML; empty where the key is required."""
    meaning: str
    """Empty where nobody described the key."""


def keys(schema: type[BaseModel], prefix: str = "", leave: Collection[str] = ()) -> list[Key]:
    """Every key of `schema` and of its sections, in the order of the source; one that occurs twice is opened once.

    Args:
        prefix: where the section stands in its file, `episodes` or `contestants[]`; empty for a whole file.
        leave: sections that are not opened, because they are listed elsewhere.
    """
    root = schema.model_json_schema(by_alias=True)
    walk = _Walk(root.get("$defs", {}), leave)
    return list(dict.fromkeys(walk.section(root, prefix)))


class _Walk:
    def __init__(self, sections: Mapping[str, Node], leave: Collection[str]) -> None:
        self._sections = sections
        self._leave = leave
        self._places: dict[str, str] = {}

    def section(self, node: Node, prefix: str) -> Iterator[Key]:
        required = node.get("required", ())
        for name, value in node.get("properties", {}).items():
            place = f"{prefix}.{name}" if prefix else name
            inner = list(_inner(value, place))
            meaning = value.get("description", "")
            if not meaning and len(inner) == 1:
                meaning = self._sections[inner[0][1]].get("description", "")
            yield Key(
                place,
                _values(value, _unit(name)),
                "" if name in required else _yaml(value.get("default")),
                " ".join(meaning.split()) + self._elsewhere(place, inner),
            )
            if place in self._leave:
                continue
            for at, section in inner:
                if section not in self._places:
                    self._places[section] = at
                    yield from self.section(self._sections[section], at)

    def _elsewhere(self, place: str, inner: list[tuple[str, str]]) -> str:
        if inner and place in self._leave:
            return " See below."
        known = sorted({self._places[section] for _, section in inner if section in self._places} - {place})
        return "".join(f" Keys as of `{at}`." for at in known)


def _inner(node: Node, at: str) -> Iterator[tuple[str, str]]:
    """Place and name of every section that a value may hold."""
    if "$ref" in node:
        yield at, node["$ref"].rpartition("/")[2]
    for option in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _inner(option, at)
    if "items" in node:
        yield from _inner(node["items"], f"{at}[]")
    if (values := _mapped(node)) is not None:
        yield from _inner(values, f"{at}.{{name}}")


def _mapped(node: Node) -> Node | None:
    """What a mapping with names of one's own holds."""
    for values in (node.get("additionalProperties"), *node.get("patternProperties", {}).values()):
        if isinstance(values, Mapping):
            return values
    return None


def _values(node: Node, unit: str) -> str:
    options = node.get("anyOf") or node.get("oneOf")
    if options:
        kinds = dict.fromkeys(_values(option, unit) for option in options)
        if {"integer", "number"} <= kinds.keys():
            del kinds["integer"]
        return " or ".join(kinds)
    if "$ref" in node:
        return "section"
    if "enum" in node or "const" in node:
        return ", ".join(f"`{_yaml(value)}`" for value in node.get("enum", [node.get("const")]))
    match node.get("type"):
        case "array":
            items = _values(node.get("items", {}), unit)
            least = node.get("minItems", 0)
            return f"list of {_PLURALS.get(items, items)}" + (f", {least} or more" if least > 1 else "")
        case "object":
            values = _values(_mapped(node) or {}, unit)
            return f"mapping to {_PLURALS.get(values, values)}"
        case "string":
            return "name" if node.get("pattern") == NAME else "text"
        case "boolean":
            return "`true`, `false`"
        case "integer" | "number" as kind:
            return f"{kind}{_range(node)}{unit}"
        case "null":
            return "null"
    return "anything"


def _unit(name: str) -> str:
    return next((f" ({unit})" for end, unit in UNITS.items() if f"_{name}".endswith(end)), "")


def _range(node: Node) -> str:
    """The numbers that are allowed, as a comparison or an interval."""
    low, high = node.get("minimum", node.get("exclusiveMinimum")), node.get("maximum", node.get("exclusiveMaximum"))
    if low is None and high is None:
        return ""
    if high is None:
        return f" {'>' if 'exclusiveMinimum' in node else '≥'} {low:g}"
    if low is None:
        return f" {'<' if 'exclusiveMaximum' in node else '≤'} {high:g}"
    left, right = "(" if "exclusiveMinimum" in node else "[", ")" if "exclusiveMaximum" in node else "]"
    return f" in {left}{low:g}, {high:g}{right}"


def _yaml(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")
