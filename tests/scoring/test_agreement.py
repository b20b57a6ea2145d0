"""How far coverage agrees with a reader, on replies that its thresholds were not chosen on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from cis_study.scoring.rationale import cover
from cis_study.scoring.submission import parse_reply
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


class Agreement(NamedTuple):
    """Shares of the reader's yes and of their no that are met, and Cohen's kappa."""

    yes: float
    no: float
    kappa: float


def agreement(pairs: list[tuple[bool, bool]]) -> Agreement:
    """Of (reader, measure) pairs."""
    n = len(pairs)
    met = [sum(mine == theirs == answer for theirs, mine in pairs) for answer in (True, False)]
    theirs, mine = (sum(pair[side] for pair in pairs) for side in (0, 1))
    by_chance = (theirs * mine + (n - theirs) * (n - mine)) / n**2
    return Agreement(met[0] / theirs, met[1] / (n - theirs), (sum(met) / n - by_chance) / (1 - by_chance))


def pairs_of(rationale: str, prompt: str, hidden: HiddenSide, addressed: list[str]) -> list[tuple[bool, bool]]:
    assert set(addressed) <= {topic.requirement for topic in hidden.topics}
    found, _ = cover(rationale, prompt, hidden.topics)
    return [(item.requirement in addressed, item.sentences is not None) for item in found]


def test_replies_that_did_not_choose_the_thresholds(first_cpu_study: list[dict[str, Any]]) -> None:
    found = {(each["task"], f"{each['model']}/{each['replicate']}"): each for each in first_cpu_study}
    pairs = []
    for task, replies in yaml.safe_load((HERE / "rationale_labels.yaml").read_text()).items():
        hidden = load_hidden_side(ROOT / "config" / "tasks" / task, generated=False)
        for reply, addressed in replies.items():
            battle = found[task, reply]
            if battle["replicate"] % 2 == 0:
                rationale = parse_reply(battle["reply"]["content"], hidden.task.exports).rationale
                prompt = "\n".join(message["content"] for message in battle["request"]["messages"])
                pairs += pairs_of(rationale or "", prompt, hidden, addressed)
    assert agreement(pairs) == pytest.approx((0.82, 0.85, 0.66), abs=0.005)


def test_replies_to_tasks_that_no_number_was_fitted_to() -> None:
    pairs = []
    for entry in yaml.safe_load((HERE / "unseen_rationales.yaml").read_text()):
        hidden = load_hidden_side(ROOT / "config" / "tasks" / entry["task"], generated=False)
        prompt = "\n".join(requirement.text for requirement in hidden.task.requirements)
        pairs += pairs_of(entry["text"], prompt, hidden, entry["addressed"])
    assert agreement(pairs) == pytest.approx((0.90, 0.91, 0.81), abs=0.005)


def test_agreement_is_computed_as_defined() -> None:
    """Reader: 4 yes, 6 no. The measure meets 3 and 5; agreement by chance is (4 x 4 + 6 x 6) / 100."""
    pairs = [(True, True)] * 3 + [(True, False)] + [(False, False)] * 5 + [(False, True)]
    assert agreement(pairs) == pytest.approx((3 / 4, 5 / 6, (0.8 - 0.52) / 0.48))
