"""Figures and tables as `snakemake --report` shows them: with a caption, in a category."""

CAPTIONS = "../src/cis_study/report/captions"


report: f"{CAPTIONS}/study.rst"


def shown_figure(name, caption=None):
    return report(
        f"{RESULTS}/figures/{name}.svg",
        caption=f"{CAPTIONS}/{caption or f'figures/{name}'}.rst",
        category="Figures",
        labels={"figure": name},
    )


def shown_table(name, caption=None):
    return report(
        f"{RESULTS}/tables/{name}.csv",
        caption=f"{CAPTIONS}/{caption or f'tables/{name}'}.rst",
        category="Tables",
        labels={"table": name},
    )
