"""Arithmetic with business days, on dates as ISO text."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = timedelta(days=1)
_SATURDAY = 5


def add_business_days(day: str, count: int, holidays: Iterable[str] = ()) -> str:
    current = _parse(day)
    closed = _checked(holidays)
    if count == 0:
        while not _is_business_day(current, closed):
            current += _DAY
    step = _DAY if count > 0 else -_DAY
    remaining = abs(count)
    while remaining > 0:
        current += step
        if _is_business_day(current, closed):
            remaining -= 1
    return current.isoformat()


def business_days_between(start: str, end: str, holidays: Iterable[str] = ()) -> int:
    first, last = _parse(start), _parse(end)
    closed = _checked(holidays)
    sign = 1 if first <= last else -1
    first, last = min(first, last), max(first, last)
    days = (first + offset * _DAY for offset in range((last - first).days))
    return sign * sum(_is_business_day(day, closed) for day in days)


def _is_business_day(day: date, closed: frozenset[str]) -> bool:
    text = day.isoformat()
    return day.weekday() < _SATURDAY and text not in closed and f"-{text[4:]}" not in closed


def _checked(holidays: Iterable[str]) -> frozenset[str]:
    """Every holiday as it was written; a yearly one is checked in a leap year, which has all its days."""
    closed = frozenset(holidays)
    for text in closed:
        _parse("2000" + text[1:] if text.startswith("--") else text)
    return closed


def _parse(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not a date of the form YYYY-MM-DD")
    return date.fromisoformat(text)
