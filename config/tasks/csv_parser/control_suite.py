import pytest

from solution import parse_csv


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a", [["a"]]),
        ("a,b,c", [["a", "b", "c"]]),
        (" a , b\n  ,c ", [[" a ", " b"], ["  ", "c "]]),
        ("1,2.5\n-3,", [["1", "2.5"], ["-3", ""]]),
        (",a,,b,", [["", "a", "", "b", ""]]),
        ("a;b\tc,'d,e'", [["a;b\tc", "'d", "e'"]]),
    ],
)
def test_plain_fields(text, rows):
    assert parse_csv(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("a\r\nb\nc", [["a"], ["b"], ["c"]]),
        ("a\rb,c\r", [["a\rb", "c\r"]]),
        ("a\r\r\nb", [["a\r"], ["b"]]),
        ("a\u2028b\x0cc\x0bd\x85e", [["a\u2028b\x0cc\x0bd\x85e"]]),
    ],
)
def test_line_ends(text, rows):
    assert parse_csv(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a\n", [["a"]]),
        ("\n", [[""]]),
        ("\r\n\r\n", [[""], [""]]),
        ("\na\n\n  \nb\n\n", [[""], ["a"], [""], ["  "], ["b"], [""]]),
        ("a,\n", [["a", ""]]),
    ],
)
def test_empty_lines_are_rows(text, rows):
    assert parse_csv(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('"a"," b "', [["a", " b "]]),
        ('x,"a,b",y', [["x", "a,b", "y"]]),
        ('"a\nb","c\r\nd"\ne,f', [["a\nb", "c\r\nd"], ["e", "f"]]),
        ('"say ""hi"" now",b', [['say "hi" now', "b"]]),
        ('"""a""",""""', [['"a"', '"']]),
        ('"a"",b",c', [['a",b', "c"]]),
        ('"",a,""', [["", "a", ""]]),
        ('"a",', [["a", ""]]),
        ('"a"\r\n"b"\n', [["a"], ["b"]]),
        ('"a\\",b', [["a\\", "b"]]),
    ],
)
def test_quoted_fields(text, rows):
    assert parse_csv(text) == rows


@pytest.mark.parametrize(
    "text",
    [
        '"', 'a,"b', '"a""', '"a\nb\n', '"a"b', '"a" ,b', '"a"\rb', '"a"\r', 'a"b', 'a""b', 'a,b"', 'a, "b"',
        '"a"b"c"', 'a\n"b',
    ],
)
def test_bad_quotes(text):
    with pytest.raises(ValueError):
        parse_csv(text)


@pytest.mark.parametrize("text", ["a,b\nc", "a\nb,c", "a,b\nc,d\ne,f,g", "a,b\nc,d\ne", "a,b\n\n", "\na,b", "a,b\n,,\n"])
def test_rows_of_another_width(text):
    with pytest.raises(ValueError):
        parse_csv(text)


def test_a_quoted_comma_adds_no_width():
    assert parse_csv('a,b\n"c,d",e\n') == [["a", "b"], ["c,d", "e"]]


def test_calls_are_independent():
    assert parse_csv("a,b") == parse_csv("a,b") == [["a", "b"]]
    assert parse_csv("c") == [["c"]]
