"""Repeated parts with names: the entries of nodes that are read more than once keep theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from symbolic.expand.concrete import Substituted
from symbolic.expand.network import Unrolled
from symbolic.expr import Entry, Expr
from symbolic.traverse import walk

Definition = tuple[Entry, Expr]


def shared(
    expressions: list[Expr], net: Unrolled, sizes: Mapping[str, int]
) -> tuple[list[Definition], list[Expr]]:
    """Return definitions in an order of computation, and the expressions with their names in them.

    An entry of a node is named if it is read twice or more, in the expressions and in definitions.
    """
    down = Substituted(net, sizes)
    counts: Counter[Entry] = Counter()
    bodies: dict[Entry, Expr] = {}
    order: list[Entry] = []
    pending: list[tuple[Entry, bool]] = []
    for e in expressions:
        found = [n for n in walk(e) if isinstance(n, Entry)]
        counts.update(found)
        pending += [(n, False) for n in dict.fromkeys(found)]
    pending.reverse()
    while pending:
        entry, is_done = pending.pop()
        if is_done:
            order.append(entry)
            continue
        if entry in bodies or (body := down.body(entry)) is None:
            continue
        bodies[entry] = body
        read = [n for n in walk(body) if isinstance(n, Entry)]
        counts.update(read)
        pending.append((entry, True))
        pending += [(n, False) for n in reversed(list(dict.fromkeys(read)))]
    named = frozenset(entry for entry in order if counts[entry] > 1)
    inner = Substituted(net, sizes, named)
    definitions = [(entry, inner.expression(bodies[entry])) for entry in order if entry in named]
    return definitions, [inner.expression(e) for e in expressions]
