import pytest

from solution import justify


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a b", 10, ["a b"]),
        ("aaa bbb", 6, ["aaa", "bbb"]),
        ("ab cd", 5, ["ab cd"]),
        ("aa bb cc dd", 5, ["aa bb", "cc dd"]),
        ("a b cc ddddd", 6, ["a b cc", "ddddd"]),
        ("aa bb-cc dd", 6, ["aa", "bb-cc", "dd"]),
        ("  a\tb\nc \n  d", 9, ["a b c d"]),
        ("a b c", 1, ["a", "b", "c"]),
    ],
)
def test_filling(text, width, lines):
    assert justify(text, width) == lines


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a b ccccccc", 7, ["a     b", "ccccccc"]),
        ("a b c dd", 7, ["a  b  c", "dd"]),
        ("a b c d e f gggggg", 14, ["a  b  c  d e f", "gggggg"]),
        ("This is an example of text justification.", 16, ["This    is    an", "example of  text", "justification."]),
        ("aaaa bbbb c", 6, ["aaaa", "bbbb c"]),
        ("aa bb cc", 6, ["aa  bb", "cc"]),
        ("aaaa bb c d", 7, ["aaaa bb", "c d"]),
    ],
)
def test_spreading(text, width, lines):
    assert justify(text, width) == lines


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a b c d e f g h i j k l", 6, ["a  b c", "d e  f", "g  h i", "j k l"]),
        ("wwwwwwwww a b c d eeee", 9, ["wwwwwwwww", "a b  c  d", "eeee"]),
        ("aa bb c d e f", 6, ["aa  bb", "c d  e", "f"]),
        ("x\n\na b c d", 6, ["x", "", "a  b c", "d"]),
        ("a b c d\n\ne f g h", 6, ["a  b c", "d", "", "e  f g", "h"]),
    ],
)
def test_larger_gaps_change_sides(text, width, lines):
    assert justify(text, width) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        (" \n\t\n\n  ", []),
        ("a\n\n\n\nb", ["a", "", "b"]),
        ("a\n \t \nb", ["a", "", "b"]),
        ("\n \n\na b\n\n\n", ["a b"]),
        ("a b\n\nc d\n\ne f", ["a b", "", "c d", "", "e f"]),
    ],
)
def test_paragraphs(text, lines):
    assert justify(text, 6) == lines


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),
        ("abcdefghij k", 5, ["abcde", "fghij", "k"]),
        ("abcde f", 5, ["abcde", "f"]),
        ("a b cdefghij", 5, ["a   b", "cdefg", "hij"]),
        ("abcdef g hh", 4, ["abcd", "ef g", "hh"]),
        ("abcdef g hh", 5, ["abcde", "f   g", "hh"]),
        ("abcdefg hijklmn", 3, ["abc", "def", "g", "hij", "klm", "n"]),
        ("abcdefg h i j k", 6, ["abcdef", "g h  i", "j k"]),
        ("ab c\n\nde", 1, ["a", "b", "c", "", "d", "e"]),
    ],
)
def test_long_words_are_cut(text, width, lines):
    assert justify(text, width) == lines


@pytest.mark.parametrize(("text", "width"), [("a b", 0), ("", 0), ("", -1), ("", -5)])
def test_bad_widths(text, width):
    with pytest.raises(ValueError):
        justify(text, width)
