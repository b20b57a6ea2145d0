"""The page leaves nothing to the files it shows: no script, no request, and the same bytes every time."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from fake_runs import fake_published, fake_row, fake_settings, fake_table, two_runs

from cis_study.figures.publishing import publish
from cis_study.reanalysis.analysis import csv_tables, reanalyse
from cis_study.reanalysis.curve import caption, draw
from cis_study.reanalysis.page import as_page
from cis_study.reanalysis.sentences import sentences
from cis_study.reanalysis.validity import shown_validity
from cis_study.scoring.logomesh.instruments import INSTRUMENTS
from cis_study.validity.battery import battery
from cis_study.validity.stored import OURS, stored_material

HOSTILE = 'tier3_$\\frac{</dd><script>alert(1)</script><img src="http://x/">'


def page_and_tables(folder: Path) -> tuple[str, dict[str, str], list[bytes]]:
    rows = [*two_runs(), *(fake_row(n, HOSTILE, "lru_cache", 0.8) for n in range(60, 64))]
    unreadable = pd.DataFrame([["<b>.db", "the row is damaged", 1]], columns=["file", "reason", "rows"])
    found = reanalyse(fake_table(rows), unreadable, fake_published(), fake_settings())
    told = sentences(found, 0.05)
    claims = pd.concat(
        battery(stored_material(found.battles, name), fake_settings()).claims for name in (OURS, *INSTRUMENTS)
    )
    validity = shown_validity(claims, found.battles, 0.05)
    files = []
    for number, table in enumerate(found.multiverses):
        made = [folder / f"figures/{number}.{form}" for form in ("svg", "pdf", "png")]
        publish(draw(table), caption(table), made)
        files += [path.read_bytes() for path in made]
    assert plt.get_fignums() == []
    page = as_page(found, told, [data.decode() for data in files[::3]], validity)
    return page, csv_tables(found, told), files


def test_names_from_files_stay_text_and_the_bytes_are_the_same(tmp_path: Path) -> None:
    page, tables, files = page_and_tables(tmp_path)
    assert "<script" not in page
    assert "<b>.db" not in page
    assert "&lt;script&gt;" in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "script-src" not in policy[1]
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert page.count("data:image/svg+xml;base64,") == 3
    assert all(page.count(f'<th scope="col">{name}</th>') == 1 for name in (OURS, *INSTRUMENTS))
    assert re.search(r'validity of logomesh-head <span class="outcome">not testable</span>', page)
    assert pd.read_csv(io.StringIO(tables["specifications"]))[["reference", "run"]].drop_duplicates().shape[0] == 3
    assert (page, tables, files) == page_and_tables(tmp_path)


def test_the_rule_names_what_the_analysis_makes(root: Path) -> None:
    literal = re.search(r"^REANALYSIS_TABLES = (\[.*?\])", (root / "rules/reanalysis.smk").read_text(), re.M | re.S)
    assert literal is not None
    found = reanalyse(fake_table(two_runs()[:9]), pd.DataFrame(columns=["file"]), fake_published(), fake_settings())
    assert sorted(ast.literal_eval(literal[1])) == sorted(csv_tables(found, []))
