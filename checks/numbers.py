"""Worked numbers: chains that end in numbers, checked in themselves and never part of a model.

A number with decimals claims its value to half a unit of its last digit. Where it is computed from
rounded numbers that are printed above it, it holds if it is right from their exact values or from
the printed ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from checks.decide import PRECISIONS, SHARP_PRECISIONS
from checks.faults import INTERNAL, internal
from checks.records import FAILS, HOLDS, NOT_A_CLAIM, UNDECIDED, Record
from checks.statements import Statement
from checks.verdict import Certificate, Counterexample, Evidence
from numeric.rings import balls
from numeric.rings.base import Comparison
from symbolic.errors import GradproofError
from symbolic.evaluate import evaluate_array
from symbolic.expr import Expr
from symbolic.latex.context import Context
from symbolic.latex.lexicon import BELOW, FUNCTION_WORDS, Lexicon, written_name
from symbolic.latex.meaning import meaning
from symbolic.latex.scripts import sort_scripts
from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Factors,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
    unscripted,
)
from symbolic.latex.walk import map_children, walk
from symbolic.latex.write import write
from symbolic.ring import ObjectArray
from symbolic.scope import Scope

#: A lexicon without names: whatever has one is no number.
_NONE = Lexicon({}, BELOW, frozenset())
#: An exact value with more parts than this is not put in for a rounded one.
MAX_PARTS = 400

PRINTED, EXACT = "from the rounded numbers printed above", "from the exact values"


@dataclass(frozen=True, slots=True)
class Equality:
    """A claim about numbers: two expressions, and both with exact values for rounded ones."""

    left: Node
    right: Node
    exact_left: Node
    exact_right: Node


@dataclass(frozen=True, slots=True)
class Worked:
    """The relations of a worked chain, in order; None for one that only names a number."""

    id: str
    statement: Statement
    relations: tuple[Equality | None, ...]


def is_number(node: Node | None) -> bool:
    """Whether an expression is made of numbers and functions alone."""
    if node is None:
        return False
    parts = list(walk(node))
    names = [written_name(n) for n in parts if isinstance(n, Symbol | Word)]
    return all(n in FUNCTION_WORDS for n in names) and any(isinstance(n, Numeral) for n in parts)


def worked(chain: Chain, ledger: dict[str, Node]) -> tuple[Equality | None, ...] | None:
    """Return the relations of a chain of numbers; None for any other chain.

    ``ledger`` keeps, for each rounded number, the expression that it was printed as the value of.
    """
    sides = chain.items if chain.items[0] is not None else chain.items[1:]
    is_equation = bool(chain.relations) and set(chain.relations) <= {"=", "approx"}
    numbers = [side for side in sides if is_number(side)]
    others = [side for side in sides[1:] if not is_number(side)]
    if (
        len(sides) < 2
        or not is_equation
        or not numbers
        or not all(_is_name(side) for side in others)
    ):
        return None
    begins_with_value = is_number(sides[0]) or (_is_name(sides[0]) and is_number(sides[1]))
    if not begins_with_value:
        return None
    found: list[Equality | None] = []
    value: Node | None = sides[0] if is_number(sides[0]) else None
    for side in sides[1:]:
        assert side is not None
        if value is None or not is_number(side):
            found.append(None)
            value = value or side
            continue
        found.append(Equality(value, side, _exact(value, ledger), _exact(side, ledger)))
        if isinstance(side, Numeral) and "." in side.text and not isinstance(value, Numeral):
            ledger[side.text] = found[-1].exact_left  # type: ignore[union-attr]
    return tuple(found)


def worked_in(statement: Statement, ledger: dict[str, Node]) -> tuple[Equality | None, ...] | None:
    """Return the relations of a statement whose chains are all worked; None for any other.

    What an arrow says of its two sides is a remark beside them, and so is what follows it alone.
    """
    found: list[Equality | None] = []
    has_arrow = False
    for chain in statement.chains:
        is_arrow = chain.relations in (("to",), ("gets",))
        has_arrow = has_arrow or is_arrow
        if found and (is_arrow or (has_arrow and not chain.relations)):
            continue
        relations = worked(chain, ledger)
        if relations is None:
            return None
        found += relations
    return tuple(found) or None


def _is_name(node: Node | None) -> bool:
    if isinstance(node, Scripted):
        scripts = sort_scripts(node)
        if scripts.power is not None or scripts.transpose:
            return False
    base = unscripted(node)
    return isinstance(base, Symbol | Word) and written_name(base) not in FUNCTION_WORDS


def _exact(node: Node, ledger: dict[str, Node]) -> Node:
    """Return an expression with the exact values of the rounded numbers in it."""
    if isinstance(node, Numeral) and node.text in ledger:
        return Bracket("(", (ledger[node.text],))
    found = map_children(node, lambda child: _exact(child, ledger))
    return found if sum(1 for _ in walk(found)) <= MAX_PARTS else node


def judge_worked(item: Worked, section: int) -> list[Record]:
    """Return the record of a worked chain and, where it has several relations, of each."""
    latex, place = item.statement.latex, item.statement.span
    several = len(item.relations) > 1
    parts: list[Record] = []
    for number, equality in enumerate(item.relations, start=1):
        id_ = f"{item.id}/{number}" if several else item.id
        if equality is None:
            note = "gives a number a name"
            record = Record(id_, section, place, latex, "statement", NOT_A_CLAIM, note=note)
        else:
            record = _judged(equality, Record(id_, section, place, latex, "claim", UNDECIDED))
        parts.append(record)
    if not several:
        return parts
    claims = [part for part in parts if part.verdict != NOT_A_CLAIM]
    order = (FAILS, UNDECIDED, HOLDS)
    verdict = next((v for v in order if any(p.verdict == v for p in claims)), NOT_A_CLAIM)
    reason = next((p.reason for p in claims if p.verdict == verdict and p.reason), None)
    kind = "claim" if claims else "statement"
    whole = Record(item.id, section, place, latex, kind, verdict, reason=reason)
    return [replace(whole, parts=tuple(part.id for part in parts)), *parts]


def _judged(claim: Equality, record: Record) -> Record:
    record = replace(record, claim=f"{write(claim.left)} = {write(claim.right)}")
    try:
        readings = list(_readings(claim))
        found = [_compared(left, right, half_unit, record) for left, right, half_unit in readings]
    except GradproofError as error:
        return replace(record, reason=error.message)
    except INTERNAL as error:
        return replace(record, reason=internal(error))
    for one, words in zip(found, (PRINTED, EXACT), strict=False):
        if one.verdict == HOLDS:
            return replace(one, reading=words if len(found) > 1 else None, equals_head=True)
    undecided = [one for one in found if one.verdict == UNDECIDED]
    return (undecided + found)[0]


def _readings(claim: Equality) -> Iterator[tuple[Expr, Expr, Fraction | None]]:
    """Yield both sides from the printed and, where that is something else, from exact values."""
    half_unit = _half_unit(claim.right)
    right = _core(claim.right)
    yield _core(claim.left), right, half_unit
    if claim.exact_left != claim.left or (half_unit is None and claim.exact_right != claim.right):
        exact_right = right if half_unit is not None else _core(claim.exact_right)
        yield _core(claim.exact_left), exact_right, half_unit


def _core(node: Node) -> Expr:
    tensor = meaning(node, Context(_NONE, frozenset()))
    if not tensor.is_scalar:
        raise ValueError("an array among numbers")
    return tensor.entry


def _half_unit(node: Node) -> Fraction | None:
    """Return half a unit of the last digit of a printed number; None for an expression."""
    match node:
        case Numeral(text=text):
            digits = len(text.partition(".")[2])
            return Fraction(1, 2 * 10**digits)
        case Terms(terms=(Numeral() as number,)):
            return _half_unit(number)
        case Factors(factors=(number, Scripted(base=Numeral(text="10"), above=power, below=None))):
            unit, exponent = _half_unit(number), _integer(power)
            return None if unit is None or exponent is None else unit * Fraction(10) ** exponent
        case _:
            return None


def _integer(node: Node | None) -> int | None:
    match node:
        case Numeral(text=text) if text.isdigit() and len(text) < 4:
            return int(text)
        case Terms(terms=(Numeral(text=text),), signs=("-",)) if text.isdigit() and len(text) < 4:
            return -int(text)
        case _:
            return None


def _value(e: Expr, ring: balls.BallRing) -> ObjectArray:
    def absent(name: str, step: int | None) -> ObjectArray:
        raise ValueError(f"{name} has no value")

    scope: Scope[ObjectArray] = Scope(ring, {}, absent, {}, lambda name, step: None)
    found: ObjectArray = ring.wrap(evaluate_array(e, (), scope))
    return found


def _compared(left: Expr, right: Expr, half_unit: Fraction | None, record: Record) -> Record:
    """Return the verdict of balls: within half a unit of a printed number, else equal."""
    for bits in PRECISIONS if half_unit is not None else SHARP_PRECISIONS:
        with balls.precision(bits) as ring:
            one, two = _value(left, ring), _value(right, ring)
            if half_unit is None:
                outcome = balls.compare(one, two, radius_bits=400).outcome
            else:
                outcome = balls.within(ring.wrap(one - two), Fraction(0), half_unit)
            if outcome is Comparison.UNKNOWN:
                continue
            return _decided(outcome, one, two, half_unit, bits, record)
    return replace(record, reason="the value lies at the very end of what the digits allow")


def _decided(
    outcome: Comparison,
    left: ObjectArray,
    right: ObjectArray,
    half_unit: Fraction | None,
    bits: int,
    record: Record,
) -> Record:
    if outcome is Comparison.DIFFER:
        gap = balls.beyond(np.asarray(left - right), Fraction(0), half_unit or Fraction(0))
        shown = balls.shown(left), balls.shown(right)
        counterexample = Counterexample({}, 1, None, {}, (), *shown, gap, {}, {})
        return replace(
            record,
            verdict=FAILS,
            evidence=Evidence.CERTIFIED.value,
            counterexample=counterexample,
            equals_head=False,
            reason="value",
        )
    is_whole = half_unit == Fraction(1, 2)
    if is_whole and balls.compare(left, right, radius_bits=60).outcome is not Comparison.AGREE:
        return replace(record, reason="right only if a whole number was meant to be rounded")
    radius = "2^-400" if half_unit is None else f"1/{1 / half_unit}"
    certificate = Certificate(("balls",), 1, ({},), (), bits, radius, None)
    evidence = Evidence.BALLS if half_unit is None else Evidence.CERTIFIED
    return replace(record, verdict=HOLDS, evidence=evidence.value, certificate=certificate)
