import time

from solution import RateLimiter


def used_up(limiter, client="a"):
    assert [limiter.is_allowed(client) for _ in range(10)] == [True] * 10
    return limiter


def test_ten_pass_and_the_eleventh_does_not():
    limiter = used_up(RateLimiter())
    assert limiter.is_allowed("a") is False
    assert limiter.is_allowed("a") is False


def test_the_limit_holds_within_the_window():
    limiter = used_up(RateLimiter())
    for pause in (1, 28, 10, 20):
        time.sleep(pause)
        assert limiter.is_allowed("a") is False


def test_a_request_sixty_seconds_old_no_longer_counts():
    limiter = used_up(RateLimiter())
    time.sleep(60)
    used_up(limiter)
    assert limiter.is_allowed("a") is False


def test_the_window_slides():
    limiter = RateLimiter()
    assert all(limiter.is_allowed("a") for _ in range(5))
    time.sleep(40)
    assert all(limiter.is_allowed("a") for _ in range(5))
    time.sleep(25)
    assert [limiter.is_allowed("a") for _ in range(6)] == [True] * 5 + [False]


def test_refused_requests_never_count():
    limiter = used_up(RateLimiter())
    time.sleep(30)
    assert not any(limiter.is_allowed("a") for _ in range(20))
    time.sleep(30)
    used_up(limiter)


def test_clients_are_independent():
    limiter = used_up(RateLimiter())
    used_up(limiter, "b")
    assert limiter.is_allowed("a") is False
    assert limiter.is_allowed("b") is False


def test_limiters_share_nothing():
    used_up(RateLimiter())
    used_up(RateLimiter())
