"""Shapes that a section does not declare: those with which its forward equations fit together.

A name without a shape is tried as a scalar, a vector or a matrix, in the order in which the field
uses such letters, with sizes of its own; the rules of ``symbolic.latex.meaning`` say where two of
the sizes have to be one. The first choice with which every equation fits is taken, and further
ones tell whether a conflict of shapes is forced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, product

from symbolic.affine import Affine, letter
from symbolic.arrays import Shape
from symbolic.errors import GradproofError, ModelError
from symbolic.latex.context import Context
from symbolic.latex.definitions import Definition
from symbolic.latex.entrywise import rank_of, ranks_in, value_of_definition
from symbolic.latex.lexicon import DIAG_WORDS, SOFTMAX_WORDS, Lexicon, is_loss_name
from symbolic.latex.scripts import is_transpose
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Scripted, Symbol, Word
from symbolic.latex.tensor import ShapeConflict
from symbolic.latex.unify import is_open, resolved, unifications
from symbolic.latex.walk import walk

#: The shape of a name of which nothing is known yet: it fits nothing.
UNKNOWN: Shape = (letter("?"),)

#: Elaborations of one equation in all; a section that needs more keeps its shapes open.
BUDGET = 1000
#: The same where one equation alone is looked at, to say why it does not fit.
_BUDGET_OF_ONE = 100

#: Further solutions that are looked at, to see whether a conflict is forced.
ALTERNATIVES = 24

#: Letters for sizes that the text does not name, where it leaves them free.
_SIZE_LETTERS = ("n", "m", "c", "d", "p", "q", "r", "D", "M", "C", "N", "P", "Q", "R")


def speaks_of_arrays(chains: Sequence[Chain]) -> bool:
    """Whether a section writes what only vectors and matrices have: bold letters, transposes, diag.

    Without any of it, and without a declared shape, letters may as well be scalars.
    """
    return any(
        _is_of_arrays(node)
        for chain in chains
        for item in chain.items
        if item is not None
        for node in walk(item)
    )


def _is_of_arrays(node: Node) -> bool:
    match node:
        case Symbol(style="bold"):
            return True
        case Scripted(above=Symbol() as above):
            return is_transpose(above)
        case Word(text=text):
            return text in DIAG_WORDS or text in SOFTMAX_WORDS
        case Factors(operators=operators):
            return not {"circ", "odot"}.isdisjoint(operators)
        case Bracket(kind="||"):
            return True
        case _:
            return False


def solutions(
    lexicon: Lexicon, definitions: Sequence[Definition], chains: Sequence[Chain]
) -> Iterator[Lexicon]:
    """Yield the lexicon with shapes for all names, the likeliest first, while the budget lasts.

    No size has a letter that is written anywhere in the section, not even as an index.
    """
    search = _Search(tuple(definitions))
    items = (item for chain in chains for item in chain.items if item is not None)
    written = {node.name for item in items for node in walk(item) if isinstance(node, Symbol)}
    for found in search.solve(lexicon, search.definitions):
        yield _named(found, written)


class UndeclaredShapes(ModelError):
    """Shapes are declared nowhere and follow from nothing."""


class Misfit(UndeclaredShapes):
    """A forward equation fits together with no shapes of its names."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def obstacle(lexicon: Lexicon, definitions: Sequence[Definition]) -> UndeclaredShapes | None:
    """Return which forward equation cannot be read whatever the shapes are, and why.

    Of its errors under all choices of shapes the most frequent counts that is no conflict of them.
    """
    for d in definitions:
        search = _Search(tuple(definitions), budget=_BUDGET_OF_ONE)
        if next(search.solve(lexicon, (d,)), None) is not None:
            continue
        place = f" in line {d.chain.span.line}" if d.chain.span is not None else ""
        if search.errors:
            ((message, _),) = search.errors.most_common(1)
            return UndeclaredShapes(f"the equation for {d.name}{place} is not read: {message}")
        if search.spent < search.budget:
            message = f"the equation for {d.name}{place} fits together with no shapes of its names"
            return Misfit(d.name, message)
    return None


def key_of(d: Definition, lexicon: Lexicon) -> str:
    """Return the key of what an equation defines."""
    timed = d.step is not None
    return next(
        key
        for key in (d.name, d.name + " ")
        if key in lexicon.variables and lexicon.variables[key].timed is timed
    )


