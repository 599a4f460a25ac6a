"""Right sides of a derivation changed in one place: what a person mistypes or gets wrong.

An edit works on the LaTeX as it is printed: a letter, an index, a sign, a limit, a transposition, a
factor. Nothing here knows what the letters mean, so that an edit may leave a right side as true as
it was; whether it did is for ``support.formula_values`` to say.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from support.derivation_claims import closing, labels, levels

#: A letter, and what is written for it by mistake.
LETTERS = {
    "W": "UV",
    "U": "WV",
    "V": "WU",
    "w": "uv",
    "u": "wv",
    "v": "wu",
    "h": "xao",
    "s": "xz",
    "x": "hs",
    "a": "hb",
    "o": "ha",
    "b": "ca",
    "c": "b",
    "z": "sg",
    "g": "zs",
    "y": "xs",
    "q": "os",
    "S": "ZX",
    "Z": "SG",
    "G": "ZS",
    "X": "S",
    "Y": "G",
    "L": "E",
    "E": "L",
    r"\alpha": "x",
}
INDICES = {
    "t": "k",
    "k": "tij",
    "i": "jk",
    "j": "ik",
    "l": "k",
    "m": "in",
    "n": "mj",
    "d": "i",
    "C": "D",
    "D": "C",
    "M": "N",
    "N": "M",
    r"\alpha": ("i", r"\beta"),
    r"\beta": ("l", r"\alpha"),
    r"\tau": ("t",),
}
#: Functions, operators and relations, and what is written for them.
SIGNS = {
    r"\exp": (r"\ln", r"\tanh", ""),
    r"\ln": (r"\exp", ""),
    r"\log": (r"\exp", ""),
    r"\tanh": (r"\exp", ""),
    r"\sum": (r"\prod",),
    r"\prod": (r"\sum",),
    r"\cdot": ("", r"\odot", "+"),
    "*": (r"\circ", "+"),
    r"\times": ("", r"\odot"),
    r"\neq": ("=",),
    r"\le": ("=",),
    r"\cdots": ("",),
    r"\dots": ("",),
    r"\operatorname{diag}": ("",),
    r"\operatorname{func}": ("",),
    r"\mathbf{1}": ("", "2"),
    "_*": ("",),
    r"\hat{y}": ("y",),
    r"\hat{Y}": ("Y",),
}
TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
BETWEEN = re.compile(r"\s*(?:(?:\*|\\cdot|\\circ|\\odot)\s*)?")
TRANSPOSED = re.compile(r"\^(?:T|\\top|\{\\top\})")
#: Arguments that are names and no mathematics.
NAMED = re.compile(r"\\(?:begin|end|operatorname|text|mathbb)\{\w*[^{}]*\}")


@dataclass(frozen=True)
class Edit:
    """One change: what stands from ``start`` to ``end`` is replaced."""

    start: int
    end: int
    new: str
    kind: str

    def apply(self, latex: str) -> str:
        return latex[: self.start] + self.new + latex[self.end :]


def frozen(latex: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return what no edit touches: names in words, and labels under braces."""
    found = [match.span() for match in NAMED.finditer(latex)]
    found += [span[1:] for span in labels(latex) if not (span[1] <= start and end <= span[2])]
    return found


def edits(latex: str, start: int, end: int, known: str) -> list[Edit]:
    """Return all edits of a formula between two places, each result once.

    ``known`` is a text with the letters that have a meaning: no letter is replaced by another one.
    """
    untouched = frozen(latex, start, end)
    seen, found = {latex}, []
    for edit in every_edit(latex, start, end, known):
        is_inside = start <= edit.start and edit.end <= end
        is_free = all(edit.end <= a or b <= edit.start or whole(edit, a, b) for a, b in untouched)
        if is_inside and is_free and (result := edit.apply(latex)) not in seen:
            seen.add(result)
            found.append(edit)
    return found


def whole(edit: Edit, start: int, end: int) -> bool:
    """Whether an edit replaces or moves something untouched as a whole."""
    return edit.start <= start and end <= edit.end and edit.kind != "fraction upside down"


