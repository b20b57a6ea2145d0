"""Manuscript and generated numbers -> PDF. Runs in the paper environment, which holds the typesetter alone.

Usage: compile_paper.py MAIN.typ results/STUDY/paper/numbers.json OUTPUT.pdf (paths inside the project)
"""

import sys
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parents[1]


def compile_paper(main: Path, numbers: Path, output: Path) -> None:
    """Typeset with the fonts of the typesetter and a fixed clock, so that the bytes depend on the sources alone."""
    study = numbers.resolve().parents[1]
    pdf = typst.compile(
        str(main.resolve()),
        root=str(ROOT),
        sys_inputs={"study": "/" + study.relative_to(ROOT).as_posix()},
        ignore_system_fonts=True,
        format="pdf",
        timestamp=0,
    )
    partial = output.with_name(f".{output.name}.partial")
    partial.write_bytes(pdf)
    partial.replace(output)


if __name__ == "__main__":
    compile_paper(*map(Path, sys.argv[1:]))
