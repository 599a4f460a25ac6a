"""The claims of a derivation with the places of their right sides in its formulas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.records import Record

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
#: Environments whose rows and columns are for the eye only.
FOR_THE_EYE = "aligned"


@dataclass(frozen=True)
class Written:
    """One right side of a formula: from ``start`` to ``end``; ``left`` is what it is equal to.

    ``part`` is "" for the only relation of a formula, else "/2" or "/label-1"; ``number`` counts
    the relations of the formula, or its labels, from 0.
    """

    formula: int
    key: str
    part: str
    number: int
    start: int
    end: int
    left: str

    @property
    def is_label(self) -> bool:
        return self.part.startswith("/label")


def levels(latex: str) -> Iterator[tuple[int, str, int]]:
    """Yield each token of a formula with its place and the depth of what it stands in."""
    depth, is_name = 0, False
    for found in TOKEN.finditer(latex):
        token = found.group()
        environment = re.match(r"\\(begin|end)\{(\w+)\}", latex[found.start() :])
        if environment and environment.group(2) != FOR_THE_EYE:
            depth += 1 if environment.group(1) == "begin" else -1
        depth -= token in ("}", ")", "]")
        yield found.start(), token, depth
        depth += token in ("{", "(", "[")
    del is_name


def top_level(latex: str) -> list[tuple[int, str]]:
    return [(place, token) for place, token, depth in levels(latex) if depth == 0]


def body_of(latex: str) -> tuple[int, int]:
    """Return where a formula begins and ends, without its number and the lines of its rows."""
    tag = re.search(r"\\tag\{.*?\}", latex)
    end = tag.start() if tag else len(latex)
    begin = re.match(r"\s*\\begin\{aligned\}", latex)
    if begin:
        return begin.end(), latex.index(r"\end{aligned}")
    return 0, end


def relations(latex: str) -> Iterator[tuple[str, int, int]]:
    """Yield the left side of each relation, "" if it is that before, and where its right side is.

    A right side ends at the next relation, at a comma with a wide space, or at a row that has a
    relation of its own.
    """
    start, end = body_of(latex)
    marks = [(place, token) for place, token in top_level(latex) if start <= place < end]
    pieces: list[tuple[int, int]] = []
    last = start
    for place, token in marks:
        is_comma = token == "," and re.match(r",\s*\\quad", latex[place:])
        is_row = token == r"\\" and re.match(r"\\\\[^=]*?&=|\\\\\s*&=", latex[place:end])
        if is_comma or (is_row and "quad" not in latex[place : latex.index("=", place)]):
            pieces.append((last, place))
            last = place + (len(is_comma.group()) if is_comma else 2)
    pieces.append((last, end))
    for first, stop in pieces:
        signs = [place for place, token in marks if first <= place < stop and token == "="]
        left = latex[first : signs[0]] if signs else ""
        for number, sign in enumerate(signs):
            yield left, sign + 1, signs[number + 1] if number + 1 < len(signs) else stop


def labels(latex: str) -> Iterator[tuple[str, int, int]]:
    """Yield the expression over each brace, and where the label under it stands."""
    for found in re.finditer(r"\\underbrace\s*\{", latex):
        middle = closing(latex, found.end() - 1)
        below = re.compile(r"\s*_\s*\{").match(latex, middle)
        assert below
        yield latex[found.end() : middle - 1], below.end(), closing(latex, below.end() - 1) - 1


def closing(latex: str, start: int) -> int:
    """Return the place after the brace that closes the one at ``start``."""
    depth = 0
    for found in TOKEN.finditer(latex, start):
        depth += (found.group() == "{") - (found.group() == "}")
        if depth == 0:
            return found.end()
    raise ValueError(latex)


def plain(latex: str) -> str:
    """Return a side without the rows, columns and spaces that are for the eye only."""
    found = list(latex)
    for place, token, depth in levels(latex):
        if depth == 0 and token in (r"\\", "&", r"\quad", "\n"):
            found[place : place + len(token)] = " " * len(token)
    return " ".join("".join(found).split())


def claims(formulas: Iterable[tuple[str, bool]]) -> Iterator[Written]:
    """Yield the right sides of all formulas, each with its key; a flag says which are inline.

    A number is a key; without one, it is the left side and how many times it has stood there. A
    formula that begins with its relation has the left side of the one before.
    """
    seen: Counter[str] = Counter()
    last = head = ""
    for number, (latex, is_inline) in enumerate(formulas):
        flat = " ".join(latex.split())
        if is_inline and not re.search(r"=|\\in\b", flat):
            continue
        tag = re.search(r"\\tag\{(.*?)\}", flat)
        left = flat.split("=")[0].strip() or last
        last = left
        seen[left] += not tag
        key = tag.group(1) if tag else f"{left} #{seen[left]}"
        found = list(relations(latex))
        if not found:
            start, end = body_of(latex)
            head = latex[start:end]
        for place, (written, start, end) in enumerate(found):
            head = written if plain(written) else head
            part = f"/{place + 1}" if len(found) > 1 else ""
            yield Written(number, key, part, place, start, end, plain(head))
        for place, (body, start, end) in enumerate(labels(latex)):
            yield Written(number, key, f"/label-{place + 1}", place, start, end, plain(body))


def keyed(records: tuple[Record, ...]) -> dict[str, Record]:
    """Return the records by the key of the truth, where it can be told."""
    seen: Counter[str] = Counter()
    found: dict[str, Record] = {}
    keys: dict[str, str] = {}
    last = ""
    for record in records:
        number, _, part = record.id.partition("/")
        if part:
            found[f"{keys.get(number, number)}/{part}"] = record
        elif "=" in record.latex or r"\in" in record.latex:
            last = " ".join(record.latex.split("=")[0].split()) or last
            if number.startswith("#"):
                seen[last] += 1
                keys[number] = f"{last} #{seen[last]}"
            found[keys.get(number, number)] = record
        elif not number.startswith("#"):
            found[number] = record
    return found
