"""Each equation of a model differentiated by what it reads: the local Jacobians, as equations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbolic.affine import Affine, integer
from symbolic.expand.closed import Closed
from symbolic.expand.drawing import NoMatrix
from symbolic.expand.entries import Scribe
from symbolic.expand.jacobians import Adjoint
from symbolic.expand.layout import Layout
from symbolic.expand.letters import reindexed, substituted
from symbolic.expand.local import equation_derivative, softmax_argument
from symbolic.expand.nesting import nested
from symbolic.expand.network import Unrolled, paths
from symbolic.expand.question import Line, letters_of, no_derivative
from symbolic.expand.reading import RUNNING
from symbolic.expr import Apply, Entry, Expr, Multiply, Sum, TimeSum
from symbolic.forward import NodeKey, longest_lag
from symbolic.model import HORIZON, STEP, Equation, Model, entries_of
from symbolic.traverse import walk


def through_softmax(found: Closed, equation: Equation, entry: Entry) -> Line | None:
    """Return the derivative of a cross-entropy by the argument of the softmax in it."""
    backward, made = found.backward, found.question.writer
    inner = backward.model.equation(entry.name)
    argument = softmax_argument(inner) if inner is not None else None
    if equation.indices or inner is None or not isinstance(argument, Entry):
        return None
    algebra = backward.algebra
    outer = backward.indices(entry.name)
    step = RUNNING if backward.model.declaration(equation.name).timed else None
    above = equation_derivative(
        equation, Entry(equation.name, (), step), replace(entry, positions=outer), algebra.fresh
    )
    indices = backward.indices(argument.name)
    value = replace(entry, positions=outer)
    below = replace(argument, positions=indices)
    renamed = replace(inner, indices=outer, body=reindexed(inner.body, inner.indices, outer))
    product_: Expr = Multiply((above, equation_derivative(renamed, value, below, algebra.fresh)))
    for index in reversed(outer):
        product_ = Sum(index, product_)
    adjoint = Adjoint((), indices, algebra.simplified(product_))
    one = made.variable(equation.name, step)
    try:
        is_row = len(indices) == 1
        right = Layout(made, algebra, no_derivative).node(adjoint.entry, indices, row=is_row)
    except NoMatrix:
        return None
    return Line(made.derivative(one, made.variable(argument.name, argument.step)), right)


def read_of(equation: Equation, names: list[str]) -> Iterator[Entry]:
    """Yield what an equation reads of the names, each variable once at each step; no sums."""
    seen: set[tuple[str, Affine | None]] = set()
    for entry in entries_of(equation.body):
        key = (entry.name, entry.step)
        if entry.name in names and key not in seen and not _is_summed(equation, entry):
            seen.add(key)
            yield entry


def _is_summed(equation: Equation, entry: Entry) -> bool:
    """Whether an equation without steps reads a variable at every step: the sum of the losses."""
    sums = [node for node in walk(equation.body) if isinstance(node, TimeSum)]
    return any(entry in list(walk(node)) for node in sums)


def reason(equation: Equation) -> str:
    """Return in words why the Jacobian is what it is; nothing where that is plain."""
    if softmax_argument(equation) is not None:
        return (
            "Each output of the softmax depends on all of its arguments: its own raises it, the"
            " others lower it through the sum below the fraction."
        )
    if isinstance(equation.body, Apply) and equation.indices:
        return "A function of single entries has a diagonal Jacobian."
    return ""


def has_detour(model: Model, equation: Equation, entry: Entry) -> bool:
    """Whether an equation depends on what it reads in another way too, over what else it reads."""
    declared = model.declaration(equation.name)
    longest = max(longest_lag(model, d.name) for d in model.declarations)
    net = Unrolled(model, longest + 1)
    last = integer(net.last_step)
    at = {STEP: last, HORIZON: last}
    step = None if entry.step is None else substituted(entry.step, at).constant
    key = NodeKey(equation.name, net.last_step if declared.timed else None)
    return paths(net, key, NodeKey(entry.name, step), every_node=True).count() > 1


def jacobian(found: Closed, equation: Equation, entry: Entry) -> Line:
    """Return the Jacobian of an equation by an entry that it reads, at the running step."""
    question, algebra, made = found.question, found.backward.algebra, found.question.writer
    timed = question.model.declaration(equation.name).timed
    step = RUNNING if timed else None
    indices = found.backward.indices(entry.name)
    value = Entry(equation.name, equation.indices, step)
    slope = algebra.simplified(
        equation_derivative(equation, value, Entry(entry.name, indices, entry.step), algebra.fresh)
    )
    above, below = made.variable(equation.name, step), made.variable(entry.name, entry.step)
    order, mark = equation.indices + indices, has_detour(question.model, equation, entry)
    try:
        layout = Layout(made, algebra, no_derivative)
        is_row = not equation.indices and len(indices) == 1
        left = made.derivative(above, below, mark=mark)
        return Line(left, layout.node(slope, order, row=is_row))
    except NoMatrix:
        scribe = Scribe(made)
        one = made.variable(equation.name, step, letters_of(scribe, equation.indices))
        two = made.variable(entry.name, entry.step, letters_of(scribe, indices))
        return Line(made.derivative(one, two, mark=mark), scribe.write(nested(slope, algebra)))
