"""From the syntax tree to core expressions: the rules of ``symbolic.latex.meaning``, one a type.

Products, sums, derivatives, dots and indicators have files of their own.
"""

from __future__ import annotations

from fractions import Fraction as Rational

from symbolic.affine import integer
from symbolic.errors import GradproofError, UnknownName, UnsupportedNotation
from symbolic.expr import Add, Expr, Number, Power, Size, Sum
from symbolic.latex import dots, products, sums
from symbolic.latex.abbreviations import abbreviated, arguments_of, beside
from symbolic.latex.broadcast import with_broadcast
from symbolic.latex.context import Context
from symbolic.latex.counted import count_label
from symbolic.latex.derivatives import (
    by_of,
    derivative_of,
    gradient,
    is_derivative,
    nabla_parts,
)
from symbolic.latex.derived import mention
from symbolic.latex.dots import COUNT
from symbolic.latex.entries import entries_of, value_of_mention
from symbolic.latex.indicators import condition_of, indicator, is_indicator
from symbolic.latex.lexicon import written_name
from symbolic.latex.meaning import acted_on, meaning, require_known, value_of
from symbolic.latex.restep import at_step
from symbolic.latex.scripts import affine, atom, is_transpose
from symbolic.latex.stacks import bracketed, joined
from symbolic.latex.syntax import (
    Big,
    Braced,
    Bracket,
    Cases,
    Chain,
    Dots,
    Factors,
    Fraction,
    Matrix,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
)
from symbolic.latex.tensor import (
    ShapeConflict,
    Tensor,
    applied,
    divided,
    multiply,
    number,
    plus,
    scalar,
    transposed,
)
from symbolic.latex.units import condition_in, deltas_last, unit


@meaning.register(Numeral)
def elaborate_numeral(node: Numeral, context: Context) -> Tensor:
    """A number, exact."""
    return number(Rational(node.text))


@meaning.register(Symbol)
@meaning.register(Scripted)
def elaborate_symbol(node: Symbol | Scripted, context: Context) -> Tensor:
    """A variable, an alias, a size; or a value with a power or a transpose on it."""
    if (found := unit(node, context)) is not None:
        return found
    if (known := atom(node, context.lexicon)) is not None:
        return value_of(known, context)
    if (named := mention(node, context.lexicon)) is not None:
        return value_of_mention(named, context)
    if isinstance(node, Scripted):
        return _scripted(node, context)
    name = written_name(node) or ""
    if name in context.lexicon.sizes or context.lexicon.is_step_letter(name):
        return scalar(Size(affine(node, context.lexicon) or integer(0)))
    raise UnknownName(f"{name!r} is not known here", node.span)


def _of_the_loss(below: tuple[Node, ...], node: Scripted, context: Context) -> Tensor:
    """Return the gradient of the loss where nothing stands behind the nabla: a slip."""
    variables = context.lexicon.variables.items()
    whole = {key.strip() for key, v in variables if v.name in context.losses and not v.timed}
    if not whole:
        raise UnsupportedNotation("a nabla without anything to apply to", node.span)
    name = min(whole)
    context.notes.append(f"a nabla without anything behind it is read as that of {name}")
    return gradient(Symbol(name), by_of(below, node, context), context)


def squared_norm(node: Scripted, inside: Bracket, context: Context) -> Tensor:
    """The square of the Euclidean norm: the sum of the squares of all entries.

    A 2 or an F below it says so; the norm itself has no slope at zero and is not read.
    """
    below = written_name(node.below) if isinstance(node.below, Symbol | Word) else node.below
    is_squared = node.above == Numeral("2") and len(inside.items) == 1
    if not is_squared or below not in (None, "F", Numeral("2")):
        raise UnsupportedNotation("a norm that is not squared, or of another kind", node.span)
    value = meaning(inside.items[0], context)
    entry: Expr = Power(value.entry, integer(2))
    for axis in reversed(value.axes):
        entry = Sum(axis, entry)
    return scalar(entry)


@meaning.register(Word)
def elaborate_word(node: Word, context: Context) -> Tensor:
    """A word is a variable if the section has it."""
    found = atom(node, context.lexicon)
    if found is None:
        raise UnknownName(f"{node.text!r} is not known here", node.span)
    return value_of(found, context)


def _scripted(node: Scripted, context: Context) -> Tensor:
    """A power, a transpose, entries of a bracket, or an indicator with its condition below."""
    if is_indicator(node.base) and node.below is not None and node.above is None:
        return indicator(node.below, context)
    if isinstance(node.base, Bracket) and node.base.kind == "||":
        return squared_norm(node, node.base, context)
    if node.base == Symbol("e") and node.below is None and node.above is not None:
        return applied("exp", meaning(node.above, context))
    if (below := nabla_parts(node)) is not None:
        return _of_the_loss(below, node, context)
    base: Tensor
    if node.below is not None:
        base = entries_of(meaning(node.base, context), node.below, context)
    else:
        base = meaning(node.base, context)
    if node.above is None:
        return base
    is_power = context.lexicon.t_is_power and node.above == Symbol("T")
    if is_transpose(node.above) and not is_power:
        return transposed(base)
    return acted_on(base, node.above, context)


