"""How much a form would have to write, before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from symbolic.errors import ConfigError
from symbolic.expand.jacobians import Adjoint, Jacobians, facts
from symbolic.expand.local import softmax_argument
from symbolic.expand.network import Unrolled
from symbolic.expr import Add, Delta, Entry, Expr, Index, Multiply, Sum, TimeSum
from symbolic.forward import NodeKey
from symbolic.model import Role
from symbolic.traverse import children

#: Symbols of the whole result above which ``full`` and ``entries`` are refused unless forced.
MAX_SYMBOLS = 60_000

_Edge = tuple[str, str, int | None]


class _Sizes:
    """Symbols of one entry of each node, substituted down to the leaves."""

    def __init__(self, net: Unrolled, sizes: Mapping[str, int], *, shared: bool) -> None:
        self.net = net
        self.sizes = sizes
        self.shared = shared
        self.known: dict[NodeKey, int] = {}
        self.jacobians = Jacobians(net, facts(net.model))
        self.edges: dict[_Edge, Adjoint] = {}

    def entries(self, key: NodeKey) -> int:
        shape = self.net.model.declaration(key.name).shape
        return prod(size.value(self.sizes) for size in shape)

    def node(self, key: NodeKey) -> int:
        """Return the symbols of one entry; 1 for a leaf, and for a node that keeps its name."""
        return 1 if self.shared else self.known.get(key, 1)

    def compute(self, key: NodeKey) -> None:
        equation = self.net.equation(key)
        if equation is not None:
            self.known[key] = self.expression(equation.body)

    def expression(self, e: Expr) -> int:
        match e:
            case Entry(name=name, step=step):
                if self.net.model.declaration(name).role is Role.PARAMETER:
                    return 1
                return self.node(NodeKey(name, None if step is None else step.constant))
            case Sum(index=index, body=body):
                return index.size.value(self.sizes) * self.expression(body)
            case TimeSum(first=first, last=last, body=body):
                return max(1, last.constant - first.constant + 1) * self.expression(body)
            case Add() | Multiply():
                return sum(self.expression(c) for c in children(e))
            case Delta():
                return 0
            case _:
                return 1 + sum(self.expression(c) for c in children(e))

    def through(self, key: NodeKey, parent: NodeKey, before: int) -> int:
        """Return the symbols of one entry of the adjoint of ``parent``, those of ``key`` known."""
        lag = None if key.step is None or parent.step is None else key.step - parent.step
        edge = (key.name, parent.name, lag)
        if edge not in self.edges:
            self.edges[edge] = self.jacobians.local(key, parent)
        adjoint = self.edges[edge]
        own = self.node(key) if self._reads(adjoint.entry, key.name) else 1
        equation = self.net.equation(key)
        if equation is not None and softmax_argument(equation) is not None:
            # Under a cross-entropy only yhat - y is left of it, one entry for one.
            return before + own
        return self._repeated(adjoint) * (before + own)

    def _reads(self, e: Expr, name: str) -> bool:
        is_it = isinstance(e, Entry) and e.name == name
        return is_it or any(self._reads(child, name) for child in children(e))

    def _repeated(self, adjoint: Adjoint) -> int:
        """Return how many entries of a node are summed over: those that no delta ties."""
        counts = []
        for product in self.jacobians.algebra.products(adjoint.entry):
            tied: set[Index] = set()
            for base, _ in product.factors:
                if isinstance(base, Delta):
                    tied |= {p for p in (base.left, base.right) if isinstance(p, Index)}
            free = (i for i in adjoint.of if i not in tied)
            counts.append(prod(i.size.value(self.sizes) for i in free))
        return sum(counts)


def estimated(
    net: Unrolled, of: NodeKey, by: NodeKey, sizes: Mapping[str, int], *, shared: bool
) -> int:
    """Return about how many symbols the whole derivative has, written down to the leaves.

    Counted over the graph, not by building: linear in tau.
    """
    counter = _Sizes(net, sizes, shared=shared)
    reached = net.descendants_of(of)
    for key in reversed(reached):
        counter.compute(key)
    ends = net.targets(by)
    leads = _leading(net, reached, ends)
    total: dict[NodeKey, int] = {of: 1}
    at_ends = 0
    for key in reached:
        if key in ends:
            at_ends += total.get(key, 0)
        elif key in total:
            for parent in net.parents(key):
                if parent in leads:
                    more = counter.through(key, parent, total[key])
                    total[parent] = total.get(parent, 0) + more
    definitions = sum(counter.known.values()) if shared else 0
    return at_ends * counter.entries(by) * counter.entries(of) + definitions


def _leading(net: Unrolled, reached: list[NodeKey], ends: frozenset[NodeKey]) -> frozenset[NodeKey]:
    """Return the nodes from which a path leads to an end."""
    found: set[NodeKey] = set(ends)
    for key in reversed(reached):
        if any(parent in found for parent in net.parents(key)):
            found.add(key)
    return frozenset(found)


def terms_size(e: Expr, sizes: Mapping[str, int]) -> int:
    """Return how many symbols an expression in the values of nodes has, its sums written out."""
    match e:
        case Sum(index=index, body=body):
            return index.size.value(sizes) * terms_size(body, sizes)
        case Entry() | Delta():
            return 1
        case _:
            return 1 + sum(terms_size(c, sizes) for c in children(e))


def check_entries(
    terms: list[Expr], net: Unrolled, of: NodeKey, by: NodeKey, sizes: Mapping[str, int]
) -> None:
    """Raise ConfigError where the form ``entries`` would write too much, and say how much."""
    shapes = [net.model.declaration(key.name).shape for key in (of, by)]
    entries = prod(size.value(sizes) for shape in shapes for size in shape)
    size = entries * sum(terms_size(term, sizes) for term in terms)
    if size > MAX_SYMBOLS:
        others = "'closed' (any tau) or 'matrix'"
        raise ConfigError(_message(net, of, by, "entry by entry", size, others))


def check_size(
    net: Unrolled, of: NodeKey, by: NodeKey, sizes: Mapping[str, int], *, shared: bool
) -> None:
    """Raise ConfigError where the form ``full`` would write too much, and say how much."""
    size = estimated(net, of, by, sizes, shared=shared)
    if size <= MAX_SYMBOLS:
        return
    named = "" if shared else ", or let repeated parts be named (--cse)"
    others = f"'closed' (any tau), 'matrix' or 'entries'{named}"
    raise ConfigError(_message(net, of, by, "in full", size, others))


def _message(net: Unrolled, of: NodeKey, by: NodeKey, how: str, size: int, others: str) -> str:
    return (
        f"{of} by {by} at tau = {net.tau} written out {how} would have about {_written(size)}"
        f" symbols; the limit is {MAX_SYMBOLS}. Take the form {others},"
        " a smaller tau, smaller dimensions, or --force"
    )


def _written(size: int) -> str:
    """Return a number as people write it: 310000, or 3.1e+28."""
    if size < 10**7:
        return str(size)
    digits = len(str(size)) - 1
    return f"{size // 10 ** (digits - 1) / 10}e+{digits}"
