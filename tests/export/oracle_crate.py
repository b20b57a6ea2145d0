"""Read an RO-Crate with `rocrate`, validate it with `rocrate_validator`, print both as JSON. Runs in `.venvs/export`.

The contexts of RO-Crate 1.1 and of workflow runs are on the internet alone. The validator gets the terms that our
crates use from here; any other term is one that it does not know.
"""

import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from rocrate.rocrate import ROCrate
from rocrate_validator import services
from rocrate_validator.utils.http import HttpRequester

SCHEMA = """CreativeWork about Dataset name description license datePublished author hasPart mainEntity mentions url
    Organization Person CreateAction instrument object result encodingFormat contentSize SoftwareSourceCode version
    programmingLanguage softwareRequirements ComputerLanguage identifier SoftwareApplication softwareVersion"""
CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": {
        **{term: f"http://schema.org/{term}" for term in SCHEMA.split()},
        "File": "http://schema.org/MediaObject",
        "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
        "conformsTo": "http://purl.org/dc/terms/conformsTo",
    },
    "https://w3id.org/ro/terms/workflow-run/context": {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
}


def get(_requester: HttpRequester, url: str, **_settings: object) -> SimpleNamespace:
    context = {"@context": CONTEXTS[url]} if url in CONTEXTS else {}
    headers = {"Content-Type": "application/ld+json"}
    status = 200 if context else 404
    return SimpleNamespace(status_code=status, headers=headers, json=lambda: context, text=json.dumps(context))


HttpRequester.get = HttpRequester.head = get
folder, severity = Path(sys.argv[1]), sys.argv[2]
crate = ROCrate(folder)
with tempfile.TemporaryDirectory() as cache:
    result = services.validate(
        {
            "rocrate_uri": str(folder),
            "profile_identifier": "workflow-run-crate-0.5",
            "requirement_severity": severity,
            "cache_path": Path(cache) / "http",
        }
    )
print(
    json.dumps(
        {
            "main": crate.mainEntity.id,
            "files": sorted(entity.id for entity in crate.data_entities),
            "run": sorted(entity.id for entity in crate.dereference("#run")["result"]),
            "issues": sorted({issue.message for issue in result.get_issues()}),
        }
    )
)
