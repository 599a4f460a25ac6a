"""The derivative of one equation by what it reads: rules in index notation, one a node type.

Everything else that the equation reads is held fixed. The rules are those of a textbook and share
nothing with the two oracles, which check them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import singledispatch

from symbolic.affine import Affine, integer
from symbolic.errors import UnsupportedNotation
from symbolic.expand.letters import FreshIndices, with_letters
from symbolic.expr import (
    Add,
    Apply,
    Delta,
    Entry,
    Expr,
    Multiply,
    Number,
    Power,
    Size,
    Sum,
    TimeSum,
)
from symbolic.model import Equation
from symbolic.traverse import reindex, walk

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


@dataclass(frozen=True, slots=True)
class By:
    """The entry to differentiate by; a parameter has no step and stands for the copy read here."""

    entry: Entry
    #: The value of the node that the equation defines, where its slope is a function of it.
    value: Entry | None = None


def minus(e: Expr) -> Expr:
    """Return -e."""
    return Multiply((Number(Fraction(-1)), e))


def one_minus(e: Expr) -> Expr:
    """Return 1 - e."""
    return Add((ONE, minus(e)))


def _square(e: Expr) -> Expr:
    return Power(e, integer(2))


#: f' as a function of f's value.
BY_VALUE: dict[str, Callable[[Expr], Expr]] = {
    "identity": lambda v: ONE,
    "tanh": lambda v: one_minus(_square(v)),
    "sigmoid": lambda v: Multiply((v, one_minus(v))),
    "exp": lambda v: v,
}
#: f' as a function of f's argument, where its value does not give it.
BY_ARGUMENT: dict[str, Callable[[Expr], Expr]] = {
    "log": lambda x: Power(x, integer(-1)),
    "sin": lambda x: Apply("cos", x),
    "cos": lambda x: minus(Apply("sin", x)),
    "sinh": lambda x: Apply("cosh", x),
    "cosh": lambda x: Apply("sinh", x),
    "softplus": lambda x: Apply("sigmoid", x),
}


def slope(function: str, order: int, argument: Expr, value: Expr | None = None) -> Expr:
    """Return the derivative of a scalar function, by the value of the node that it is if known."""
    if order == 0 and function in BY_VALUE:
        return BY_VALUE[function](Apply(function, argument) if value is None else value)
    if order == 0 and function in BY_ARGUMENT:
        return BY_ARGUMENT[function](argument)
    return Apply(function, argument, order + 1)


@singledispatch
def differentiated(e: Expr, by: By) -> Expr:
    """Return d e / d by; raises UnsupportedNotation for a node that forward equations never have.

    >>> from symbolic.affine import letter
    >>> from symbolic.expr import Index
    >>> i = Index("i", letter("n"))
    >>> differentiated(Entry("x", (i,)), By(Entry("x", (Index("j", letter("n")),))))
    ... # doctest: +ELLIPSIS
    Multiply(factors=(Delta(left=Index(name='i', ...), right=Index(name='j', ...)),))
    """
    raise UnsupportedNotation(f"the derivative of {type(e).__name__} written out")


@differentiated.register(Number)
@differentiated.register(Size)
@differentiated.register(Delta)
def differentiate_constant(e: Expr, by: By) -> Expr:
    """dc = 0."""
    return ZERO


@differentiated.register(Entry)
def differentiate_entry(e: Entry, by: By) -> Expr:
    """d x_i / d x_j = [i = j] for one variable at one step, else 0."""
    if e.name != by.entry.name or not _is_one_step(e.step, by.entry.step):
        return ZERO
    pairs = zip(e.positions, by.entry.positions, strict=True)
    deltas: tuple[Expr, ...] = tuple(Delta(one, two) for one, two in pairs)
    return Multiply(deltas) if deltas else ONE


def _is_one_step(one: Affine | None, two: Affine | None) -> bool:
    if one is None or two is None:
        return True
    difference = one - two
    # Two steps with different letters differ, unless a sum over time has made them equal before.
    return difference.is_constant and difference.constant == 0


@differentiated.register(Add)
def differentiate_add(e: Add, by: By) -> Expr:
    """d(u + v) = du + dv."""
    inner = replace(by, value=None)
    terms = tuple(t for t in (differentiated(term, inner) for term in e.terms) if t != ZERO)
    return Add(terms) if terms else ZERO


@differentiated.register(Multiply)
def differentiate_multiply(e: Multiply, by: By) -> Expr:
    """d(u v) = du v + u dv."""
    terms: list[Expr] = []
    inner = replace(by, value=None)
    for place, factor in enumerate(e.factors):
        changed = differentiated(factor, inner)
        if changed != ZERO:
            terms.append(Multiply((*e.factors[:place], changed, *e.factors[place + 1 :])))
    return Add(tuple(terms)) if terms else ZERO


@differentiated.register(Power)
def differentiate_power(e: Power, by: By) -> Expr:
    """d u^n = n u^(n-1) du."""
    inner = differentiated(e.base, replace(by, value=None))
    if inner == ZERO:
        return ZERO
    return Multiply((Size(e.exponent), Power(e.base, e.exponent - 1), inner))


@differentiated.register(Apply)
def differentiate_apply(e: Apply, by: By) -> Expr:
    """d f(u) = f'(u) du."""
    inner = differentiated(e.argument, replace(by, value=None))
    if inner == ZERO:
        return ZERO
    return Multiply((slope(e.function, e.order, e.argument, by.value), inner))


