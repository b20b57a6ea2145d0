"""The conditions in which controls are shown besides plain: padded, reordered, with orders to the judge in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, field_validator

from cis_study.judging.exhibit import Exhibit
from cis_study.judging.rating import Condition
from cis_study.plan import hash_int
from cis_study.yamlfile import Strict

_FIRST_TEST = re.compile(r"^([ \t]*)def test\w*\(.*\).*:[ \t]*$", re.MULTILINE)


class Attacks(Strict):
    """`config/judging/attacks.yaml`: texts that must not move a rating."""

    padding: Annotated[list[str], Field(min_length=1)]
    """Paragraphs that are true of any submission and say nothing of it."""
    orders: Annotated[list[str], Field(min_length=1)]
    """Orders to the judge, hidden in a comment, in the docstring of a test and in the rationale."""

    @field_validator("orders")
    @classmethod
    def _fits_a_docstring(cls, orders: list[str]) -> list[str]:
        for order in orders:
            if "\n" in order or '"""' in order or "\\" in order:
                raise ValueError(f"one line without quotation marks of Python or backslashes is expected: {order!r}")
        return orders


def in_condition(exhibit: Exhibit, condition: Condition, attacks: Attacks, seed: int) -> Exhibit:
    """A plain exhibit as it is shown in a condition; parts that are missing stay missing.

    `reordered` changes no part: the prompt shows them in another order.
    """
    where = f"attack/{seed}/{exhibit.task}/{exhibit.author}/{exhibit.replicate}"
    changes: dict[str, str | None] = {}
    if condition == "padded":
        changes = {"rationale": _appended(exhibit.rationale, _choice(attacks.padding, f"{where}/padding"))}
    elif condition == "instructed":
        comment, docstring, aside = (_choice(attacks.orders, f"{where}/{n}") for n in ("comment", "docstring", "aside"))
        changes = {
            "source": exhibit.source and f"# {comment}\n{exhibit.source}",
            "tests": exhibit.tests and _FIRST_TEST.sub(rf'\g<0>\n\1    """{docstring}"""', exhibit.tests, count=1),
            "rationale": _appended(exhibit.rationale, aside),
        }
    return exhibit.model_copy(update={"condition": condition, **changes})


def _appended(text: str | None, more: str) -> str | None:
    return text and f"{text.rstrip()}\n\n{more}"


def _choice(texts: Sequence[str], where: str) -> str:
    return texts[hash_int(where) % len(texts)]
