r"""Functions that a text gives by a formula or by a name: \sigma(u) = 1/(1+e^{-u}), f = \tanh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from symbolic.errors import GradproofError
from symbolic.expr import Expr
from symbolic.latex.context import Context
from symbolic.latex.lexicon import BELOW, FUNCTION_WORDS, Lexicon, Variable, written_name
from symbolic.latex.meaning import meaning
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Symbol, Word, unscripted
from symbolic.latex.walk import map_children, walk

#: The argument of a function while its formula is read; no page can write this name.
_ARGUMENT = "#argument"


@dataclass(frozen=True, slots=True)
class Activations:
    """The functions of a section that its text gives.

    ``known`` are those that are functions of the core, ``opaque`` those whose formula is none of
    these, ``chains`` the equations that give them.
    """

    known: dict[str, str]
    opaque: frozenset[str]
    chains: tuple[Chain, ...]


def activations_in(chains: Sequence[Chain]) -> Activations:
    """Return what the chains say of functions that others of them apply, the first of each."""
    functions = frozenset(
        name
        for chain in chains
        for item in chain.items[1:]
        if item is not None
        for node in walk(item)
        if isinstance(node, Factors)
        for name in _applied(node)
    )
    known: dict[str, str] = {}
    opaque: set[str] = set()
    given: list[Chain] = []
    for chain in chains:
        if chain.relations[:1] not in (("=",), (":=",), ("equiv",)):
            continue
        left, right = chain.items[0], chain.items[1]
        found = _given(left, right, functions) if left is not None and right is not None else None
        if found is None or found[0] in known or found[0] in opaque:
            continue
        name, core = found
        given.append(chain)
        if core is None:
            opaque.add(name)
        else:
            known[name] = core
    return Activations(known, frozenset(opaque), tuple(given))


def _applied(node: Factors) -> Iterator[str]:
    """Yield the names in a product that stand before a bracket."""
    for first, second in pairwise(node.factors):
        inner = unscripted(second)
        name = written_name(first) if isinstance(first, Symbol) else None
        if name is not None and isinstance(inner, Bracket) and inner.kind == "(":
            yield name.rstrip("'")


def _given(left: Node, right: Node, functions: frozenset[str]) -> tuple[str, str | None] | None:
    """Return the function that an equation gives, and which one of the core it is."""
    name = written_name(left)
    if name in functions and isinstance(right, Word):
        core = FUNCTION_WORDS.get(right.text)
        return (name, core) if name is not None and core is not None else None
    if not isinstance(left, Factors) or len(left.factors) != 2:
        return None
    first, bracket = left.factors
    name = written_name(first)
    if name not in functions or not isinstance(bracket, Bracket) or len(bracket.items) != 1:
        return None
    body = _of_argument(right, bracket.items[0])
    if name is None or body is None:
        return None
    # SymPy takes long to import, and few texts need it here.
    from symbolic.recognise import recognised

    return name, recognised(body)


def _of_argument(right: Node, argument: Node) -> Expr | None:
    """Return a formula in the argument alone; None where it is made of anything else."""

    def change(node: Node) -> Node:
        return Symbol(_ARGUMENT) if node == argument else map_children(node, change)

    lexicon = Lexicon({_ARGUMENT: Variable(_ARGUMENT, (), timed=False)}, BELOW, frozenset())
    try:
        value = meaning(change(right), Context(lexicon, frozenset()))
    except GradproofError:
        return None
    return value.entry if value.is_scalar else None
