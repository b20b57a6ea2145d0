from solution import LRUCache


def filled(capacity, *keys):
    cache = LRUCache(capacity)
    for key in keys:
        cache.put(key, key * 10)
    return cache


def test_stored_values_are_read():
    cache = filled(3, 1, 2, 3)
    assert [cache.get(key) for key in (1, 2, 3)] == [10, 20, 30]


def test_absent_keys_give_none():
    assert LRUCache(1).get("a") is None
    assert filled(2, 1).get(2) is None


def test_a_new_key_evicts_the_least_recently_used():
    cache = filled(2, 1, 2, 3)
    assert cache.get(1) is None
    assert cache.get(2) == 20
    assert cache.get(3) == 30


def test_capacity_one():
    cache = filled(1, 1, 2)
    assert cache.get(1) is None
    assert cache.get(2) == 20


def test_reading_refreshes():
    cache = filled(2, 1, 2)
    assert cache.get(1) == 10
    cache.put(3, 30)
    assert cache.get(1) == 10
    assert cache.get(2) is None


def test_reading_refreshes_before_the_cache_is_full():
    cache = filled(3, 1, 2)
    assert cache.get(1) == 10
    cache.put(3, 30)
    cache.put(4, 40)
    assert cache.get(2) is None
    assert cache.get(1) == 10


def test_putting_the_same_value_refreshes():
    cache = filled(2, 1, 2, 1, 3)
    assert cache.get(2) is None
    assert cache.get(1) == 10


def test_replacing_refreshes_and_evicts_nothing():
    cache = filled(2, 1, 2)
    cache.put(1, 11)
    assert cache.get(2) == 20
    cache.put(1, 12)
    cache.put(3, 30)
    assert cache.get(1) == 12
    assert cache.get(2) is None
    assert cache.get(3) == 30


def test_a_miss_refreshes_nothing():
    cache = filled(2, 1, 2)
    assert cache.get(9) is None
    cache.put(3, 30)
    assert cache.get(1) is None
    assert cache.get(2) == 20


def test_a_miss_takes_no_room():
    cache = filled(2, 1)
    assert cache.get(9) is None
    cache.put(2, 20)
    assert cache.get(1) == 10
    assert cache.get(2) == 20


def test_a_number_and_its_text_are_two_keys():
    cache = filled(2, 1)
    assert cache.get("1") is None
    cache.put("1", "text")
    assert cache.get(1) == 10


def test_falsy_values_are_values():
    cache = LRUCache(2)
    cache.put("zero", 0)
    cache.put("empty", "")
    assert cache.get("zero") == 0
    cache.put("more", 1)
    assert cache.get("zero") == 0
    assert cache.get("empty") is None


def test_two_caches_are_independent():
    first, second = filled(2, 1), LRUCache(2)
    assert second.get(1) is None
    assert first.get(1) == 10
