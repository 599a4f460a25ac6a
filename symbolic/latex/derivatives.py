"""Derivatives as they are written: quotients, operators, gradients, per-step copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction as Rational

from symbolic.affine import Affine
from symbolic.errors import UnsupportedNotation
from symbolic.expr import Delta, Derivative, DerivativeKind, Entry, Index, Number
from symbolic.latex.arguments import slope_by_argument
from symbolic.latex.context import Context, Layout
from symbolic.latex.lexicon import ABOVE, ANGLE, Occurrence, written_name
from symbolic.latex.meaning import meaning, value_of
from symbolic.latex.names import uses
from symbolic.latex.scripts import Atom, atom, sort_scripts, takes_argument
from symbolic.latex.syntax import Bracket, Chain, Factors, Fraction, Listed, Node, Scripted, Symbol
from symbolic.latex.tensor import Tensor, applied, diagonal, multiply, scalar
from symbolic.latex.walk import walk

#: The note on a loss with an index that it cannot have.
REPAIRED = "the index at a loss, which is a number, is left out"


def is_sign(node: Node) -> bool:
    """Whether a symbol is the sign of a derivative: a curly or an upright or a plain d."""
    match node:
        case Symbol(name="partial"):
            return True
        case Symbol(name="d", primes=0, accents=()):
            return True
        case _:
            return False


def _signed(node: Node) -> tuple[Node, ...] | None:
    """Return what follows a sign of derivative; None where there is none."""
    if is_sign(node):
        return ()
    if isinstance(node, Factors) and is_sign(node.factors[0]) and node.operators[0] == "":
        return node.factors[1:]
    return None


def is_derivative(node: Fraction) -> bool:
    """Whether a fraction is a derivative: a sign above and below, or a curly one on one side."""
    above, below = _signed(node.above), _signed(node.below)
    if above is not None and below:
        return True
    if below:
        return _has_curly(node.below)
    return bool(above) and _has_curly(node.above)


def _has_curly(node: Node) -> bool:
    first = node.factors[0] if isinstance(node, Factors) else node
    return isinstance(first, Symbol) and first.name == "partial"


def is_with_d(node: Fraction) -> bool:
    """Whether both signs of a derivative are the letter d."""
    firsts = (n.factors[0] if isinstance(n, Factors) else n for n in (node.above, node.below))
    return all(isinstance(first, Symbol) and first.name == "d" for first in firsts)


def totals_in(
    chains: Iterable[Chain], slot: str, steps: frozenset[str]
) -> frozenset[tuple[str, str]]:
    """Return the pairs of names between which d stands, where a curly sign occurs too."""
    nodes = [n for chain in chains for item in chain.items if item is not None for n in walk(item)]
    if not any(isinstance(node, Symbol) and node.name == "partial" for node in nodes):
        return frozenset()
    found: set[tuple[str, str]] = set()
    for node in nodes:
        if isinstance(node, Fraction) and is_with_d(node):
            parts = [p for n in (node.above, node.below) if (p := under_signs(n))]
            names = [u[0].name for p in parts if (u := uses(joined(p), slot, steps))]
            found |= {(names[0], names[1])} if len(names) == 2 else set()
    return frozenset(found)


def under_signs(node: Node) -> tuple[Node, ...]:
    """Return what is above or below in a derivative, without its sign."""
    found = _signed(node)
    return found if found is not None else (node,)


def joined(parts: tuple[Node, ...]) -> Node:
    """Return several factors as one node."""
    return parts[0] if len(parts) == 1 else Factors(parts, ("",) * (len(parts) - 1))


def variable_in(parts: tuple[Node, ...], context: Context) -> Atom | None:
    """Return the one variable that a few symbols are, its step in a bracket included."""
    if len(parts) == 1:
        return atom(parts[0], context.lexicon)
    if len(parts) == 2 and takes_argument(parts[0], context.lexicon):
        return atom(parts[0], context.lexicon, parts[1])
    return None


def derivative_of(node: Fraction, context: Context) -> Tensor:
    """Return a derivative written as a fraction with something above."""
    above, below = _signed(node.above), _signed(node.below)
    if above is None:
        context.notes.append("a sign of derivative that is missing above is read in")
        above = node.above.factors if isinstance(node.above, Factors) else (node.above,)
    if below is None:
        context.notes.append("a sign of derivative that is missing below is read in")
        below = node.below.factors if isinstance(node.below, Factors) else (node.below,)
    if not above or not below:
        raise UnsupportedNotation("a derivative of nothing", node.span)
    if (oriented := _oriented(above, below, node, context)) is not None:
        return oriented
    if (slope := slope_by_argument(joined(above), joined(below), context)) is not None:
        return slope
    by = by_of(below, node, context)
    return derivative(joined(above), by, context, with_d=is_with_d(node))


def _oriented(
    above: tuple[Node, ...], below: tuple[Node, ...], node: Fraction, context: Context
) -> Tensor | None:
    """Return a derivative whose layout is written: with a transposed vector on one side of it.

    What is transposed runs along the columns, the other one along the rows, whatever the layout of
    the section. None where there is no such sign.
    """
    if not any(isinstance(n, Scripted) and sort_scripts(n).transpose for n in (*above, *below)):
        return None
    of, by = variable_in(above, context), variable_in(below, context)
    if of is None or by is None or of.transpose is by.transpose or of.power or by.power:
        return None
    column = of if of.transpose else by
    if len(column.occurrence.variable.shape) != 1 or column.occurrence.positions:
        return None
    plain, context.choices = context.choices, replace(context.choices, layout=Layout.ROWS)
    context.is_with_d = is_with_d(node)
    found = _by_oracle(of.occurrence, by.occurrence, context)
    context.choices = plain
    if len(found.upper) > 1 or len(found.lower) != 1:
        return None
    return Tensor(found.lower, found.upper, found.entry) if of.transpose else found


def by_of(below: tuple[Node, ...], node: Node, context: Context) -> Atom:
    """Return the variable under a derivative; raises UnsupportedNotation where there is none."""
    found = variable_in(below, context)
    if found is None or found.power is not None or found.transpose:
        raise UnsupportedNotation("a derivative by something that is no variable", node.span)
    return found


def derivative(
    numerator: Node, by: Atom, context: Context, *, with_nabla: bool = False, with_d: bool = False
) -> Tensor:
    """Return d numerator / d by, the axes of the numerator above, those of ``by`` below."""
    slope = _slope(numerator, by, context)
    if slope is not None:
        return slope
    parts = numerator.factors if isinstance(numerator, Factors) else (numerator,)
    parts = _without_index(parts, context)
    found = variable_in(parts, context)
    if found is not None and found.power is None and not found.transpose:
        context.is_with_d = with_d
        return _by_oracle(found.occurrence, by.occurrence, context, with_nabla=with_nabla)
    tensor = meaning(numerator, context)
    axes, entry = context.entry(by.occurrence)
    return _layout(tensor.axes, axes, Derivative(tensor.entry, entry, _kind(by)), context)


def _without_index(parts: tuple[Node, ...], context: Context) -> tuple[Node, ...]:
    """Return a loss of one step without the index that it has beside its step: it is a number."""
    match parts:
        case (Scripted(base=base, below=Listed(items=(step, _)), above=None),):
            found = context.lexicon.variable(written_name(base) or "", timed=True)
            if found is not None and found.name in context.losses and not found.shape:
                context.notes.append(REPAIRED)
                return (Scripted(base, step, None),)
    return parts


def gradient(numerator: Node, by: Atom, context: Context) -> Tensor:
    """Return the gradient of a scalar, which has the shape of the variable."""
    tensor = derivative(numerator, by, context, with_nabla=True)
    if tensor.upper:
        return tensor
    axes = tensor.lower
    upper, lower = (axes, ()) if len(axes) < 2 else (axes[:1], axes[1:])
    return Tensor(upper, lower, tensor.entry)


def _slope(numerator: Node, by: Atom, context: Context) -> Tensor | None:
    """Return f' at the variable, where the numerator is the name of an undefined function."""
    name = written_name(numerator)
    if name is None or name not in context.lexicon.functions or context.lexicon.variable(name):
        return None
    value = applied(name, value_of(by, context), order=1)
    return value if value.is_scalar else diagonal(value, context.fresh)


