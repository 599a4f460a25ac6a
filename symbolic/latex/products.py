"""Products as they are written: which bracket is an argument, what an operator applies to, order.

Juxtaposition binds tighter than an elementwise product; both are read from left to right.
"""

from __future__ import annotations

from symbolic.errors import GradproofError, UnknownName, UnsupportedNotation
from symbolic.latex import sums
from symbolic.latex.context import Context
from symbolic.latex.counted import count_label
from symbolic.latex.derivatives import (
    by_of,
    derivative,
    derivative_of,
    gradient,
    is_sign,
    joined,
    nabla_parts,
    operator_parts,
)
from symbolic.latex.derived import is_argument, mention
from symbolic.latex.entries import value_of_mention
from symbolic.latex.indicators import indicator, is_indicator
from symbolic.latex.lexicon import DIAG_WORDS, FUNCTION_WORDS, SOFTMAX_WORDS, written_name
from symbolic.latex.meaning import acted_on, meaning, value_of
from symbolic.latex.scripts import affine, atom, is_transpose, takes_argument
from symbolic.latex.syntax import (
    Big,
    Braced,
    Bracket,
    Factors,
    Fraction,
    Node,
    Scripted,
    Symbol,
    Word,
    unscripted,
)
from symbolic.latex.tensor import (
    ShapeConflict,
    Tensor,
    applied,
    by_entries,
    diagonal,
    divided,
    softmax,
    times,
    transposed,
)
from symbolic.latex.walk import walk

#: Operators that multiply entry by entry.
_ELEMENTWISE = ("circ", "odot")


def fold(factors: list[Node], operators: list[str], context: Context) -> Tensor:
    """Return the product of factors with the operators between them."""
    value, factors, operators = _next(factors, operators, context)
    pending: Tensor | None = None
    while factors:
        operator = operators.pop(0)
        right, factors, operators = _next(factors, operators, context)
        try:
            if operator in _ELEMENTWISE:
                pending, value = (value if pending is None else by_entries(pending, value)), right
            elif operator == "/":
                value = divided(value, right)
            else:
                value = _product(value, right, operator, context)
        except ShapeConflict:
            _require_known(factors, operators, context)
            raise
    return value if pending is None else by_entries(pending, value)


def _require_known(factors: list[Node], operators: list[str], context: Context) -> None:
    """Raise UnknownName where one of the factors that are left rests on a name not known."""
    while factors:
        try:
            _, factors, operators = _next(factors, operators[1:], context)
        except UnknownName:
            raise
        except GradproofError:
            return


def _product(left: Tensor, right: Tensor, operator: str, context: Context) -> Tensor:
    """Return the product by juxtaposition, or by a sign that the shapes give its meaning."""
    if operator == "otimes":
        if (len(left.upper), len(left.lower), len(right.upper), len(right.lower)) == (1, 0, 1, 0):
            return times(left, transposed(right), context.fresh)
        raise UnsupportedNotation("a tensor product of other than two columns")
    if operator and left.shape == right.shape and len(left.axes) == 1:
        raise UnsupportedNotation(
            "a product of two vectors by a dot, a star or a cross: by entries, or the inner one?"
        )
    try:
        return times(left, right, context.fresh)
    except ShapeConflict:
        if not operator or left.shape != right.shape:
            raise
        return by_entries(left, right)


_Rest = tuple[Tensor, list[Node], list[str]]


def _next(factors: list[Node], operators: list[str], context: Context) -> _Rest:
    """Return the value of the next factor, and what is left after it."""
    first = factors[0]
    if isinstance(first, Braced) and count_label(first) is None:
        factors = [*_opened(first), *factors[1:]]
        operators = [*[""] * (len(factors) - 1 - len(operators)), *operators]
        first = factors[0]
    slanted = _slanted(factors, operators, context)
    if slanted is not None:
        return slanted
    if isinstance(first, Big) and len(factors) > 1:
        body = joined_with(first.body, factors[1:], operators)
        return (
            sums.big(Big(first.kind, first.below, first.above, body, first.span), context),
            [],
            [],
        )
    if (below := operator_parts(first)) is not None and len(factors) > 1:
        if operators[0]:
            raise UnsupportedNotation("an operator between a sign of derivative and what it is of")
        rest = joined_with(factors[1], factors[2:], operators[1:])
        return derivative(rest, by_of(below, first, context), context), [], []
    if (below := nabla_parts(first)) is not None:
        return _gradient(below, first, factors, operators, context)
    call = _call(factors, operators, context)
    if call is not None:
        return call
    return _plain(factors, operators, context)


def _opened(node: Braced) -> list[Node]:
    """Return the factors under a brace, so that a sum in it reaches what follows."""
    return [node.body]


def joined_with(first: Node, rest: list[Node], operators: list[str]) -> Node:
    """Return one product of a node and the factors after it."""
    if not rest:
        return first
    if isinstance(first, Factors):
        return Factors(
            (*first.factors, *rest), (*first.operators, *operators[: len(rest)]), first.span
        )
    return Factors((first, *rest), tuple(operators[: len(rest)]))


