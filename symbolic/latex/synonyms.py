r"""Other ways to write what the rest of the reader knows, for a whole section.

Words as names (``\mathrm{net}_t``), sech, powers by entries (``h^{\odot 2}``), values at a step
(``\big|_{t=T}``), powers of e.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symbolic.latex.exponentials import with_exponentials
from symbolic.latex.lexicon import DIAG_WORDS, FUNCTION_WORDS, SOFTMAX_WORDS, written_name
from symbolic.latex.names import EMPTY, find_slot
from symbolic.latex.scripts import affine
from symbolic.latex.sums import summed_letters
from symbolic.latex.syntax import (
    Blank,
    Bracket,
    Chain,
    Evaluated,
    Factors,
    Fraction,
    Listed,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Word,
    unscripted,
)
from symbolic.latex.walk import map_children, map_row, walk

#: The highest power by entries that is written out.
_MAX_POWER = 4
_FUNCTIONS = FUNCTION_WORDS.keys() | SOFTMAX_WORDS | DIAG_WORDS | {"sech"}


def with_synonyms(rows: list[Row]) -> list[Row]:
    """Return the rows of a section in the notation that the rest of the reader knows."""
    chains = [chain for row in rows for chain in row.chains]
    _, steps = find_slot(chains)
    names = frozenset(_names(chains, steps))

    def change(node: Node) -> Node:
        if isinstance(node, Word):
            return (
                Symbol(node.text, "roman", (), node.primes, node.span)
                if node.text in names
                else node
            )
        inner = map_children(node, change)
        match inner:
            case Scripted():
                return _by_entries(_with_label(inner, node))
            case Factors():
                return _with_cosh(inner)
            case Evaluated():
                return _at_point(inner, steps)
            case _:
                return inner

    return with_exponentials([map_row(row, change) for row in rows])


def _names(chains: Iterable[Chain], steps: frozenset[str]) -> Iterator[str]:
    """Yield the words that are names: an equation gives them, or a step stands below them."""
    for chain in chains:
        left = chain.items[0]
        if chain.relations[:1] == ("=",) and left is not None and _may_be_name(unscripted(left)):
            yield written_name(unscripted(left)) or ""
        for item in (i for i in chain.items if i is not None):
            for node in walk(item):
                if isinstance(node, Scripted) and _may_be_name(node.base):
                    below = node.below.items[0] if isinstance(node.below, Listed) else node.below
                    step = affine(below, EMPTY) if below is not None else None
                    if step is not None and step.letters and step.letters <= steps | {"T"}:
                        yield written_name(node.base) or ""


def _may_be_name(node: Node | None) -> bool:
    is_word = isinstance(node, Word) and node.text.isalnum() and not node.primes
    return is_word and isinstance(node, Word) and node.text not in _FUNCTIONS


def _with_label(inner: Scripted, written: Node) -> Scripted:
    """Return a name whose label, a word, is what it was; below a nabla stands a name."""
    if not isinstance(written, Scripted) or written_name(written.base) == "nabla":
        return inner
    below = written.below if isinstance(written.below, Word) else inner.below
    above = written.above if isinstance(written.above, Word) else inner.above
    return replace(inner, below=below, above=above)


def _by_entries(node: Scripted) -> Node:
    r"""Return ``h^{\odot 2}`` as a product by entries."""
    match node.above:
        case Factors(factors=(Blank(), Numeral(text=text)), operators=("odot" | "circ",)):
            count = int(text) if text.isdigit() else 0
        case _:
            return node
    if not 1 < count <= _MAX_POWER:
        return node
    base = node.base if node.below is None else replace(node, above=None)
    product = Factors((base,) * count, ("odot",) * (count - 1), node.span)
    return Bracket("(", (product,), (), node.span)


def _with_cosh(node: Factors) -> Node:
    """Return sech(x) as 1 over cosh(x), with the power that stands at the word."""
    factors: list[Node] = []
    operators: list[str] = []
    is_taken = False
    pairs = zip(node.factors, (*node.factors[1:], None), (*node.operators, " "), strict=True)
    for factor, following, operator in pairs:
        if is_taken:
            is_taken = False
        elif unscripted(factor) == Word("sech") and following is not None and not operator:
            cosh: Node = Word("cosh", span=factor.span)
            cosh = replace(factor, base=cosh) if isinstance(factor, Scripted) else cosh
            below = Factors((cosh, following), ("",), factor.span)
            factors.append(Fraction(Numeral("1"), below, factor.span))
            is_taken = True
            continue
        else:
            factors.append(factor)
        if operator != " ":
            operators.append(operator)
    if len(factors) == 1:
        return factors[0]
    return replace(node, factors=tuple(factors), operators=tuple(operators))


def _at_point(node: Evaluated, steps: frozenset[str]) -> Node:
    """Return a value at a step with that step in it."""
    match node.point:
        case Chain(items=(Symbol(name=name), Numeral() | Symbol() as point), relations=("=",)):
            pass
        case _:
            return node
    letters = {n.name for n in walk(node.body) if isinstance(n, Symbol)}
    is_free = name in steps and name in letters and name not in summed_letters(node.body)
    if not is_free or affine(point, EMPTY) is None:
        return node

    def change(part: Node) -> Node:
        return point if part == Symbol(name) else map_children(part, change)

    return Bracket("(", (change(node.body),), (), node.span)
