import pytest

from solution import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1w", 604800),
        ("1d", 86400),
        ("1h", 3600),
        ("1m", 60),
        ("45s", 45),
        ("1h30m", 5400),
        ("1w2d3h4m5s", 788645),
        ("1w30s", 604830),
        ("90m", 5400),
        ("36h90s", 129690),
    ],
)
def test_parts_are_added(text, seconds):
    assert parse_duration(text) == seconds


def test_numbers_of_any_size():
    assert parse_duration("0s") == 0
    assert parse_duration("0d0h05m") == 300
    assert parse_duration("12345678901234567890s") == 12345678901234567890


def test_the_result_is_an_int():
    assert type(parse_duration("2h")) is int


@pytest.mark.parametrize(("text", "seconds"), [("2d 4h", 187200), ("  1h   30m 5s ", 5405), ("3m   ", 180)])
def test_spaces(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(("text", "seconds"), [("1W2D3H4M5S", 788645), ("2D 4h", 187200)])
def test_case(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["1 h", "1h 30 m", "1 0m", "1h\t30m", "1h\n30m", "1h30m\n", "\t1h", "1h\u00a030m"])
def test_misplaced_whitespace(text):
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.mark.parametrize("text", ["-5s", "+5s", "1h-30m", "1.5h", "1,000s", "1_000s", "\u0663h"])
def test_only_digits_make_a_number(text):
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.mark.parametrize("text", ["30m1h", "1w 2h 1d", "1h 1h", "5m5M", "1d2h1d", "1h1h5m", "0s0s", "2s1w"])
def test_units_out_of_order_or_twice(text):
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "90", "1h30", "h", "1y", "1y 2h", "5ms", "1h ago", "in 1h", "1h, 30m", "hm", "1hm"],
)
def test_malformed(text):
    with pytest.raises(ValueError) as caught:
        parse_duration(text)
    assert caught.type is ValueError


@pytest.mark.parametrize("value", [None, 90, 1.5, [], ["1h"], b"1h"])
def test_not_a_text(value):
    with pytest.raises(TypeError):
        parse_duration(value)
