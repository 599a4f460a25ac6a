"""Names that a program in a text gives: it is not read, so what they depend on is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable

from symbolic.forward import longest_lag
from symbolic.model import Model, Role

_ASSIGNED = re.compile(
    r"^\s*(?P<left>[^=<>!(]+?)\s*(?:[-+*/@]|<-|:)?=(?!=)(?P<right>.*)$", re.MULTILINE
)
_IDENTIFIER = re.compile(r"(?<![\w.])[A-Za-z]\w*")
#: What a program has that computes a recurrence: the step before, a loop, a cell by its name.
_RECURS = re.compile(
    r"\b\w+\s*-\s*1\s*\]|_prev\b|\bprev_|\bfor\b|\bwhile\b|\bscan\b|\b(?:RNN|LSTM|GRU)"
)
#: What a program writes at a name to tell one step from the other.
_STEP = re.compile(r"_?(?:prev|next|new|old|t|s|cur|curr|current)$")


def given_by_programs(programs: Iterable[str], model: Model) -> frozenset[str]:
    """Return the leaves with steps of a network that programs beside it seem to give.

    That is each one that a program makes of names of the network, or of itself at another step;
    and all of them where the network has no recurrence and the programs have one.
    """
    text = "\n".join(programs)
    leaves = {d.name for d in (*model.named(Role.INPUT), *model.named(Role.TARGET)) if d.timed}
    if not leaves or "=" not in text:
        return frozenset()
    recurs = any(longest_lag(model, equation.name) for equation in model.equations)
    if not recurs and _RECURS.search(text):
        return frozenset(leaves)
    known = {declared.name for declared in model.declarations}
    reads = _reads(text, known)
    return frozenset(leaf for leaf in leaves if _is_made(leaf, reads, known))


def _reads(text: str, known: set[str]) -> dict[str, set[str]]:
    """Return what each name of a program is made of, names of the network as they are there."""
    found: dict[str, set[str]] = {}
    for match in _ASSIGNED.finditer(text):
        right = {_named(word, known) for word in _IDENTIFIER.findall(match["right"])}
        lagged = re.findall(r"\b([A-Za-z]\w*?)(?:_prev\b|\s*\[[^\]]*-\s*1\s*\])", match["right"])
        lagged = [_named(word, known) for word in lagged]
        for part in match["left"].split(","):
            if (name := _IDENTIFIER.search(part)) is None:
                continue
            left = _named(name.group(), known)
            found.setdefault(left, set()).update(right - {left})
            if left in lagged:
                found[left].add(left)
    return found


def _named(word: str, known: set[str]) -> str:
    """Return the name that a word of a program stands for: h for h_prev, hs and h_t."""
    short = _STEP.sub("", word)
    plain = {name.replace("_", ""): name for name in known}
    for candidate in (word, short, word.replace("_", ""), short.replace("_", "")):
        if candidate in plain or candidate in known:
            return plain.get(candidate, candidate)
    return word


def _is_made(leaf: str, reads: dict[str, set[str]], known: set[str]) -> bool:
    """Whether a name is made of names of the network, perhaps by way of others."""
    pending, seen = set(reads.get(leaf, ())), set()
    while pending:
        name = pending.pop()
        if name in known:
            return True
        seen.add(name)
        pending |= reads.get(name, set()) - seen
    return False