@differentiated.register(Sum)
def differentiate_sum(e: Sum, by: By) -> Expr:
    """d sum_i u_i = sum_i du_i."""
    inner = differentiated(e.body, replace(by, value=None))
    return ZERO if inner == ZERO else Sum(e.index, inner)


@differentiated.register(TimeSum)
def differentiate_time_sum(e: TimeSum, by: By) -> Expr:
    """d sum_s u(s) by v at step t: the terms whose step s reads v at t; all of them without t."""
    plain = replace(by, value=None)
    if by.entry.step is None:
        inner = differentiated(e.body, plain)
        return ZERO if inner == ZERO else TimeSum(e.letter, e.first, e.last, inner)
    found: list[Expr] = []
    for step in _steps_read(e, by):
        at = by.entry.step - (step - Affine(((e.letter, 1),)))
        if _is_outside(at, e):
            continue
        term = differentiated(with_letters(e.body, {e.letter: at}), plain)
        if term != ZERO:
            found.append(term)
    return Add(tuple(found)) if found else ZERO


def _steps_read(e: TimeSum, by: By) -> list[Affine]:
    """Return the different steps at which a body reads the variable, as the letter runs."""
    found: dict[Affine, None] = {}
    for node in walk(e.body):
        if isinstance(node, Entry) and node.name == by.entry.name and node.step is not None:
            if dict(node.step.coefficients).get(e.letter) != 1:
                raise UnsupportedNotation(f"a sum over time that reads {node.name}[{node.step}]")
            found.setdefault(node.step)
    return list(found)


def _is_outside(at: Affine, e: TimeSum) -> bool:
    """Whether a step lies outside the limits; a letter stands for any step within them."""
    before, after = at - e.first, e.last - at
    return any(d.is_constant and d.constant < 0 for d in (before, after))


def softmax_argument(equation: Equation) -> Expr | None:
    """Return u where the equation is the softmax of u along its last index, else None."""
    match equation.body:
        case Multiply(factors=(Apply("exp", argument, 0), Power(Sum() as below, exponent))):
            if exponent != integer(-1) or not equation.indices:
                return None
            moved = reindex(Apply("exp", argument), {equation.indices[-1]: below.index})
            return argument if moved == below.body else None
        case _:
            return None


def equation_derivative(equation: Equation, value: Entry, by: Entry, fresh: FreshIndices) -> Expr:
    """Return the derivative of an equation's right side by an entry of what it reads.

    ``value`` is the entry that the equation defines, at its indices; slopes are written by it:
    1 - h^2 for a tanh, yhat_i ([i = j] - yhat_j) for a softmax.
    """
    argument = softmax_argument(equation)
    if argument is None:
        return differentiated(equation.body, By(by, value))
    last = equation.indices[-1]
    other = fresh.index(last.size)
    inner = reindex(differentiated(argument, By(by)), {last: other})
    if inner == ZERO:
        return ZERO
    at_other = reindex(value, {last: other})
    return Sum(other, Multiply((value, Add((Delta(last, other), minus(at_other))), inner)))
