"""Equations for one example, where the entries of all arrays are examples.

So it is where the text writes the number of an example above, x^{(i)} under a sum over i, and the
network acts on each entry by itself. There an equation without that index is about one example.
"""

from __future__ import annotations

from dataclasses import replace

from checks.section_judge import Judge
from symbolic.affine import Affine
from symbolic.expr import Sum
from symbolic.latex.section import Section
from symbolic.latex.sums import summed_letters
from symbolic.latex.syntax import Bracket, Chain, Scripted, Symbol
from symbolic.latex.walk import walk
from symbolic.traverse import walk as walk_core


def of_one_example(judge: Judge) -> Judge | None:
    """Return what judges claims for one example; None in any other section, and if it does so."""
    section = judge.section
    size = _examples(section)
    if size is None or section.lexicon.examples is not None:
        return None
    if not _are_counted_above(judge.block.chains):
        return None
    lexicon = replace(section.lexicon, examples=size)
    return replace(judge, section=replace(section, lexicon=lexicon), otherwise=None)


def _examples(section: Section) -> Affine | None:
    """Return the one size of all arrays where no node with entries sums over them."""
    sizes = {declared.shape for declared in section.model.declarations if declared.shape}
    if len(sizes) != 1:
        return None
    (shape,) = sizes
    if len(shape) != 1 or not shape[0].letters:
        return None
    for equation in section.model.equations:
        is_array = bool(section.model.declaration(equation.name).shape)
        if is_array and any(isinstance(node, Sum) for node in walk_core(equation.body)):
            return None
    return shape[0]


def _are_counted_above(chains: list[Chain]) -> bool:
    """Whether a letter that a sum binds stands above in round brackets."""
    for side in (item for chain in chains for item in chain.items if item is not None):
        letters = summed_letters(side)
        for node in walk(side) if letters else ():
            match node:
                case Scripted(above=above) if above is not None:
                    brackets = (n for n in walk(above) if isinstance(n, Bracket))
                    pairs = ((b.kind, b.items[0]) for b in brackets if len(b.items) == 1)
                    if any(
                        kind == "(" and isinstance(item, Symbol) and item.name in letters
                        for kind, item in pairs
                    ):
                        return True
    return False
