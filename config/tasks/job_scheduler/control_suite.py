import copy

import pytest

from solution import schedule


def job(name, duration, **more):
    return {"id": name, "duration": duration, **more}


def plan(workers, *jobs):
    """Id -> (worker, start)."""
    result = schedule(list(jobs), workers)
    assert all(set(entry) == {"worker", "start"} for entry in result.values())
    return {name: (entry["worker"], entry["start"]) for name, entry in result.items()}


def test_without_jobs_the_plan_is_empty():
    assert schedule([], 1) == {}
    assert schedule([], 3) == {}


def test_jobs_run_one_after_the_other_on_one_worker():
    assert plan(1, job("a", 2), job("b", 3), job("c", 1)) == {"a": (0, 0), "b": (0, 2), "c": (0, 5)}


def test_missing_keys_have_their_defaults():
    jobs = [job("low", 1, priority=-1), job("zero", 1, priority=0), job("plain", 1)]
    jobs.append(job("full", 1, priority=0, release=0, needs=[]))
    assert plan(1, *jobs) == {"zero": (0, 0), "plain": (0, 1), "full": (0, 2), "low": (0, 3)}


def test_the_arguments_are_left_unchanged():
    jobs = [job("b", 1, needs=["a"]), job("c", 3, priority=2), job("a", 2, priority=1)]
    given = copy.deepcopy(jobs)
    first = schedule(jobs, 1)
    assert jobs == given
    assert schedule(jobs, 1) == first == {
        "c": {"worker": 0, "start": 0}, "a": {"worker": 0, "start": 3}, "b": {"worker": 0, "start": 5},
    }  # fmt: skip


def test_a_job_waits_until_everything_it_needs_has_ended():
    assert plan(3, job("c", 1, needs=["a", "b"]), job("a", 1), job("b", 4)) == {"a": (0, 0), "b": (1, 0), "c": (0, 4)}
    assert plan(3, job("c", 1, needs=["b", "a"]), job("a", 1), job("b", 4)) == {"a": (0, 0), "b": (1, 0), "c": (0, 4)}


def test_a_chain_in_any_order_of_the_list():
    jobs = [job("c", 1, needs=["b"]), job("b", 2, needs=["a"]), job("a", 3)]
    assert plan(2, *jobs) == {"a": (0, 0), "b": (0, 3), "c": (0, 5)}


def test_a_need_named_twice_counts_once():
    assert plan(1, job("b", 1, needs=["a", "a"]), job("a", 2)) == {"a": (0, 0), "b": (0, 2)}


def test_a_job_waits_for_its_release():
    assert plan(1, job("a", 1, release=4)) == {"a": (0, 4)}
    assert plan(2, job("a", 10), job("b", 1, release=3)) == {"a": (0, 0), "b": (1, 3)}
    assert plan(1, job("a", 1, release=7), job("b", 1, release=2)) == {"b": (0, 2), "a": (0, 7)}


@pytest.mark.parametrize(("release", "start"), [(1, 2), (2, 2), (5, 5)])
def test_needs_and_release_must_both_be_met(release, start):
    assert plan(2, job("a", 2), job("b", 1, needs=["a"], release=release)) == {"a": (0, 0), "b": (0, start)}


def test_no_worker_is_kept_free_for_an_urgent_job():
    jobs = [job("urgent", 1, priority=9, release=1), job("long", 10)]
    assert plan(1, *jobs) == {"long": (0, 0), "urgent": (0, 10)}
    jobs = [job("urgent", 1, priority=9, needs=["a"]), job("b", 5), job("a", 3)]
    assert plan(2, *jobs) == {"a": (0, 0), "b": (1, 0), "urgent": (0, 3)}


def test_what_ends_or_is_released_at_a_time_counts_before_jobs_start():
    jobs = [job("a", 3, priority=6), job("b", 3, priority=1), job("c", 2), job("urgent", 1, priority=5, needs=["b"])]
    assert plan(2, *jobs) == {"a": (0, 0), "b": (1, 0), "urgent": (0, 3), "c": (1, 3)}
    jobs = [job("a", 4), job("c", 1), job("urgent", 1, priority=3, release=4)]
    assert plan(1, *jobs) == {"a": (0, 0), "urgent": (0, 4), "c": (0, 5)}