def _kind(by: Atom) -> DerivativeKind:
    found = by.occurrence
    is_copy = found.variable.is_parameter and (found.star or found.step is not None)
    return DerivativeKind.PER_STEP if is_copy else DerivativeKind.TOTAL


def _by_oracle(
    of: Occurrence, by: Occurrence, context: Context, *, with_nabla: bool = False
) -> Tensor:
    """Return d of / d by for two variables; a plain one by a parameter as the reading has it."""
    of_axes, of_entry = context.entry(of)
    by_axes, by_entry = context.entry(by)
    if of.variable.is_parameter:
        return _of_parameter(of, of_entry, of_axes, by_entry, by_axes)
    kind = DerivativeKind.TOTAL
    may_move = with_nabla or context.lexicon.slot in (ABOVE, ANGLE)
    if may_move and _has_step_of_parameter(of, by, context) and (total := _total_loss(context)):
        context.has_loss_step = True
        if context.choices.copy:
            by_entry = Entry(by_entry.name, by_entry.positions, of_entry.step)
            whole = Derivative(Entry(total), by_entry, DerivativeKind.PER_STEP)
            return _layout(of_axes, by_axes, whole, context)
    if by.variable.is_parameter:
        step = _copy(of, of_entry.step, by, context)
        if step is not None:
            by_entry = Entry(by_entry.name, by_entry.positions, step)
            kind = DerivativeKind.PER_STEP
    elif of_entry.step is not None and by_entry.step is not None:
        context.ordered.append((of_entry.step, by_entry.step))
    return _layout(of_axes, by_axes, Derivative(of_entry, by_entry, kind), context)


