"""English words in formulas: what joins formulas, what begins a remark or a condition."""

from __future__ import annotations

_WORDS = (
    "a again all also an and as assuming at because both but by else every for from given hence"
    " here if in is let of on or otherwise respectively since so such that the then therefore thus"
    " to unless when whenever where whereas which while with i.e. e.g. s.t. st"
)
#: What only joins two formulas.
JOINING = frozenset({"and", "or", "and also", "as well as", "hence", "thus", "so", "then"})
#: At the head of a condition, and what stands there instead of one.
CONDITION_WORDS = frozenset(
    {"if", "for", "for all", "for every", "when", "whenever", "where", "with"}
)
OTHERWISE = frozenset({"otherwise", "else", "elsewhere"})

_PROSE = frozenset(_WORDS.split())


def is_prose(text: str) -> bool:
    """Whether a text in a row begins a remark or joins formulas, and is no name of a function.

    >>> is_prose("for all"), is_prose("where"), is_prose("softmax")
    (True, True, False)
    """
    return " " in text or plain_word(text) in _PROSE


def plain_word(text: str) -> str:
    """Return a text in small letters without punctuation around it, as the tables have it."""
    return text.lower().strip(",;: ")
