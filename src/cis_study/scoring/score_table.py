"""The score table: one row per battle and instrument, missing scores null."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cis_study.config import OwnInstrument, Weights
from cis_study.provenance import canonical_json
from cis_study.scoring.comparison import CaseOutcome
from cis_study.scoring.evidence import Coverage, Evidence
from cis_study.scoring.instrument import Instrument, structure_share
from cis_study.scoring.own import named_instrument

_STRINGS = ("study", "model", "task", "instrument", "status", "reasons", "finish_reason", "resources")
_INTEGERS = (
    "replicate", "variant", "seed", "hidden_passed", "hidden_total", "mutants_total", "constraints_kept",
    "constraints_total", "requirements_covered", "requirements_total", "claims_contradicted", "requirements_tested",
    "requirements_testable",
)  # fmt: skip
_COVERAGE = tuple(Coverage.model_fields)
_COLUMNS = (
    "study", "model", "task", "replicate", "variant", "seed", "instrument", "status", "R", "A", "T", "L", "CIS",
    "reasons", "has_solution", "has_tests", "has_rationale", "solution_parses", "hidden_passed", "hidden_total",
    "tests_run", "tests_sound", "mutants_killed", "mutants_total", *_COVERAGE, "constraints_kept", "constraints_total",
    "structure", "requirements_covered", "requirements_total", "claims_contradicted", "requirements_tested",
    "requirements_testable", "resources", "prompt_tokens", "completion_tokens", "finish_reason",
)  # fmt: skip
_NULLABLE_INTEGERS = ("tests_run", "mutants_killed", *_COVERAGE, "prompt_tokens", "completion_tokens")
_SCORES = ("R", "A", "T", "L", "CIS")


def score_table(
    study: str, evidence: Sequence[Evidence], weights: Weights, instruments: Sequence[str | OwnInstrument]
) -> pd.DataFrame:
    """Rows sorted by instrument (as listed), task and replicate.

    The columns and their types are the same for any input, also none.

    Raises:
        StudyError: there is no such instrument, or one of somebody else fails.
    """
    ordered = sorted(evidence, key=lambda item: (item.model, item.task, item.replicate))
    named = [named_instrument(entry) for entry in instruments]
    rows = [_row(study, item, weights, name, score) for name, score in named for item in ordered]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    types = {name: "float64" for name in (*_SCORES, "structure")}
    types |= {name: "Int64" for name in _NULLABLE_INTEGERS}
    types |= {name: "int64" for name in _INTEGERS}
    types |= {name: "bool" for name in ("has_solution", "has_tests", "has_rationale", "solution_parses")}
    return table.astype(types | {"tests_sound": "boolean"} | {name: "string" for name in _STRINGS})


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The table as parquet; the same table gives the same bytes."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression="zstd")
    return buffer.getvalue()


def _row(study: str, evidence: Evidence, weights: Weights, name: str, score: Instrument) -> dict[str, object]:
    result = score(evidence, weights)
    components = result.components
    suite = evidence.suite
    return {
        "study": study,
        "model": evidence.model,
        "task": evidence.task,
        "replicate": evidence.replicate,
        "variant": evidence.variant,
        "seed": evidence.seed,
        "instrument": name,
        "status": result.status,
        **{part: components[part].value if components else None for part in ("R", "A", "T", "L")},
        "CIS": result.cis,
        "reasons": canonical_json({key: part.reason for key, part in (components or {}).items()}),
        "has_solution": evidence.has_solution,
        "has_tests": evidence.has_tests,
        "has_rationale": evidence.has_rationale,
        "solution_parses": evidence.solution_parses,
        "hidden_passed": sum(case.outcome is CaseOutcome.PASSED for case in evidence.hidden),
        "hidden_total": evidence.hidden_total,
        "tests_run": None if suite is None or suite.passed is None else suite.passed + (suite.failed or 0),
        "tests_sound": None if suite is None else suite.sound,
        "mutants_killed": None if suite is None or not suite.sound else sum(run.killed for run in suite.mutants),
        "mutants_total": evidence.mutants_total,
        **{name: getattr(suite and suite.coverage, name, None) for name in _COVERAGE},
        "constraints_kept": sum(check.kept for check in evidence.constraints),
        "constraints_total": evidence.constraints_total,
        "structure": None if evidence.structure is None else structure_share(evidence.structure),
        "requirements_covered": sum(found.sentences is not None for found in evidence.rationale),
        "requirements_total": evidence.requirements_total,
        "claims_contradicted": len(evidence.contradicted),
        "requirements_tested": len(suite.tested if suite else ()),
        "requirements_testable": len(suite.testable if suite else ()),
        "resources": evidence.resources,
        "prompt_tokens": evidence.prompt_tokens,
        "completion_tokens": evidence.completion_tokens,
        "finish_reason": evidence.finish_reason,
    }
