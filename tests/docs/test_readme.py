"""The first page shows what the cached study found, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from fake_scores import fake_design

from cis_study.docs.found import QUESTIONS, found_block, inputs_hash, read_marks, with_block
from cis_study.errors import StudyError
from cis_study.invocation import study_file

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def block() -> str:
    verdicts = [{"question": name, "outcome": "supported", "sentence": f"About {name}."} for name in QUESTIONS]
    verdicts[1] = {"question": QUESTIONS[1], "outcome": "contradicted", "sentence": r"It \1 fell."}
    summary = {"verdicts": verdicts, "counts": {"planned": 120, "with_scores": 118}}
    claims = pd.DataFrame(
        [("cis-1", "ranks", "supported"), ("cis-1", "falls", "contradicted"), ("mine", "ranks", "contradicted")],
        columns=["instrument", "claim", "verdict"],
    )
    return found_block(
        fake_design(), summary, claims, "0123456789abcdef", "results/cached/found.svg", "CIS of every battle."
    )


def test_the_page_shows_the_study_that_is_cached(root: Path) -> None:
    chosen = study_file({}, False, [], root)
    assert chosen is not None
    study, inputs = read_marks((root / "README.md").read_text(encoding="utf-8"))
    current = (Path(chosen).stem, inputs_hash(Path(chosen).stem, root))
    assert (study, inputs) == current, "stale: run `make docs` and commit README.md and results/cached/found.svg"


def test_the_block_says_what_the_verdicts_say() -> None:
    text = block()
    assert r"- **Separation: contradicted.** It \1 fell." in text
    assert "118 of 120 battles with scores, 3 contestants, 4 tasks" in text
    assert "of 2 claims that an instrument must meet, 1 supported, 1 contradicted.** Contradicted: falls." in text
    assert "no evidence about larger models" in text
    assert "](results/cached/found.svg)\n\n*CIS of every battle.*\n" in text


def test_only_the_block_is_replaced() -> None:
    page = f"# Title\n\n{block()}\n\nThe end.\n"
    other = block().replace("118", "119")
    assert with_block(page, other) == page.replace("118", "119")
    assert read_marks(page) == ("fake", "0123456789abcdef")
    for damaged in ("# Title\n", page + page):
        with pytest.raises(StudyError, match=r"README\.md"):
            with_block(damaged, other)


def test_a_study_that_is_not_cached_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cached study alone"):
        inputs_hash("laptop", tmp_path)


def test_links_between_pages_lead_somewhere(root: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=root, capture_output=True, text=True, check=True)
    pages = [root / name for name in listed.stdout.split()]
    assert len(pages) > 5
    for page in pages:
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            if "://" in link:
                continue
            name, _, anchor = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            assert target.exists(), f"{page}: {link}"
            if anchor:
                heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}, link
