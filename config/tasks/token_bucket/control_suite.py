import pytest

from solution import TokenBucket


def drained(capacity, tokens, period_ms, now_ms=0):
    limiter = TokenBucket(capacity, tokens, period_ms)
    assert limiter.allow("a", now_ms, capacity) is True
    return limiter


@pytest.mark.parametrize("now_ms", [0, 7, 10**15])
def test_a_bucket_is_full_at_the_first_call(now_ms):
    limiter = TokenBucket(3, 1, 1000)
    assert [limiter.allow("a", now_ms) for _ in range(4)] == [True, True, True, False]
    assert TokenBucket(3, 1, 1000).wait_ms("a", now_ms, 3) == 0


def test_clients_and_objects_are_independent():
    limiter = drained(1, 1, 1000)
    assert limiter.allow("b", 0) is True
    assert limiter.allow("a", 0) is False
    assert TokenBucket(1, 1, 1000).allow("a", 0) is True
    assert limiter.wait_ms("c", 5) == 0


def test_tokens_come_back_in_proportion_to_time():
    limiter = drained(10, 3, 1000)
    assert limiter.allow("a", 333) is False
    assert limiter.allow("a", 334) is True
    assert limiter.allow("a", 2000, 6) is False
    assert limiter.allow("a", 2000, 5) is True
    assert limiter.allow("a", 2000) is False
    assert drained(100, 3, 1).allow("a", 1, 3) is True


def test_what_exceeds_the_capacity_is_lost():
    limiter = drained(2, 1, 1000)
    assert limiter.allow("a", 10**9, 2) is True
    assert limiter.allow("a", 10**9) is False
    assert limiter.allow("a", 10**9 + 999) is False
    assert limiter.allow("a", 10**9 + 1000) is True


def test_a_full_bucket_saves_no_time():
    limiter = TokenBucket(1, 1, 1000)
    assert limiter.wait_ms("a", 0) == 0
    assert limiter.allow("a", 999) is True
    assert limiter.allow("a", 1998) is False
    assert limiter.allow("a", 1999) is True


@pytest.mark.parametrize(("tokens", "period_ms", "step_ms"), [(1, 10, 1), (3, 7, 1), (1, 1000, 100), (7, 3000, 13)])
def test_dividing_the_time_into_calls_makes_no_difference(tokens, period_ms, step_ms):
    polled, asked_once = drained(5, tokens, period_ms), drained(5, tokens, period_ms)
    due_ms = -(-period_ms // tokens)
    for now_ms in range(step_ms, due_ms, step_ms):
        assert polled.allow("a", now_ms) is False
    for limiter in (polled, asked_once):
        assert limiter.allow("a", due_ms) is True
        assert limiter.wait_ms("a", due_ms) == -(-2 * period_ms // tokens) - due_ms


def test_amounts_are_exact_at_any_magnitude():
    limiter = drained(1, 1, 10**12)
    assert limiter.allow("a", 10**12 - 1) is False
    assert limiter.wait_ms("a", 10**12 - 1) == 1
    assert limiter.allow("a", 10**12) is True
    limiter = drained(10**18, 1, 1)
    assert limiter.allow("a", 10**17 + 1, 10**17 + 1) is True
    assert limiter.allow("a", 10**17 + 1) is False
    limiter = drained(10**18, 1, 3)
    assert limiter.wait_ms("a", 0, 10**18) == 3 * 10**18


def test_the_cost_is_taken():
    limiter = TokenBucket(10, 1, 1000)
    assert limiter.allow("a", 0, 7) is True
    assert limiter.allow("a", 0, 4) is False
    assert limiter.allow("a", 0, 3) is True
    assert limiter.allow("a", 0) is False


def test_a_refusal_takes_nothing():
    limiter = TokenBucket(10, 1, 1000)
    assert [limiter.allow("a", 0, cost) for cost in (11, 5, 6, 6, 5)] == [False, True, False, False, True]
    assert limiter.allow("a", 10**6, 11) is False


def test_a_part_of_a_token_is_not_enough():
    limiter = drained(5, 1, 1000)
    assert limiter.allow("a", 1999, 2) is False
    assert limiter.allow("a", 2000, 2) is True


@pytest.mark.parametrize("cost", [1, 2, 3, 5])
@pytest.mark.parametrize(("tokens", "period_ms"), [(1, 1000), (3, 1000), (1, 7), (1000, 7)])
def test_the_wait_is_long_enough_and_no_longer(cost, tokens, period_ms):
    wait_ms = drained(5, tokens, period_ms).wait_ms("a", 0, cost)
    assert type(wait_ms) is int
    assert wait_ms > 0
    assert drained(5, tokens, period_ms).allow("a", wait_ms, cost) is True
    assert drained(5, tokens, period_ms).allow("a", wait_ms - 1, cost) is False


def test_the_wait_shrinks_with_time():
    limiter = drained(5, 3, 1000)
    assert [limiter.wait_ms("a", now_ms, 2) for now_ms in (0, 1, 400, 666, 667, 9000)] == [667, 666, 267, 1, 0, 0]


def test_no_wait_is_long_enough_for_more_than_the_capacity():
    limiter = TokenBucket(5, 1, 1000)
    assert limiter.wait_ms("a", 0, 6) is None
    assert limiter.wait_ms("a", 0, 5) == 0
    assert limiter.allow("a", 0, 5) is True
    assert limiter.wait_ms("a", 0, 6) is None
    assert limiter.wait_ms("a", 0, 5) == 5000


def test_asking_for_the_wait_takes_nothing():
    limiter = TokenBucket(2, 1, 1000)
    assert [limiter.wait_ms("a", 0, 2) for _ in range(3)] == [0, 0, 0]
    assert limiter.allow("a", 0, 2) is True
    assert [limiter.wait_ms("a", 500) for _ in range(3)] == [500, 500, 500]


def test_an_earlier_time_counts_as_the_latest():
    limiter = drained(3, 1, 1000, now_ms=5000)
    assert limiter.allow("a", 1000) is False
    assert limiter.wait_ms("a", 5500) == 500
    assert limiter.allow("a", 5000) is False
    assert limiter.allow("a", 5999) is False
    assert limiter.allow("a", 6000) is True
    assert limiter.allow("b", 0) is True


def test_an_earlier_call_takes_what_is_there():
    limiter = TokenBucket(3, 1, 1000)
    assert limiter.allow("a", 5000) is True
    assert limiter.allow("a", 2000, 2) is True
    assert limiter.allow("a", 5000) is False
    assert limiter.allow("a", 5999) is False


@pytest.mark.parametrize("value", [0, -1])
def test_numbers_below_one_are_refused(value):
    for arguments in ((value, 1, 1000), (5, value, 1000), (5, 1, value)):
        with pytest.raises(ValueError):
            TokenBucket(*arguments)
    limiter = TokenBucket(5, 1, 1000)
    for method in (limiter.allow, limiter.wait_ms):
        with pytest.raises(ValueError):
            method("a", 0, value)
    assert limiter.allow("a", 0, 5) is True


def test_a_smallest_limiter_can_be_made():
    assert TokenBucket(1, 1, 1).allow("a", 0) is True
