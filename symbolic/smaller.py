"""The same equations over fewer steps and with smaller printed sizes.

Where a text prints its sizes or its last step, a model has instances of that size alone. SymPy
confirms the derivatives of a tape on small instances: those of the model made smaller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from symbolic.affine import Affine, integer
from symbolic.expr import (
    Delta,
    Entry,
    Expr,
    Index,
    Position,
    Sum,
    TimeProduct,
    TimeSum,
)
from symbolic.forward import NodeKey
from symbolic.model import Declaration, Equation, Model
from symbolic.traverse import is_part, map_children, own_positions, walk

#: A model over more steps than these is made shorter: down to STEPS.
MOST_STEPS, STEPS = 5, 3
#: Printed sizes above it become this one.
SIZE = 2


@dataclass(frozen=True, slots=True)
class Smaller:
    """A model made smaller, its number of steps (None: any), and what its steps are shifted by."""

    model: Model
    tau: int | None
    shift: int = 0

    def key(self, key: NodeKey) -> NodeKey:
        """Return the variable that stands for one of the larger model, in the same order."""
        return key if key.step is None else NodeKey(key.name, self.step(key.step))

    def step(self, step: int) -> int:
        """Return the step for one of the larger model: the first two stay, the last ones too."""
        kept = self.model.first_step + 1
        return step if step <= kept else max(kept, step - self.shift)


def smaller(model: Model, tau: int | None, more: int = 0) -> Smaller:
    """Return a model with fewer steps and smaller printed sizes; itself where it is small.

    ``tau`` is the number of steps, if it is fixed; else ``more`` are left out of each instance.
    """
    short = Smaller(model, tau, more)
    if tau is not None and tau > MOST_STEPS:
        short = Smaller(model, STEPS, tau - STEPS)
    shapes = (size for declared in model.declarations for size in declared.shape)
    if short.tau == tau and not any(map(_is_large, shapes)):
        return short
    keeps_sizes = any(_is_placed(e.body) for e in model.equations)

    def size(of: Affine) -> Affine:
        return integer(SIZE) if _is_large(of) and not keeps_sizes else of

    def index(of: Index) -> Index:
        return replace(of, size=size(of.size))

    def declared(of: Declaration) -> Declaration:
        return replace(of, shape=tuple(map(size, of.shape)))

    def equation(of: Equation) -> Equation:
        body = _changed(of.body, short, index)
        return replace(of, indices=tuple(map(index, of.indices)), body=body)

    declarations = tuple(map(declared, model.declarations))
    equations = tuple(map(equation, model.equations))
    return replace(short, model=replace(model, declarations=declarations, equations=equations))


def _is_large(size: Affine) -> bool:
    return size.is_constant and size.constant > SIZE


def _is_placed(e: Expr) -> bool:
    """Whether an expression depends on a size as a number: by blocks, or by an entry far out."""
    for node in walk(e):
        if isinstance(node, Delta) and (is_part(node)):
            return True
        positions = (p for p in own_positions(node) if isinstance(p, Affine))
        if any(map(_is_large, positions)):
            return True
    return False


def _changed(e: Expr, short: Smaller, index: Callable[[Index], Index]) -> Expr:
    """Return an expression with other sizes of its indices and other numbers for its steps."""

    def position(of: Position) -> Position:
        return index(of) if isinstance(of, Index) else of

    def step(of: Affine) -> Affine:
        return integer(short.step(of.constant)) if of.is_constant else of

    def change(node: Expr) -> Expr:
        inner = map_children(node, change)
        match inner:
            case Entry():
                positions = tuple(position(p) for p in inner.positions)
                at = None if inner.step is None else step(inner.step)
                return replace(inner, positions=positions, step=at)
            case Delta():
                return replace(inner, left=position(inner.left), right=position(inner.right))
            case Sum():
                return replace(inner, index=index(inner.index))
            case TimeSum():
                return replace(inner, first=step(inner.first), last=step(inner.last))
            case TimeProduct():
                rows, columns = (
                    tuple(index(i) for i in axes) for axes in (inner.rows, inner.columns)
                )
                first, last = step(inner.first), step(inner.last)
                return replace(inner, rows=rows, columns=columns, first=first, last=last)
            case _:
                return inner

    return change(e)
