import pytest

from solution import LFUCache


def filled(capacity, **uses):
    """A cache with these keys, put in this order and then read until each has as many uses."""
    cache = LFUCache(capacity)
    for key in uses:
        assert cache.put(key, f"value of {key}") is None
    for key, count in uses.items():
        for _ in range(count - 1):
            cache.get(key)
    return cache


def test_stored_values_are_read_and_replaced():
    cache = LFUCache(3)
    assert cache.put("a", 1) is None
    assert cache.put("b", [2]) is None
    assert cache.get("a") == 1
    assert cache.put("a", 3) is None
    assert cache.get("a") == 3
    assert cache.get("b") == [2]
    assert cache.get("c") is None


@pytest.mark.parametrize("value", [0, "", False, []])
def test_falsy_values_are_values(value):
    cache = LFUCache(2)
    cache.put("a", value)
    assert cache.get("a") == value
    assert cache.uses("a") == 2
    assert cache.remove("a") is True


def test_uses_counts_gets_and_puts_only():
    cache = LFUCache(2)
    assert cache.uses("a") == 0
    cache.put("a", 1)
    assert cache.uses("a") == 1
    cache.get("a")
    assert cache.uses("a") == 2
    cache.put("a", 2)
    assert cache.uses("a") == 3
    assert cache.get("b") is None
    assert cache.uses("b") == 0
    assert cache.uses("a") == 3


def test_a_key_that_left_starts_again():
    cache = filled(2, a=3, b=5)
    assert cache.put("c", 1) == "a"
    assert cache.uses("a") == 0
    assert cache.put("a", 1) == "c"
    assert cache.uses("a") == 1
    assert cache.remove("b") is True
    assert cache.uses("b") == 0
    cache.put("b", 1)
    assert cache.uses("b") == 1
    assert cache.resize(1) == ["a"]
    cache.resize(2)
    cache.put("a", 1)
    assert cache.uses("a") == 1


def test_the_least_used_entry_is_evicted():
    cache = filled(3, a=3, b=1, c=2)
    assert cache.put("d", 4) == "b"
    assert cache.get("b") is None
    assert cache.get("d") == 4
    assert cache.get("a") == "value of a"
    assert cache.get("c") == "value of c"


def test_count_beats_recency():
    cache = filled(2, a=3, b=2)
    assert cache.put("c", 1) == "b"


def test_the_new_entry_is_not_evicted_itself():
    cache = filled(2, a=5, b=4)
    assert cache.put("c", 1) == "b"
    assert cache.get("c") == 1
    assert cache.put("d", 1) == "c"
    assert cache.get("a") == "value of a"


def test_all_entries_have_climbed():
    cache = filled(3, a=4, b=3, c=5)
    assert cache.put("d", 1) == "b"
    for _ in range(5):
        cache.get("d")
    assert cache.put("e", 1) == "a"


def test_putting_counts_when_evicting():
    cache = filled(2, a=1, b=1)
    cache.put("a", 2)
    assert cache.put("c", 1) == "b"
    assert cache.get("a") == 2


def test_replacing_in_a_full_cache_evicts_nothing():
    cache = filled(2, a=1, b=1)
    assert cache.put("a", 2) is None
    assert cache.uses("b") == 1


def test_ties_go_to_the_entry_used_longest_ago():
    cache = filled(3, c=1, a=1, b=1)
    assert [cache.put(key, 0) for key in "def"] == ["c", "a", "b"]
    cache = filled(3, a=1, b=1, c=1)
    for key in "bca":
        cache.get(key)
    assert cache.put("d", 0) == "b"
    cache.get("d")
    assert cache.put("e", 0) == "c"


def test_asking_for_uses_or_missing_refreshes_nothing():
    cache = filled(2, a=1, b=1)
    for _ in range(3):
        assert cache.uses("a") == 1
    assert cache.get("x") is None
    assert cache.put("c", 0) == "a"


def test_capacity_one():
    cache = filled(1, a=4)
    assert cache.put("b", 2) == "a"
    assert cache.get("a") is None
    assert cache.get("b") == 2


def test_remove():
    cache = filled(3, a=1, b=3, c=4)
    assert cache.remove("x") is False
    assert cache.remove("a") is True
    assert cache.remove("a") is False
    assert cache.get("a") is None
    assert cache.put("d", 0) is None
    for _ in range(5):
        cache.get("d")
    assert cache.put("e", 0) == "b"


def test_a_cache_emptied_by_removing_works_on():
    cache = filled(2, a=4, b=2)
    assert cache.remove("a") is True
    assert cache.remove("b") is True
    assert [cache.put(key, 0) for key in "cde"] == [None, None, "c"]


def test_shrinking_removes_what_put_would():
    cache = filled(5, a=2, b=1, c=6, d=3, e=1)
    cache.get("a")
    assert cache.resize(2) == ["b", "e", "d"]
    assert cache.get("a") == "value of a"
    assert cache.uses("c") == 6
    assert [cache.get(key) for key in "bde"] == [None, None, None]
    assert cache.put("f", 0) == "a"


def test_shrinking_after_a_removal():
    cache = filled(4, a=1, b=2, c=3, d=4)
    cache.remove("a")
    assert cache.resize(3) == []
    assert cache.resize(1) == ["b", "c"]
    assert cache.put("e", 0) == "d"


def test_growing_keeps_everything():
    cache = filled(1, a=3)
    assert cache.resize(3) == []
    assert cache.uses("a") == 3
    assert [cache.put(key, 0) for key in "bcd"] == [None, None, "b"]
    assert LFUCache(2).resize(1) == []


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_capacity_below_one_is_refused(capacity):
    with pytest.raises(ValueError):
        LFUCache(capacity)
    cache = filled(2, a=2, b=1)
    with pytest.raises(ValueError):
        cache.resize(capacity)
    assert cache.get("a") == "value of a"
    cache.remove("b")
    assert cache.put("c", 0) is None
    assert cache.put("d", 0) == "c"


def test_caches_share_nothing():
    first, second = filled(1, a=1), LFUCache(1)
    assert second.get("a") is None
    assert second.uses("a") == 0
    assert second.put("b", 2) is None
    assert first.get("a") == "value of a"
