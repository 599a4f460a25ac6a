"""What a form is: a formula of a document as NumPy functions, with its source and its reading.

A *closed form* gives one derivative of a model and is compared with the oracles. A *line* is an
equation as it stands, both sides computed: heads and factors that are derivatives come from an
oracle, everything else is written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any

from numeric.closed_forms.domain import Domain
from numeric.closed_forms.network import Network as Network
from numeric.closed_forms.reading import LITERAL, Reading
from numeric.closed_forms.setting import ANY, Condition, Setting
from numeric.points import Targets as Targets
from symbolic.errors import ConfigError, nearest
from symbolic.forward import NodeKey
from symbolic.model import HORIZON, STEP, Instance


class Variant(Enum):
    """Whether a formula stands as the document prints it, or as it should be.

    ORACLES is no formula: the oracles compared with each other on a model of the user's.
    """

    PRINTED = "printed"
    CORRECTED = "corrected"
    ORACLES = "oracles"


@dataclass(frozen=True, slots=True)
class Document:
    """A source of formulas: its key in ids, how it is cited, and the sizes that it declares."""

    key: str
    citation: str
    sizes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A variable of a model in a derivative, as it is written.

    ``"L"``: without time. ``"s[tau]"``: at the last step. ``"s[t]"``: at every step, stacked along
    a first axis of length tau. ``"W"``: the whole parameter; ``"W[t]"``: its copies, stacked.
    """

    name: str
    step: str | None

    @staticmethod
    def read(text: str) -> Quantity:
        """Return the quantity for its writing; raises ConfigError."""
        match = re.fullmatch(rf"(\w+)(?:\[({STEP}|{HORIZON})\])?", text)
        if match is None:
            raise ConfigError(f"{text!r} is no quantity; expected a name, name[t] or name[tau]")
        return Quantity(match.group(1), match.group(2))

    def keys(self, instance: Instance) -> tuple[NodeKey, ...]:
        """Return the nodes that are meant, one, or one per step."""
        if self.step is None:
            return (NodeKey(self.name),)
        if self.step == HORIZON:
            return (NodeKey(self.name, instance.last_step),)
        return tuple(NodeKey(self.name, step) for step in instance.steps)

    @property
    def is_stacked(self) -> bool:
        """Whether the values of all steps are stacked along a first axis."""
        return self.step == STEP

    def __str__(self) -> str:
        return self.name if self.step is None else f"{self.name}[{self.step}]"


@dataclass(frozen=True, slots=True)
class Derivative:
    """What a closed form gives: d ``of`` / d ``by``."""

    of: Quantity
    by: Quantity

    def __str__(self) -> str:
        return f"d {self.of} / d {self.by}"


@dataclass(frozen=True, slots=True)
class Decimal:
    """A printed number: it claims a value to half a unit of its last digit."""

    text: str

    @property
    def value(self) -> Fraction:
        """The number itself.

        >>> Decimal("-1.36").value
        Fraction(-34, 25)
        """
        return Fraction(self.text)

    @property
    def half_unit(self) -> Fraction:
        """Half a unit of the last digit.

        >>> Decimal("0.76").half_unit
        Fraction(1, 200)
        """
        _, _, digits = self.text.partition(".")
        return Fraction(1, 2 * 10 ** len(digits))


