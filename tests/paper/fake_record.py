"""FAKE record of a study: nothing of it was built or downloaded."""

from __future__ import annotations

from cis_study.paper.record import record_numbers
from cis_study.statistics.design import StudyDesign


def fake_record(design: StudyDesign) -> dict[str, object]:
    """Macros of a record without files, all weights from one invented repository."""
    source = {"kind": "hf", "repo": "nobody/nothing", "revision": "0" * 40}
    manifests = [{"name": name, "weights_sha256": "a" * 64, "source": source} for name in design.models]
    return record_numbers(design, {}, manifests, None, [])
