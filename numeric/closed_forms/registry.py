"""The forms of one document, in the order in which its modules define them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numeric.closed_forms.domain import EVERY_STEP, Domain
from numeric.closed_forms.form import Decimal, Derivative, Document, Form, Quantity, Variant
from numeric.closed_forms.reading import LITERAL, ROUNDED, Reading
from numeric.closed_forms.setting import ANY, Condition, Setting
from numeric.points import Targets
from symbolic.errors import ConfigError

_F = TypeVar("_F", bound=Callable[..., Any])


class Registry:
    """The forms of one document; its methods are decorators of their functions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.forms: list[Form] = []

    def form(
        self,
        equation: str,
        variant: Variant,
        *,
        model: str,
        of: str,
        by: str,
        targets: Targets = Targets.FREE,
    ) -> Callable[[_F], _F]:
        """Register a function of a network that returns d ``of`` / d ``by``."""
        claim = Derivative(Quantity.read(of), Quantity.read(by))
        return lambda compute: self._add(
            Form(self.document, equation, variant, model, claim, compute, targets=targets)
        )

    def line(
        self,
        equation: str,
        variant: Variant,
        *,
        model: str,
        over: Domain = EVERY_STEP,
        targets: Targets = Targets.FREE,
        setting: Setting = ANY,
        readings: tuple[Reading, ...] = LITERAL,
        fails: str = "",
        when: Condition | None = None,
        note: str = "",
        **arguments: int,
    ) -> Callable[[_F], _F]:
        """Register a function of a network and steps that returns both sides of an equation.

        ``fails`` says why the line is wrong, where it is; ``arguments`` are numbers that tell one
        line of many from another.
        """
        return lambda compute: self._add(
            Form(
                self.document,
                equation,
                variant,
                model,
                over,
                compute,
                arguments=tuple(arguments.items()),
                targets=targets,
                setting=setting,
                readings=readings,
                expected="fails" if fails else "holds",
                note=note,
                reason=fails,
                when=when,
            )
        )

    def number(
        self,
        equation: str,
        text: str,
        variant: Variant,
        *,
        model: str,
        setting: Setting,
        fails: str = "",
        note: str = "",
        **arguments: int,
    ) -> Callable[[_F], _F]:
        """Register a function that returns the value that a document prints as ``text``.

        Where the reading says so, the function starts from the rounded numbers printed before it.
        """
        return lambda compute: self._add(
            Form(
                self.document,
                equation,
                variant,
                model,
                Decimal(text),
                compute,
                arguments=tuple(arguments.items()),
                setting=setting,
                readings=ROUNDED,
                expected="fails" if fails else "holds",
                note=note,
                reason=fails,
            )
        )

    def _add(self, form: Form) -> Any:
        if any(known.id == form.id for known in self.forms):
            raise ConfigError(f"two forms have the id {form.id}")
        self.forms.append(form)
        return form.compute
