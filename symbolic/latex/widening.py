"""Scalars that are no scalars: where a softmax stands, what it is of is a vector.

A softmax of a number is constantly 1. Where a text says that all quantities are numbers, the
argument of a softmax, what is made of it and what it alone is made of are left open.
"""

from __future__ import annotations

from collections.abc import Iterable

from symbolic.latex.definitions import Definition, left_name
from symbolic.latex.lexicon import SOFTMAX_WORDS
from symbolic.latex.syntax import Bracket, Factors, Word
from symbolic.latex.walk import walk


def wide_names(definitions: Iterable[Definition], slot: str, steps: frozenset[str]) -> set[str]:
    """Return the names that are vectors although the text says that all quantities are numbers."""
    reads = {d.name: {use.name for use in d.uses(slot, steps)} for d in definitions}
    wide: set[str] = set()
    for d in definitions:
        if _is_softmax(d):
            wide |= {d.name, *_argument(d, slot, steps)}
    while True:
        narrow = {x for name, found in reads.items() if name not in wide for x in found}
        beside = {x for found in reads.values() if found & wide for x in found}
        inside = {x for name in wide for x in reads.get(name, ())}
        leaves = {x for x in inside if x not in reads and x not in narrow}
        leaves |= {x for x in beside if x not in reads and _is_read_with(x, wide, reads)}
        if leaves <= wide:
            return wide
        wide |= leaves


def _is_softmax(d: Definition) -> bool:
    match d.body:
        case Factors(factors=(Word(text=text), *_)):
            return text in SOFTMAX_WORDS
        case _:
            return any(isinstance(n, Word) and n.text in SOFTMAX_WORDS for n in walk(d.body))


def _argument(d: Definition, slot: str, steps: frozenset[str]) -> set[str]:
    """Return the name that a softmax is of, where it is one name."""
    match d.body:
        case Factors(factors=(_, Bracket(items=(argument,)))):
            use = left_name(argument, slot, steps)
            return {use.name} if use is not None else set()
        case _:
            return set()


def _is_read_with(name: str, wide: set[str], reads: dict[str, set[str]]) -> bool:
    """Whether every equation that reads a name reads something wide, and defines nothing wide."""
    readers = [key for key, found in reads.items() if name in found]
    return all(reads[key] & wide and key not in wide for key in readers)