@dataclass(frozen=True, slots=True)
class Side:
    """Both sides of one claim: the steps that its letters stand for, and the two values."""

    letters: Mapping[str, int]
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Form:
    """A formula: where it stands, how it is read, what is expected of it, how it computes.

    ``claim`` is the derivative that a closed form gives, the domain of a line, or a printed number.
    ``compute`` takes a network and returns the derivative or the number; for a line it takes the
    steps of the domain too, and returns both sides. ``arguments`` are further numbers that tell one
    line of many from another. Where a printed form is wrong, ``reason``
    says why in one line, and ``when`` under which condition it would hold, if there is one.
    """

    document: Document
    equation: str
    variant: Variant
    model: str
    claim: Derivative | Domain | Decimal
    compute: Callable[..., Any] = field(compare=False)
    arguments: tuple[tuple[str, int], ...] = ()
    targets: Targets = Targets.FREE
    setting: Setting = ANY
    readings: tuple[Reading, ...] = LITERAL
    #: Whether it claims that something is zero, so that zeros on both sides say what it says.
    may_vanish: bool = False
    expected: str = "holds"
    note: str = ""
    reason: str = ""
    when: Condition | None = None

    @property
    def id(self) -> str:
        """The stable id: ``<document>/<equation>/<printed|corrected>``."""
        return f"{self.document.key}/{self.equation}/{self.variant.value}"

    @property
    def twin(self) -> str:
        """The id of the corrected form of the same equation."""
        return f"{self.document.key}/{self.equation}/{Variant.CORRECTED.value}"

    @property
    def citation(self) -> str:
        """The source as it is cited, with the number of the equation or the quantity."""
        return f"{self.document.citation} {cited(self.equation)}"

    @property
    def formula(self) -> str:
        """The first paragraph of the docstring: the formula."""
        text = (self.compute.__doc__ or "").strip().split("\n\n")[0]
        for name, value in self.arguments:
            text = text.replace("{" + name + "}", str(value))
        if isinstance(self.claim, Decimal):
            text += f" = {self.claim.text}"
        # A closed form says its shape after the formula.
        formula, _, _ = " ".join(text.split()).partition("; (")
        return formula

    @property
    def quantity(self) -> str:
        """What the form is about: a derivative, or the left side of a line or a number."""
        if isinstance(self.claim, Derivative):
            return str(self.claim)
        return self.formula.split(" = ")[0]

    def sides(self, net: Network, only: Mapping[str, int] | None = None) -> Iterator[Side]:
        """Yield both sides, claim by claim; nothing where the instance has too few steps.

        With ``only`` a form over a domain yields the claim about these values of its letters alone.
        """
        if isinstance(self.claim, Domain):
            for letters in self.claim.assignments(net.steps):
                if only is not None and letters != only:
                    continue
                left, right = self.compute(net, **letters, **dict(self.arguments))
                yield Side(letters, left, right)
            return
        if isinstance(self.claim, Decimal):
            yield Side({}, self.compute(net, **dict(self.arguments)), self.claim.value)
            return
        of, by = self.claim.of, self.claim.by
        instance = net.trajectory.instance
        (target,) = of.keys(instance)
        value = self.compute(net)
        if not by.is_stacked:
            (key,) = by.keys(instance)
            yield Side({}, value, net.d(target, key))
            return
        keys = by.keys(instance)
        if len(value) != len(keys):
            raise ValueError(f"{len(value)} values for {len(keys)} steps")
        for key, at_step in zip(keys, value, strict=True):
            yield Side({STEP: key.step or 0}, at_step, net.d(target, key))


def cited(equation: str) -> str:
    """Return an equation as it is cited.

    >>> cited("87"), cited("4-full"), cited("48-2"), cited("40-label-1"), cited("dL-dW_x-tanh")
    ('(87)', '(4), full', '(48), part 2', '(40), label 1', 'dL/dW_x, tanh')
    """
    head, *words = equation.split("-")
    if words and words[0].startswith("d"):
        head = f"{head}/{words.pop(0)}"
    elif re.fullmatch(r"\d+|[a-z]", head):
        head = f"({head})"
    parts = [head]
    for word in words:
        if word.isdigit() and parts[-1] == "label":
            parts[-1] = f"label {word}"
        else:
            parts.append(f"part {word}" if word.isdigit() else word)
    return ", ".join(parts)


def choose(forms: Mapping[str, Form], wanted: str) -> list[Form]:
    """Return the forms that a name asks for: an id, a beginning of ids, or a model.

    A model stands also for its variants, whose names begin with it and a hyphen. Raises ConfigError
    with the nearest names.
    """
    found = [
        form
        for id_, form in forms.items()
        if id_ == wanted
        or id_.startswith(wanted.rstrip("/") + "/")
        or form.model == wanted
        or form.model.startswith(wanted + "-")
    ]
    if not found:
        known = {*forms, *(form.model for form in forms.values())}
        known |= {form.document.key for form in forms.values()}
        raise ConfigError(f"unknown model or form {wanted!r}{nearest(wanted, sorted(known))}")
    return found
