"""The scored battles of LogoMesh -> tables, specification curves and one self-contained page."""

import json
import logging
from pathlib import Path

import pandas as pd

from cis_study.figures.publishing import publish
from cis_study.figures.style import FORMATS
from cis_study.provenance import write_atomic
from cis_study.reanalysis.analysis import csv_tables, reanalyse
from cis_study.reanalysis.curve import caption, draw
from cis_study.reanalysis.display import shown_tables
from cis_study.reanalysis.page import as_page
from cis_study.reanalysis.published import load_published
from cis_study.reanalysis.sentences import sentences
from cis_study.reanalysis.validity import shown_validity
from cis_study.statistics.settings import load_settings
from cis_study.tables.publishing import publish_table
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
settings = load_settings(Path(snakemake.input.settings))
unreadable = pd.DataFrame(json.loads(Path(snakemake.input.unreadable).read_bytes()), columns=["file", "reason", "rows"])
published = load_published(Path(snakemake.input.published))
found = reanalyse(pd.read_parquet(snakemake.input.battles), unreadable, published, settings)
told = sentences(found, settings.alpha)
claims = read_table(Path(snakemake.input.validity).parent, CLAIMS)
validity = shown_validity(claims, found.battles, settings.alpha)
tables = csv_tables(found, [*told, *validity.sentences])
for path in map(Path, snakemake.output.tables):
    write_atomic(path, tables[path.stem])
folder = Path(snakemake.output.figures)
folder.mkdir(parents=True, exist_ok=True)
curves = []
for number, table in enumerate(found.multiverses, start=1):
    files = [folder / f"specification_curve_{number}.{form}" for form in (*FORMATS, "txt")]
    publish(draw(table), caption(table), files)
    curves.append((folder / f"specification_curve_{number}.svg").read_text(encoding="utf-8"))
for name, shown in (*shown_tables(found), ("validity", validity.table)):
    publish_table(shown, [Path(snakemake.output.latex) / f"{name}.{form}" for form in ("tex", "txt")])
write_atomic(Path(snakemake.output.report), as_page(found, told, curves, validity))
