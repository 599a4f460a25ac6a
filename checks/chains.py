"""Chains of relations: what kind of statement each is, and the claims that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from checks.conditions import Conditions
from checks.statements import Statement
from symbolic.errors import GradproofError
from symbolic.latex.context import Context
from symbolic.latex.counted import count_label
from symbolic.latex.indicators import is_indicator_defined
from symbolic.latex.lexicon import DIAG_WORDS, FUNCTION_WORDS, SOFTMAX_WORDS, written_name
from symbolic.latex.meaning import meaning
from symbolic.latex.network import TOTAL
from symbolic.latex.prefixed import is_naming
from symbolic.latex.scripts import Atom, affine, atom
from symbolic.latex.section import Section, is_worked
from symbolic.latex.syntax import Braced, Chain, Dots, Factors, Node, Terms, Word
from symbolic.latex.tensor import ShapeConflict
from symbolic.latex.walk import walk

#: Words that begin a condition or a remark.
_CONJUNCTIONS = frozenset(
    {"if", "for", "when", "whenever", "where", "with", "unless", "since", "because", "and", "or"}
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation of a chain: both sides, and the side before the right one."""

    id: str
    left: Node
    right: Node
    before: Node | None
    statement: Statement
    number: int
    conditions: Conditions = field(default_factory=Conditions)
    #: Whether its left side stands in another display, which a sign of equality continues.
    continues: bool = False
    #: What it claims in writing, where that is not that both sides are equal.
    shown: str = ""

    def mapped(self, change: Callable[[Node], Node]) -> Claim:
        """Return the claim with every side changed."""
        before = None if self.before is None else change(self.before)
        return replace(self, left=change(self.left), right=change(self.right), before=before)


def claims_of(
    chain: Chain,
    section: Section,
    head: Node | None,
    last: Node | None,
    statement: Statement,
    place: int,
) -> tuple[str, list[Claim], Node | None, Node | None]:
    """Return the kind of a chain, its claims, and the head and last side for what continues it."""
    items = chain.items
    if not chain.relations:
        return "statement", [], items[0], items[0]
    if set(chain.relations) & {"colon", "in"}:
        return "shape", [], head, last
    if set(chain.relations) != {"="}:
        return "statement", [], head, last
    if items[0] is not None and (_is_in_prose(items[0]) or _is_remark(items[0], items[1], section)):
        return "statement", [], head, last
    if items[0] is not None:
        head, last = items[0], None
    elif head is None:
        return "unknown", [], head, last
    if len(items) == 2 and isinstance(items[1], Dots):
        # The value is left open.
        return "statement", [], head, last
    if len(items) == 2 and is_indicator_defined(items[0], items[1]):
        return "definition", [], head, last
    if len(items) == 2 and is_naming(items[0], items[1]):
        return "definition", [], head, last
    if len(items) == 2 and _is_one_state(head, items[1], section):
        return "statement", [], head, last
    if is_worked_leaf(head, items[1], section) or _is_update(head, items[1], section):
        return "statement", [], head, last
    is_definition = any(one.defines(chain) for one in (section, *section.lemmas))
    # What goes on from a bare name is its first equation, if the section has no other.
    is_definition = is_definition or (
        items[0] is None and last is head and _is_total(head, section)
    )
    claims: list[Claim] = []
    for position, right in enumerate(items[1:]):
        if right is None or head is None:
            continue
        if not (is_definition and position == 0):
            is_later = items[0] is None and position == 0
            claims.append(Claim("", head, right, last, statement, place, continues=is_later))
        last = right
    return ("definition" if is_definition else "claim"), claims, head, last


def is_worked_leaf(left: Node, right: Node | None, section: Section) -> bool:
    """Whether a leaf of the network is given numbers: data, no claim."""
    if right is None or not is_worked(right):
        return False
    found = variable_of(left, section)
    return found is not None and section.model.equation(found.occurrence.variable.name) is None


def _is_one_state(left: Node, right: Node | None, section: Section) -> bool:
    """Whether a relation sets a variable at one step beside itself at another: a remark."""
    one, two = variable_of(left, section), variable_of(right, section)
    if one is None or two is None or one.power or two.power:
        return False
    here, there = one.occurrence, two.occurrence
    return here.variable == there.variable and here.step != there.step


def variable_of(node: Node | None, section: Section) -> Atom | None:
    """Return the variable that a side is; None too where its scripts have no meaning."""
    try:
        return atom(node, section.lexicon) if node is not None else None
    except GradproofError:
        return None


def _is_total(head: Node, section: Section) -> bool:
    """Whether a name is the sum of the losses of the steps, which no equation defines."""
    found = variable_of(head, section)
    name = found.occurrence.variable.name if found is not None else ""
    return name == TOTAL


def _is_update(left: Node, right: Node | None, section: Section) -> bool:
    """Whether a line gives a leaf a new value made of its old one: W = W - ..."""
    found = variable_of(left, section)
    if found is None or section.model.equation(found.occurrence.variable.name) is not None:
        return False
    return isinstance(right, Terms) and right.terms[0] == left


def conflict(statement: Statement, section: Section) -> str | None:
    """Return why the parts of a bare expression do not fit together; None where they do."""
    if len(statement.chains) != 1 or statement.chains[0].relations or statement.is_inline:
        return None
    (item,) = statement.chains[0].items
    try:
        if isinstance(item, Factors):
            context = Context(section.lexicon, section.losses)
            meaning(item, context)
    except ShapeConflict as error:
        return f"shape: {error.message}"
    except GradproofError:
        return None
    return None


def _is_in_prose(left: Node) -> bool:
    """Whether a relation begins with a word of English: if t = T."""
    first = left.factors[0] if isinstance(left, Factors) else left
    return isinstance(first, Word) and first.text.strip(" ,") in _CONJUNCTIONS


def _is_affine(node: Node | None, section: Section) -> bool:
    return node is None or isinstance(node, Dots) or affine(node, section.lexicon) is not None


def _is_remark(left: Node, right: Node | None, section: Section) -> bool:
    """Whether a relation is one among steps, sizes and indices: t = 1, ..., T."""
    value, lexicon = affine(left, section.lexicon), section.lexicon
    if value is not None and value.is_constant and not _is_affine(right, section):
        return False
    if value is None or lexicon.variable(written_name(left) or "") is not None:
        return False
    return all(
        lexicon.is_step_letter(name) or name in lexicon.sizes or name in "ijklmn"
        for name in value.letters
    )


def braces(sides: Iterable[Node]) -> list[Braced]:
    """Return the expressions with a brace; words and numbers of factors are no labels."""
    found = (n for side in sides for n in walk(side) if isinstance(n, Braced))
    return [
        brace
        for brace in found
        if brace.label is None or not (_is_in_words(brace.label) or count_label(brace))
    ]


def _is_in_words(label: Node) -> bool:
    """Whether a label says something in words, such as "both gates": prose is not judged."""
    known = FUNCTION_WORDS.keys() | SOFTMAX_WORDS | DIAG_WORDS
    return any(isinstance(n, Word) and n.text not in known for n in walk(label))
