"""What a study found, as the part of `README.md` that nobody types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from cis_study.errors import StudyError
from cis_study.provenance import sha256_file, sha256_text
from cis_study.statistics.design import StudyDesign
from cis_study.validity.finding import Verdict

QUESTIONS = ("tier order", "separation", "criterion order", "criterion", "components", "generalisation")
"""Questions of the analysis that the first page answers; the paper answers all."""
_BLOCK = re.compile(r"<!-- found: study (\S+), inputs (\w+)\..*?-->\n.*?<!-- /found -->", re.DOTALL)


def inputs_hash(study: str, root: Path) -> str:
    """Of what the block is made from: the cached battles of a study, its configuration and the analysis.

    Raises:
        StudyError: the study is not cached.
    """
    manifest = root / f"results/cached/{study}/manifest.json"
    if not manifest.is_file():
        raise StudyError(manifest, "missing", "README.md shows a cached study alone", "Run `snakemake freeze` for it.")
    made_from = (manifest, root / f"config/{study}.yaml", root / "config/analysis.yaml")
    return sha256_text("".join(map(sha256_file, made_from)))[:16]


def found_block(
    design: StudyDesign, summary: Mapping[str, Any], claims: pd.DataFrame, inputs: str, figure: str, caption: str
) -> str:
    """The block between its two marks.

    Args:
        summary: of the analysis, as read from `summary.json`.
        claims: what the validity battery found.
        inputs: as of `inputs_hash`.
        figure: path of the figure, as seen from the page.
        caption: of the figure, one paragraph.
    """
    answers = {answer["question"]: answer for answer in summary["verdicts"]}
    counts = summary["counts"]
    scope = (
        f"{counts['with_scores']} of {counts['planned']} battles with scores, {len(design.contestants)} contestants,"
        f" {len(design.tasks)} tasks"
    )
    caveat = " It shows that the instrument works, and is no evidence about larger models." * design.demonstration
    lines = [
        f"<!-- found: study {design.study}, inputs {inputs}. Written by `make docs`; edits are lost. -->",
        f"The cached study `{design.study}`: {_sentence(design.description)} {scope}.{caveat}",
        "",
        *(f"- **{_title(name)}: {answers[name]['outcome']}.** {answers[name]['sentence']}" for name in QUESTIONS),
        f"- **{_validity(claims[claims['instrument'] == design.instrument])}",
        "",
        f"![CIS by contestant]({figure})",
        "",
        f"*{caption}*",
        "<!-- /found -->",
    ]
    return "\n".join(lines)


def read_marks(page: str) -> tuple[str, str]:
    """Study and hash of the inputs of the block on a page.

    Raises:
        StudyError: the page has no block, or several.
    """
    blocks = _BLOCK.findall(page)
    if len(blocks) != 1:
        raise StudyError(
            "README.md", f"{len(blocks)} blocks", "one block `<!-- found: ... -->` is expected", "Restore the marks."
        )
    study, inputs = blocks[0]
    return study, inputs


def with_block(page: str, block: str) -> str:
    """The page with another block. Raises StudyError as `read_marks`."""
    read_marks(page)
    return _BLOCK.sub(lambda _: block, page)


def _validity(claims: pd.DataFrame) -> str:
    """How many claims hold, and which do not."""
    count = claims["verdict"].value_counts()
    told = ", ".join(f"{count[verdict]} {verdict}" for verdict in get_args(Verdict) if verdict in count)
    against = claims.loc[claims["verdict"] == "contradicted", "claim"]
    names = f" Contradicted: {'; '.join(against)}." if len(against) else ""
    return f"Validity: of {len(claims)} claims that an instrument must meet, {told}.**{names}"


def _title(question: str) -> str:
    return question[:1].upper() + question[1:]


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]
