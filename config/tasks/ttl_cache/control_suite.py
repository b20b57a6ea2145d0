import time

import pytest

from solution import TTLCache


def filled(capacity, ttl_s, *keys):
    cache = TTLCache(capacity, ttl_s)
    for key in keys:
        cache.put(key, f"value of {key}")
    return cache


def held(cache, keys):
    return "".join(key for key in keys if cache.get(key) is not None)


def test_stored_values_are_read_and_replaced():
    cache = TTLCache(2, 10)
    assert cache.get("a") is None
    cache.put("a", 1)
    assert cache.get("a") == 1
    cache.put("a", 2)
    assert cache.get("a") == 2
    assert cache.get("b") is None
    assert cache.size() == 1


@pytest.mark.parametrize("value", [0, "", False, []])
def test_falsy_values_are_values(value):
    cache = TTLCache(2, 10)
    cache.put("a", value)
    assert cache.get("a") == value
    assert cache.get("a") is not None
    assert cache.size() == 1
    assert cache.delete("a") is True


@pytest.mark.parametrize("ttl_s", [10, 2.5, 0.5])
def test_an_entry_expires_exactly_at_the_end_of_its_life(ttl_s):
    time.sleep(0.75)
    cache = filled(3, ttl_s, "a")
    time.sleep(ttl_s - 0.25)
    assert cache.get("a") == "value of a"
    time.sleep(0.25)
    assert cache.get("a") is None
    time.sleep(1000)
    assert cache.get("a") is None


def test_an_entry_may_have_a_life_of_its_own():
    cache = TTLCache(4, 10)
    cache.put("short", 1, 2)
    cache.put("long", 2, ttl_s=30)
    cache.put("default", 3, None)
    time.sleep(2)
    assert [cache.get(key) for key in ("short", "long", "default")] == [None, 2, 3]
    time.sleep(8)
    assert [cache.get(key) for key in ("short", "long", "default")] == [None, 2, None]
    time.sleep(20)
    assert cache.get("long") is None


def test_reading_never_prolongs_a_life():
    cache = filled(3, 10, "a")
    time.sleep(6)
    assert cache.get("a") == "value of a"
    time.sleep(4)
    assert cache.get("a") is None


def test_replacing_starts_a_new_life():
    cache = TTLCache(3, 10)
    cache.put("longer", 1, 2)
    cache.put("shorter", 1, 100)
    cache.put("same", 1)
    time.sleep(1)
    for key in ("longer", "shorter", "same"):
        cache.put(key, 2)
    time.sleep(9)
    assert [cache.get(key) for key in ("longer", "shorter", "same")] == [2, 2, 2]
    time.sleep(1)
    assert [cache.get(key) for key in ("longer", "shorter", "same")] == [None, None, None]


def test_a_key_that_expired_or_was_deleted_can_be_put_again():
    cache = TTLCache(1, 10)
    cache.put("a", 1, 2)
    time.sleep(3)
    cache.put("a", 2)
    time.sleep(9)
    assert cache.get("a") == 2
    assert cache.delete("a") is True
    cache.put("a", 3)
    time.sleep(9)
    assert cache.get("a") == 3


def test_nothing_is_evicted_before_the_cache_is_full():
    assert held(filled(3, 10, "a", "b", "c"), "abc") == "abc"


def test_the_entry_that_would_expire_first_is_evicted():
    cache = TTLCache(3, 10)
    cache.put("a", 1, 30)
    cache.put("b", 2, 5)
    cache.put("c", 3, 20)
    cache.put("d", 4)
    assert held(cache, "abcd") == "acd"
    cache.put("e", 5)
    assert held(cache, "abcde") == "ace"
    assert cache.size() == 3


def test_the_moment_of_expiry_decides_and_not_the_length_of_life():
    cache = TTLCache(2, 10)
    cache.put("a", 1)
    time.sleep(8)
    cache.put("b", 2, 5)
    cache.put("c", 3)
    assert held(cache, "abc") == "bc"


def test_a_tie_removes_the_entry_put_longest_ago():
    cache = TTLCache(2, 10)
    cache.put("b", 1)
    time.sleep(5)
    cache.put("a", 2, 5)
    cache.put("c", 3)
    assert held(cache, "abc") == "ac"
    cache = filled(2, 10, "a", "b", "a")
    cache.put("c", 3)
    assert held(cache, "abc") == "ac"
    assert held(filled(2, 10, "a", "b", "c", "d"), "abcd") == "cd"


def test_the_new_entry_does_not_take_part_in_the_choice():
    cache = filled(2, 10, "a", "b")
    cache.put("c", 3, 1)
    assert held(cache, "abc") == "bc"


def test_replacing_in_a_full_cache_evicts_nothing():
    cache = filled(2, 10, "a", "b")
    cache.put("b", 3)
    assert held(cache, "ab") == "ab"
    cache.put("a", 4)
    assert held(cache, "ab") == "ab"


def test_a_replaced_lifetime_decides_who_goes():
    cache = TTLCache(2, 10)
    cache.put("a", 1, 1)
    cache.put("b", 2)
    cache.put("a", 3, 20)
    cache.put("c", 4)
    assert held(cache, "abc") == "ac"


def test_reading_protects_nothing():
    cache = filled(2, 10, "a")
    time.sleep(1)
    cache.put("b", 2)
    assert cache.get("a") == "value of a"
    cache.put("c", 3)
    assert held(cache, "abc") == "bc"


def test_expired_entries_take_no_room():
    cache = TTLCache(2, 10)
    cache.put("a", 1, 20)
    cache.put("b", 2, 3)
    time.sleep(3)
    cache.put("c", 3)
    assert held(cache, "abc") == "ac"
    assert cache.size() == 2


def test_capacity_one():
    assert held(filled(1, 10, "a", "b"), "ab") == "b"


def test_delete():
    cache = filled(2, 10, "a", "b")
    assert cache.delete("x") is False
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    assert cache.get("a") is None
    cache.put("c", 3)
    assert held(cache, "bc") == "bc"
    time.sleep(10)
    assert cache.delete("b") is False


def test_size_counts_what_has_not_expired():
    cache = TTLCache(5, 10)
    assert cache.size() == 0
    cache.put("a", 1, 2)
    cache.put("b", 2, 4)
    cache.put("c", 3)
    sizes = [cache.size()]
    for _ in range(3):
        time.sleep(2)
        sizes.append(cache.size())
    assert sizes == [3, 2, 1, 1]
    time.sleep(4)
    assert cache.size() == 0


@pytest.mark.parametrize(("capacity", "ttl_s"), [(0, 10), (-1, 10), (2, 0), (2, -1), (2, -0.5)])
def test_the_constructor_refuses_bad_arguments(capacity, ttl_s):
    with pytest.raises(ValueError):
        TTLCache(capacity, ttl_s)


@pytest.mark.parametrize("ttl_s", [0, -1, -0.5])
def test_a_refused_put_changes_nothing(ttl_s):
    cache = filled(2, 10, "a", "b")
    time.sleep(5)
    for key in "ac":
        with pytest.raises(ValueError):
            cache.put(key, "new", ttl_s)
    assert cache.get("a") == "value of a"
    assert held(cache, "abc") == "ab"
    time.sleep(5)
    assert cache.size() == 0


def test_caches_share_nothing():
    first, second = filled(2, 10, "a"), TTLCache(2, 10)
    assert second.get("a") is None
    assert second.size() == 0
    assert first.size() == 1
