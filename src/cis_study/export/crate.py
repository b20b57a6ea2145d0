"""RO-Crate metadata of an export: Workflow Run Crate 0.5 on RO-Crate 1.1.

Not a Process Run Crate, because the workflow itself is in the crate; not a Provenance Run Crate, because that must say
what ran in each step, and a step whose result was there already did not run. No times: the study keeps no clock, and
`endTime` and `agent` are recommended, not required.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cis_study.export.citation import Citation
from cis_study.export.files import Listed

Entity = dict[str, Any]

CONTEXT = ("https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context")
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
WORKFLOW = "workflow/Snakefile"
LANGUAGE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
_RUN, _LIBRARY, _METADATA = "#run", "#cis-study", "ro-crate-metadata.json"


class Software(NamedTuple):
    """Something that ran."""

    name: str
    version: str | None
    """None: it did not say."""
    url: str | None = None

    @property
    def id(self) -> str:
        return f"#{self.name}-{self.version or 'unknown'}"


def crate(
    study: str,
    description: str,
    citation: Citation,
    *,
    rules: Sequence[Listed],
    inputs: Sequence[Listed],
    results: Sequence[Listed],
    software: Sequence[Software],
    engines: Sequence[Software],
    library_sha256: str,
) -> dict[str, Any]:
    """The metadata file as JSON values.

    Args:
        rules: the workflow, `WORKFLOW` among them.
        inputs: configuration, tasks, manifests of weights.
        results: what the export holds besides.
        software: packages of the environment that scored and exported.
        engines: that served the contestants, as they named themselves.
        library_sha256: over the sources of this package, which its version alone does not tell apart.
    """
    authors = [
        {"@id": f"#author-{number}", "@type": author.kind, "name": author.full_name}
        for number, author in enumerate(citation.authors, start=1)
    ]
    files = [*rules, *inputs, *results]
    return {
        "@context": list(CONTEXT),
        "@graph": [
            {
                "@id": _METADATA,
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": _refer(["https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"]),
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": f"Study {study}",
                "description": description,
                "conformsTo": _refer(PROFILES),
                "license": {"@id": citation.licence_url},
                "datePublished": citation.date,
                "author": _refer(author["@id"] for author in authors),
                "hasPart": _refer(file.path for file in files),
                "mainEntity": {"@id": WORKFLOW},
                "mentions": {"@id": _RUN},
                **({"url": citation.address} if citation.address else {}),
            },
            *[_profile(url, name) for url, name in PROFILES.items()],
            {"@id": citation.licence_url, "@type": "CreativeWork", "name": citation.license, "url": citation.licence_url},
            *authors,
            _run(study, inputs, results, engines),
            *[_file(file, study, citation) for file in files],
            {"@id": LANGUAGE, "@type": "ComputerLanguage", "name": "Snakemake", "url": "https://snakemake.github.io",
             "identifier": "https://snakemake.github.io", "version": _version(software, "snakemake")},  # fmt: skip
            {
                "@id": _LIBRARY,
                "@type": "SoftwareApplication",
                "name": "cis-study",
                "softwareVersion": citation.version,
                "sha256": library_sha256,
                "softwareRequirements": _refer(each.id for each in software),
                **({"url": citation.address} if citation.address else {}),
            },
            *[_software(each) for each in dict.fromkeys([*software, *engines])],
        ],
    }  # fmt: skip


def _refer(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"@id": each} for each in ids]


def _profile(url: str, name: str) -> Entity:
    return {"@id": url, "@type": "CreativeWork", "name": name, "version": url.rsplit("/", 1)[1]}


def _run(study: str, inputs: Sequence[Listed], results: Sequence[Listed], engines: Sequence[Software]) -> Entity:
    return {
        "@id": _RUN,
        "@type": "CreateAction",
        "name": f"Run of the study {study}",
        "description": f"snakemake --cores 1 export --config study={study}. Battles come from engines or, where they"
        " were fought before, from a cache; both give the same files.",
        "instrument": _refer([WORKFLOW, _LIBRARY, *dict.fromkeys(engine.id for engine in engines)]),
        "object": _refer(file.path for file in inputs),
        "result": _refer(file.path for file in results),
    }


def _file(file: Listed, study: str, citation: Citation) -> Entity:
    entity: Entity = {
        "@id": file.path,
        "@type": "File",
        "name": file.path,
        "encodingFormat": file.media_type,
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
    }
    if file.path == WORKFLOW:
        entity |= {
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": f"CIS study ({study})",
            "programmingLanguage": {"@id": LANGUAGE},
            "version": citation.version,
            "softwareRequirements": {"@id": _LIBRARY},
        }
    if file.path == "README.md":
        entity |= {"about": {"@id": "./"}}
    return entity


def _software(each: Software) -> Entity:
    version: Mapping[str, str] = {"softwareVersion": each.version} if each.version else {}
    url: Mapping[str, str] = {"url": each.url} if each.url else {}
    return {"@id": each.id, "@type": "SoftwareApplication", "name": each.name, **version, **url}


def _version(software: Sequence[Software], name: str) -> str | None:
    return next((each.version for each in software if each.name == name), None)
