"""Probabilities that an equation names, p(y | x), and that stand nowhere else.

Such an equation says what the probability is; there is nothing to compare it with.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from checks.chains import Claim
from checks.section_judge import Judge
from symbolic.errors import GradproofError
from symbolic.latex.scripts import atom
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Scripted, Symbol, Word
from symbolic.latex.walk import nodes_of, walk


def names_probability(claim: Claim, judge: Judge) -> bool:
    """Whether the right side has a probability that nothing else in the section speaks of."""
    names = [name for node in walk(claim.right) for name in _conditional(node)]
    if len(names) != 1 or _is_known(names[0], judge):
        return False
    every = [name for node in nodes_of(judge.block.chains) for name in _conditional(node)]
    return every.count(names[0]) == 1


def _conditional(node: Node) -> Iterator[Node]:
    """Yield the names before brackets with a condition in them: p of p(y | x)."""
    factors = node.factors if isinstance(node, Factors) else ()
    for name, following in pairwise(factors):
        match following:
            case Bracket(kind="(", items=(Chain(relations=relations), *_)) if "mid" in relations:
                if isinstance(name, Symbol | Word | Scripted):
                    yield name


def _is_known(name: Node, judge: Judge) -> bool:
    try:
        return atom(name, judge.section.lexicon) is not None
    except GradproofError:
        return True
