def parse_csv(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    position = 0
    while position < len(text):
        row, position = _row(text, position)
        if rows and len(row) != len(rows[0]):
            raise ValueError("a row is longer or shorter than the first")
        rows.append(row)
    return rows


def _row(text: str, position: int) -> tuple[list[str], int]:
    """The row that begins at a position, and where the next one begins."""
    fields: list[str] = []
    while True:
        read = _quoted if text.startswith('"', position) else _plain
        field, position = read(text, position)
        fields.append(field)
        line_end = _line_end(text, position)
        if line_end or position == len(text):
            return fields, position + line_end
        if text[position] != ",":
            raise ValueError("text after a closing quote")
        position += 1


def _plain(text: str, start: int) -> tuple[str, int]:
    end = start
    while end < len(text) and text[end] != "," and not _line_end(text, end):
        if text[end] == '"':
            raise ValueError("a quote in a field that is not quoted")
        end += 1
    return text[start:end], end


def _quoted(text: str, start: int) -> tuple[str, int]:
    pieces: list[str] = []
    while True:
        end = text.find('"', start + 1)
        if end < 0:
            raise ValueError("a quoted field is not closed")
        pieces.append(text[start + 1 : end])
        if not text.startswith('"', end + 1):
            return '"'.join(pieces), end + 1
        start = end + 1


def _line_end(text: str, position: int) -> int:
    """Length of the line end at a position, 0 where there is none."""
    if text.startswith("\r\n", position):
        return 2
    return int(text.startswith("\n", position))
