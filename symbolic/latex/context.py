"""What elaboration carries along: the lexicon, the reading, the letters met so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from symbolic.affine import Affine
from symbolic.errors import UnsupportedNotation
from symbolic.expr import Entry, Index, Position
from symbolic.latex.lexicon import Lexicon, Occurrence
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Node, Symbol
from symbolic.latex.tensor import Fresh, ShapeConflict
from symbolic.model import Equation
from symbolic.traverse import is_part, walk

#: The note on an equation that is read for one entry of all arrays.
ONE_EXAMPLE = "read for one example"


def stacks(equations: tuple[Equation, ...]) -> bool:
    """Whether forward equations make an array of others, as of [h; x]."""
    return any(is_part(node) for equation in equations for node in walk(equation.body))


class Layout(Enum):
    """How derivatives by vectors are laid out; one choice for a section."""

    #: d(loss)/d(vector) is a row, d(vector)/d(vector) has the numerator's entries as rows.
    ROWS = "rows"
    #: d(loss)/d(vector) is a column, as its gradient is; Jacobians as before.
    COLUMNS = "columns"
    #: Denominator layout: columns, and Jacobians transposed.
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class Choices:
    """One reading of a section or line, as far as elaboration depends on it.

    ``head_per_step`` and ``right_per_step`` say how a plain d(state)/d(parameter) is read on either
    side, ``same_per_step`` that only an atom of the left side is per-step on the right.
    """

    head_per_step: bool = False
    right_per_step: bool = False
    same_per_step: bool = False
    descending: bool = False
    layout: Layout = Layout.ROWS
    ones: bool = False
    copy: bool = False


@dataclass(slots=True)
class Context:
    """The state of the elaboration of one claim, shared by both of its sides."""

    lexicon: Lexicon
    losses: frozenset[str]
    choices: Choices = Choices()
    fresh: Fresh = field(default_factory=Fresh)
    #: The forward equations of the section, in which abbreviations are looked up.
    equations: tuple[Equation, ...] = ()
    #: The sizes of the index letters met so far.
    sizes: dict[str, Affine] = field(default_factory=dict)
    #: The step of the equation, where it has exactly one, for names that leave it out.
    default_step: Affine | None = None
    #: Plain derivatives of the left side: (state, its step, parameter).
    head_atoms: set[tuple[str, Affine | None, str]] = field(default_factory=set)
    is_head: bool = False
    #: Whether only a constant may be added to every entry: where shapes are looked for.
    is_strict: bool = False
    #: Whether the derivative at hand is written with the letter d.
    is_with_d: bool = False
    #: Whether a plain derivative of a state by a parameter was met.
    has_plain: bool = False
    #: These derivatives: (state, parameter, whether it is read as per-step).
    plain_atoms: set[tuple[str, str, bool]] = field(default_factory=set)
    #: Whether a loss with a step was differentiated by a whole parameter on the left.
    has_loss_step: bool = False
    #: Whether a product of matrices over steps was met whose order is open.
    has_product: bool = False
    #: What was read in a way that the reader should be told of.
    notes: list[str] = field(default_factory=list)
    #: (later, earlier) steps of derivatives, from which the order of free letters follows.
    ordered: list[tuple[Affine, Affine]] = field(default_factory=list)

    def position(self, node: Node, size: Affine) -> Position:
        """Return a position: an index letter of that size, or a number or size as written."""
        value = affine(node, self.lexicon)
        if isinstance(node, Symbol) and value is not None and not self._is_size(node.name):
            return self.index(node.name, size)
        if value is None:
            raise UnsupportedNotation("a position that is neither a letter nor a number", node.span)
        return value

    def index(self, name: str, size: Affine) -> Index:
        """Return an index letter; raises ShapeConflict where it had another size before."""
        known = self.sizes.setdefault(name, size)
        if known != size:
            if not self.is_strict and stacks(self.equations):
                # An index of a part of a stack is one of the stack too, as far as the part goes.
                raise UnsupportedNotation(f"the index {name} runs to {known} and to {size}")
            message = f"the index {name} runs to {known} and to {size}"
            raise ShapeConflict(message, ((known,), (size,)))
        return Index(name, size)

    def _is_size(self, name: str) -> bool:
        return name in self.lexicon.sizes

    def entry(self, found: Occurrence) -> tuple[tuple[Index, ...], Entry]:
        """Return the axes and the entry of a variable as it occurs."""
        variable = found.variable
        step = found.step
        if variable.timed and step is None:
            step = self.default_step
            if step is None:
                raise UnsupportedNotation(f"{variable.name} stands without its step")
        if not variable.timed and not variable.is_parameter:
            step = None
        if found.positions:
            pairs = zip(found.positions, variable.shape, strict=True)
            positions = tuple(self.position(node, size) for node, size in pairs)
            return (), Entry(variable.name, positions, step)
        if variable.shape and variable.shape == (self.lexicon.examples,):
            self.notes.append(ONE_EXAMPLE)
            return (), Entry(variable.name, (Index("one example", variable.shape[0]),), step)
        axes = tuple(self.fresh.index(size) for size in variable.shape)
        return axes, Entry(variable.name, axes, step)
