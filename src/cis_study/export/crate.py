"""RO-Crate metadata of an export: Workflow Run Crate 0.5 on RO-Crate 1.1.

Not a Process Run Crate, because the workflow itself is in the crate; not a Provenance Run Crate, because that must say
what ran in each step, and a step whose result was there already did not run. No times: the study keeps no clock, and
`endTime` and `agent` are recommended, not required.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from cis_study.export.citation import Citation
from cis_study.export.files import Listed

Entity = dict[str, Any]

WORKFLOW = "workflow/Snakefile"
_CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
_BASE = "https://w3id.org/ro/crate/1.1"
_WORKFLOW_CRATE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    _WORKFLOW_CRATE: "Workflow RO-Crate",
}
_LANGUAGE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
_RUN, _LIBRARY = "#run", "#cis-study"


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
) -> Entity:
    """The metadata file as JSON values.

    Args:
        rules: the workflow, `WORKFLOW` among them.
        inputs: configuration, tasks, manifests of weights.
        results: what the export holds besides.
        software: packages of the environment that scored and exported.
        engines: that served the contestants, as they named themselves.
        library_sha256: over the sources of this package, which its version alone does not tell apart.
    """
    files = [*rules, *inputs, *results]
    authors = [
        _entity(f"#author-{number}", author.kind, name=author.full_name)
        for number, author in enumerate(citation.authors, start=1)
    ]
    snakemake = next((each.version for each in software if each.name == "snakemake"), None)
    graph = [
        _entity("ro-crate-metadata.json", "CreativeWork", about=_to("./"), conformsTo=_all([_BASE, _WORKFLOW_CRATE])),
        _entity(
            "./",
            "Dataset",
            name=f"Study {study}",
            description=description,
            conformsTo=_all(_PROFILES),
            license=_to(citation.licence_url),
            datePublished=citation.date,
            author=_all(author["@id"] for author in authors),
            url=citation.address,
            hasPart=_all(file.path for file in files),
            mainEntity=_to(WORKFLOW),
            mentions=_to(_RUN),
        ),
        *[_entity(url, "CreativeWork", name=name, version=url.rsplit("/", 1)[1]) for url, name in _PROFILES.items()],
        _entity(citation.licence_url, "CreativeWork", name=citation.license, url=citation.licence_url),
        *authors,
        _run(study, inputs, results, engines),
        *[_file(file, study, citation) for file in files],
        _entity(
            _LANGUAGE,
            "ComputerLanguage",
            name="Snakemake",
            url="https://snakemake.github.io",
            identifier="https://snakemake.github.io",
            version=snakemake,
        ),
        _entity(
            _LIBRARY,
            "SoftwareApplication",
            name="cis-study",
            softwareVersion=citation.version,
            url=citation.address,
            sha256=library_sha256,
            softwareRequirements=_all(each.id for each in software),
        ),
        *[
            _entity(each.id, "SoftwareApplication", name=each.name, softwareVersion=each.version, url=each.url)
            for each in dict.fromkeys([*software, *engines])
        ],
    ]
    return {"@context": _CONTEXT, "@graph": graph}


def _run(study: str, inputs: Sequence[Listed], results: Sequence[Listed], engines: Sequence[Software]) -> Entity:
    return _entity(
        _RUN,
        "CreateAction",
        name=f"Run of the study {study}",
        description=f"snakemake --cores 1 export --config study={study}. Battles come from engines or, where they were"
        " fought before, from a cache; both give the same files.",
        instrument=_all([WORKFLOW, _LIBRARY, *dict.fromkeys(engine.id for engine in engines)]),
        object=_all(file.path for file in inputs),
        result=_all(file.path for file in results),
    )


def _file(file: Listed, study: str, citation: Citation) -> Entity:
    common = {"encodingFormat": file.media_type, "contentSize": str(file.bytes), "sha256": file.sha256}
    if file.path == WORKFLOW:
        return _entity(
            file.path,
            ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            **common,
            name=f"CIS study ({study})",
            programmingLanguage=_to(_LANGUAGE),
            version=citation.version,
            softwareRequirements=_to(_LIBRARY),
        )
    about = _to("./") if file.path == "README.md" else None
    return _entity(file.path, "File", **common, name=file.path, about=about)


def _entity(identifier: str, kind: str | list[str], /, **properties: Any) -> Entity:
    """Properties that are None are left out: the format has no null."""
    return {"@id": identifier, "@type": kind} | {name: value for name, value in properties.items() if value is not None}


def _to(identifier: str) -> Entity:
    return {"@id": identifier}


def _all(identifiers: Iterable[str]) -> list[Entity]:
    return [_to(each) for each in identifiers]
