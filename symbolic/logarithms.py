"""Logarithms of products, powers and exponentials, drawn inside before evaluation.

A prime field draws the value of a logarithm, so it cannot see that log(x y) = log(x) + log(y); here
such a logarithm is rewritten into ones of simpler arguments.
"""

from __future__ import annotations

from symbolic.affine import integer
from symbolic.expr import Add, Apply, Entry, Expr, Index, Multiply, Position, Power, Size, Sum
from symbolic.ring import A
from symbolic.scope import Scope
from symbolic.traverse import index_names, map_children, reindex


def expand_logarithm(e: Expr, scope: Scope[A]) -> tuple[Expr, Scope[A]] | None:
    """Return log(e) with the logarithm drawn inside, and its scope; None where nothing expands.

    log(x y) = log x + log y, log x^n = n log x, log exp x = x; a node that is defined as one of
    these is opened, so that log softmax(o)_i = o_i - log(sum_j exp o_j).
    """
    match e:
        case Multiply(factors=factors):
            return Add(tuple(Apply("log", factor) for factor in factors)), scope
        case Power(base=base, exponent=exponent):
            return Multiply((Size(exponent), Apply("log", base))), scope
        case Apply(function="exp", order=0, argument=argument):
            return argument, scope
        case Entry(name=name, positions=positions, step=step):
            found = scope.definition(name, None if step is None else scope.integer(step))
            if found is None:
                return None
            indices, body, inner = found
            # A written position means what its letters are here, not where the node is defined.
            here = tuple(
                p if isinstance(p, Index) else integer(scope.integer(p)) for p in positions
            )
            return expand_logarithm(_at(body, indices, here), inner)
        case _:
            return None


def _at(body: Expr, indices: tuple[Index, ...], positions: tuple[Position, ...]) -> Expr:
    """Return the defining body at given positions, bound letters renamed out of the way."""
    taken = {p.name for p in positions if isinstance(p, Index)}
    clash = taken & index_names(body)
    if clash:
        body = _rename_bound(body, clash, taken | index_names(body))
    return reindex(body, dict(zip(indices, positions, strict=True)))


def _rename_bound(e: Expr, clash: set[str], taken: set[str]) -> Expr:
    if isinstance(e, Sum) and e.index.name in clash:
        name = e.index.name
        while name in taken:
            name += "_"
        index = Index(name, e.index.size)
        e = Sum(index, reindex(e.body, {e.index: index}))
    return map_children(e, lambda child: _rename_bound(child, clash, taken))
