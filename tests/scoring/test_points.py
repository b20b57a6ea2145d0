"""Points won and lost add up to the score, for real battles and for every way to lose a whole component."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.archive import unpack
from cis_study.config import Weights
from cis_study.scoring.collecting import content_hash, submission_of
from cis_study.scoring.constants import CLAIM_COST
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.evidence_cache import unpack_evidence
from cis_study.scoring.points import Account, account
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "results/cached/cpu"
MODEL = "qwen2.5-coder-1.5b"
UNEVEN = Weights(R=0.1, A=0.2, T=0.3, L=0.4)


@pytest.fixture(scope="module")
def sides() -> dict[str, HiddenSide]:
    return {path.parent.name: load_hidden_side(path.parent) for path in ROOT.glob("config/tasks/*/task.yaml")}


@pytest.fixture(scope="module")
def fought(sides: dict[str, HiddenSide]) -> list[tuple[Evidence, dict[str, Any]]]:
    """Real battles of one model with their evidence, from the committed cache."""
    known = unpack_evidence(CACHE / f"evidence/{MODEL}.jsonl.gz")
    battles = unpack(CACHE / f"battles/{MODEL}.jsonl.gz").values()
    hashes = [content_hash(submission_of(b, sides[b["task"]]), b, sides[b["task"]]) for b in battles]
    return [(known[found], battle) for found, battle in zip(hashes, battles, strict=True)]


def accounted(evidence: Evidence, battle: dict[str, Any], side: HiddenSide, weights: Weights = UNEVEN) -> Account:
    return account(evidence, submission_of(battle, side), side, weights)


def add_up(found: Account) -> None:
    assert found.score.cis is not None
    for part in found.parts:
        assert sum(piece.points for piece in part.pieces) == pytest.approx(part.value * part.share, abs=1e-12)
        assert sum(piece.worth for piece in part.pieces) == pytest.approx(part.share, abs=1e-12)
        assert all(piece.points <= piece.worth for piece in part.pieces)
    assert sum(p.points for part in found.parts for p in part.pieces) == pytest.approx(found.score.cis, abs=1e-12)


def test_points_of_real_battles_add_up(
    fought: list[tuple[Evidence, dict[str, Any]]], sides: dict[str, HiddenSide]
) -> None:
    accounts = [accounted(evidence, battle, sides[evidence.task]) for evidence, battle in fought]
    assert len(accounts) == 320
    for found in accounts:
        add_up(found)
    assert len({found.score.cis for found in accounts}) > 10


@pytest.mark.parametrize(
    "changes",
    [
        {"defines_exports": False},
        {"structure": None},
        {"suite": None},
        {"has_rationale": False, "rationale": []},
        {"contradicted": [{"claim": "c", "sentence": "s", "against": "a"}] * 3},
        {"solution_parses": False, "hidden": [], "constraints": [], "structure": None, "battle_status": "answered"},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_points_add_up_whatever_is_lost_as_a_whole(
    fought: list[tuple[Evidence, dict[str, Any]]], sides: dict[str, HiddenSide], changes: dict[str, Any]
) -> None:
    for evidence, battle in fought:
        changed = Evidence.model_validate(evidence.model_dump() | changes)
        add_up(accounted(changed, battle, sides[evidence.task]))


def test_claims_cost_what_was_won_and_no_more(
    fought: list[tuple[Evidence, dict[str, Any]]], sides: dict[str, HiddenSide]
) -> None:
    evidence, battle = max(fought, key=lambda pair: sum(r.sentences is not None for r in pair[0].rationale))
    addressed = sum(found.sentences is not None for found in evidence.rationale)
    claim = {"claim": "no loops", "sentence": "There are no loops.", "against": "line 3"}
    changed = Evidence.model_validate(evidence.model_dump() | {"contradicted": [claim] * (addressed + 2)})
    pieces = accounted(changed, battle, sides[evidence.task]).parts[3].pieces
    costs = [-piece.points for piece in pieces if piece.text.startswith("claims no loops")]
    assert costs == pytest.approx([CLAIM_COST * UNEVEN.R / evidence.requirements_total] * addressed + [0.0, 0.0])


def test_a_battle_without_a_score_has_no_points(
    fought: list[tuple[Evidence, dict[str, Any]]], sides: dict[str, HiddenSide]
) -> None:
    evidence, battle = fought[0]
    broken = evidence.model_copy(update={"sandbox_failure": "no namespaces"})
    assert accounted(broken, battle, sides[evidence.task]).parts == []
