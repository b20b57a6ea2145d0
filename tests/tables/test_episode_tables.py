"""The tables of the episodes: intervals where there are some, dashes where there are none."""

from __future__ import annotations

from fake_episodes import fake_episode_table, fake_relation_table
from fake_scores import fake_design

from cis_study.tables.episodes import episodes, relation


def test_a_row_per_contestant_kind_and_protocol() -> None:
    design = fake_design()
    table = episodes(fake_episode_table(design, ("fenced", "native")), design, 0.05)
    assert len(table.rows) == 4 * len(design.models)
    row = dict(zip(table.header, table.rows[2], strict=True))
    assert (row["Kind"], row["n / planned"], row["Recovered"], row["Regressions"]) == ("repair", "39 / 40", "–", "1.5")
    assert table.rows[3][1] == "repair-native"
    assert row["Unseen cases passed"] == "0.150 [0.080, 0.220]"
    assert row["No call read"].replace("\u00a0", " ") == "25 %"


def test_between_models_there_is_no_interval() -> None:
    first, second, _ = relation(fake_relation_table(), 0.05).rows
    assert first == ("repair", "Between models", "3", "0.98", "–", "–")
    assert second[3] == "0.41 [−0.02, 0.73]"
    assert second[5] == "0.75"
