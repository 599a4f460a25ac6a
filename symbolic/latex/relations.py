"""Chains with several kinds of relations, in parts of one kind: A = B in S is A = B, and A in S."""

from __future__ import annotations

from dataclasses import replace

from symbolic.latex.syntax import Chain, Dots, Node, Numeral, Row
from symbolic.latex.walk import nodes_of, walk

#: Relations that define or claim equality.
_EQUALITIES = {":=": "=", "equiv": "=", "doteq": "="}
#: Relations that say something of what stands before them, beside an equality of it.
_ORDERS = frozenset({"le", "ge", "<", ">", "ll", "gg", "propto", "subset", "subseteq"})


def parted(row: Row) -> Row:
    """Return a row whose chains have equalities apart from what else they say."""
    return replace(row, chains=tuple(part for chain in row.chains for part in _parts(chain)))


#: Relations that say less than equality; between numbers they are one that is rounded.
_LIKE = frozenset({"approx", "sim", "simeq", "neq"})
#: Arrows behind an equality: what stands there is another statement, or a remark.
_ARROWS = frozenset({"to", "gets", "mapsto"})


def _parts(chain: Chain) -> tuple[Chain, ...]:
    relations = tuple(_EQUALITIES.get(relation, relation) for relation in chain.relations)
    chain = _without_dots(replace(chain, relations=relations))
    relations = chain.relations
    if relations == ("gets",) and not _is_update(chain):
        return (replace(chain, relations=("=",)),)
    if "=" not in relations:
        return (chain,)
    if relations[-1] == "in" and set(relations[:-1]) == {"="}:
        shape = Chain((chain.items[0], chain.items[-1]), ("in",), chain.span)
        return replace(chain, items=chain.items[:-1], relations=relations[:-1]), shape
    has_numbers = any(isinstance(node, Numeral) and "." in node.text for node in nodes_of([chain]))
    others = _ORDERS | _ARROWS if has_numbers else _ORDERS | _LIKE | _ARROWS
    is_update = relations[0] == "gets"
    if set(relations) & others and set(relations) <= {"=", *others} and not is_update:
        return tuple(_runs(chain))
    return (chain,)


def _without_dots(chain: Chain) -> Chain:
    """Return a chain of equalities without dots for a side: what stands there is left open."""
    if set(chain.relations) != {"="} or chain.items[0] is None:
        return chain
    kept = tuple(item for item in chain.items if not isinstance(item, Dots))
    are_enough = len(kept) > 1
    return replace(chain, items=kept, relations=("=",) * (len(kept) - 1)) if are_enough else chain


def _is_update(chain: Chain) -> bool:
    """Whether what an arrow gives a value is read on its right side."""
    left, right = chain.items
    return right is None or any(node == left for node in walk(right))


def _runs(chain: Chain) -> list[Chain]:
    """Return the runs of equalities of a chain, and each other relation by itself."""
    found: list[Chain] = []
    items: list[Node | None] = [chain.items[0]]
    relations: list[str] = []
    for relation, item in zip(chain.relations, chain.items[1:], strict=True):
        if relations and (relation == "=") != (relations[-1] == "="):
            found.append(Chain(tuple(items), tuple(relations), chain.span))
            items, relations = items[-1:], []
        items.append(item)
        relations.append(relation)
    return [*found, Chain(tuple(items), tuple(relations), chain.span)]