def _has_step_of_parameter(of: Occurrence, by: Occurrence, context: Context) -> bool:
    """Whether a step stands at the loss and may belong to the parameter: at the head of a chain."""
    is_step_loss = of.variable.name in context.losses and of.variable.timed
    is_whole = by.variable.is_parameter and by.step is None and not by.star
    return context.is_head and is_step_loss and is_whole


def _total_loss(context: Context) -> str | None:
    whole = [v for v in context.lexicon.variables.values() if not v.timed]
    return next((v.name for v in whole if v.name in context.losses), None)


def _of_parameter(
    of: Occurrence,
    of_entry: Entry,
    of_axes: tuple[Index, ...],
    by_entry: Entry,
    by_axes: tuple[Index, ...],
) -> Tensor:
    """Return the derivative of a parameter: the identity by itself, zero by anything else."""
    if by_entry.name != of.variable.name:
        return Tensor(of_axes, by_axes, Number(Rational(0)))
    pairs = zip(of_entry.positions, by_entry.positions, strict=True)
    deltas = [Delta(one, two) for one, two in pairs]
    entry = multiply(Number(Rational(1)), *deltas)
    return Tensor(of_axes, by_axes, entry)


def _copy(
    of: Occurrence, of_step: Affine | None, by: Occurrence, context: Context
) -> Affine | None:
    """Return the step of the copy that a derivative is by; None for the whole parameter."""
    if by.step is not None:
        if of_step is not None:
            context.ordered.append((of_step, by.step))
        return by.step
    if by.star:
        return of_step
    if of.variable.name in context.losses or context.lexicon.has_immediate:
        return None
    if of_step is not None and by.variable.name in context.lexicon.per_step:
        return of_step
    if (known := _by_sign(of, by, context)) is not None:
        return of_step if known else None
    # A plain derivative of a state: the reading says which.
    atom_key = (of.variable.name, of_step, by.variable.name)
    choices = context.choices
    if context.is_head:
        context.head_atoms.add(atom_key)
        per_step = choices.head_per_step
    else:
        is_same = choices.same_per_step and atom_key in context.head_atoms
        per_step = choices.right_per_step or is_same
    context.has_plain = True
    context.plain_atoms.add((of.variable.name, by.variable.name, per_step))
    return of_step if per_step else None


def _by_sign(of: Occurrence, by: Occurrence, context: Context) -> bool | None:
    """Return whether a derivative is per-step where a section writes d for the total one.

    That is where it has both signs. None where the sign says nothing.
    """
    if not context.lexicon.totals:
        return None
    if context.is_with_d:
        return False
    return True if (of.variable.name, by.variable.name) in context.lexicon.totals else None


def _layout(
    upper: tuple[Index, ...], lower: tuple[Index, ...], entry: Derivative, context: Context
) -> Tensor:
    """Return a derivative in numerator layout; a scalar by a vector as the section has it."""
    if not upper and not lower:
        return scalar(entry)
    layout = context.choices.layout
    if not upper and len(lower) == 1 and layout is not Layout.ROWS:
        return Tensor(lower, (), entry)
    if upper and lower and layout is Layout.DENOMINATOR:
        return Tensor(lower, upper, entry)
    return Tensor(upper, lower, entry)


def operator_parts(node: Node) -> tuple[Node, ...] | None:
    """Return what stands below an operator d/dx, which applies to what follows it."""
    if isinstance(node, Fraction) and _signed(node.above) == () and (below := _signed(node.below)):
        return below
    return None


def nabla_parts(node: Node) -> tuple[Node, ...] | None:
    """Return the variable below a nabla."""
    if isinstance(node, Scripted) and isinstance(node.base, Symbol) and node.base.name == "nabla":
        below = node.below
        if below is None:
            return None
        if isinstance(node.above, Bracket) and isinstance(below, Symbol):
            # A step that has slipped out of the subscript.
            return (Scripted(below, above=node.above),)
        if node.above is not None:
            return None
        return below.factors if isinstance(below, Factors) else (below,)
    return None
