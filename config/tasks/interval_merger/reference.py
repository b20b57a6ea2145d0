"""Sets of numbers as lists of half-open intervals."""

Interval = list[int]


def merge_intervals(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if start > end:
            raise ValueError(f"[{start}, {end}] starts after its end")
        if start == end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged


def insert_interval(intervals: list[Interval], interval: Interval) -> list[Interval]:
    return merge_intervals([*intervals, interval])


def remove_interval(intervals: list[Interval], interval: Interval) -> list[Interval]:
    remaining = merge_intervals(intervals)
    # An empty interval merges to nothing, so it makes no hole.
    for low, high in merge_intervals([interval]):
        pieces = [piece for start, end in remaining for piece in ([start, min(end, low)], [max(start, high), end])]
        remaining = [[start, end] for start, end in pieces if start < end]
    return remaining
