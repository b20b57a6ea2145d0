"""The pages on how to add something, followed: their files are written, read, checked and used as they stand.

That on instruments is followed in `tests/scoring/test_own_instruments.py`.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from markdown_blocks import commands, files, write_files

from cis_study.agents.outside import ask_agent
from cis_study.agents.plan import identify_episode, plan_episodes
from cis_study.battles.record import identify, is_episode, record_key
from cis_study.battles.tally import Tally
from cis_study.config import OutsideAgent, Study, load_contestants, load_judges, load_tasks, resolve_study
from cis_study.journal import Journal
from cis_study.plan import plan_block
from cis_study.scoring.bank_building import build_bank
from cis_study.scoring.repair_building import build_repairs
from cis_study.scoring.task_check import check_task
from cis_study.tasks.hidden import load_hidden_side
from cis_study.tasks.repairs import load_repairs

sys.path.insert(0, str(Path(__file__).parents[1] / "agents"))
from scripted_agents import served

PAGES = ("models", "tasks", "instruments", "judging", "agents")


@pytest.fixture
def home(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration in a folder of its own, which is also where Python looks first."""
    shutil.copytree(root / "config", tmp_path / "config", ignore=shutil.ignore_patterns("candidates"))
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def study_of(home: Path) -> Study:
    return resolve_study(yaml.safe_load((home / "config/mine.yaml").read_text()))


@pytest.mark.parametrize("name", PAGES)
def test_commands_name_files_of_the_page(root: Path, name: str) -> None:
    page = root / f"config/{name}/README.md"
    run = commands(page)
    assert any(line.startswith("snakemake") for line in run)
    for line in run:
        words = shlex.split(line)
        if "--configfile" in words:
            assert words[words.index("--configfile") + 1] in files(page)


def test_a_model_is_added(root: Path, home: Path) -> None:
    write_files(root / "config/models/README.md", home)
    study = study_of(home)
    (model,) = load_contestants(study, home / "config").values()
    assert model.name == "my-model"
    assert set(load_tasks(study, home / "config")) == set(study.tasks)


def test_a_task_is_added(root: Path, home: Path) -> None:
    write_files(root / "config/tasks/README.md", home)
    folder = home / "config/tasks/roman_numerals"
    assert build_bank(folder, 2) is not None
    assert build_repairs(folder, 2) is not None
    checked = check_task(folder, 2)
    assert checked.faults == ()
    assert checked.cases is not None
    assert checked.cases >= 30


def test_a_judge_is_added(root: Path, home: Path) -> None:
    write_files(root / "config/judging/README.md", home)
    study = study_of(home)
    assert list(load_judges(study, home / "config")) == ["qwen2.5-coder-0.5b", "smollm2-135m"]


def test_an_agent_is_added(root: Path, home: Path, reply_format: str, caplog: pytest.LogCaptureFixture) -> None:
    write_files(root / "config/agents/README.md", home)
    study = study_of(home)
    tasks = load_tasks(study, home / "config")
    folder = home / "config/tasks/fibonacci"
    sides, repairs = {"fibonacci": load_hidden_side(folder)}, {"fibonacci": load_repairs(folder)}
    (agent,) = study.contestants
    assert isinstance(agent, OutsideAgent)
    battles = plan_block(study, tasks, reply_format, "1-2")
    episodes = plan_episodes(study, sides, repairs, "1-2", agent)
    records = [identify(battle, "mine", "a2a", "claimed") for battle in battles]
    records += [identify_episode(episode, "mine", "a2a", "claimed") for episode in episodes]
    with served(import_module("my_agent").MyAgent()) as running, Journal(home / "journal") as journal:
        ask_agent(agent.model_copy(update={"a2a": running.a2a}), records, 4, journal, Tally())
        fought = [journal.entries[record_key(record)] for record in records]
    del sys.modules["my_agent"]
    assert {record["status"] for record in fought} == {"answered", "finished"}
    assert all("def fibonacci" in record["reply"]["content"] for record in fought if not is_episode(record))
    assert all("def fibonacci" in record["files"]["solution.py"] for record in fought if is_episode(record))
    assert "Traceback" not in caplog.text
