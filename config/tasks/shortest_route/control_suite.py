import itertools
import random

import pytest

from solution import find_route

DETOUR = [["a", "b", 1], ["b", "c", 1], ["a", "c", 9]]


def every_route(roads, town, goal, passed=()):
    """Cost, number of roads and towns of all routes that pass no town twice."""
    if town == goal:
        yield 0, 0, [goal]
        return
    for origin, target, cost in roads:
        if origin == town and target not in passed and target != town:
            for more, count, towns in every_route(roads, target, goal, (*passed, town)):
                yield cost + more, count + 1, [town, *towns]


def best_route(roads, start, goal, blocked, max_roads):
    routes = [
        (cost, count, towns)
        for cost, count, towns in every_route(roads, start, goal)
        if not set(towns) & set(blocked) and (max_roads is None or count <= max_roads)
    ]
    if not routes:
        return None
    cost, _, towns = min(routes)
    return {"cost": cost, "towns": towns}


@pytest.mark.parametrize("seed", range(30))
def test_small_networks_against_trying_all_routes(seed):
    rng = random.Random(seed)
    names = ["a", "b", "ba", "B", "x10", "x9"]
    roads = [[*rng.choices(names, k=2), rng.choice([0, 1, 1, 2, 3])] for _ in range(14)]
    known = sorted({road[0] for road in roads} | {road[1] for road in roads})
    for _ in range(4):
        start, goal = rng.choices(known, k=2)
        blocked = rng.sample(names, k=rng.choice([0, 0, 1, 2]))
        limit = rng.choice([None, None, 0, 1, 2, 3])
        assert find_route(roads, start, goal, blocked, limit) == best_route(roads, start, goal, blocked, limit)


def test_the_cheapest_route():
    assert find_route(DETOUR, "a", "c") == {"cost": 2, "towns": ["a", "b", "c"]}
    assert find_route([["a", "b", 5], ["a", "b", 3], ["a", "b", 4]], "a", "b") == {"cost": 3, "towns": ["a", "b"]}


def test_roads_are_one_way():
    assert find_route([["a", "b", 5]], "b", "a") is None
    assert find_route([["a", "b", 5], ["b", "a", 7]], "b", "a") == {"cost": 7, "towns": ["b", "a"]}


def test_the_arguments_are_left_unchanged():
    roads, blocked = [list(road) for road in DETOUR], ["b"]
    find_route(roads, "a", "c", blocked)
    assert roads == DETOUR
    assert blocked == ["b"]


def test_a_town_to_itself():
    assert find_route([["a", "b", 0], ["b", "a", 0]], "a", "a") == {"cost": 0, "towns": ["a"]}
    assert find_route([["a", "b", 5]], "b", "b", [], 0) == {"cost": 0, "towns": ["b"]}


def test_of_equal_cost_fewer_roads_win():
    assert find_route([["a", "b", 1], ["b", "z", 1], ["a", "z", 2]], "a", "z")["towns"] == ["a", "z"]
    roads = [["a", "b", 1], ["b", "c", 1], ["c", "z", 1], ["a", "x", 2], ["x", "z", 1]]
    assert find_route(roads, "a", "z") == {"cost": 3, "towns": ["a", "x", "z"]}


@pytest.mark.parametrize(("first", "second"), [("c", "d"), ("x10", "x9"), ("M", "b"), ("m", "m a")])
def test_of_as_many_roads_the_smaller_names_win(first, second):
    roads = [["a", second, 1], [second, "b1", 1], ["b1", "z", 1], ["a", first, 1], [first, "y", 1], ["y", "z", 1]]
    expected = {"cost": 3, "towns": ["a", first, "y", "z"]}
    assert find_route(roads, "a", "z") == expected
    assert find_route(roads[::-1], "a", "z") == expected


def test_blocked_towns_are_avoided():
    assert find_route(DETOUR, "a", "c", ["b"]) == {"cost": 9, "towns": ["a", "c"]}
    assert find_route(DETOUR, "a", "c", ["nowhere"]) == {"cost": 2, "towns": ["a", "b", "c"]}
    assert find_route(DETOUR, "a", "c", ["a"]) is None
    assert find_route(DETOUR, "a", "c", ["c"]) is None
    assert find_route(DETOUR, "a", "a", ["a"]) is None


def test_the_limit_counts_roads():
    assert find_route(DETOUR, "a", "c", [], 2) == {"cost": 2, "towns": ["a", "b", "c"]}
    assert find_route(DETOUR, "a", "c", [], 1) == {"cost": 9, "towns": ["a", "c"]}
    assert find_route(DETOUR, "a", "c", [], 0) is None
    assert find_route(DETOUR, "a", "c", ["b"], 99) == {"cost": 9, "towns": ["a", "c"]}


def test_the_limit_can_favour_a_dearer_way_to_a_town_in_between():
    roads = [*DETOUR, ["c", "d", 1]]
    assert find_route(roads, "a", "d", [], 2) == {"cost": 10, "towns": ["a", "c", "d"]}
    assert find_route(roads, "a", "d", [], 3) == {"cost": 3, "towns": ["a", "b", "c", "d"]}


def test_unreachable():
    assert find_route([["a", "b", 1], ["c", "d", 1]], "a", "d") is None


@pytest.mark.parametrize(
    ("roads", "start", "goal", "max_roads"),
    [
        ([["a", "b", -1]], "a", "b", None),
        ([["a", "b", 1], ["c", "d", -2]], "a", "b", None),
        ([["a", "b", 1]], "a", "b", -1),
        ([["a", "b", 1]], "a", "a", -3),
        ([["a", "b", -1]], "x", "b", None),
        ([["a", "b", 1]], "x", "b", -1),
    ],
)
def test_negative_numbers_are_refused_first(roads, start, goal, max_roads):
    with pytest.raises(ValueError):
        find_route(roads, start, goal, [], max_roads)


@pytest.mark.parametrize(
    ("start", "goal", "blocked"),
    [("x", "b", []), ("a", "x", []), ("x", "x", []), ("a", "x", ["x"]), ("a", "x", ["a"]), ("x", "b", ["b"])],
)
def test_towns_without_a_road_are_refused(start, goal, blocked):
    with pytest.raises(KeyError):
        find_route([["a", "b", 1]], start, goal, blocked)


def test_no_roads_at_all():
    with pytest.raises(KeyError):
        find_route([], "a", "a")


def test_free_roads_are_allowed():
    roads = [["a", "b", 0], ["b", "a", 0], ["b", "c", 0], ["a", "c", 1]]
    assert find_route(roads, "a", "c") == {"cost": 0, "towns": ["a", "b", "c"]}


def test_millions_of_routes():
    steps = [f"{number:02}" for number in range(24)]
    roads = [["s", side + "00", 1] for side in "ab"] + [[side + "23", "z", 1] for side in "ab"]
    for step, following in itertools.pairwise(steps):
        roads += [[origin + step, target + following, 1] for origin in "ab" for target in "ab"]
    assert find_route(roads, "s", "z") == {"cost": 25, "towns": ["s", *("a" + step for step in steps), "z"]}
    assert find_route(roads, "s", "z", ["b05"], 24) is None
