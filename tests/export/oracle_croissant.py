"""Load a data set through its Croissant metadata and print records and complaints as JSON. Runs in `.venvs/export`."""

import json
import logging
import sys

import mlcroissant
import pandas as pd


def plain(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else None if pd.isna(value) else value


class Kept(logging.Handler):
    lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


logging.getLogger().addHandler(Kept(logging.WARNING))
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
issues = dataset.metadata.ctx.issues
records = {
    name: [{key.split("/")[1]: plain(value) for key, value in record.items()} for record in dataset.records(name)]
    for name in (each.id for each in dataset.metadata.record_sets)
}
found = {"records": records, "errors": sorted(issues.errors), "warnings": sorted(issues.warnings) + Kept.lines}
print(json.dumps(found, default=str))
