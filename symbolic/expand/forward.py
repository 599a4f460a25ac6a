"""The equations and shapes of a model in a notation, as they stand at the beginning of a text."""

from __future__ import annotations

from symbolic.affine import letter
from symbolic.expand.algebra import Algebra
from symbolic.expand.drawing import NoMatrix
from symbolic.expand.entries import Scribe
from symbolic.expand.layout import Layout
from symbolic.expand.local import softmax_argument
from symbolic.expand.question import Line, letters_of, no_derivative
from symbolic.expr import Expr, Index, TimeSum
from symbolic.forward import NodeKey, longest_lag
from symbolic.latex.syntax import Chain, Node, Terms, Word
from symbolic.model import STEP, Equation, Model
from symbolic.notation.build import bracketed, call
from symbolic.notation.writer import Writer


def forward_lines(writer: Writer) -> tuple[Line, ...]:
    """Return the equations of a model in an order of computation."""
    equations = (_line(equation, writer) for equation in writer.model.equations)
    return tuple(line.finished(writer) for line in equations)


def _line(equation: Equation, writer: Writer) -> Line:
    step = letter(STEP) if writer.model.declaration(equation.name).timed else None
    argument = softmax_argument(equation)
    try:
        if argument is not None:
            inner = matrix_node(argument, equation.indices, writer)
            right = call(Word("softmax"), inner)
        else:
            right = _body(equation.body, equation.indices, writer)
    except NoMatrix:
        scribe = Scribe(writer)
        places = letters_of(scribe, equation.indices)
        return Line(writer.variable(equation.name, step, places), scribe.write(equation.body))
    return Line(writer.variable(equation.name, step), right)


def _body(e: Expr, indices: tuple[Index, ...], writer: Writer) -> Node:
    if isinstance(e, TimeSum):
        body = _body(e.body, indices, writer)
        inner = bracketed(body) if isinstance(body, Terms) else body
        return Scribe(writer).big(writer.letter(e.letter), e.first, e.last, inner)
    return matrix_node(e, indices, writer)


def matrix_node(e: Expr, indices: tuple[Index, ...], writer: Writer) -> Node:
    """Return an expression in matrix notation; raises NoMatrix where there is none."""
    return Layout(writer, Algebra(), no_derivative).node(e, indices)


def shape_chains(writer: Writer) -> tuple[Chain, ...]:
    """Return the sets that the variables are from, one chain each."""
    found = []
    for declared in writer.model.declarations:
        step = letter(STEP) if declared.timed else None
        node = writer.variable(declared.name, step)
        found.append(Chain((node, writer.shape(declared.name)), ("in",)))
    return tuple(found)


def initial_states(model: Model) -> tuple[NodeKey, ...]:
    """Return what is read before the first step, and computed by no equation there."""
    nodes = [d.name for d in model.declarations if d.timed]
    first = model.first_step
    return tuple(
        NodeKey(name, first - back)
        for name in nodes
        for back in range(longest_lag(model, name), 0, -1)
    )
