"""Data that a text gives, x_1 = (1, 0, 1), and equations in which they are put in.

Data are no part of a model: what is claimed of the model is claimed for all inputs. An equation
with numbers in an array, or one that goes on from such an equation, is about the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import numpy as np

from checks.chains import Claim, variable_of
from checks.doubts import holding
from checks.section_judge import Judge
from symbolic.errors import GradproofError, UnsupportedNotation
from symbolic.forward import NodeKey, leaves
from symbolic.latex.syntax import Bracket, Matrix, Node, Numeral, Terms
from symbolic.latex.syntax import Fraction as Quotient
from symbolic.latex.walk import walk
from symbolic.model import Instance
from symbolic.ring import ObjectArray


def with_data(claim: Claim, judge: Judge) -> tuple[Judge, str | None]:
    """Return what judges a claim, and which values of the text it uses.

    Raises UnsupportedNotation where the text gives values that have no place in the network.
    """
    sides = [s for s in (claim.left, claim.right, claim.before) if s is not None]
    if not any(_has_numbers(node) for s in sides for node in walk(s)):
        return judge, None
    data = dict(data_before(claim.number, judge))
    return _for_data(data, judge) if any(a.ndim for a in data.values()) else (judge, None)


def holds_for_data(claim: Claim, judge: Judge) -> str | None:
    """Return for which values of the text a claim holds that fails for others; None for none."""
    with suppress(GradproofError):
        there, said = _for_data(dict(data_before(claim.number, judge)), judge)
        if said is not None and holding(claim, there):
            return f"it fails in general, and holds {said}"
    return None


def _for_data(data: Mapping[NodeKey, ObjectArray], judge: Judge) -> tuple[Judge, str | None]:
    if judge.start is not None or not data:
        return judge, None
    model, tau = judge.section.model, judge.section.tau
    sizes = {key.name: model.declaration(key.name).shape for key in data}
    if tau is None or any(size.letters for shape in sizes.values() for size in shape):
        raise UnsupportedNotation("the text gives values for some sizes, which are not put in")
    instance = Instance(model, {d.name: d.minimum for d in model.dimensions}, tau)
    known = frozenset(leaves(instance))
    put_in = {key: array for key, array in data.items() if key in known}
    if any(array.shape != instance.shape(key.name) for key, array in put_in.items()):
        raise UnsupportedNotation("the values that the text gives have other sizes")

    def given(_: Instance) -> dict[NodeKey, ObjectArray]:
        return dict(put_in)

    names = ", ".join(str(key) for key in put_in)
    return replace(judge, start=given, _bench=None), f"for the values that the text gives: {names}"


def data_before(number: int, judge: Judge) -> Iterator[tuple[NodeKey, ObjectArray]]:
    """Yield the variables with values that stand before a statement, and their values."""
    for statement in judge.block.statements[:number]:
        for chain in statement.chains:
            left, right = chain.items[0], chain.items[-1]
            if chain.relations != ("=",) or left is None or right is None:
                continue
            value = exact(right)
            key = _key(left, judge) if value is not None else None
            if key is not None and value is not None:
                yield key, value


def _key(left: Node, judge: Judge) -> NodeKey | None:
    """Return the variable that a left side is, at its step."""
    found = variable_of(left, judge.section)
    if found is None or found.power is not None or found.occurrence.positions:
        return None
    step = found.occurrence.step
    if step is not None and not step.is_constant:
        return None
    return NodeKey(found.occurrence.variable.name, None if step is None else step.constant)


def _has_numbers(node: Node) -> bool:
    """Whether a node is an array with a number for an entry."""
    match node:
        case Matrix(rows=rows):
            return any(exact(entry) is not None for row in rows for entry in row)
        case Bracket(kind="(" | "[", items=items) if len(items) > 1:
            return any(exact(item) is not None for item in items)
        case _:
            return False


def exact(node: Node) -> ObjectArray | None:
    r"""Return the array of numbers that is written, a single row or column as a vector.

    >>> from symbolic.latex.reader import read
    >>> def written(latex): return read(latex)[0].chains[0].items[0]
    >>> exact(written(r"\begin{pmatrix} 1 \\ -\frac{1}{2} \end{pmatrix}")).tolist()
    [Fraction(1, 1), Fraction(-1, 2)]
    >>> exact(written("[0, 1]")).shape
    (2,)
    >>> exact(written("[0, a]"))
    """
    match node:
        case Matrix(rows=rows):
            table = [[_number(entry) for entry in row] for row in rows]
        case Bracket(kind="(" | "[", items=items) if len(items) > 1:
            table = [[_number(item) for item in items]]
        case _:
            value = _number(node)
            return None if value is None else np.array(value, dtype=object)
    flat = [value for row in table for value in row]
    if not flat or None in flat or len({len(row) for row in table}) > 1:
        return None
    array = np.empty(len(flat), dtype=object)
    array[:] = flat
    is_vector = len(table) == 1 or len(table[0]) == 1
    return array if is_vector else array.reshape(len(table), len(table[0]))


def _number(node: Node) -> Fraction | None:
    match node:
        case Numeral(text=text):
            return Fraction(text)
        case Terms(terms=(term,), signs=("-",)):
            value = _number(term)
            return None if value is None else -value
        case Quotient(above=above, below=below):
            one, two = _number(above), _number(below)
            return one / two if one is not None and two else None
        case _:
            return None
