"""Every file and command that a page names is there: what was renamed is renamed on the pages."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from markdown_blocks import files

from cis_study.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
_LISTED = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
PAGES = [ROOT / name for name in _LISTED.stdout.split()]
_BLOCK = re.compile(r"^(`{3,})(?:sh)?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w./-]*(?:\w/|\w\.(?:py|md|ya?ml|csv|jsonl?|parquet|html|pdf|typ|txt|smk|cff|svg))")
_OPTIONS_WITH_VALUE = {"--cores", "--configfile", "--resources", "--profile", "--report", "--edit-notebook"}
MADE = {
    "paper/paper.pdf",
    "paper/numbers.json",
    "config/models/lock.yaml",
    "config/models/candidates/my-model.yaml",
    "results/comparisons/cpu-to-laptop.csv",
}
"""By the workflow beside sources or under the names of studies, or by the reader without a block to copy."""
SOURCES = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"results"}


@cache
def code() -> str:
    folders = [*ROOT.glob("rules/*.smk"), *ROOT.glob("scripts/*.py"), *(ROOT / "src").rglob("*.py"), ROOT / "Snakefile"]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folders))


def phrases(page: Path) -> Iterator[str]:
    """What stands in backticks, and the lines of blocks without a language, comments left out."""
    text = page.read_text(encoding="utf-8")
    yield from _INLINE.findall(_FENCED.sub("", text))
    for _, block in _BLOCK.findall(text):
        yield from (line.partition(" #")[0].strip() for line in block.splitlines())


def commands(page: Path) -> Iterator[list[str]]:
    for phrase in phrases(page):
        for command in re.split(r"&&|;", phrase):
            if re.match(r"\s*(make|snakemake|cis-study) ", command):
                yield shlex.split(command)


def fault(command: list[str], written: set[str]) -> str | None:
    """What a command names that there is not; `written` are files that the page has its reader write."""
    program, *words = command
    if program == "make":
        heads = re.findall(r"^([\w./ -]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        targets = set(" ".join(heads).split())
        return next((word for word in words if "=" not in word and word not in targets), None)
    if program == "cis-study":
        return None if words[0] in COMMANDS else words[0]
    rules = set(re.findall(r"^(?:rule|checkpoint) (\w+):", code(), re.MULTILINE))
    previous = ""
    for word in words:
        if study := re.fullmatch(r"study=([\w-]+)", word):
            known = study[1] == "NAME" or (ROOT / f"config/{study[1]}.yaml").is_file()
            if not known and f"config/{study[1]}.yaml" not in written:
                return word
        elif previous in ("--configfile", "--profile"):
            if word not in written and not (ROOT / word).exists() and "NAME" not in word:
                return word
        elif re.fullmatch(r"\w+", word) and previous not in _OPTIONS_WITH_VALUE and word not in rules:
            return word
        previous = word
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_are_there(page: Path) -> None:
    written = set(files(page))
    assert [(command, lacks) for command in commands(page) if (lacks := fault(command, written))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_are_there(page: Path) -> None:
    """Those of the repository exist; of those that the workflow makes, the code knows the name."""
    written = set(files(page))
    assert [phrase for phrase in phrases(page) if _PATH.fullmatch(phrase) and lacking(phrase, page, written)] == []


def lacking(name: str, page: Path, written: set[str]) -> bool:
    path = Path(name)
    if name in MADE or name in written or (ROOT / path).exists() or (page.parent / path).exists():
        return False
    if len(path.parts) > 1 and path.parts[0] in SOURCES:
        return True
    somewhere = {file.name for file in (ROOT / "config").rglob("*")} | {Path(file).name for file in written}
    return path.name not in somewhere and not re.search(rf"\b{re.escape(path.name.partition('.')[0])}\b", code())


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("config/cpu.yaml", False),
        ("config/summary.yaml", True),
        ("src/cis_study/scoring/evidences.py", True),
        ("scoring.yaml", False),
        ("results/cpu/report.html", False),
        ("results/cpu/rapport.html", True),
        ("my_metric.py", False),
    ],
)
def test_a_file_that_is_not_there_is_found(name: str, lacks: bool) -> None:
    assert lacking(name, ROOT / "README.md", {"my_metric.py"}) is lacks


@pytest.mark.parametrize(
    ("command", "lacks"),
    [
        ("make laptop", None),
        ("make labtop", "labtop"),
        ("make envs .venvs/serve-gpu", None),
        ("snakemake freeze --cores 1 --resources gpu=1", None),
        ("snakemake freese --cores 1", "freese"),
        ("snakemake --cores 1 --config study=nowhere -- record", "study=nowhere"),
        ("snakemake --cores 2 --configfile config/none.yaml", "config/none.yaml"),
        ("snakemake --cores 2 --configfile config/written.yaml", None),
        ("cis-study scare FILE", "scare"),
    ],
)
def test_what_is_not_there_is_found(command: str, lacks: str | None) -> None:
    assert fault(command.split(), {"config/written.yaml"}) == lacks
