"""The tables of the judges: the part furthest from passing, and who is left out."""

from __future__ import annotations

from fake_judges import fake_judge_analysis, fake_judged_design

from cis_study.tables.judges import agreement, calibration


def test_a_gate_shows_the_part_that_is_furthest_from_passing() -> None:
    design = fake_judged_design()
    table = calibration(fake_judge_analysis(design).judge_calibration, design, 0.05)
    assert table.header == ("Gate", "Bound", "SmolLM2 135M", "Qwen2.5-Coder 0.5B")
    rows = {row[0]: row[1:] for row in table.rows}
    good, bad = "0.70 [0.40, 0.90] (Overall)", "0.40 [0.40, 0.90] (Overall), fails"
    assert rows["Order of planted faults"] == ("at least 0.300", good, bad)
    assert rows["False alarms"] == ("at most 0.340", "–", "–, fails")
    assert rows["Verdict"] == ("", "in the panel", "left out")


def test_single_raters_are_shown_overall_and_the_panel_in_every_aspect() -> None:
    design = fake_judged_design()
    table = agreement(fake_judge_analysis(design).judge_agreement, design, 0.05)
    shown = [row[:3] for row in table.rows]
    assert shown.count(("Panel", "CIS", "T")) == 1
    assert ("Qwen2.5-Coder 0.5B (left out)", "CIS", "overall") in shown
    assert ("rater-1", "CIS", "T") not in shown
    assert ("rater-1", "rater-2", "overall") in shown
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert (row["Pearson r"], row["by Fisher's z"], row["n to decide"]) == ("0.80 [0.70, 0.90]", "0.75 to 0.85", "75")
    assert row["r, missing at 0 / 1"] == "– / 0.80"
