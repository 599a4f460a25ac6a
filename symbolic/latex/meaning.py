"""What a node of the syntax tree means: the one function, whose rules stand in other files.

``symbolic.latex.elaborate`` registers them all; whoever needs the meaning of a part calls
``meaning`` and need not know which rule answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from symbolic.errors import GradproofError, UnknownName, UnsupportedNotation
from symbolic.latex.context import Context
from symbolic.latex.scripts import Atom, affine, is_hermitian
from symbolic.latex.syntax import Node
from symbolic.latex.tensor import Tensor, power, transposed

#: The note on a sign above that is the transpose of what is real, if it is no power.
HERMITIAN = "the sign of the conjugate transpose is read as that of the transpose"


@singledispatch
def meaning(node: Node, context: Context) -> Tensor:
    """Return what a node means; raises UnsupportedNotation for what has no meaning here."""
    span = getattr(node, "span", None)
    raise UnsupportedNotation(f"{type(node).__name__.lower()} where a value is expected", span)


def require_known(nodes: Iterable[Node], context: Context) -> None:
    """Raise UnknownName where a node rests on a name that is not known; ignore its other faults.

    Shapes that conflict refute an equation only where all of its names are known.
    """
    for node in nodes:
        try:
            meaning(node, context)
        except UnknownName:
            raise
        except GradproofError:
            continue


def value_of(found: Atom, context: Context) -> Tensor:
    """Return the value of a variable as it occurs, with its power and transpose."""
    if found.occurrence.star:
        raise UnsupportedNotation(f"a star at {found.occurrence.variable.name}, which is no copy")
    axes, entry = context.entry(found.occurrence)
    upper, lower = (axes, ()) if len(axes) < 2 else (axes[:1], axes[1:])
    return acted_on(Tensor(upper, lower, entry), found.power, context, transpose=found.transpose)


def acted_on(
    tensor: Tensor, exponent: Node | None, context: Context, *, transpose: bool = False
) -> Tensor:
    """Return a value with a power and a transpose applied."""
    if exponent is not None and tensor.axes and is_hermitian(exponent, context.lexicon):
        context.notes.append(HERMITIAN)
        transpose = not transpose
    elif exponent is not None:
        value = affine(exponent, context.lexicon)
        if value is None:
            raise UnsupportedNotation("an exponent that is no whole number", exponent.span)
        tensor = power(tensor, value, context.fresh)
    return transposed(tensor) if transpose else tensor
