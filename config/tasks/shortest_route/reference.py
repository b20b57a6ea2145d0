"""Cheapest routes in a network of one-way roads."""

from collections.abc import Iterable, Mapping, Sequence

Road = tuple[str, str, int]
Route = tuple[int, list[str]]
"""Cost and towns, so that the smaller of two equally long routes is the better one."""


def find_route(
    roads: Sequence[Road],
    start: str,
    goal: str,
    blocked: Iterable[str] = (),
    max_roads: int | None = None,
) -> dict[str, int | list[str]] | None:
    towns = _check(roads, start, goal, max_roads)
    closed = set(blocked)
    if start in closed:
        return None
    usable = [road for road in roads if road[1] not in closed]
    # A best route passes no town twice: a round trip never saves anything and always takes more roads.
    longest = len(towns) - 1
    if max_roads is not None:
        longest = min(longest, max_roads)
    best: tuple[int, int, list[str]] | None = None
    reached: dict[str, Route] = {start: (0, [start])}
    for used in range(longest + 1):
        if goal in reached:
            cost, path = reached[goal]
            if best is None or (cost, used, path) < best:
                best = cost, used, path
        reached = _one_road_further(reached, usable)
    return None if best is None else {"cost": best[0], "towns": best[2]}


def _check(roads: Sequence[Road], start: str, goal: str, max_roads: int | None) -> set[str]:
    """All towns of the network."""
    if any(cost < 0 for _, _, cost in roads):
        raise ValueError("a road has a negative cost")
    if max_roads is not None and max_roads < 0:
        raise ValueError("the number of roads is negative")
    towns = {town for origin, target, _ in roads for town in (origin, target)}
    for town in (start, goal):
        if town not in towns:
            raise KeyError(town)
    return towns


def _one_road_further(reached: Mapping[str, Route], roads: Iterable[Road]) -> dict[str, Route]:
    further: dict[str, Route] = {}
    for origin, target, cost in roads:
        if origin in reached:
            so_far, towns = reached[origin]
            route = so_far + cost, [*towns, target]
            if target not in further or route < further[target]:
                further[target] = route
    return further
