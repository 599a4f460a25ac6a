r"""Claims with a network of their own: d/dx tanh x = 1 - tanh^2 x, and those about a lemma y = W x.

In the first kind the letter is any number, and the only other names are functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checks.chains import Claim
from checks.section_judge import Judge
from symbolic.expr import Entry
from symbolic.latex.lexicon import FUNCTION_WORDS, Variable, written_name
from symbolic.latex.names import uses
from symbolic.latex.scripts import is_transpose
from symbolic.latex.section import Section
from symbolic.latex.syntax import Node, Scripted, Symbol, Word
from symbolic.latex.walk import walk
from symbolic.model import Declaration, Equation, Role, build_model


def of_one_letter(claim: Claim, judge: Judge) -> Judge | None:
    """Return what judges a claim that is made of functions of one plain letter; None for others."""
    sides = (claim.left, claim.right)
    if not any(_is_function(node, judge) for side in sides for node in walk(side)):
        return None
    lexicon = judge.section.lexicon
    functions = lexicon.functions | lexicon.letters_of_functions.keys() | {"e"}
    found = {
        use.name if use.node == Symbol(use.name) else None
        for side in sides
        for use in uses(side, lexicon.slot, lexicon.steps)
        if use.name.rstrip("'") not in functions
    }
    name = next(iter(found)) if len(found) == 1 else None
    if name is None or _has_unknown_word(sides):
        return None
    return replace(judge, section=_section(name, judge.section), otherwise=None, _bench=None)


def of_lemmas(claim: Claim, judge: Judge) -> Iterator[Judge]:
    """Yield what judges a claim about the names of a lemma, the latest lemma first."""
    lexicon, sides = judge.section.lexicon, (claim.left, claim.right)
    above = [n.above for side in sides for n in walk(side) if isinstance(n, Scripted) and n.above]
    transposes = [sign for sign in above if is_transpose(sign)]
    names = {
        use.name
        for side in sides
        for use in uses(side, lexicon.slot, lexicon.steps)
        if not any(use.node is sign for sign in transposes)
    }
    for section in reversed(judge.section.lemmas):
        if names <= {key.strip() for key in section.lexicon.variables}:
            yield replace(judge, section=section, otherwise=None, _bench=None)


def _is_function(node: Node, judge: Judge) -> bool:
    if isinstance(node, Word):
        return node.text in FUNCTION_WORDS
    name = (written_name(node) or "").rstrip("'")
    return name in judge.section.lexicon.letters_of_functions


def _has_unknown_word(sides: tuple[Node, Node]) -> bool:
    words = (node for side in sides for node in walk(side) if isinstance(node, Word))
    return any(word.text not in FUNCTION_WORDS for word in words)


def _section(name: str, section: Section) -> Section:
    """Return a section whose network is one number and its copy."""
    variable = Variable(name, (), timed=False, is_parameter=True)
    copy = f"copy of {name}"
    model = build_model(
        name=section.model.name,
        title="one letter",
        source=section.model.source,
        first_step=1,
        dimensions=(),
        functions=section.model.functions,
        declarations=(
            Declaration(name, (), Role.PARAMETER, timed=False),
            Declaration(copy, (), Role.NODE, timed=False),
        ),
        equations=(Equation(copy, (), Entry(name), copy),),
        loss=None,
    )
    lexicon = replace(section.lexicon, variables={name: variable}, derived={}, called=frozenset())
    return Section(lexicon, model, frozenset(), ())
