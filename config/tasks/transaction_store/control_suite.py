import pytest

from solution import TransactionStore


def holding(**values):
    store = TransactionStore()
    for key, value in values.items():
        store.set(key, value)
    return store


def failed(**values):
    """A store whose only transaction has failed."""
    store = holding(**values)
    store.begin()
    with pytest.raises(KeyError):
        store.delete("absent")
    return store


def test_values_are_set_read_and_deleted():
    store = TransactionStore()
    assert store.get("a") is None
    assert store.set("a", "x") is None
    assert store.get("a") == "x"
    assert store.set("a", 2) == "x"
    assert store.set("a", 2) == 2
    assert store.delete("a") == 2
    assert store.get("a") is None
    assert store.set("a", 3) is None


@pytest.mark.parametrize("value", [0, ""])
def test_zero_and_the_empty_string_are_values(value):
    store = holding(a=value)
    assert store.get("a") == value
    assert store.count(value) == 1
    assert store.set("a", value) == value
    assert store.count(value) == 1
    store.begin()
    assert store.delete("a") == value
    assert store.count(value) == 0
    assert store.rollback() == 1
    assert store.get("a") == value
    store.begin()
    store.set("b", value)
    assert store.commit() == 1
    assert store.count(value) == 2


def test_deleting_what_is_absent_raises():
    store = holding(a=1)
    with pytest.raises(KeyError):
        store.delete("b")
    store.delete("a")
    with pytest.raises(KeyError):
        store.delete("a")
    assert store.set("a", 2) is None


def test_count():
    store = holding(a="x", b="x", c="y")
    assert [store.count(value) for value in ("x", "y", "z")] == [2, 1, 0]
    store.set("a", "y")
    store.delete("b")
    assert [store.count(value) for value in ("x", "y")] == [0, 2]


def test_count_follows_transactions():
    store = holding(a="x", b="y")
    store.begin()
    store.set("b", "x")
    store.set("c", "x")
    assert [store.count(value) for value in ("x", "y")] == [3, 0]
    store.rollback()
    assert [store.count(value) for value in ("x", "y")] == [1, 1]
    store.begin()
    store.set("c", "x")
    store.delete("b")
    store.commit()
    assert [store.count(value) for value in ("x", "y")] == [2, 0]


def test_begin_returns_how_many_are_open():
    store = TransactionStore()
    assert [store.begin() for _ in range(3)] == [1, 2, 3]
    store.commit()
    assert store.begin() == 3
    store.rollback()
    store.rollback()
    assert store.begin() == 2


def test_rollback_restores_changed_new_and_deleted_keys():
    store = holding(a=1, b=2)
    store.begin()
    store.set("a", 10)
    store.set("a", 11)
    store.delete("b")
    store.set("c", 3)
    assert [store.get(key) for key in "abc"] == [11, None, 3]
    assert store.rollback() == 3
    assert [store.get(key) for key in "abc"] == [1, 2, None]
    assert store.set("c", 4) is None


def test_rollback_undoes_the_innermost_transaction_only():
    store = holding(a=1)
    store.begin()
    store.set("a", 2)
    store.begin()
    store.set("a", 3)
    assert store.rollback() == 1
    assert store.get("a") == 2
    assert store.rollback() == 1
    assert store.get("a") == 1


def test_commit_hands_changes_to_the_enclosing_transaction():
    store = holding(a=1, b=1)
    store.begin()
    store.set("a", 2)
    store.begin()
    store.set("a", 3)
    store.delete("b")
    store.set("c", 4)
    assert store.commit() == 3
    assert [store.get(key) for key in "abc"] == [3, None, 4]
    assert store.rollback() == 3
    assert [store.get(key) for key in "abc"] == [1, 1, None]


def test_commit_reaches_one_level_only():
    store = holding(a=1)
    for value in (2, 3, 4):
        store.begin()
        store.set("a", value)
    assert store.commit() == 1
    assert store.rollback() == 1
    assert store.get("a") == 2
    assert store.commit() == 1
    assert store.get("a") == 2


def test_commit_of_the_outermost_transaction_is_permanent():
    store = holding(a=1)
    store.begin()
    store.begin()
    store.set("a", 2)
    assert store.commit() == 1
    assert store.commit() == 1
    store.begin()
    assert store.rollback() == 0
    assert store.get("a") == 2


@pytest.mark.parametrize("close", ["commit", "rollback"])
def test_only_keys_that_differ_are_counted(close):
    store = holding(a=1, b=2, c=3)
    store.begin()
    store.set("a", 1)
    store.set("b", 5)
    store.set("b", 2)
    store.delete("c")
    store.set("c", 3)
    store.set("d", 4)
    store.delete("d")
    store.set("e", 0)
    assert getattr(store, close)() == 1


def test_changes_are_counted_from_when_each_transaction_began():
    store = holding(a=1)
    store.begin()
    store.set("a", 2)
    store.begin()
    store.set("a", 1)
    assert store.commit() == 1
    assert store.commit() == 0


@pytest.mark.parametrize("close", ["commit", "rollback"])
def test_closing_without_an_open_transaction_raises(close):
    store = holding(a=1)
    with pytest.raises(RuntimeError):
        getattr(store, close)()
    store.begin()
    store.set("a", 2)
    store.commit()
    with pytest.raises(RuntimeError):
        getattr(store, close)()
    assert store.get("a") == 2
    assert store.count(2) == 1
    assert store.begin() == 1


def test_a_failed_transaction_refuses_everything_but_rollback():
    store = failed(a=1)
    attempts = [
        lambda: store.get("a"),
        lambda: store.set("a", 2),
        lambda: store.delete("a"),
        lambda: store.delete("absent"),
        lambda: store.count(1),
        store.begin,
        store.commit,
    ]
    for attempt in attempts:
        with pytest.raises(RuntimeError):
            attempt()
    assert store.rollback() == 0
    assert store.get("a") == 1
    assert store.count(1) == 1
    with pytest.raises(RuntimeError):
        store.rollback()


def test_rolling_back_a_failed_transaction_undoes_it():
    store = holding(a=1)
    store.begin()
    store.set("a", 2)
    store.set("b", 2)
    with pytest.raises(KeyError):
        store.delete("c")
    assert store.rollback() == 2
    assert [store.get("a"), store.get("b")] == [1, None]


def test_failure_does_not_reach_the_enclosing_transaction():
    store = TransactionStore()
    store.begin()
    store.set("a", 1)
    store.begin()
    with pytest.raises(KeyError):
        store.delete("b")
    assert store.rollback() == 0
    assert store.set("b", 2) is None
    assert store.begin() == 2
    assert store.commit() == 0
    assert store.commit() == 2
    assert [store.get("a"), store.get("b")] == [1, 2]


def test_stores_share_nothing():
    first, second = holding(a=1), TransactionStore()
    assert first.begin() == 1
    assert second.get("a") is None
    assert second.count(1) == 0
    assert second.begin() == 1
    with pytest.raises(KeyError):
        second.delete("a")
    assert first.get("a") == 1