@meaning.register(Bracket)
def elaborate_bracket(node: Bracket, context: Context) -> Tensor:
    """What is inside; several items are a row, in which dots stand for the entries between."""
    if node.kind in ("|", "||"):
        raise UnsupportedNotation("an absolute value or a norm", node.span)
    if node.kind == "<":
        raise UnsupportedNotation("angle brackets around a value", node.span)
    if (condition := condition_in(node)) is not None:
        return scalar(condition_of(condition, context))
    if len(node.items) == 1:
        return _alone(node, context)
    if any(isinstance(item, Dots) for item in node.items):
        return dots.dotted_row(node.items, context)
    return bracketed(node, [meaning(item, context) for item in node.items], context)


def _alone(node: Bracket, context: Context) -> Tensor:
    """The only thing in a bracket; columns, which have no product, are stacked."""
    item = node.items[0]
    try:
        return meaning(item, context)
    except ShapeConflict as conflict:
        if node.kind != "[" or not isinstance(item, Factors) or any(item.operators):
            raise
        try:
            values = [meaning(factor, context) for factor in item.factors]
        except GradproofError:
            raise conflict from None
        if not all(value.upper and not value.lower for value in values):
            raise
        return joined([[value] for value in values], context.fresh)


@meaning.register(Matrix)
def elaborate_matrix(node: Matrix, context: Context) -> Tensor:
    """A matrix written out, of numbers or blocks; one column is a column, one row a row."""
    return joined([[meaning(item, context) for item in row] for row in node.rows], context.fresh)


@meaning.register(Terms)
def elaborate_terms(node: Terms, context: Context) -> Tensor:
    """A sum; what has no size takes it from the other terms; dots are a sum over steps."""
    if any(isinstance(term, Dots) for term in node.terms):
        return dots.dotted_sum(node, context)
    parts = list(node.terms)
    short = [arguments_of(term, context) is not None for term in parts]
    try:
        others = [meaning(term, context) for term in parts]
    except ShapeConflict:
        require_known(parts, context)
        raise
    if any(short):
        known = [o for o, is_short in zip(others, short, strict=True) if not is_short]
        pairs = zip(others, short, strict=True)
        others = [beside(o, known) if is_short else o for o, is_short in pairs]
    numbers = [o for o in others if o.is_scalar and not isinstance(o.entry, Number)]
    if context.is_strict and numbers and any(not other.is_scalar for other in others):
        raise ShapeConflict("a number that is added to every entry")
    return plus(with_broadcast(parts, others, context), list(node.signs))


@meaning.register(Factors)
def elaborate_factors(node: Factors, context: Context) -> Tensor:
    """A product; one with dots is a product over steps; a name before a bracket may be short."""
    if (arguments := arguments_of(node, context)) is not None:
        return abbreviated(arguments, node, context)
    if any(isinstance(factor, Dots) for factor in node.factors):
        return dots.dotted_product(node, context)
    factors, operators = list(node.factors), list(node.operators)
    for first, operator, second in zip(factors, operators, factors[1:], strict=False):
        if not operator and isinstance(second, Numeral) and _ends_in_number(first):
            raise UnsupportedNotation("a number right behind one in a script", second.span)
    return products.fold(deltas_last(factors, operators), operators, context)


def _ends_in_number(node: Node) -> bool:
    """Whether a number is the script of a symbol, so that x_11 may be x_{11} or x_1 times 1."""
    scripts = (node.below, node.above) if isinstance(node, Scripted) else ()
    return any(isinstance(script, Numeral) for script in scripts)


@meaning.register(Fraction)
def elaborate_fraction(node: Fraction, context: Context) -> Tensor:
    """A derivative, or a quotient."""
    if is_derivative(node):
        return derivative_of(node, context)
    return divided(meaning(node.above, context), meaning(node.below, context))


@meaning.register(Big)
def elaborate_big(node: Big, context: Context) -> Tensor:
    """A sum or a product over an index or over steps."""
    return sums.big(node, context)


@meaning.register(Braced)
def elaborate_braced(node: Braced, context: Context) -> Tensor:
    """The body; the label is a claim of its own, or the number of its factors."""
    value, label = meaning(node.body, context), count_label(node)
    count = None if label is None else affine(label, context.lexicon)
    if count is None:
        return value
    return value.with_entry(at_step(value.entry, COUNT, count))


@meaning.register(Cases)
def elaborate_cases(node: Cases, context: Context) -> Tensor:
    """The sum of the values, each times the indicator of its condition."""
    terms: list[Expr] = []
    for value, condition in node.rows:
        if not isinstance(condition, Chain):
            raise UnsupportedNotation("a case whose condition is no relation", node.span)
        weight = condition_of(condition, context)
        tensor = meaning(value, context)
        if not tensor.is_scalar:
            raise UnsupportedNotation("cases of vectors", node.span)
        terms.append(multiply(tensor.entry, weight))
    return scalar(Add(tuple(terms)))
