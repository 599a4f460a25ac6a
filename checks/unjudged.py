"""The records of a section without a model: claims are undecided, the rest is no claim."""

from __future__ import annotations

from collections.abc import Iterator

from checks.equations import ignored
from checks.numbering import Numbers
from checks.numbers import Worked, worked_in
from checks.records import NOT_A_CLAIM, UNDECIDED, Record
from checks.statements import Block, Statement
from symbolic.errors import ReadError
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import script_letters
from symbolic.latex.syntax import Chain, Node
from symbolic.latex.system import first_equations


def unjudged(
    block: Block, number: int, numbers: Numbers, reason: str, ledger: dict[str, Node]
) -> Iterator[Record | Worked]:
    """Yield the records of a section that has no model, for the given reason, and worked numbers.

    First equations of a name are definitions, and what says where a letter runs is a remark, as
    they are where there is a model. ``ledger`` are the rounded numbers printed so far.
    """
    definitions = first_equations(block.chains)
    letters = script_letters(block.chains)
    for statement in block.statements:
        id_ = numbers.of(statement)
        if statement.is_ignored:
            yield ignored(id_, number, statement)
            continue
        if relations := worked_in(statement, ledger):
            yield Worked(id_, statement, relations)
            continue
        place, latex = statement.span, statement.latex
        kind = _kind(statement, definitions, letters)
        if kind == "claim":
            yield Record(id_, number, place, latex, kind, UNDECIDED, reason=reason)
        else:
            yield Record(id_, number, place, latex, kind, NOT_A_CLAIM)


def _kind(statement: Statement, definitions: list[Chain], letters: frozenset[str]) -> str:
    if isinstance(statement.row, ReadError):
        return "claim"
    kinds = {_kind_of(chain, definitions, letters) for chain in statement.chains}
    return next((k for k in ("claim", "definition", "shape") if k in kinds), "statement")


def _kind_of(chain: Chain, definitions: list[Chain], letters: frozenset[str]) -> str:
    if any(chain is one for one in definitions):
        return "definition"
    if set(chain.relations) & {"colon", "in"}:
        return "shape"
    left = chain.items[0]
    is_range = left is not None and written_name(left) in letters
    return "claim" if set(chain.relations) == {"="} and not is_range else "statement"
