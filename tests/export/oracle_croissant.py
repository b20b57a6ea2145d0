"""Load a data set through its Croissant metadata and print records and complaints as JSON. Runs in `.venvs/export`."""

import json
import sys

import mlcroissant
import pandas as pd


def plain(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else None if pd.isna(value) else value


dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
issues = dataset.metadata.ctx.issues
records = {
    name: [{key.split("/")[1]: plain(value) for key, value in record.items()} for record in dataset.records(name)]
    for name in (each.id for each in dataset.metadata.record_sets)
}
found = {"records": records, "errors": sorted(issues.errors), "warnings": sorted(issues.warnings)}
print(json.dumps(found, default=str))
