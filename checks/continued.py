"""Rows that go on with the row before them: with a sign, an operator, or after one."""

from __future__ import annotations

from dataclasses import replace

from symbolic.errors import ReadError
from symbolic.latex.syntax import Big, Factors, Node, Row, Terms


def joined(rows: tuple[Row | ReadError, ...]) -> list[Row | ReadError]:
    """Join a row that begins with a sign to the row before it: the expression goes on."""
    found: list[Row | ReadError] = []
    for row in rows:
        before = found[-1] if found else None
        if isinstance(row, Row) and isinstance(before, Row) and before.chains and goes_on(row):
            found[-1] = continued(before, row)
        else:
            found.append(row)
    return found


def goes_on(row: Row) -> bool:
    """Whether a row is a part of the expression before it, by what it begins with."""
    if not row.chains or row.chains[0].items[0] is None:
        return False
    is_bare = not row.chains[0].relations and isinstance(row.chains[0].items[0], Terms)
    return is_bare or row.continues not in ("", "+", "-")


def continued(before: Row, row: Row) -> Row:
    """Return a row with the one behind it that goes on with its last expression."""
    chain, following = before.chains[-1], row.chains[0]
    last, more = chain.items[-1], following.items[0]
    if last is None or more is None:
        return before
    operator = "" if row.continues in ("", "+", "-") else row.continues
    whole = _multiplied(last, operator, more) if operator else _added(last, more)
    longer = replace(
        chain,
        items=(*chain.items[:-1], whole, *following.items[1:]),
        relations=chain.relations + following.relations,
    )
    chains = (*before.chains[:-1], longer, *row.chains[1:])
    return replace(before, chains=chains, tag=row.tag or before.tag)


def _added(last: Node, more: Node) -> Terms:
    """Return a sum that goes on in the next row."""
    one = last if isinstance(last, Terms) else Terms((last,), ("+",), last.span)
    two = more if isinstance(more, Terms) else Terms((more,), ("+",), more.span)
    return Terms(one.terms + two.terms, one.signs + two.signs, one.span)


def _multiplied(last: Node, operator: str, more: Node) -> Node:
    """Return a product that goes on in the next row: the last term of one, the first of both."""
    if isinstance(more, Terms):
        product = _multiplied(last, operator, more.terms[0])
        rest = Terms(more.terms[1:], more.signs[1:], more.span)
        return _added(product, rest) if more.terms[1:] else product
    if isinstance(last, Terms):
        product = _multiplied(last.terms[-1], operator, more)
        return replace(last, terms=(*last.terms[:-1], product))
    if isinstance(last, Big):
        return replace(last, body=_multiplied(last.body, operator, more))
    one = last if isinstance(last, Factors) else Factors((last,), (), last.span)
    two = more if isinstance(more, Factors) else Factors((more,), (), more.span)
    return replace(
        one, factors=one.factors + two.factors, operators=(*one.operators, operator, *two.operators)
    )
