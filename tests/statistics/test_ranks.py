"""Ranks from counts are those that sorting every sample gives, to the last bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from cis_study.statistics.ranks import centred_ranks, drawn_counts
from cis_study.validity.material import resampled_rows
from cis_study.validity.ranks import rank_correlations


def test_counts_say_how_often_a_battle_was_drawn() -> None:
    drawn = np.array([[0, 0, 2], [1, 1, 1]])
    assert drawn_counts(drawn, 4).tolist() == [[2, 0, 1, 0], [0, 3, 0, 0]]


def test_ranks_are_those_of_the_sorted_sample() -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 4, size=(9, 3)).astype(float)
    drawn = rng.integers(0, 9, size=(40, 9))
    found = centred_ranks(values, drawn_counts(drawn, 9))
    for sample, picks in enumerate(drawn):
        ranks = rankdata(values[picks], axis=0)
        assert np.array_equal(found[:, sample, picks].T, 2 * (ranks - ranks.mean(axis=0)))


def test_a_battle_without_a_value_spoils_the_samples_that_hold_it_and_no_other() -> None:
    values = np.array([[1.0, 3.0], [2.0, np.nan], [3.0, 1.0]])
    whole, spoilt = centred_ranks(values, drawn_counts(np.array([[0, 0, 2], [0, 1, 2]]), 3)).transpose(1, 0, 2)
    assert np.isfinite(whole).all()
    assert np.isfinite(spoilt[0]).all()
    assert np.isnan(spoilt[1]).all()


def test_resampled_correlations_are_those_of_the_sorted_samples() -> None:
    rng = np.random.default_rng(7)
    battles = pd.DataFrame([(model, task) for task in "st" for model in "abb" for _ in range(5)])
    battles.columns = pd.Index(["model", "task"])
    columns = pd.DataFrame(rng.integers(0, 5, size=(len(battles), 3)).astype(float))
    products = np.zeros((20, 3, 3))
    for _, _, drawn in resampled_rows(battles, 20, 11, "correlations"):
        ranks = rankdata(columns.to_numpy()[drawn], axis=1) / drawn.shape[1]
        centred = ranks - ranks.mean(axis=1, keepdims=True)
        products += centred.transpose(0, 2, 1) @ centred
    scale = np.sqrt(np.einsum("sii->si", products))
    expected = products / scale[:, :, np.newaxis] / scale[:, np.newaxis]
    assert rank_correlations(battles, columns, 20, 11)[1] == pytest.approx(expected)
