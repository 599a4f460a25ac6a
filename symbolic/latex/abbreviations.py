"""Abbreviations: F(x_t) is the part of a forward equation that x_t adds, where nothing declares F.

It stands for the sum of those terms of one definition whose variables with steps are exactly the
arguments, at these steps.
"""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.affine import Affine, letter
from symbolic.errors import UnsupportedNotation
from symbolic.expr import Add, Entry, Expr, Index, Sum
from symbolic.latex.context import Context
from symbolic.latex.lexicon import written_name
from symbolic.latex.restep import at_step
from symbolic.latex.scripts import atom
from symbolic.latex.syntax import Bracket, Factors, Node, Symbol
from symbolic.latex.tensor import Tensor, scalar
from symbolic.model import STEP
from symbolic.traverse import free_indices, map_children, reindex, walk

#: A variable at a step.
Argument = tuple[str, Affine]


def arguments_of(node: Node, context: Context) -> frozenset[Argument] | None:
    """Return what an abbreviation is of; None where a node is none."""
    if not isinstance(node, Factors) or len(node.factors) != 2 or node.operators != ("",):
        return None
    first, bracket = node.factors
    name = written_name(first) if isinstance(first, Symbol) else None
    if name is None or not isinstance(bracket, Bracket) or bracket.kind != "(":
        return None
    lexicon = context.lexicon
    is_known = lexicon.variable(name) is not None or name in lexicon.derived
    # A prime is a derivative: f' is a function where f is.
    base = name.rstrip("'")
    is_function = base in lexicon.functions or base in lexicon.letters_of_functions
    if is_known or is_function or base in lexicon.called:
        return None
    found = [atom(item, lexicon) for item in bracket.items]
    pairs = [(a.occurrence.variable.name, a.occurrence.step) for a in found if a is not None]
    known = frozenset((name, step) for name, step in pairs if step is not None)
    return known if known and len(known) == len(found) else None


def abbreviated(arguments: frozenset[Argument], node: Node, context: Context) -> Tensor:
    """Return the terms that an abbreviation stands for, a vector where the definition is one."""
    found: dict[Expr, Tensor] = {}
    for equation in context.equations:
        for part in (n for n in walk(equation.body) if isinstance(n, Add)):
            for moved in _matching(part, arguments):
                tensor = with_fresh_indices(moved, context)
                found.setdefault(moved, tensor)
    if len(found) != 1:
        count = "no definition has" if not found else "several definitions have"
        raise UnsupportedNotation(
            f"an undeclared function: {count} terms with exactly these variables", node.span
        )
    (value,) = found.values()
    written = ", ".join(sorted(f"{name}[{step}]" for name, step in arguments))
    context.notes.append(f"an undeclared function of {written} is what its definition adds of them")
    return value


def _matching(total: Add, arguments: frozenset[Argument]) -> Iterator[Expr]:
    """Yield the terms of a sum with exactly the given variables, at the step that makes them so."""
    variables = [_timed(term) for term in total.terms]
    (name, step), *_ = sorted(arguments, key=str)
    steps = {own for found in variables for known, own in found if known == name}
    for own in steps:
        if own.letters != {STEP}:
            continue
        at = step - own + letter(STEP)
        wanted = {(n, s - at + letter(STEP)) for n, s in arguments}
        kept = [t for t, v in zip(total.terms, variables, strict=True) if v and v <= wanted]
        used = {one for term in kept for one in _timed(term)}
        if used == wanted:
            yield at_step(kept[0] if len(kept) == 1 else Add(tuple(kept)), STEP, at)


def _timed(e: Expr) -> set[Argument]:
    """Return the variables with steps in an expression."""
    found = (n for n in walk(e) if isinstance(n, Entry))
    return {(n.name, n.step) for n in found if n.step is not None}


def with_fresh_indices(e: Expr, context: Context) -> Tensor:
    """Return an expression as a value, its indices named anew."""

    def index_like(index: Index) -> Index:
        # Forward equations have fresh indices of their own; none begins like these.
        return Index(f"short{context.fresh.index(index.size).name}", index.size)

    def renamed(node: Expr) -> Expr:
        inner = map_children(node, renamed)
        if isinstance(inner, Sum):
            index = index_like(inner.index)
            return Sum(index, reindex(inner.body, {inner.index: index}))
        return inner

    e = renamed(e)
    axes = free_indices(e)
    if len(axes) > 1:
        raise UnsupportedNotation("an abbreviation of a matrix")
    change = {axis: index_like(axis) for axis in axes}
    upper = tuple(change.values())
    return Tensor(upper, (), reindex(e, dict(change)))


def beside(value: Tensor, others: list[Tensor]) -> Tensor:
    """Return the entry of an abbreviated vector that stands beside entries of others."""
    if value.is_scalar or any(not other.is_scalar for other in others):
        return value
    (axis,) = value.axes
    free: dict[Index, None] = {}
    for other in others:
        for index in free_indices(other.entry):
            if index.size == axis.size:
                free.setdefault(index)
    if len(free) != 1:
        return value
    return scalar(reindex(value.entry, {axis: next(iter(free))}))
