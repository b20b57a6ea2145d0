import re

_LETTERS = "wdhms"
_SECONDS = (604_800, 86_400, 3_600, 60, 1)
_PART = re.compile(r" *([0-9]+)([A-Za-z])")


def parse_duration(text: str) -> int:
    if not isinstance(text, str):
        raise TypeError("a duration is text")
    written = text.rstrip(" ")
    total = position = allowed_from = 0
    while position < len(written):
        part = _PART.match(written, position)
        if part is None:
            raise ValueError("expected a number and a unit")
        number, letter = part.groups()
        unit = _LETTERS.find(letter.lower(), allowed_from)
        if unit < 0:
            raise ValueError("unknown, repeated or misplaced unit")
        total += int(number) * _SECONDS[unit]
        allowed_from = unit + 1
        position = part.end()
    if allowed_from == 0:
        raise ValueError("a duration has at least one part")
    return total
