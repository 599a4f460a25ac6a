r"""A derivation written otherwise, by rules that do not touch what it says.

Letters are permuted, numbers shifted, steps moved from below to above, derivatives set in one line,
sections put in another order. The rules work on the text alone; the product takes no part. What a
rule cannot do in a document it leaves as it is: then the text is returned unchanged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from support.derivation_claims import closing

FORMULA = re.compile(r"(\$\$)(.*?)\$\$|(\$)(.*?)\$", re.DOTALL)
#: Words, and names of functions in plain letters, have no letters; then what is read as one token.
TOKEN = re.compile(
    r"\\(?:tag|text|textrm|operatorname|begin|end|mathbb|mathrm|label)\s*\{[^{}]*\}"
    r"|(?:tanh|sigm|softmax|big)(?=\s*\()|\\[a-zA-Z]+|[a-zA-Z]{4,}|\\.|.",
    re.DOTALL,
)
#: Letters that stand for variables; the others are indices, steps, losses, functions and signs.
VARIABLES = "abcghopqrsuvwxyz"
#: Indices: bound letters and entries.
INDICES = "ijlmn"
GREEK = ("alpha", "beta", "gamma", "epsilon", "theta", "phi", "xi", "rho", "mu", "kappa")

Rule = Callable[[str, random.Random], str]


def in_formulas(text: str, change: Callable[[str], str]) -> str:
    """Return a document with each of its formulas changed."""

    def changed(found: re.Match[str]) -> str:
        mark = found[1] or found[3]
        return f"{mark}{change(found[2] if found[1] else found[4])}{mark}"

    return FORMULA.sub(changed, text)


def formulas(text: str) -> list[str]:
    return [found[2] if found[1] else found[4] for found in FORMULA.finditer(text)]


def in_tokens(text: str, change: Callable[[str], str]) -> str:
    """Return a document with each token of its formulas changed."""
    return in_formulas(text, lambda latex: TOKEN.sub(lambda found: change(found[0]), latex))


def tokens(text: str) -> set[str]:
    return {found[0] for latex in formulas(text) for found in TOKEN.finditer(latex)}


# Letters ------------------------------------------------------------------------------------------


def renamed(text: str, names: dict[str, str]) -> str:
    """Return a document in other letters."""
    return in_tokens(text, lambda token: names.get(token, token))


def permuted(letters: str | tuple[str, ...], rng: random.Random) -> dict[str, str]:
    return dict(zip(letters, rng.sample(letters, len(letters)), strict=True))


def other_letters(text: str, rng: random.Random) -> str:
    """Permute the letters of variables; W and w, whole and entries, stay together."""
    names = permuted(VARIABLES, rng)
    return renamed(text, names | {a.upper(): b.upper() for a, b in names.items()})


def other_greek(text: str, rng: random.Random) -> str:
    names = permuted(GREEK, rng)
    return renamed(text, {f"\\{a}": f"\\{b}" for a, b in names.items()})


def other_indices(text: str, rng: random.Random) -> str:
    return renamed(text, permuted(INDICES, rng))


def other_steps(text: str, rng: random.Random) -> str:
    """Write other letters for the steps t and k, of those that the document leaves free.

    A k that stands in no script is no step.
    """
    free = [letter for letter in "ijklmnpqrstuv" if letter not in tokens(text)]
    names = dict(zip("tk", rng.sample(free, 2), strict=True))
    if not any(re.search(r"[_^]\s*(?:k|\{[^{}]*k)", latex) for latex in formulas(text)):
        del names["k"]
    return renamed(text, names)


# Numbers ------------------------------------------------------------------------------------------

#: How much is added to each number of an equation.
SHIFT = 200


def other_numbers(text: str, rng: random.Random) -> str:
    """Add to the numbers of equations, where they stand and where they are referred to."""
    text = re.sub(r"\\tag\{(\d+)\}", lambda m: rf"\tag{{{int(m[1]) + SHIFT}}}", text)
    pieces = re.split(r"(\$\$.*?\$\$|\$.*?\$)", text, flags=re.DOTALL)
    plain = re.compile(r"(?<![\w)])\((\d{1,3})\)")
    pieces[::2] = [plain.sub(lambda m: f"({int(m[1]) + SHIFT})", piece) for piece in pieces[::2]]
    inside = re.compile(r"(\\quad\s*)\((\d{1,3})\)\s*$")
    pieces[1::2] = [
        re.sub(inside.pattern[:-1] + r"\s*\$\$$", lambda m: f"{m[1]}({int(m[2]) + SHIFT})$$", piece)
        for piece in pieces[1::2]
    ]
    return "".join(pieces)


# Steps --------------------------------------------------------------------------------------------

_BASE = r"(\\hat\{(?:\\mathbf\{\w\}|\w)\}|\\mathbf\{\w\}|\\[a-zA-Z]+|[a-zA-Z])"
_WORD = re.compile(r"\\(?!hat|mathbf)[a-zA-Z]+")
_BELOW = re.compile(rf"{_BASE}_(?:\{{([^{{}}]*)\}}|(\w))(\^(?:\{{[^{{}}]*\}}|\\top|\w))?")
_ABOVE = re.compile(rf"{_BASE}(?:_(?:\{{([^{{}}]*)\}}|(\w)))?\^\{{\(([^(){{}}]*)\)\}}")


def steps_above(text: str, rng: random.Random) -> str:
    """Write the steps of all letters that have one above: h_{t,i} becomes h_i^{(t)}.

    The targets become bold, since beside entries of y a light y^{(t)} is their class. Where some
    names have numbers below and never t, it cannot be told whether these are steps.
    """
    below: dict[str, set[str]] = {}
    for latex in formulas(text):
        for found in _BELOW.finditer(latex):
            if not _WORD.fullmatch(found[1]):
                below.setdefault(found[1], set()).add((found[2] or found[3]).split(",")[0])
    timed = {name for name, steps in below.items() if "t" in steps}
    numbered = {name for name, steps in below.items() if name not in timed and "0" in steps}
    if numbered or re.search(r"\^\{?[(<]", text):
        return text

    def moved(found: re.Match[str]) -> str:
        if found[1] not in timed:
            return found[0]
        step, *entries = (found[2] or found[3]).split(",")
        entry = f"_{{{','.join(entries)}}}" if entries else ""
        base = r"\mathbf{y}" if found[1] == "y" and not entries else found[1]
        name = f"{base}{entry}^{{({step})}}"
        return f"({name}){found[4]}" if found[4] else name

    return in_formulas(text, lambda latex: _BELOW.sub(moved, latex))


def steps_below(text: str, rng: random.Random) -> str:
    """Write the steps below: h_i^{(t)} becomes h_{t,i}."""
    if not re.search(r"\^\{\(t-1\)\}", text):
        return text

    def moved(found: re.Match[str]) -> str:
        entry = found[2] or found[3]
        return f"{found[1]}_{{{found[4]}{',' + entry if entry else ''}}}"

    return in_formulas(text, lambda latex: _ABOVE.sub(moved, latex))


# Type ---------------------------------------------------------------------------------------------


def other_type(text: str, rng: random.Random) -> str:
    """Set what is bold in light letters, and else variables in bold ones.

    Targets stay bold where they were: beside their entries a light letter is their class.
    """
    if "\\mathbf{" in text:
        return re.sub(r"\\mathbf\{([^y\d])\}", r"\1", text)
    letters = VARIABLES + VARIABLES.upper()
    return in_tokens(text, lambda token: rf"\mathbf{{{token}}}" if token in letters else token)


def other_bold(text: str, rng: random.Random) -> str:
    return re.sub(r"\\mathbf(?=\{[a-zA-Z]\})", rng.choice((r"\\boldsymbol", r"\\bm")), text)


# Signs --------------------------------------------------------------------------------------------


def other_transposes(text: str, rng: random.Random) -> str:
    written = {r"^T": r"^{\intercal}", r"^\top": r"^T", r"^{\top}": r"^T"}
    pattern = re.compile("|".join(re.escape(old) + r"(?![a-zA-Z])" for old in written))
    return in_formulas(text, lambda latex: pattern.sub(lambda m: written[m[0]], latex))


def other_products(text: str, rng: random.Random) -> str:
    r"""Write \odot for \circ and the other way round, and another sign for a star."""
    signs = {r"\circ": r"\odot", r"\odot": r"\circ", "*": r"\cdot "}
    starred = re.compile(r"_\s*\*")
    return in_formulas(
        text,
        lambda latex: (
            latex
            if starred.search(latex)
            else TOKEN.sub(lambda found: signs.get(found[0], found[0]), latex)
        ),
    )


def without_dots(text: str, rng: random.Random) -> str:
    r"""Leave out each \cdot, but for those between numbers and beside dots."""
    loose = re.compile(r"(?:(?<=_\d)|(?<![\d\s]))\s*\\cdot(?![a-zA-Z])\s*(?=\\frac|\(|[a-zA-Z])")
    return in_formulas(text, lambda latex: loose.sub(" ", latex))


def derivatives_in_line(text: str, rng: random.Random) -> str:
    r"""Write (\partial a / \partial b) for fractions of derivatives, and fractions for those."""
    return in_formulas(text, in_line)


_IN_LINE = re.compile(
    r"\\partial\s*\{?([a-zA-Z](?:_\{?-?\w+\}?)?)\}?/(?:\\partial\s*|d)([a-zA-Z](?:_\{?-?\w+\}?)?)"
)


def in_line(latex: str) -> str:
    if _IN_LINE.search(latex):
        return _IN_LINE.sub(r"\\frac{\\partial \1}{\\partial \2}", latex)
    done, place = "", 0
    for found in re.finditer(r"\\frac\s*(?=\{)", latex):
        parts = derivative_at(latex, found.end()) if found.start() >= place else None
        if parts is not None:
            above, below, stop = parts
            done += f"{latex[place : found.start()]}({above}/{below})"
            place = stop
    return done + latex[place:]


def derivative_at(latex: str, start: int) -> tuple[str, str, int] | None:
    """Return what is derived, by what, and where the fraction ends; None for another fraction."""
    try:
        middle = closing(latex, start)
        stop = closing(latex, middle)
    except ValueError:
        return None
    above, below = latex[start + 1 : middle - 1], latex[middle + 1 : stop - 1]
    is_whole = re.match(r"\\partial\s*\S", above) and below.startswith(r"\partial")
    return (
        (above, below, stop) if is_whole and not re.search(r"frac|\(.*\s", above + below) else None
    )


def other_displays(text: str, rng: random.Random) -> str:
    """Set displays in brackets or in an environment."""
    ends = rng.choice(((r"\[", r"\]"), (r"\begin{equation}", r"\end{equation}")))
    return re.sub(
        r"\$\$(.*?)\$\$", lambda found: ends[0] + found[1] + ends[1], text, flags=re.DOTALL
    )


# Sizes and sections -------------------------------------------------------------------------------


def sizes_as_numbers(text: str, rng: random.Random) -> str:
    """Put a number for each letter that is declared as a size."""
    found = re.findall(r"\\mathbb\{R\}\^\{?([^{}$,]*)|:\s*([A-Z]\s*\\times\s*(?:[A-Z]|1))", text)
    declared = " ".join(a or b for a, b in found)
    letters = sorted(set(re.findall(r"(?<![a-zA-Z\\])[a-zA-Z](?![a-zA-Z])", declared)))
    numbers = rng.sample(range(2, 2 + len(letters)), len(letters))
    return renamed(text, dict(zip(letters, map(str, numbers), strict=True)))


def sections_in_another_order(text: str) -> str:
    """Put the last section first; that no section needs another one is for the caller to know."""
    title, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return (
        title + "\n\n".join(section.strip("\n") for section in sections[-1:] + sections[:-1]) + "\n"
    )


def several(text: str, rng: random.Random) -> str:
    """Apply some rules one after the other."""
    for rule in rng.sample(TOGETHER, 4):
        text = rule(text, rng)
    return text


#: Rules that leave all formulas between dollars, in the notation that the others work on.
TOGETHER: tuple[Rule, ...] = (
    other_letters,
    other_greek,
    other_indices,
    other_type,
    other_transposes,
    other_products,
    without_dots,
)
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        other_letters,
        other_greek,
        other_indices,
        other_steps,
        other_numbers,
        steps_above,
        steps_below,
        other_type,
        other_bold,
        other_transposes,
        other_products,
        without_dots,
        derivatives_in_line,
        other_displays,
        sizes_as_numbers,
        several,
    )
}
