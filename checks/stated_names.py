"""Names and shapes as directives write them, and the names that a section has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.affine import Affine
from symbolic.arrays import Shape
from symbolic.errors import GradproofError
from symbolic.latex.declared import declared_shapes
from symbolic.latex.from_model import section_from, written_names
from symbolic.latex.lexicon import Lexicon
from symbolic.latex.names import EMPTY, SIGNS, find_slot, shape_of, uses
from symbolic.latex.reader import read
from symbolic.latex.scripts import affine, atom
from symbolic.latex.syntax import Chain, Node, Row, Symbol, Word, unscripted
from symbolic.model import Model

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*'*")
_BRACKET = re.compile(r"\((?P<inner>[^()]*)\)")
_SCALAR = ("()", "scalar")


class Names:
    """The names of a section: those that its formulas have, or those of its model."""

    def __init__(self, rows: list[tuple[Chain, ...]], model: Model | None) -> None:
        chains = [chain for row in rows for chain in row]
        self._slot, self._steps = find_slot(chains)
        self._lexicon: Lexicon | None = None
        self.declared: dict[str, Shape] = {}
        if model is not None:
            self._lexicon = section_from(model, rows).lexicon
            self.known = frozenset(name.strip() for name in written_names(model))
            return
        self.declared = declared_shapes(rows, self._slot)
        items = (item for chain in chains for item in chain.items if item is not None)
        found = {use.name for item in items for use in uses(item, self._slot, self._steps)}
        self.known = frozenset(found - SIGNS)

    def find(self, text: str) -> str | None:
        r"""Return a name as it is known in the section, ``yhat`` for ``\hat y``; None without it.

        A variable of a model has the name that it has there.
        """
        node = _symbol(text)
        if self._lexicon is not None:
            variable = self._lexicon.variables.get(text)
            return self._variable(node) if variable is None else variable.name
        if text in self.known:
            return text
        used = uses(node, self._slot, self._steps) if node is not None else []
        return used[0].name if used and used[0].name in self.known else None

    def _variable(self, node: Node | None) -> str | None:
        if node is None or self._lexicon is None:
            return None
        try:
            found = atom(node, self._lexicon)
        except GradproofError:
            return None
        return found.occurrence.variable.name if found is not None else None


def is_name(text: str) -> bool:
    r"""Whether a text is one name, known or not: a word, or a symbol with or without scripts.

    >>> is_name("yhat"), is_name(r"\hat{y}_t"), is_name("W U"), is_name("")
    (True, True, False, False)
    """
    return _PLAIN.fullmatch(text) is not None or _symbol(text) is not None


def _symbol(text: str) -> Node | None:
    node = _alone(text)
    base = unscripted(node)
    return node if isinstance(base, Symbol | Word) else None


def _alone(text: str) -> Node | None:
    """Return the one expression that a text is."""
    rows = read(text)
    if len(rows) != 1 or not isinstance(rows[0], Row) or len(rows[0].chains) != 1:
        return None
    (chain,) = rows[0].chains
    return chain.items[0] if not chain.relations else None


def shape_in(text: str) -> Shape | None:
    r"""Return a shape: ``(n, m)`` as in model files, or ``n \times m``; () is a scalar.

    A trailing 1 is dropped: a column is a vector. None where the text is no shape.

    >>> [[str(size) for size in shape_in(text)] for text in ("(n, m)", r"n \times 1", "()")]
    [['n', 'm'], ['n'], []]
    >>> shape_in("(n, 0)"), shape_in("n m")
    (None, None)
    """
    if text in _SCALAR:
        return ()
    sizes: list[Affine | None]
    if match := _BRACKET.fullmatch(text):
        # Read as a whole, (5) would be the number of an equation.
        nodes = [_alone(item) for item in match["inner"].split(",")]
        sizes = [None if node is None else affine(node, EMPTY) for node in nodes]
    else:
        node = _alone(text)
        shape = None if node is None else shape_of(node)
        sizes = [None] if shape is None else list(shape)
    known = [size for size in sizes if size is not None and _is_size(size)]
    if len(known) < len(sizes):
        return None
    if len(known) > 1 and known[-1] == Affine((), 1):
        known.pop()
    return tuple(known)


def _is_size(size: Affine) -> bool:
    """Whether something is a size at all: 0, -1 and n - m are none."""
    return (size.constant > 0 or bool(size.letters)) and all(c > 0 for _, c in size.coefficients)


def listed(text: str) -> Iterator[tuple[str, int]]:
    """Yield what stands between commas, without spaces around, and where it begins."""
    start = 0
    for part in text.split(","):
        yield part.strip(), start + len(part) - len(part.lstrip())
        start += len(part) + 1
