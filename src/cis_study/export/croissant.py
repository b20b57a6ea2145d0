"""Croissant 1.1 metadata of the exported tables, so that loaders know files, columns, types and keys.

That a row of `scores` belongs to one of `battles` is not said: `references` names one column, and readers take it for a
join, while three columns name a battle.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cis_study.export.citation import Citation
from cis_study.export.columns import Kind, Layout, layouts
from cis_study.export.files import Listed

_TERMS = """
    annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field fileProperty fileObject
    fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path readLines recordSet references regex
    repeated replace samplingRate sdVersion separator source subField transform unArchive value
"""
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}
"""That of the specification, in which other readers look for more than is used here."""

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
        "recordSet": [_records(name, layouts()[name]) for name in layouts() if name in named],
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


def _records(name: str, layout: Layout) -> dict[str, Any]:
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
            for column, (kind, meaning) in layout.columns.items()
        ],
    }
