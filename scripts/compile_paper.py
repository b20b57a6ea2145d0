"""Manuscript and generated numbers -> PDF. Runs in the paper environment, which holds the typesetter alone."""

import argparse
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parents[1]


def compile_paper(main: Path, numbers: Path, output: Path, venue: str, names: str) -> None:
    """Typeset with the fonts of the typesetter and a fixed clock, so that the bytes depend on the sources alone."""
    study = numbers.resolve().parents[1]
    pdf = typst.compile(
        str(main.resolve()),
        root=str(ROOT),
        sys_inputs={"study": "/" + study.relative_to(ROOT).as_posix(), "venue": venue, "names": names},
        ignore_system_fonts=True,
        format="pdf",
        timestamp=0,
    )
    partial = output.with_name(f".{output.name}.partial")
    partial.write_bytes(pdf)
    partial.replace(output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("main", type=Path, help="paper/main.typ")
    parser.add_argument("numbers", type=Path, help="results/STUDY/paper/numbers.json")
    parser.add_argument("output", type=Path, help="PDF to write")
    parser.add_argument("--venue", required=True, help="a file in paper/venues/, without .typ")
    parser.add_argument("--names", required=True, choices=["shown", "withheld"], help="of the authors")
    given = parser.parse_args()
    if not (given.main.parent / "venues" / f"{given.venue}.typ").is_file():
        known = ", ".join(sorted(path.stem for path in (given.main.parent / "venues").glob("*.typ")))
        parser.error(f"paper.venue: {given.venue}: paper/venues/ has no such file. Take one of {known}, or add it.")
    compile_paper(**vars(given))