def every_edit(latex: str, start: int, end: int, known: str) -> Iterator[Edit]:
    tokens = [(m.start(), m.group()) for m in TOKEN.finditer(latex, start, end)]
    for place, token in tokens:
        yield from edits_of_token(latex, place, token, known)
    for written, others in SIGNS.items():
        is_word = written[-1].isalpha()
        pattern = re.escape(written) + ("(?![a-zA-Z])" if is_word else "")
        for match in re.compile(pattern).finditer(latex, start, end):
            for other in others:
                yield Edit(match.start(), match.end(), other and f"{other} ", "sign")
    for match in TRANSPOSED.finditer(latex, start, end):
        yield Edit(match.start(), match.end(), "", "transpose")
    for match in re.compile(r"\^\{?[23]\}?").finditer(latex, start, end):
        yield Edit(match.start(), match.end(), "", "power")
    yield Edit(start, start, " -", "sign")
    yield from edits_of_factors(latex, start, end)


def edits_of_token(latex: str, place: int, token: str, known: str) -> Iterator[Edit]:
    end = place + len(token)
    for other in LETTERS.get(token, ()):
        if re.search(rf"(?<![a-zA-Z\\]){re.escape(other)}(?![a-zA-Z])", known):
            yield Edit(place, end, other, "letter")
    for other in INDICES.get(token, ()):
        yield Edit(place, end, f"{other} " if len(other) > 1 else other, "index")
    if token in ("t", "k", r"\tau", "i", "j"):
        is_bare = latex[place - 1] in "_^"
        for change in ("-1", "+1"):
            new = f"{{{token}{change}}}" if is_bare else f"{token}{change}"
            yield Edit(place, end, new, "step")
    if re.fullmatch(r"\d+", token):
        for other in (int(token) + 1, int(token) - 1):
            if other >= 0:
                yield Edit(place, end, str(other), "number")
    elif re.fullmatch(r"\d+\.\d+", token):
        last = len(token.partition(".")[2])
        for change in (1, -1):
            yield Edit(place, end, f"{float(token) + change * 10**-last:.{last}f}", "number")
    if token in "+-" and token.strip():
        yield Edit(place, end, "-" if token == "+" else "+", "sign")
        yield Edit(place, end, " ", "sign")
    if re.match(r"[-+] ?1(?!\d)", latex[place:]):
        yield Edit(place, place + len(re.match(r"[-+] ?1", latex[place:]).group()), "", "step")


def edits_of_factors(latex: str, start: int, end: int) -> Iterator[Edit]:
    """Yield what is done to factors: lost, swapped, transposed, multiplied entry by entry."""
    found = [span for span in factors(latex, start, end) if is_factor(latex, *span)]
    for first, last in found:
        if latex[start:first].strip() or latex[last:end].strip():
            yield Edit(*with_operator(latex, first, last), "", "factor lost")
        text = latex[first:last]
        if not TRANSPOSED.search(text):
            inner = f"({text})" if re.search(r"\^|^\\partial", text) else text
            yield Edit(first, last, rf"{inner}^\top ", "transpose")
        fraction = re.match(r"\\d?frac\s*\{", text)
        if fraction:
            middle = closing(latex, first + fraction.end() - 1)
            below = latex[middle:last].strip()
            above = latex[first + fraction.end() - 1 : middle]
            yield Edit(first, last, rf"\frac{below}{above}", "fraction upside down")
            yield Edit(first, last, f"2 {text}", "factor 2")
    ends: dict[int, int] = {}
    for first, last in found:
        ends[first] = max(last, ends.get(first, 0))
    for first, middle in ends.items():
        between = BETWEEN.match(latex, middle)
        assert between
        after = between.end()
        if after not in ends:
            continue
        joint = between.group()
        swapped = f"{latex[after : ends[after]]}{joint or ' '}{latex[first:middle]}"
        yield Edit(first, ends[after], swapped, "factors swapped")
        if not joint.strip():
            yield Edit(middle, after, r" \odot ", "entry by entry")
            yield Edit(middle, after, " + ", "sum for product")


