"""Steps that stand above without brackets: h^t = f(W h^{t-1}), h_i^t, delta^{t+1}.

They are steps, and no powers, where an equation gives a name at a letter above it from the same
name one step earlier, and no state has its steps elsewhere. Every name with such a letter above it
is then one with steps, but for those that also stand without any: W^t is a power of W. Steps are
put in brackets, which is how the other passes read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbolic.latex.definitions import has_derivative
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import EMPTY, is_lagged
from symbolic.latex.scripts import affine, is_transpose
from symbolic.latex.syntax import (
    Big,
    Bracket,
    Chain,
    Factors,
    Listed,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Terms,
)
from symbolic.latex.walk import children, map_children, map_row, nodes_of


def with_bare_steps(rows: list[Row]) -> list[Row]:
    """Return the rows with brackets around the steps above, where a section leaves them out.

    >>> from symbolic.latex.reader import read
    >>> from symbolic.latex.write import write_row
    >>> rows = [*read(r"h_i^t = f(w h_i^{t-1} + u x_i^t)"), *read(r"y^t = (h^t)^2 u^2")]
    >>> for row in with_bare_steps(rows):
    ...     print(write_row(row))
    h_i^{(t)} = f(w h_i^{(t - 1)} + u x_i^{(t)})
    y^{(t)} = (h^{(t)})^2 u^2
    """
    chains = [chain for row in rows for chain in row.chains]
    letters = {letter for chain in chains for letter in _recurring(chain)}
    if not letters or any(_is_lagged_below(node) for node in nodes_of(chains)):
        return rows
    plain = {name for chain in chains if _is_forward(chain) for name in _plain(chain)}
    scripted = [node for node in nodes_of(chains) if isinstance(node, Scripted)]
    timed = {n for s in scripted if (n := written_name(s.base)) and _letter(s) in letters} - plain
    above = {s.above for s in scripted if written_name(s.base) in timed}
    has_numbers = bool(above & {Numeral("0"), Numeral("1")})
    has_last = bool({"T", "tau"} & _ends(chains))

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        if isinstance(inner, Scripted) and written_name(inner.base) in timed:
            step, sign = _parts(inner.above)
            if step is not None and _is_step(step, has_numbers=has_numbers, has_last=has_last):
                return replace(inner, above=_bracketed(step, sign))
        return inner

    return [map_row(row, change) for row in rows]


def _letter(node: Node | None) -> str | None:
    """Return the letter that stands alone above a name."""
    match node:
        case Scripted(base=Symbol(), above=Symbol(name=letter) as above) if not is_transpose(above):
            return letter
        case _:
            return None


def _recurring(chain: Chain) -> Iterator[str]:
    """Yield the letter of the step where an equation gives h^t from h^{t-1}."""
    left = chain.items[0]
    letter = _letter(left)
    if letter is None or not _is_forward(chain) or letter in "TH":
        return
    name = written_name(left.base) if isinstance(left, Scripted) else None
    for node in nodes_of([replace(chain, items=chain.items[1:])]):
        if not isinstance(node, Scripted) or written_name(node.base) != name or not node.above:
            continue
        value = affine(node.above, EMPTY)
        if is_lagged(node.above) and value is not None and value.letters == {letter}:
            yield letter


def _is_forward(chain: Chain) -> bool:
    is_derivative = any(item is not None and has_derivative(item) for item in chain.items)
    return chain.relations[:1] == ("=",) and not is_derivative


def _is_lagged_below(node: Node) -> bool:
    """Whether a name has a step below it, or in brackets above it."""
    if not isinstance(node, Scripted):
        return False
    below = node.below is not None and is_lagged(node.below)
    return below or (isinstance(node.above, Bracket) and is_lagged(node.above))


def _plain(chain: Chain) -> Iterator[str]:
    """Yield the names that the right side of an equation reads with nothing above them."""
    pending = [item for item in chain.items[1:] if item is not None]
    while pending:
        node = pending.pop()
        base, above = (node.base, node.above) if isinstance(node, Scripted) else (node, None)
        name = written_name(base)
        if name is not None and isinstance(base, Symbol):
            # A T may be the last step.
            if above is None or (is_transpose(above) and above != Symbol("T")):
                yield name
            continue
        pending.extend(children(node))


def _ends(chains: list[Chain]) -> set[str]:
    """Return the letters that end a sum or a range."""
    ends = [node.above for node in nodes_of(chains) if isinstance(node, Big)]
    ends += [node.items[-1] for node in nodes_of(chains) if isinstance(node, Listed)]
    return {name for end in ends if end is not None and (name := written_name(end)) is not None}


def _parts(above: Node | None) -> tuple[Node | None, Node | None]:
    """Return what stands above a name, and a sign of transposition behind it."""
    match above:
        case Factors(factors=(step, sign)) if is_transpose(sign):
            return step, sign
        case Terms(terms=(*terms, Factors(factors=(last, sign)))) if is_transpose(sign):
            return replace(above, terms=(*terms, last)), sign
        case _:
            return above, None


def _is_step(node: Node, *, has_numbers: bool, has_last: bool) -> bool:
    """Whether something above a name with steps is one: t - 1, k, T where it is the last step.

    Numbers are where the first steps are written so; else they are powers.
    """
    if isinstance(node, Numeral):
        return has_numbers
    value = affine(node, EMPTY)
    if value is None or not value.letters:
        return False
    return has_last or not is_transpose(node)


def _bracketed(step: Node, sign: Node | None) -> Node:
    bracket = Bracket("(", (step,), span=step.span)
    return bracket if sign is None else Factors((bracket, sign), ("",), span=step.span)
