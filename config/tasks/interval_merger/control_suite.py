import pytest

from solution import insert_interval, merge_intervals, remove_interval


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ([], []),
        ([[3, 7]], [[3, 7]]),
        ([[8, 9], [1, 2], [4, 6]], [[1, 2], [4, 6], [8, 9]]),
        ([[3, 6], [1, 4]], [[1, 6]]),
        ([[1, 10], [2, 3], [9, 12]], [[1, 12]]),
        ([[1, 10], [2, 3], [4, 5], [12, 13]], [[1, 10], [12, 13]]),
        ([[1, 5], [1, 3], [3, 5], [1, 5]], [[1, 5]]),
        ([[7, 9], [1, 3], [2, 5], [4, 8]], [[1, 9]]),
        ([[-1, 0], [-10, -5], [2, 3], [-7, -4]], [[-10, -4], [-1, 0], [2, 3]]),
    ],
)
def test_merge(given, merged):
    assert merge_intervals(given) == merged


def test_touching_intervals_join_and_others_do_not():
    assert merge_intervals([[3, 5], [1, 3]]) == [[1, 5]]
    assert merge_intervals([[1, 3], [4, 5]]) == [[1, 3], [4, 5]]
    assert merge_intervals([[-3, 0], [2, 3], [0, 2]]) == [[-3, 3]]


def test_empty_intervals_count_for_nothing():
    assert merge_intervals([[4, 4]]) == []
    assert merge_intervals([[1, 2], [3, 3], [5, 5], [5, 8]]) == [[1, 2], [5, 8]]
    assert insert_interval([[4, 6], [1, 2], [5, 8]], [3, 3]) == [[1, 2], [4, 8]]
    assert remove_interval([[7, 9], [2, 2], [1, 5]], [3, 3]) == [[1, 5], [7, 9]]
    assert remove_interval([[2, 2], [5, 8]], [6, 7]) == [[5, 6], [7, 8]]


@pytest.mark.parametrize(
    ("given", "new", "expected"),
    [
        ([], [1, 4], [[1, 4]]),
        ([[1, 2], [8, 9]], [4, 6], [[1, 2], [4, 6], [8, 9]]),
        ([[4, 6]], [1, 2], [[1, 2], [4, 6]]),
        ([[1, 3], [5, 7]], [3, 5], [[1, 7]]),
        ([[1, 2], [4, 6], [8, 9], [12, 15]], [5, 13], [[1, 2], [4, 15]]),
        ([[1, 9]], [3, 5], [[1, 9]]),
        ([[5, 9], [2, 4], [1, 3]], [20, 30], [[1, 4], [5, 9], [20, 30]]),
    ],
)
def test_insert(given, new, expected):
    assert insert_interval(given, new) == expected


@pytest.mark.parametrize(
    ("given", "gone", "expected"),
    [
        ([], [1, 4], []),
        ([[1, 9]], [3, 5], [[1, 3], [5, 9]]),
        ([[0, 3]], [1, 2], [[0, 1], [2, 3]]),
        ([[3, 7]], [1, 5], [[5, 7]]),
        ([[3, 7]], [5, 9], [[3, 5]]),
        ([[3, 7]], [3, 5], [[5, 7]]),
        ([[3, 7]], [5, 7], [[3, 5]]),
        ([[3, 7], [8, 9]], [1, 8], [[8, 9]]),
        ([[3, 6]], [1, 3], [[3, 6]]),
        ([[3, 6]], [6, 9], [[3, 6]]),
        ([[11, 14], [1, 4], [6, 9]], [3, 12], [[1, 3], [12, 14]]),
        ([[1, 6], [4, 9]], [5, 6], [[1, 5], [6, 9]]),
        ([[1, 3], [3, 6], [5, 7]], [8, 9], [[1, 7]]),
    ],
)
def test_remove(given, gone, expected):
    assert remove_interval(given, gone) == expected


@pytest.mark.parametrize("given", [[[5, 2]], [[1, 9], [4, 3], [2, 6]]])
def test_reversed_intervals_in_the_list(given):
    for wrong in (
        lambda: merge_intervals(given),
        lambda: insert_interval(given, [1, 2]),
        lambda: remove_interval(given, [1, 1]),
    ):
        with pytest.raises(ValueError):
            wrong()


def test_a_reversed_interval_beside_the_list():
    with pytest.raises(ValueError):
        insert_interval([[1, 9]], [6, 4])
    with pytest.raises(ValueError):
        remove_interval([[1, 9]], [6, 4])
    with pytest.raises(ValueError):
        remove_interval([], [4, 1])