def keys_in(d: Definition, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the keys of the names on both sides of an equation."""
    found = [key_of(d, lexicon)]
    for use in d.uses(lexicon.slot, lexicon.steps):
        timed = use.step is not None
        keys = [key for key in (use.name, use.name + " ") if key in lexicon.variables]
        same = [key for key in keys if lexicon.variables[key].timed is timed]
        found += (same or keys)[:1]
    return tuple(dict.fromkeys(found))


@dataclass(slots=True)
class _Search:
    """A search for shapes, equation by equation, those with the fewest open names first."""

    definitions: tuple[Definition, ...]
    spent: int = 0
    budget: int = BUDGET
    #: Why equations could not be read, with how often.
    errors: Counter[str] = field(default_factory=Counter)
    fresh: Iterator[int] = field(default_factory=count)

    def solve(self, lexicon: Lexicon, left: tuple[Definition, ...]) -> Iterator[Lexicon]:
        """Yield the ways in which the equations that are left fit."""
        if not left:
            yield lexicon
            return
        first = min(left, key=lambda d: len(self.open_in(d, lexicon)))
        others = tuple(d for d in left if d is not first)
        names = self.open_in(first, lexicon)
        orders = [self.ranks(key, lexicon) for key in names]
        choices = product(*(range(len(order)) for order in orders))
        for choice in sorted(choices, key=lambda places: (sum(places), places)):
            ranks = [order[place] for order, place in zip(orders, choice, strict=True)]
            for fitted in self.fitted(first, self.with_ranks(lexicon, names, ranks)):
                yield from self.solve(fitted, others)
            if self.spent >= self.budget:
                return

    def ranks(self, key: str, lexicon: Lexicon) -> tuple[int, ...]:
        """Return how many axes a name may have; a defined one that is called a loss has none."""
        is_defined = any(key_of(d, lexicon) == key for d in self.definitions)
        if is_defined and is_loss_name(key.strip()):
            return (0,) if "_" not in key else (0, 1)
        printed = rank_of(key.strip(), ranks_in(self.definitions, lexicon.slot, lexicon.steps))
        found = printed or _ranks(key, is_timed=lexicon.variables[key].timed)
        # What an equation gives may be a number, whatever letter it has.
        return (*found, 0) if is_defined and not printed and 0 not in found else found

    def open_in(self, d: Definition, lexicon: Lexicon) -> tuple[str, ...]:
        """Return the names of an equation whose shapes are open."""
        return tuple(k for k in keys_in(d, lexicon) if lexicon.variables[k].shape == UNKNOWN)

    def with_ranks(self, lexicon: Lexicon, names: Sequence[str], ranks: Sequence[int]) -> Lexicon:
        """Return the lexicon with new sizes for some names."""
        shapes = {
            name: tuple(letter(f"?{next(self.fresh)}") for _ in range(rank))
            for name, rank in zip(names, ranks, strict=True)
        }
        return _with_shapes(lexicon, shapes)

    def fitted(self, d: Definition, lexicon: Lexicon) -> Iterator[Lexicon]:
        """Yield the lexicon with the sizes made one that an equation needs, in each way."""
        if self.spent >= self.budget:
            return
        self.spent += 1
        try:
            context = Context(lexicon, frozenset(), default_step=d.step, is_strict=True)
            variable = lexicon.variables[key_of(d, lexicon)]
            value = value_of_definition(d, variable, context)
            pair = (variable.shape, tuple(axis.size for axis in value.axes))
        except ShapeConflict as conflict:
            if conflict.sizes is None:
                return
            pair = conflict.sizes
        except GradproofError as error:
            self.errors[error.message] += 1
            return
        else:
            if pair[0] == pair[1]:
                yield lexicon
                return
        for change in unifications(*pair):
            yield from self.fitted(d, _resized(lexicon, change))


def _ranks(key: str, *, is_timed: bool) -> tuple[int, ...]:
    """Return how many axes a name may have, the likeliest first: W a matrix, h and b vectors.

    A small letter is a matrix only where it is declared to be one.
    """
    name = key.strip().partition("_")[0]
    if name[:1].isupper():
        return (2, 1, 0) if is_timed else (2, 1)
    return (1, 0)


def _resized(lexicon: Lexicon, change: Mapping[str, Affine]) -> Lexicon:
    shapes = {
        key: tuple(resolved(size, change) for size in variable.shape)
        for key, variable in lexicon.variables.items()
    }
    return _with_shapes(lexicon, shapes)


def _with_shapes(lexicon: Lexicon, shapes: Mapping[str, Shape]) -> Lexicon:
    variables = dict(lexicon.variables)
    for key, shape in shapes.items():
        variables[key] = replace(variables[key], shape=shape)
    return lexicon.with_variables(variables)


def _named(lexicon: Lexicon, written: set[str]) -> Lexicon:
    """Return the lexicon with letters for the sizes that are still open."""
    taken = written | lexicon.sizes | {v.name for v in lexicon.variables.values()}
    spare = (x for x in _SIZE_LETTERS if x not in taken)
    numbered = (f"n{k}" for k in count(1))
    change: dict[str, Affine] = {}
    for variable in lexicon.variables.values():
        for name in (name for size in variable.shape for name, _ in size.coefficients):
            if is_open(name) and name not in change:
                change[name] = letter(next(spare, None) or next(numbered))
    found = _resized(lexicon, change)
    sizes = frozenset(name for size in change.values() for name in size.letters)
    return replace(found, sizes=found.sizes | sizes)
