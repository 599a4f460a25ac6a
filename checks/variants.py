"""Several forward equations for one name: all first ones count, or all latest ones.

A second right side for a name is a claim. It is a variant, and no claim, where it is false with the
first equations, and another claim behind it is true with the latest ones alone: the text went on
with another network, as an answer does that corrects a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from checks.chains import Claim
from checks.records import FAILS, NOT_A_CLAIM, Record
from checks.section_judge import Judge
from checks.statements import Block
from symbolic.errors import GradproofError
from symbolic.latex.activations import activations_in
from symbolic.latex.definitions import has_derivative, left_use
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import find_slot
from symbolic.latex.section import Section
from symbolic.latex.syntax import Chain, Factors, Node
from symbolic.latex.system import has_variants
from symbolic.latex.walk import walk

#: What is said of a claim that needs the latest equations, and of one that gives a name anew.
LATER = "with the latest equation of each name"
RESTATED = "it gives a name of the network another value than before"
VARIANT = "variant: the equations behind it go on with it"


#: Words by which a text goes on to another case.
_ANOTHER = re.compile(
    r"\b(?:instead|alternativ\w*|varia\w+|replac\w+|correct\w*|generali?\w*|usual\w*|modif\w+"
    r"|another|second|different\w*|simpl\w+|linear|case|without|with an?|suppose|consider|now|if"
    r"|becomes?|for (?:the |an? )?(?!all\b|every\b|each\b|any\b|later\b|some\b)[a-z]{4,})\b",
    re.IGNORECASE,
)


def later_section(
    block: Block, section: Section, read: Callable[..., Section]
) -> tuple[Section, int] | None:
    """Return the section with the latest equation of each name, and from where on it counts.

    ``read`` reads the section; None where the names have one equation each, and where one name is
    given anew and no word of the text says so.
    """
    chains = block.chains
    slot, steps = find_slot(chains)
    one, other = activations_in(chains), activations_in(chains[::-1])
    is_same = (one.known, one.opaque) == (other.known, other.opaque)
    if is_same and not has_variants(chains, slot, steps):
        return None
    with suppress(GradproofError):
        later = read(latest=True)
        same = (later.model.equations, later.lexicon.letters_of_functions, later.opaque)
        if same == (section.model.equations, section.lexicon.letters_of_functions, section.opaque):
            return None
        new = {id(chain) for chain in later.definitions if chain not in section.definitions}
        found = [n for n, s in enumerate(block.statements) if any(id(c) in new for c in s.chains)]
        # One name given anew without a word is rather an error.
        is_meant = len(found) > 1 or any(_is_announced(block, number) for number in found)
        return (later, min(found)) if found and is_meant else None
    return None


def _is_announced(block: Block, number: int) -> bool:
    """Whether the text right before a statement says that another case follows."""
    before = " ".join(text for count, text in block.prose if number - 3 <= count <= number)
    return _ANOTHER.search(re.split(r"[.!?:]", before.rstrip(" .:"))[-1]) is not None


def early_section(
    block: Block, read: Callable[[list[tuple[Chain, ...]]], Section]
) -> tuple[Section, int] | None:
    """Return the section without what is said of a function only after it was used in a claim.

    With it comes the number of the statement that says it.
    """
    given = activations_in(block.chains).chains
    rows = [s.chains for s in block.statements if not s.is_ignored]
    for chain in given:
        name = _function_of(chain)
        places = [n for n, s in enumerate(block.statements) if any(c is chain for c in s.chains)]
        claims = [
            n
            for n, s in enumerate(block.statements)
            if any(_is_claim_about(name, c) for c in s.chains)
        ]
        if places and claims and claims[0] < places[0]:
            kept = [tuple(c for c in row if c is not chain) for row in rows]
            with suppress(GradproofError):
                return read(kept), places[0]
    return None


def _function_of(chain: Chain) -> str | None:
    left = chain.items[0]
    return written_name(left.factors[0] if isinstance(left, Factors) else left) if left else None


def _is_claim_about(name: str | None, chain: Chain) -> bool:
    sides = [item for item in chain.items if item is not None]
    if "=" not in chain.relations or not any(has_derivative(side) for side in sides):
        return False
    names = {(written_name(node) or "").rstrip("'") for side in sides for node in walk(side)}
    return name in names


def is_definition(claim: Claim, section: Section) -> bool:
    """Whether a claim is what defines its left side in a section."""
    return any(map(section.defines, claim.statement.chains))


def restates(claim: Claim, judge: Judge) -> bool:
    """Whether a claim is another forward equation of a name that has one."""
    lexicon = judge.section.lexicon
    if has_derivative(claim.left) or has_derivative(claim.right):
        return False
    use = left_use(claim.left, lexicon.slot, lexicon.steps)
    return use is not None or _is_call(claim.left)


def _is_call(node: Node) -> bool:
    """Whether a left side is a function at a letter: f(z)."""
    return isinstance(node, Factors) and len(node.factors) == 2 and node.operators == ("",)


def with_variants(
    records: Sequence[Record], combine: Callable[[Record, Sequence[Record]], Record]
) -> list[Record]:
    """Return the records, with restated names as variants in sections that go on with them."""
    going_on = {r.section for r in records if r.note is not None and LATER in r.note}
    found: dict[str, Record] = {}
    for record in records:
        if (
            record.section in going_on
            and (record.reason or "").startswith(RESTATED)
            and not record.parts
        ):
            record = replace(
                record,
                kind="definition",
                verdict=NOT_A_CLAIM,
                evidence=None,
                reason=None,
                note=VARIANT,
                counterexample=None,
                follows=None,
                equals_head=None,
            )
        found[record.id] = record
    return [_recombined(record, found, combine) for record in found.values()]


def _recombined(
    record: Record, found: dict[str, Record], combine: Callable[[Record, Sequence[Record]], Record]
) -> Record:
    if not record.parts or record.verdict != FAILS:
        return record
    return combine(record, [found[id_] for id_ in record.parts if id_ in found])
