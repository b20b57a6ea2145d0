import pytest

from solution import add_business_days, business_days_between


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2024-03-05", 1, "2024-03-06"),
        ("2024-03-04", 4, "2024-03-08"),
        ("2024-03-08", 1, "2024-03-11"),
        ("2024-03-06", 10, "2024-03-20"),
        ("2024-03-09", 1, "2024-03-11"),
        ("2024-03-11", -1, "2024-03-08"),
        ("2024-03-06", -10, "2024-02-21"),
        ("2024-03-10", -2, "2024-03-07"),
        ("2024-02-28", 2, "2024-03-01"),
        ("2023-12-29", 1, "2024-01-01"),
    ],
)
def test_add(day, count, expected):
    assert add_business_days(day, count) == expected


def test_adding_skips_holidays():
    holidays = ["2024-05-10", "2024-05-09", "2024-05-10", "2024-05-11"]
    assert add_business_days("2024-05-08", 1, holidays) == "2024-05-13"
    assert add_business_days("2024-05-13", -1, holidays) == "2024-05-08"
    assert add_business_days("2024-05-09", 1, holidays) == "2024-05-13"
    assert add_business_days("2024-05-09", -1, holidays) == "2024-05-08"


def test_adding_nothing_moves_to_the_next_business_day():
    assert add_business_days("2024-03-08", 0) == "2024-03-08"
    assert add_business_days("2024-03-09", 0) == "2024-03-11"
    assert add_business_days("2024-03-29", 0, ["2024-03-29", "2024-04-01"]) == "2024-04-02"


def test_a_holiday_counts_in_its_own_year_only():
    assert add_business_days("2024-05-08", 1, ["2023-05-09"]) == "2024-05-09"


def test_yearly_holidays():
    assert add_business_days("2024-12-24", 1, ["--12-25"]) == "2024-12-26"
    assert add_business_days("2025-12-24", 1, ["--12-25"]) == "2025-12-26"
    assert add_business_days("2024-12-31", 1, ["--01-01"]) == "2025-01-02"
    assert business_days_between("2023-12-20", "2025-01-05", ["--12-25", "--01-01"]) == 269


def test_a_yearly_leap_day():
    assert add_business_days("2024-02-28", 1, ["--02-29"]) == "2024-03-01"
    assert add_business_days("2023-02-27", 2, ["--02-29"]) == "2023-03-01"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-03-05", "2024-03-05", 0),
        ("2024-03-05", "2024-03-06", 1),
        ("2024-03-04", "2024-03-11", 5),
        ("2024-03-09", "2024-03-11", 0),
        ("2024-03-09", "2024-03-13", 2),
        ("2024-03-08", "2024-03-09", 1),
        ("2024-01-01", "2025-01-01", 262),
        ("2024-03-11", "2024-03-04", -5),
        ("2024-03-10", "2024-03-08", -1),
        ("2024-03-11", "2024-03-09", 0),
    ],
)
def test_between(start, end, expected):
    assert business_days_between(start, end) == expected


def test_holidays_at_the_ends_of_a_period():
    assert business_days_between("2024-03-05", "2024-03-07", ["2024-03-05"]) == 1
    assert business_days_between("2024-03-05", "2024-03-07", ["2024-03-07"]) == 2
    assert business_days_between("2024-03-07", "2024-03-05", ["2024-03-07"]) == -2
    assert business_days_between("2024-03-04", "2024-03-11", ["2024-03-09"]) == 5


@pytest.mark.parametrize(
    "day",
    ["2024-1-5", "20240105", "2024-W01-1", "2024-03-05\n", " 2024-03-05", "2023-02-29", "2024-13-01", "--12-25", ""],
)
def test_bad_days(day):
    for wrong in (
        lambda: add_business_days(day, 1),
        lambda: business_days_between(day, "2024-03-08"),
        lambda: business_days_between("2024-03-08", day),
    ):
        with pytest.raises(ValueError):
            wrong()


@pytest.mark.parametrize("holiday", ["2024-6-3", "2023-02-29", "--02-30", "--3-06", "12-25", "holiday"])
def test_bad_holidays_even_where_none_is_needed(holiday):
    with pytest.raises(ValueError):
        add_business_days("2024-03-05", 0, ["2024-03-06", holiday])
    with pytest.raises(ValueError):
        business_days_between("2024-03-05", "2024-03-05", [holiday])
