"""The selection report: everything it says, computed; then written as Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from cis_study.config import Study
from cis_study.models.candidate import Candidate
from cis_study.models.memory import UTILIZATION
from cis_study.models.registry import Model
from cis_study.selection.choice import Assessed, assess, choose, tier_finding
from cis_study.selection.claims import CheckedClaim, check_claim
from cis_study.selection.comparison import comparison_table, legend, rule_table
from cis_study.selection.deployment import UNKNOWN_REVISION, DeploymentNote, deployment_note
from cis_study.selection.finding import Context
from cis_study.selection.references import Reference, references
from cis_study.selection.settings import TIERS, Selection, Tier
from cis_study.selection.statements import agreement, misplaced, ties, widest_spread
from cis_study.selection.tiers import needed_by_request
from cis_study.selection.words import KINDS, quantity, value_text
from cis_study.tables.table import Table

_FOLDER = Path(__file__).parent
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


@dataclass(frozen=True)
class SelectionReport:
    """What the report says, before it is typeset."""

    context: Context
    assessed: Mapping[str, Assessed]
    chosen: Mapping[Tier, Sequence[Assessed]]
    statements: Sequence[str]
    """What the choice rests on and how it relates to the study."""
    misplaced: Sequence[str]
    spread: str | None
    needed_by_request: float | None
    claims: Sequence[CheckedClaim]
    comparison: Table
    rules: Table
    deployment: Sequence[DeploymentNote]
    references: Mapping[str, Reference]


def make_report(
    settings: Selection, candidates: Mapping[str, Candidate], study: Study, registry: Mapping[str, Model]
) -> SelectionReport:
    """Apply the rules of `settings` to the candidates at the study's context and concurrency.

    Args:
        registry: models that can be served; a chosen one that is absent gets no serve command.
    """
    context = Context(
        settings,
        candidates,
        tokens=study.engine.max_model_len_tokens,
        sequences=study.engine.concurrency,
        utilization=float(study.engine.flags.get("gpu-memory-utilization", UTILIZATION)),
    )
    assessed = {name: assess(candidate, context) for name, candidate in candidates.items()}
    chosen = choose(assessed, settings)
    claims = [check_claim(claim, context) for claim in settings.claims]
    names = [one.candidate.name for tier in TIERS for one in chosen[tier]]
    served = [*names, *(name for name in study.names if name in candidates and name not in names)]
    return SelectionReport(
        context=context,
        assessed=assessed,
        chosen=chosen,
        statements=[
            *agreement(chosen, study.names, assessed, settings),
            *ties(chosen, assessed, settings),
        ],
        misplaced=misplaced(chosen, assessed, settings),
        spread=widest_spread(assessed, settings),
        needed_by_request=needed_by_request(context),
        claims=claims,
        comparison=comparison_table(assessed.values(), context),
        rules=rule_table(list(assessed.values())),
        deployment=[deployment_note(candidates[n], registry.get(n), study.engine, context) for n in served],
        references=references(candidates.values(), claims),
    )


def as_markdown(report: SelectionReport) -> str:
    """The report as Markdown; the same report gives the same text."""
    environment = Environment(autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"md": _escaped, "value": value_text, "quantity": quantity}
    template = environment.from_string((_FOLDER / "report.md.jinja").read_text(encoding="utf-8"))
    return template.render(
        report=report, settings=report.context.settings, tiers=TIERS, kinds=KINDS, legend=legend(),
        tier_finding=tier_finding, unknown_revision=UNKNOWN_REVISION,
    )  # fmt: skip


def findings_json(report: SelectionReport) -> dict[str, object]:
    """Every finding with the figures it used, for machines."""
    return {
        name: {
            finding.rule: {
                "verdict": finding.verdict,
                "reason": finding.reason,
                "figures": [
                    {"candidate": used.candidate, "quantity": used.quantity, **used.figure.model_dump(mode="json")}
                    for used in finding.used
                ],
            }
            for finding in one.findings
        }
        for name, one in report.assessed.items()
    }


def _escaped(text: object) -> str:
    # A value must not become markup, and a cell must stay on its line.
    return _SPECIAL.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", str(text)).strip(" "))