def _slanted(factors: list[Node], operators: list[str], context: Context) -> _Rest | None:
    """Read a derivative written in a line: the sign, a variable, a slash, the sign, another."""
    if not is_sign(factors[0]) or "/" not in operators:
        return None
    slash = operators.index("/")
    if slash + 1 >= len(factors) or any(operators[:slash]):
        return None
    above, below = factors[1 : slash + 1], factors[slash + 1 :]
    if not above or not is_sign(below[0]) or len(below) < 2:
        return None
    used = 2
    if len(below) > 2 and takes_argument(below[1], context.lexicon):
        used = 3 if isinstance(below[2], Bracket) else 2
    signed = joined((factors[0], *above)), joined(tuple(below[:used]))
    value = derivative_of(Fraction(*signed, below[1].span), context)
    left = slash + 1 + used
    return value, factors[left:], operators[left - 1 :]


def _gradient(
    below: tuple[Node, ...],
    first: Node,
    factors: list[Node],
    operators: list[str],
    context: Context,
) -> _Rest:
    if len(factors) < 2:
        raise UnsupportedNotation("a nabla without anything to apply to", first.span)
    used = 2
    if takes_argument(factors[1], context.lexicon) and len(factors) > 2:
        used = 3 if isinstance(factors[2], Bracket) else 2
    while used < len(factors) and not any(isinstance(n, Symbol) for n in walk(factors[used - 1])):
        # A number in front is part of what the nabla is applied to.
        used += 1
    by = by_of(below, first, context)
    value = gradient(joined(tuple(factors[1:used])), by, context)
    return value, factors[used:], operators[used - 1 :]


def _call(factors: list[Node], operators: list[str], context: Context) -> _Rest | None:
    """Read a function with its argument: in brackets, or the factor that follows."""
    first = factors[0]
    base = first.base if isinstance(first, Scripted) and first.below is None else first
    exponent = first.above if isinstance(first, Scripted) and base is not first else None
    name = written_name(base)
    has_condition = len(factors) > 1 and not operators[0] and isinstance(factors[1], Bracket)
    if is_indicator(base) and base is first and has_condition:
        return indicator(factors[1], context), factors[2:], operators[2 - 1 :]
    if name is None or not _is_function(name, base, context):
        return None
    if len(factors) < 2 or operators[0] != "":
        raise UnsupportedNotation(f"{name} without an argument", base.span)
    power = affine(exponent, context.lexicon) if exponent is not None else None
    if power is not None and power.is_constant and power.constant < 0:
        raise UnsupportedNotation(
            f"{name} to a negative power: its inverse, or 1/{name}?", base.span
        )
    argument = factors[1]
    used = 2
    outer: tuple[Node | None, bool] = (None, False)
    if isinstance(argument, Scripted) and isinstance(argument.base, Bracket):
        above = argument.above
        is_t = above is not None and is_transpose(above)
        outer, argument = (None if is_t else above, is_t), argument.base
        if factors[1].below is not None:  # type: ignore[union-attr]
            raise UnsupportedNotation(f"an entry of {name}", base.span)
    elif not isinstance(argument, Bracket):
        if takes_argument(argument, context.lexicon) and len(factors) > 2:
            used = 3 if isinstance(factors[2], Bracket) else 2
        argument = joined(tuple(factors[1:used]))
    value = acted_on(_applied(name, argument, context), exponent, context)
    value = acted_on(value, outer[0], context, transpose=outer[1])
    return value, factors[used:], operators[used - 1 :]


def _is_function(name: str, base: Node, context: Context) -> bool:
    known = name.rstrip("'") in FUNCTION_WORDS or name in SOFTMAX_WORDS or name in DIAG_WORDS
    if isinstance(base, Word) and known:
        return True
    plain, lexicon = name.rstrip("'"), context.lexicon
    return plain in lexicon.functions or plain in lexicon.letters_of_functions


def _is_called(first: Node, second: Node, context: Context) -> bool:
    """Whether a name stands with what it depends on in brackets, as in its definition."""
    if written_name(first) not in context.lexicon.called or not isinstance(second, Bracket):
        return False
    if takes_argument(first, context.lexicon):
        return False
    return all(isinstance(item, Symbol | Scripted) for item in second.items)


def _applied(name: str, argument: Node, context: Context) -> Tensor:
    value = meaning(argument, context)
    if name in DIAG_WORDS:
        return diagonal(value, context.fresh)
    if name in SOFTMAX_WORDS:
        return softmax(value, context.fresh)
    plain = name.rstrip("'")
    letters = context.lexicon.letters_of_functions
    core = FUNCTION_WORDS.get(plain) or letters.get(plain, plain)
    return applied(core, value, len(name) - len(plain))


def _plain(factors: list[Node], operators: list[str], context: Context) -> _Rest:
    first = factors[0]
    if len(factors) > 1 and operators[0] == "" and _is_called(first, factors[1], context):
        return meaning(first, context), factors[2:], operators[1:]
    if len(factors) > 1 and operators[0] == "" and is_argument(first, factors[1], context.lexicon):
        named = mention(first, context.lexicon, factors[1])
        assert named is not None
        return value_of_mention(named, context), factors[2:], operators[1:]
    if len(factors) > 1 and operators[0] == "" and takes_argument(first, context.lexicon):
        second = factors[1]
        inner = unscripted(second)
        if isinstance(inner, Bracket):
            found = atom(first, context.lexicon, second)
            if found is not None:
                return value_of(found, context), factors[2:], operators[1:]
    return meaning(first, context), factors[1:], operators