def with_operator(latex: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of a factor with the operator that would be left over without it."""
    after = BETWEEN.match(latex, end)
    assert after
    if after.group().strip():
        return start, after.end()
    before = re.search(r"(?:\*|\\cdot|(?<!\()[-+])\s*$", latex[:start])
    is_last = re.match(r"\s*(?:$|[-+)\]},&]|\\right|\\tag|\\\\)", latex[end:])
    return (before.start() if before and is_last else start), end


def is_factor(latex: str, start: int, end: int) -> bool:
    """Whether something is no function, and is not what stands behind the sign of a derivative."""
    before = latex[:start].rstrip()
    is_derived = before.endswith((r"\partial", r"\partial{", "{d", "/d"))
    return not is_derived and latex[start:end] not in ("f", "F", "G", "d")


def factors(latex: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the places of factors with their scripts, those inside of others after them."""
    factor = re.compile(
        r"\\d?frac|\\left\(|\(|\\hat|\\mathbf|\\vec|[a-zA-Z]|\\alpha|\\partial|\\nabla"
    )
    place = start
    while place < end:
        word = re.compile(r"\\[a-zA-Z]+").match(latex, place)
        found = factor.match(latex, place)
        if not found or (word and word.group() not in (*OPENERS, found.group())):
            place = word.end() if word else place + 1
            continue
        stop = factor_end(latex, place, found.group())
        if stop is None or stop > end:
            place = found.end()
            continue
        yield place, stop
        inner = latex.find("{" if "frac" in found.group() else "(", place, stop)
        if inner >= 0 and found.group() in (r"\frac", r"\dfrac", "(", r"\left("):
            yield from factors(latex, inner + 1, stop)
        place = stop


OPENERS = (r"\frac", r"\dfrac", r"\left", r"\hat", r"\mathbf", r"\vec", r"\alpha", r"\partial")


def factor_end(latex: str, place: int, found: str) -> int | None:
    """Return where a factor ends, with its scripts; None where it is none."""
    try:
        if "frac" in found:
            stop = closing(latex, latex.index("{", place))
            stop = closing(latex, latex.index("{", stop))
        elif found in ("(", r"\left("):
            stop = bracket_end(latex, place)
        elif found in (r"\hat", r"\mathbf", r"\vec"):
            stop = closing(latex, latex.index("{", place))
        elif found in (r"\partial", r"\nabla"):
            inline = re.compile(
                r"\\partial\s*\w(_\{?-?\w\}?)?/(\\partial\s*|d)\w(_\{?-?\w\}?)?"
                r"|\\nabla_\{\\mathbf\{\w\}(\^\{\(.*?\)\})?\}(\^\{\(.*?\)\})?\s*\w"
            ).match(latex, place)
            if not inline:
                return None
            stop = inline.end()
        else:
            stop = place + len(found)
        return scripts_end(latex, stop)
    except ValueError:
        return None


def bracket_end(latex: str, place: int) -> int:
    depth = 0
    for at, token, _ in levels(latex[place:]):
        depth += (token == "(") - (token == ")")
        if token == ")" and depth == 0:
            return place + at + 1
    raise ValueError(latex)


def scripts_end(latex: str, stop: int) -> int:
    while stop < len(latex) and latex[stop] in "_^":
        if latex[stop + 1] == "{":
            stop = closing(latex, stop + 1)
        else:
            script = TOKEN.match(latex, stop + 1)
            assert script
            stop = script.end()
    if latex[stop : stop + 1] == "(" and re.match(r"\((t|k|t-1|k-1)\)", latex[stop:]):
        stop = scripts_end(latex, latex.index(")", stop) + 1)
    return stop


def draw(found: Iterable[Edit], count: int, rng: random.Random) -> list[Edit]:
    """Return some edits, of as many kinds as there are."""
    by_kind: dict[str, list[Edit]] = {}
    for edit in found:
        by_kind.setdefault(edit.kind, []).append(edit)
    for same in by_kind.values():
        rng.shuffle(same)
    kinds = list(by_kind.values())
    rng.shuffle(kinds)
    chosen: list[Edit] = []
    while len(chosen) < count and any(kinds):
        for same in kinds:
            if same and len(chosen) < count:
                chosen.append(same.pop())
    return chosen
