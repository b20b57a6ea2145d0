def justify(text: str, width: int) -> list[str]:
    if width < 1:
        raise ValueError("a line holds at least one character")
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            paragraphs[-1] += line.split()
        elif paragraphs[-1]:
            paragraphs.append([])
    lines: list[str] = []
    for words in paragraphs:
        if words:
            if lines:
                lines.append("")
            lines += _set(words, width)
    return lines


def _set(words: list[str], width: int) -> list[str]:
    """The justified lines of one paragraph."""
    *spread, last = _fill(words, width)
    return [_widen(row, width, number % 2 == 0) for number, row in enumerate(spread)] + [" ".join(last)]


def _fill(words: list[str], width: int) -> list[list[str]]:
    """The words of each line; a word that is too long has been cut."""
    rows: list[list[str]] = [[]]
    for word in words:
        if rows[-1] and len(" ".join(rows[-1])) + 1 + len(word) > width:
            rows.append([])
        while len(word) > width:
            rows[-1].append(word[:width])
            rows.append([])
            word = word[width:]
        rows[-1].append(word)
    return rows


def _widen(row: list[str], width: int, from_left: bool) -> str:
    gaps = len(row) - 1
    if gaps == 0:
        return row[0]
    least, larger = divmod(width - sum(map(len, row)), gaps)
    sizes = [least + 1] * larger + [least] * (gaps - larger)
    if not from_left:
        sizes.reverse()
    return "".join(word + " " * size for word, size in zip(row, [*sizes, 0], strict=True))
