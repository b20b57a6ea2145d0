import pytest

from solution import evaluate


def same(value, expected):
    return type(value) is type(expected) and value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", 42),
        ("007", 7),
        ("1.50", 1.5),
        ("3.0", 3.0),
        ("  ( 1+  2 ) *3 ", 9),
        ("7-2", 5),
        ("6*7", 42),
        ("4/2", 2.0),
        ("7/2", 3.5),
        ("7%4", 3),
        ("2^10", 1024),
        ("2^100", 2**100),
        ("2^0.5", 2**0.5),
        ("0.1+0.2", 0.1 + 0.2),
    ],
)
def test_numbers_and_operators(text, expected):
    assert same(evaluate(text, {}), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1+2*3", 7),
        ("1+7%4", 4),
        ("2*3^2", 18),
        ("10-4-3", 3),
        ("10-4+3", 9),
        ("100/10*2", 20.0),
        ("100/10/5", 2.0),
        ("17%7*2", 6),
        ("2*7%4", 2),
        ("2^3^2", 512),
        ("(1+2)*(7-3)", 12),
        ("1-(2-(3-4))", -2),
        ("1+2^2*3-8/4%3", 11.0),
    ],
)
def test_precedence_and_grouping(text, expected):
    assert same(evaluate(text, {}), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-3", -3),
        ("--2", 2),
        ("2 - - - 3", -1),
        ("-3-2", -5),
        ("-(2+3)*2", -10),
        ("2*-3+-4", -10),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2*-3^2", -18),
        ("-7%3", 2),
        ("7%-3", -2),
        ("2^-1", 0.5),
        ("-2^-2", -0.25),
        ("2^-3^2", 2**-9),
        ("2^-1*4", 2.0),
        ("2^--2", 4),
    ],
)
def test_unary_minus(text, expected):
    assert same(evaluate(text, {}), expected)


def test_names():
    assert evaluate("a*x^2 + b*x + c", {"a": 2, "b": -3, "c": 1, "x": 4}) == 21
    assert evaluate("_a1 + rate_2 - B", {"_a1": 10, "rate_2": 5, "B": 3}) == 12
    assert evaluate("x-X", {"x": 5, "X": 2}) == 3
    assert evaluate("-x^2 % 7", {"x": -3}) == 5
    assert same(evaluate("x+1", {"x": 0.5}), 1.5)


@pytest.mark.parametrize(
    "text",
    [".5", "5.", "1.2.3", "1 .5", "1e3", "1.5e3", "1_000", "1\t+2", "1+2\n", "1+\u0663", "\u00e9+1", "2**3", "$1", "1 ? 2"],
)
def test_bad_elements(text):
    with pytest.raises(ValueError):
        evaluate(text, {"e3": 2, "_000": 1, "\u00e9": 1})


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "()", "1+", "*2", "-", "3*(-)", "1 2", "2x", "x 2", "2(3)", "x(3)", "(1)(2)", "(1+2", "1+2)", "((1)",
        "+3", "2*+3", "-+3",
    ],
)
def test_not_a_whole_expression(text):
    with pytest.raises(ValueError) as caught:
        evaluate(text, {"x": 3})
    assert caught.type is ValueError


@pytest.mark.parametrize("text", ["y", "x+y", "0*y", "-y", "1/0+y", "y/0"])
def test_unknown_names(text):
    with pytest.raises(NameError):
        evaluate(text, {"x": 1})


@pytest.mark.parametrize("text", ["1/0", "1/(2-2)", "1/x", "5%0", "0^-1"])
def test_division_by_zero(text):
    with pytest.raises(ZeroDivisionError):
        evaluate(text, {"x": 0.0})


@pytest.mark.parametrize("text", ["1/0+", "(1/0", "5%0 ? 1", "y+)", "y 2", "1/0 y"])
def test_a_malformed_text_is_reported_first(text):
    with pytest.raises(ValueError):
        evaluate(text, {})