def test_the_highest_priority_starts_first():
    jobs = [job("a", 1, priority=1), job("b", 1, priority=5), job("c", 1, priority=3), job("d", 1, priority=-2)]
    assert plan(1, *jobs) == {"b": (0, 0), "c": (0, 1), "a": (0, 2), "d": (0, 3)}


def test_on_a_tie_the_first_of_the_list_starts():
    assert plan(1, job("z", 1), job("a", 1), job("m", 1)) == {"z": (0, 0), "a": (0, 1), "m": (0, 2)}
    jobs = [job("a", 1), job("b", 1, priority=5), job("h", 1, priority=5, needs=["a"])]
    assert plan(1, *jobs) == {"a": (0, 0), "b": (0, 1), "h": (0, 2)}


def test_priority_is_inherited_through_other_jobs():
    jobs = [job("rival", 1, priority=5), job("a", 1), job("m", 1, needs=["a"]), job("top", 1, priority=9, needs=["m"])]
    expected = {"a": (0, 0), "m": (0, 1), "top": (0, 2), "rival": (0, 3)}
    assert plan(1, *jobs) == expected
    assert plan(1, *reversed(jobs)) == expected


@pytest.mark.parametrize("priorities", [(8, 2), (2, 8)])
def test_the_most_urgent_dependent_decides(priorities):
    x, y = priorities
    jobs = [job("rival", 1, priority=5), job("a", 1), job("x", 1, priority=x, needs=["a"])]
    result = plan(1, *jobs, job("y", 1, priority=y, needs=["a"]))
    assert result["a"] == (0, 0)
    assert result["rival"] == (0, 2)


def test_a_dependent_never_lowers_nor_inherits_downwards():
    jobs = [job("rival", 1, priority=5), job("a", 1, priority=7), job("d", 1, priority=1, needs=["a"])]
    assert plan(1, *jobs) == {"a": (0, 0), "rival": (0, 1), "d": (0, 2)}


def test_the_free_worker_with_the_lowest_number_is_taken():
    jobs = [job("a", 5), job("b", 2), job("c", 1), job("d", 1, release=3)]
    assert plan(3, *jobs) == {"a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (1, 3)}
    assert plan(5, job("a", 1), job("b", 1)) == {"a": (0, 0), "b": (1, 0)}


def test_a_worker_is_free_when_its_job_ends():
    jobs = [job("a", 2), job("b", 3), job("c", 4), job("d", 1)]
    assert plan(2, *jobs) == {"a": (0, 0), "b": (1, 0), "c": (0, 2), "d": (1, 3)}


def test_an_unknown_need_raises():
    with pytest.raises(KeyError):
        schedule([job("a", 1), job("b", 1, needs=["a", "x"])], 1)


@pytest.mark.parametrize(
    "jobs",
    [
        [job("a", 1, needs=["a"])],
        [job("a", 1, needs=["b"]), job("b", 1, needs=["a"])],
        [job("a", 1), job("b", 1, needs=["a", "d"]), job("c", 1, needs=["b"]), job("d", 1, needs=["c"])],
    ],
)
def test_a_cycle_raises(jobs):
    with pytest.raises(ValueError) as caught:
        schedule(jobs, 2)
    assert type(caught.value) is ValueError


@pytest.mark.parametrize(
    ("jobs", "workers"),
    [
        ([job("a", 1)], 0),
        ([job("a", 1)], -1),
        ([], 0),
        ([job("a", 0), job("b", 3)], 2),
        ([job("a", 3), job("b", -2)], 2),
        ([job("a", 1), job("b", 1), job("a", 2)], 1),
    ],
)
def test_bad_arguments_raise(jobs, workers):
    with pytest.raises(ValueError) as caught:
        schedule(jobs, workers)
    assert type(caught.value) is ValueError
