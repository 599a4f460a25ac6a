"""A written claim as a form: both sides elaborated under each reading, at every step it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from numeric.closed_forms.domain import Domain
from numeric.closed_forms.form import Document, Form, Targets, Variant
from numeric.closed_forms.network import Network
from numeric.closed_forms.reading import (
    COPY,
    DESCENDING,
    LITERAL,
    ONES,
    PLAIN,
    Plain,
    Reading,
    both,
)
from numeric.closed_forms.setting import Setting
from symbolic.affine import Affine
from symbolic.defined import reaches, reads_of
from symbolic.errors import ModelError, UnsupportedNotation
from symbolic.evaluate import at_positions, evaluate_array
from symbolic.expr import Derivative, Entry, Expr, Index, Number, Power, Size, TimeProduct, TimeSum
from symbolic.forward import NodeKey
from symbolic.latex.aliases import resolved
from symbolic.latex.context import Choices, Context, Layout
from symbolic.latex.meaning import meaning, require_known
from symbolic.latex.names import uses
from symbolic.latex.scripts import affine
from symbolic.latex.section import Section
from symbolic.latex.sums import summed_letters
from symbolic.latex.syntax import Node, Symbol
from symbolic.latex.tensor import ShapeConflict, Tensor, aligned
from symbolic.latex.walk import walk as walk_syntax
from symbolic.model import HORIZON, Model
from symbolic.scope import Labelled, Scope
from symbolic.traverse import children, free_indices, walk


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a claim under one reading, and the index letters that both are claimed for."""

    left: Expr
    right: Expr
    axes: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a claim means: sides by reading (or why their shapes conflict), letters, notes."""

    by_reading: dict[Reading, Sides | str]
    letters: tuple[str, ...]
    ordered: tuple[tuple[Affine, Affine], ...]
    notes: tuple[str, ...]
    #: The plain derivatives of states by parameters, and whether each is per-step, by reading.
    atoms: Mapping[Reading, frozenset[tuple[str, str, bool]]] = field(default_factory=dict)

    @property
    def is_conflict(self) -> bool:
        """Whether the shapes of the sides conflict under every reading."""
        return all(isinstance(sides, str) for sides in self.by_reading.values())

    @property
    def expressions(self) -> tuple[Expr, ...]:
        """Both sides under every reading in which their shapes fit."""
        sides = (s for s in self.by_reading.values() if isinstance(s, Sides))
        return tuple(e for s in sides for e in (s.left, s.right))

    def assignments(self, steps: range) -> Iterator[dict[str, int]]:
        """Yield all values of the free letters for steps, with that of the last step."""
        for values in product(steps, repeat=len(self.letters)):
            yield {**dict(zip(self.letters, values, strict=True)), HORIZON: steps.stop - 1}

    def reads(self, names: frozenset[str]) -> bool:
        """Whether a variable of these names stands on either side, under some reading."""
        nodes = (node for e in self.expressions for node in walk(e))
        return any(isinstance(node, Entry) and node.name in names for node in nodes)


def understand(left: Node, right: Node, section: Section, layout: Layout = Layout.ROWS) -> Meaning:
    """Return what a claim means under each of its readings.

    Raises UnsupportedNotation or ModelError where it cannot be read.
    """
    aliases = section.lexicon.aliases
    left, right = resolved(left, aliases), resolved(right, aliases)
    step = _only_step(left, right, section)
    first = _context(section, step, LITERAL[0], layout)
    literal = _sides(left, right, first)
    readings: tuple[Reading, ...] = LITERAL
    if first.has_plain:
        readings = both(PLAIN, readings)
    if first.has_product:
        readings = both(readings, DESCENDING)
    if first.has_loss_step:
        readings = both(readings, COPY)
    if any(isinstance(n, Symbol) and n.name == "I" for n in walk_syntax(right)):
        readings = both(readings, ONES)
    # The first reading is the literal one, under whatever name.
    by_reading = {readings[0]: literal}
    contexts = {readings[0]: first}
    for reading in readings[1:]:
        contexts[reading] = _context(section, step, reading, layout)
        by_reading[reading] = _sides(left, right, contexts[reading])
    atoms = {r: frozenset(context.plain_atoms) for r, context in contexts.items()}
    # Readings that come to the same are one.
    distinct: dict[Reading, Sides | str] = {}
    for reading, sides in by_reading.items():
        if sides not in distinct.values():
            distinct[reading] = sides
    by_reading = distinct
    letters = sorted({x for s in by_reading.values() for x in _step_letters(s, section.model)})
    return Meaning(
        by_reading, tuple(letters), tuple(first.ordered), tuple(dict.fromkeys(first.notes)), atoms
    )


def value_alone(side: Node, section: Section) -> Expr:
    """Return what one side means by itself, literally."""
    step = _only_step(side, side, section)
    context = _context(section, step, LITERAL[0], section.layout)
    return meaning(resolved(side, section.lexicon.aliases), context).entry


def _context(section: Section, step: Affine | None, reading: Reading, layout: Layout) -> Context:
    """Return the context of a claim; ``step`` is the one that names leave out."""
    plain = reading.plain or Plain.ALL_TOTAL
    choices = Choices(
        head_per_step=plain is Plain.ALL_PER_STEP,
        right_per_step=plain in (Plain.RIGHT_PER_STEP, Plain.ALL_PER_STEP),
        same_per_step=plain is Plain.SAME_PER_STEP,
        descending=reading.descending,
        layout=layout,
        ones=reading.ones,
        copy=reading.copy,
    )
    return Context(
        section.lexicon,
        section.losses,
        choices,
        equations=section.model.equations,
        default_step=step,
    )


def _only_step(left: Node, right: Node, section: Section) -> Affine | None:
    """Return the step of an equation that has exactly one, for names that leave it out."""
    found = set()
    bound = summed_letters(left) | summed_letters(right)
    for node in (left, right):
        for use in uses(node, section.lexicon.slot, section.lexicon.steps):
            if use.step is not None:
                step = affine(use.step, section.lexicon)
                if step is not None:
                    found.add(step)
    if len(found) != 1:
        return None
    (step,) = found
    return None if step.letters & bound else step


def _sides(left: Node, right: Node, context: Context) -> Sides | str:
    """Return both sides with common axes, or in words why their shapes conflict."""
    try:
        context.is_head = True
        one = meaning(left, context)
        context.is_head = False
        two = meaning(right, context)
        if two.entry == Number(Fraction(0)):
            # A zero has the shape of the other side.
            two = Tensor(one.upper, one.lower, two.entry)
        one, two = aligned(one, two, "compare")
    except ShapeConflict as error:
        require_known((left, right), context)
        return error.message
    letters = _free_letters(one, two)
    return Sides(_kept(one.entry), _kept(two.entry), one.axes + letters)


@lru_cache(maxsize=4096)
def _kept(e: Expr) -> Expr:
    """Return the same object for equal expressions, so that values are found again."""
    return e


def _free_letters(one: Tensor, two: Tensor) -> tuple[Index, ...]:
    found: dict[Index, None] = {}
    for tensor in (one, two):
        for index in free_indices(tensor.entry):
            if index not in tensor.axes:
                found.setdefault(index)
    return tuple(found)


def _step_letters(sides: Sides | str, model: Model) -> set[str]:
    """Return the free time letters of both sides."""
    if isinstance(sides, str):
        return set()
    sizes = {d.name for d in model.dimensions} | {HORIZON}
    return (_time_letters(sides.left) | _time_letters(sides.right)) - sizes


def _time_letters(e: Expr) -> set[str]:
    match e:
        case Entry(step=Affine() as step):
            return set(step.letters)
        case Size(of=of):
            return set(of.letters)
        case Power(base=base, exponent=exponent):
            return set(exponent.letters) | _time_letters(base)
        case TimeSum() | TimeProduct():
            inner = _time_letters(e.body) - {e.letter}
            return inner | set(e.first.letters) | set(e.last.letters)
        case _:
            return {x for child in children(e) for x in _time_letters(child)}


def form_of(
    id_: str, meaning_: Meaning, section: Section, targets: Targets, setting: Setting
) -> Form:
    """Return the claim as a form, which ``checks.decide`` judges."""

    def compute(net: Network, **letters: int) -> tuple[Any, Any]:
        """A claim of the text."""
        sides = meaning_.by_reading[net.reading]
        if isinstance(sides, str):
            raise ValueError(sides)
        return value(sides.left, sides.axes, net, letters), value(
            sides.right, sides.axes, net, letters
        )

    domain = Domain(meaning_.letters, domain_of(meaning_, section))
    return Form(
        Document(section.model.name, section.model.name),
        id_,
        Variant.PRINTED,
        section.model.name,
        domain,
        compute,
        targets=targets,
        setting=setting,
        readings=tuple(meaning_.by_reading),
        may_vanish=any(_has_zero(sides) for sides in meaning_.by_reading.values()),
    )


def _has_zero(sides: Sides | str) -> bool:
    """Whether a side is the number 0: that both are zero is then what the claim says."""
    zero = Number(Fraction(0))
    return isinstance(sides, Sides) and zero in (sides.left, sides.right)


def domain_of(meaning_: Meaning, section: Section) -> Callable[[range], Iterator[tuple[int, ...]]]:
    """Return the values of the free letters of a claim for which it is made."""
    return _Domain(meaning_, section)


@dataclass(frozen=True, slots=True)
class _Domain:
    """The values of the free letters for which every symbol is defined; the earlier one earlier."""

    meaning: Meaning
    section: Section
    _found: dict[range, tuple[tuple[int, ...], ...]] = field(default_factory=dict)

    def __call__(self, steps: range) -> Iterator[tuple[int, ...]]:
        if steps not in self._found:
            self._found[steps] = tuple(self._values(steps))
        return iter(self._found[steps])

    def _values(self, steps: range) -> Iterator[tuple[int, ...]]:
        reads = reads_of(*self.meaning.expressions, reach=reaches(self.section.model))
        for known in self.meaning.assignments(steps):
            if self._is_ordered(known) and reads.are_defined(known, steps):
                yield tuple(known[name] for name in self.meaning.letters)

    def _is_ordered(self, letters: dict[str, int]) -> bool:
        for later, earlier in self.meaning.ordered:
            names = later.letters | earlier.letters
            free = names <= {*self.meaning.letters, HORIZON} and not (later - earlier).is_constant
            if free and later.value(letters) < earlier.value(letters):
                return False
        return True


def value(e: Expr, axes: tuple[Index, ...], net: Network, letters: dict[str, int]) -> Any:
    """Return the value of an expression; its derivatives are those of the network's oracle.

    Sides come again: under other readings, in the lines of a chain, where a failure is explained.
    """
    key = (id(e), axes, *letters.items())
    if key not in net.known:
        trajectory = net.trajectory
        scope = trajectory.scope(net.last, lambda d, inner: _derivative(d, inner, net))
        scope = scope.with_letters({**trajectory.instance.letters, **letters})
        net.known[key] = e, evaluate_array(e, axes, scope)
    return net.known[key][1]


def _derivative(e: Derivative, scope: Scope[Any], net: Network) -> Labelled[Any]:
    """Return d of / d by at the positions that are asked for."""
    if not isinstance(e.of, Entry):
        return net.trajectory.interpretation.differentiate(net.trajectory, e, scope)
    of = NodeKey(e.of.name, None if e.of.step is None else scope.integer(e.of.step))
    by = NodeKey(e.by.name, None if e.by.step is None else scope.integer(e.by.step))
    array = _by_initial(of, by, net) if of.step == _before(net) else net.d(of, by)
    name = f"d {e.of.name} / d {e.by.name}"
    return at_positions(array, (), name, e.of.positions + e.by.positions, scope)


def _before(net: Network) -> int:
    """Return the step before the first one, that of an initial state."""
    return net.first - 1


def _by_initial(of: NodeKey, by: NodeKey, net: Network) -> Any:
    """Return the derivative of an initial state: it depends on itself alone."""
    instance = net.trajectory.instance
    above, below = instance.shape(of.name), instance.shape(by.name)
    if of == by:
        return np.eye(int(np.prod(above)), dtype=int).reshape(above + below)
    return np.zeros(above + below, dtype=int)


__all__ = ["Meaning", "ModelError", "UnsupportedNotation", "form_of", "understand", "walk"]
