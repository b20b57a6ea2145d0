import pytest

from solution import fibonacci


def test_numbers_may_be_asked_for_in_any_order_and_again():
    assert [fibonacci(n) for n in (12, 11, 5, 3, 12, 1, 0, 3)] == [144, 89, 5, 2, 144, 1, 0, 2]


@pytest.mark.parametrize(("n", "expected"), enumerate([0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144]))
def test_first_numbers(n, expected):
    assert fibonacci(n) == expected


def test_every_number_is_the_sum_of_the_two_before():
    for n in range(2, 60):
        assert fibonacci(n) == fibonacci(n - 1) + fibonacci(n - 2)


@pytest.mark.parametrize("n", [-1, -2, -3, -7, -8, -100, -1_000_000])
def test_below_zero(n):
    assert fibonacci(n) == 0


def test_large_numbers_are_exact():
    assert fibonacci(71) == 308061521170129
    assert fibonacci(80) == 23416728348467685
    assert fibonacci(90) == 2880067194370816120
    assert fibonacci(100) == 354224848179261915075


def test_type():
    assert type(fibonacci(10)) is int
    assert type(fibonacci(0)) is int
    assert type(fibonacci(-4)) is int
