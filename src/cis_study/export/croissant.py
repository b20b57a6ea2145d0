"""Croissant 1.1 metadata of the exported tables, so that loaders know files, columns, types and keys.

The context is that of the specification, as far as its terms are used here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cis_study.export.citation import Citation
from cis_study.export.columns import Kind, Layout, layouts
from cis_study.export.files import Listed

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "key": "cr:key",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "source": "cr:source",
}
_DATA_TYPES: dict[Kind, str] = {
    "text": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "truth": "sc:Boolean",
}
_PARQUET = "application/x-parquet"
"""The name that Croissant's reader knows; the registered one it refuses."""


def croissant(study: str, description: str, citation: Citation, tables: Sequence[Listed]) -> dict[str, Any]:
    """The metadata as JSON values.

    Args:
        tables: `data/{table}.parquet`, each named in `columns.yaml`.
    """
    named = {Path(table.path).stem: table for table in tables}
    authors = " and ".join(author.full_name for author in citation.authors)
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": f"cis-study-{study}",
        "description": description,
        "license": citation.licence_url,
        # The card lies beside this file wherever both are published.
        "url": citation.address or "README.md",
        "creator": [{"@type": f"sc:{author.kind}", "name": author.full_name} for author in citation.authors],
        "datePublished": citation.date,
        "version": citation.version,
        "citeAs": f"{authors}: {citation.title} Version {citation.version}.",
        "distribution": [_file(name, table) for name, table in named.items()],
        "recordSet": [_records(name, layouts()[name], named) for name in layouts() if name in named],
    }


def _file(name: str, table: Listed) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{name}-file",
        "name": Path(table.path).name,
        "description": layouts()[name].title,
        "contentUrl": table.path,
        "contentSize": f"{table.bytes} B",
        "encodingFormat": _PARQUET,
        "sha256": table.sha256,
    }


def _records(name: str, layout: Layout, named: Mapping[str, Listed]) -> dict[str, Any]:
    pointed = {
        column: f"{other}/{column}" for other, columns in layout.refers.items() if other in named for column in columns
    }
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": layout.title,
        "key": [{"@id": f"{name}/{column}"} for column in layout.key],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "description": meaning,
                "dataType": _DATA_TYPES[kind],
                "source": {"fileObject": {"@id": f"{name}-file"}, "extract": {"column": column}},
            }
            | ({"references": {"@id": pointed[column]}} if column in pointed else {})
            for column, (kind, meaning) in layout.columns.items()
        ],
    }
