"""The number of factors that a label says: t - k under the brace of W ... W."""

from __future__ import annotations

from symbolic.latex.syntax import Braced, Bracket, Dots, Factors, Node, Numeral, Symbol, Terms, Word

#: What may stand behind the number.
_WORDS = frozenset({"times", "factors", "terms", "copies", "matrices"})


def count_label(node: Braced) -> Node | None:
    """Return the number of factors that stands at a brace around a product with dots.

    >>> body = Factors((Symbol("W"), Dots(), Symbol("W")), ("", ""))
    >>> count_label(Braced(body, Numeral("3"))), count_label(Braced(Symbol("W"), Numeral("3")))
    (Numeral(text='3', span=None), None)
    """
    factors = node.body.factors if isinstance(node.body, Factors) else ()
    has_dots = any(isinstance(factor, Dots) for factor in factors)
    label = None if node.label is None else _without_word(node.label)
    return label if has_dots and label is not None and _is_number(label) else None


def _without_word(label: Node) -> Node:
    match label:
        case Factors(factors=(*kept, Word(text=text))) if text.strip() in _WORDS:
            if len(kept) == 1:
                return kept[0]
            return Factors(tuple(kept), label.operators[:-1], label.span)
        case Terms(terms=(*kept, last)):
            return Terms((*kept, _without_word(last)), label.signs, label.span)
        case _:
            return label


def _is_number(label: Node) -> bool:
    if isinstance(label, Bracket) and label.kind == "(" and len(label.items) == 1:
        return _is_number(label.items[0])
    terms = label.terms if isinstance(label, Terms) else (label,)
    return all(isinstance(term, Symbol | Numeral) for term in terms)
