"""Forward equations that are given step by step, z_0 = ..., z_1 = ..., as one for every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symbolic.affine import Affine
from symbolic.latex.lexicon import BELOW, Lexicon
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Factors, Node, Numeral, Symbol, Terms
from symbolic.latex.walk import children, map_children

#: A lexicon that knows no name, to read numbers with.
_EMPTY = Lexicon({}, BELOW, frozenset())
#: Signs of a product that say no more than juxtaposition.
_PRODUCT = ("cdot", "*", "times")


def for_every_step(bodies: Sequence[tuple[int, Node]], letter: str) -> Node | None:
    r"""Return the right side at the step ``letter`` of which those at fixed steps are instances.

    A number that is the same in all of them stays; one that keeps its distance from the step
    becomes ``letter`` and the distance. None where the right sides differ otherwise.

    >>> from symbolic.latex.reader import read
    >>> one, two, general = (row.chains[0].items[0] for row in read(r"x_0 w \\ x_1 w \\ x_t w"))
    >>> for_every_step([(0, one), (1, two)], "t") == general
    True
    """
    first = bodies[0][1]
    if all(body == first for _, body in bodies):
        return first
    values = [_number(body) for _, body in bodies]
    if None not in values:
        pairs = zip(values, bodies, strict=True)
        distances = {value - step for value, (step, _) in pairs if value is not None}
        return _at(letter, distances.pop()) if len(distances) == 1 else None
    return _joined(bodies, lambda parts: for_every_step(parts, letter))


def _number(node: Node) -> int | None:
    value = affine(node, _EMPTY)
    return value.constant if isinstance(value, Affine) and value.is_constant else None


def _at(letter: str, distance: int) -> Node:
    symbol = Symbol(letter)
    if distance == 0:
        return symbol
    return Terms((symbol, Numeral(str(abs(distance)))), ("+", "+" if distance > 0 else "-"))


def _joined(
    bodies: Sequence[tuple[int, Node]], join: Callable[[list[tuple[int, Node]]], Node | None]
) -> Node | None:
    """Return the first node with its children joined with those of the others at their places."""
    first = bodies[0][1]
    blank = _without_children(first)
    if any(_without_children(body) != blank for _, body in bodies):
        return None
    columns = list(zip(*(children(body) for _, body in bodies), strict=True))
    steps = [step for step, _ in bodies]
    found = [join(list(zip(steps, column, strict=True))) for column in columns]
    if None in found:
        return None
    kept = iter(found)
    return map_children(first, lambda child: next(kept) or child)


def _without_children(node: Node) -> Node:
    """Return the node with a placeholder for each child, to compare everything else.

    Whether a product is written with a dot, a star, a cross or nothing makes no difference.
    """
    blank = replace(map_children(node, lambda child: Symbol("")), span=None)
    if isinstance(blank, Factors):
        operators = ("" if sign in _PRODUCT else sign for sign in blank.operators)
        return replace(blank, operators=tuple(operators))
    return blank
