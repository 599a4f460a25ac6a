"""The value of one side of an equation at a point of a network.

The numbers are those of ``support.differentiation`` (complex step) and the products those of
``support.tensors``; what is ambiguous is read as ``support.notation`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from support import tensors
from support.formula_dots import run, run_of_pairs
from support.formula_places import At, Undefined, Variable, Wrong, variable
from support.formulas import Node, Unreadable
from support.judging import Tally
from support.notation import COPY, DESCENDING
from support.tensors import ShapeError, Tensor, tensor

#: No axis is so long: a sum over an index that goes on runs over something else.
MOST_TERMS = 10
SCALAR_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "exp": np.exp,
    "ln": np.log,
    "log": np.log,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "sigm": lambda x: 1 / (1 + np.exp(-x)),
}


def value(node: Node, at: At) -> Any:
    """Return the value of an expression: a tensor, or a number that is printed as one."""
    rule = RULES.get(node[0])
    if rule is None:
        raise Unreadable(node[0])
    return rule(node, at)


def name_value(node: Node, at: At) -> Any:
    if node[1] in at.n.sizes and node[1] not in at.names.whole and not node[2]:
        return float(at.n.sizes[node[1]])
    found = variable(node, at)
    if found.is_star:
        raise Unreadable("a star at a value")
    inner = at.value(*found.key)
    return modified(inner[found.entries] if found.entries else inner, found.modifiers, at)


def modified(inner: Any, modifiers: tuple[Node, ...], at: At) -> Any:
    for modifier in modifiers:
        if modifier == ("T",):
            inner = tensor(inner).T
        elif modifier[0] == "power":
            inner = inner ** at.integer(modifier[1], is_step=True)
        else:
            raise Unreadable(modifier[0])
    return inner


def scripted_value(node: Node, at: At) -> Any:
    _, body, below, above = node
    inner = value(body, at)
    if below:
        entries = tuple(at.integer(place, is_step=False) - 1 for place in below)
        shape = tensor(inner).array.shape
        if len(entries) != len(shape):
            raise ShapeError(f"{len(entries)} indices of {shape}")
        if not all(0 <= entry < size for entry, size in zip(entries, shape, strict=True)):
            raise Undefined(entries)
        inner = inner[entries]
    powers = tuple(("power", s[1]) if s[0] == "bracketed" else s for s in above)
    return modified(inner, powers, at)


def sum_value(node: Node, at: At) -> Any:
    terms = node[1:]
    dots = [place for place, (_, term) in enumerate(terms) if term == ("dots",)]
    if dots:
        (place,) = dots
        first, sign = terms[:place], terms[0][0]
        if any(s != sign for s, _ in terms):
            raise Unreadable("signs around dots")
        last = terms[place + 1 :]
        if len(last) != 1:
            raise Unreadable("terms behind dots")
        return added(
            [(sign, value(t, at)) for t in run([t for _, t in first], last[0][1], at, agreeing(at))]
        )
    return added([(sign, value(term, at)) for sign, term in terms])


def added(terms: list[tuple[int, Any]]) -> Any:
    """Return a sum; that of no terms is the number 0."""
    signed = [term if sign == 1 else -term for sign, term in terms]
    return sum(signed[1:], signed[0]) if signed else 0.0


def agreeing(at: At) -> Callable[[Node, Node], bool]:
    """Return the comparison of two terms by their values."""
    return lambda one, other: Tally().agrees(value(one, at), value(other, at))


def product_value(node: Node, at: At) -> Any:
    _, factors, operators = node
    if ("dots",) in factors:
        return dotted_product(factors, at)
    found = value(factors[0], at)
    for operator, factor in zip(operators, factors[1:], strict=True):
        right = value(factor, at)
        if operator == "o":
            is_number = np.ndim(tensor(found).array) == 0 or np.ndim(tensor(right).array) == 0
            found = found * right if is_number else tensors.entrywise(tensor(found), tensor(right))
        else:
            found = found / right if operator == "/" else found * right
    return found


def dotted_product(factors: tuple[Node, ...], at: At) -> Any:
    """A B ... Z rest: the factor behind the dots is the last one of the run."""
    place = factors.index(("dots",))
    for start in range(place - 1):
        try:
            terms = run(list(factors[start:place]), factors[place + 1], at, agreeing(at))
        except Wrong:
            continue
        return multiplied((*factors[:start], *terms, *factors[place + 2 :]), at)
    for start in range(place - 2):
        try:
            terms = run_of_pairs(list(factors[start:place]), factors[place + 1], at, agreeing(at))
        except Wrong:
            continue
        return multiplied((*factors[:start], *terms, *factors[place + 2 :]), at)
    raise Wrong("no pattern")


def multiplied(factors: Iterable[Node], at: At) -> Any:
    found: Any = 1.0
    for factor in factors:
        found = found * value(factor, at)
    return identity(at) if isinstance(found, float) else found


def identity(at: At) -> Any:
    """The empty product."""
    size = at.names.identity
    return Tensor(np.eye(at.n.sizes[size]), 1) if size else tensor(1.0)


def big_value(node: Node, at: At) -> Any:
    _, kind, letter, first, last, body = node
    if last is None and letter != at.names.only_step:
        begin = 1 if first is None else at.integer(first, is_step=False)
        return added([(1, term) for term in while_defined(letter, body, begin, at)])
    low = at.names.first if first is None else at.integer(first, is_step=True)
    high = at.n.tau if last is None else at.integer(last, is_step=True)
    terms = [value(body, at.with_letter(letter, k)) for k in range(low, high + 1)]
    if kind == r"\sum":
        return added([(1, term) for term in terms])
    if DESCENDING in at.n.reading.others:
        terms.reverse()
    found: Any = 1.0
    for term in terms:
        found = found * term
    return found if terms else identity(at)


def while_defined(letter: str, body: Node, begin: int, at: At) -> list[Any]:
    """Return the terms of a sum over an index whose range is not written."""
    found: list[Any] = []
    while len(found) < MOST_TERMS:
        try:
            found.append(value(body, at.with_letter(letter, len(found) + begin)))
        except Undefined:
            if not found:
                raise
            return found
    raise Unreadable(f"a sum over {letter}, which is no index in its terms")


def quotient_value(node: Node, at: At) -> Any:
    return value(node[1], at) / value(node[2], at)


def apply_value(node: Node, at: At) -> Any:
    _, function, argument = node
    inner = value(argument, at)
    if function == "diag":
        return tensors.diag(tensor(inner))
    if function in at.n.world.functions:
        return at.n.apply(function, tensor(inner))
    if function not in SCALAR_FUNCTIONS:
        raise Unreadable(f"the function {function}")
    inner = tensor(inner)
    with np.errstate(all="ignore"):
        # What is not a number agrees with nothing, and is reported as unclear.
        return Tensor(np.asarray(SCALAR_FUNCTIONS[function](inner.array)), inner.upper)


def abbreviated_value(node: Node, at: At) -> Any:
    found: Any = None
    for argument in node[1]:
        if argument[0] != "name" or argument[1] not in at.names.abbreviated:
            raise Unreadable("an abbreviated function")
        term = at.value(at.names.abbreviated[argument[1]], None) * value(argument, at)
        found = term if found is None else found + term
    return found


def derivative_value(node: Node, at: At) -> Any:
    """d of / d by; of a state by a whole parameter as the reading says."""
    _, of_node, by_node = node
    by = variable(by_node, at)
    if of_node[0] != "name" or by.modifiers:
        raise Unreadable("a derivative of an expression")
    if of_node[1] in at.names.slopes:
        of = Variable((at.names.slopes[of_node[1]], by.key[1]))
    else:
        of = variable(of_node, at)
    if of.modifiers:
        raise Unreadable("a derivative of a power")
    return entries_of(derivative_of(of, by, node, at), of, by, at)


def derivative_of(of: Variable, by: Variable, node: Node, at: At) -> Tensor:
    name, step = by.key
    if by.is_star:
        return at.n.per_step(of.key, name)
    if of.key[0] in at.names.losses or name not in at.names.parameters or step is not None:
        is_loss_step = of.key[0] in at.names.losses and of.key[1] is not None
        if is_loss_step and name in at.names.parameters and step is None and at.side == 0:
            if COPY in at.n.reading.others and "L" not in at.names.whole:
                raise Wrong("no loss of all steps")
            return at.n.gradient_of_step(of.key, name)
        return at.n.d(of.key, by.key)
    if of.key[1] is None:
        return at.n.d(of.key, by.key)
    if at.side == 0:
        return at.n.head(of.key, name)
    return at.n.again(of.key, name) if node in at.heads else at.n.right(of.key, name)


def entries_of(found: Tensor, of: Variable, by: Variable, at: At) -> Tensor:
    """Return the derivatives of one entry, or by one entry."""
    rank = np.ndim(at.n.world.value(of.key))
    place = (*(of.entries or (slice(None),) * rank), *by.entries)
    array = found.array[place] if of.entries or by.entries else found.array
    upper = 0 if of.entries else min(found.upper, rank)
    return Tensor(np.asarray(array), min(upper, np.ndim(array)))


def gradient_value(node: Node, at: At) -> Any:
    """The derivative in the shape of the variable."""
    _, of_node, by_node = node
    of, by = variable(of_node, at), variable(by_node, at)
    if by.entries or of.modifiers:
        raise Unreadable("a gradient by an entry")
    found = entries_of(derivative_of(of, by, ("derivative", of_node, by_node), at), of, by, at)
    if of.key[0] not in at.names.losses and not of.entries:
        raise ShapeError("the gradient of a vector")
    return Tensor(found.array, min(found.array.ndim, 1))


def operator_value(node: Node, at: At) -> Any:
    """The derivative of an expression, by the complex step through all of it."""
    _, by_node, body = node
    by = variable(by_node, at)
    shape: list[int] = []

    def of(moved: Any) -> Any:
        inner = tensor(0) if at.moved is not None else value(body, replace(at, moved=moved))
        shape[:] = [inner.upper]
        return inner.array

    array = at.n.world.derivative(of, by.key)
    found = Tensor(array, shape[0])
    place = (*(slice(None),) * (array.ndim - np.ndim(at.n.world.value(by.key))), *by.entries)
    return Tensor(np.asarray(array[place]), found.upper) if by.entries else found


def matrix_value(node: Node, at: At) -> Any:
    rows = [[value(entry, at) for entry in row] for row in node[1]]
    if len({len(row) for row in rows}) != 1:
        raise ShapeError("rows of different lengths")
    if len(rows[0]) == 1:
        return tensors.column(*(row[0] for row in rows))
    return tensors.row(*rows[0]) if len(rows) == 1 else tensors.matrix(*map(tuple, rows))


def row_value(node: Node, at: At) -> Any:
    items = list(node[1])
    if ("dots",) in items:
        place = items.index(("dots",))
        if place != len(items) - 2:
            raise Unreadable("entries behind dots")
        items = run(items[:place], items[-1], at, agreeing(at))
    return tensors.row(*(value(item, at) for item in items))


def cases_value(node: Node, at: At) -> Any:
    for case, condition in node[1]:
        if is_true(condition, at):
            return value(case, at)
    raise Undefined("no case")


def is_true(condition: Node, at: At) -> bool:
    match condition:
        case (relation, left, right):
            pass
        case _:
            raise Unreadable("half a condition")
    equal = at.integer(left, is_step=False) == at.integer(right, is_step=False)
    return equal if relation == "=" else not equal


def indicator_value(node: Node, at: At) -> Any:
    return tensor(float(all(is_true(condition, at) for condition in node[1])))


RULES: dict[str, Callable[[Node, At], Any]] = {
    "number": lambda node, at: node[1],
    "name": name_value,
    "scripted": scripted_value,
    "sum": sum_value,
    "product": product_value,
    "big": big_value,
    "quotient": quotient_value,
    "apply": apply_value,
    "abbreviated": abbreviated_value,
    "derivative": derivative_value,
    "gradient": gradient_value,
    "operator": operator_value,
    "matrix": matrix_value,
    "row": row_value,
    "cases": cases_value,
    "indicator": indicator_value,
}
