"""What narrows the instances of a form: sizes and lengths as printed, data, an activation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from numeric.points import Targets
from symbolic.forward import NodeKey, leaves
from symbolic.model import Instance
from symbolic.ring import ObjectArray

#: Exact values of some leaves of an instance.
Leaves = Callable[[Instance], dict[NodeKey, ObjectArray]]


@dataclass(frozen=True, slots=True)
class Setting:
    """Sizes and a length that stand as numbers, leaves with given values, replaced functions.

    Where the length is left open, ``more`` steps are added to that of every instance.
    """

    sizes: tuple[tuple[str, int], ...] = ()
    tau: int | None = None
    given: Leaves | None = None
    functions: tuple[tuple[str, str], ...] = ()
    more: int = 0

    def narrowed(self, by: Setting) -> Setting:
        """Return both at once; ``by`` has the last word."""
        return Setting(
            sizes=tuple({**dict(self.sizes), **dict(by.sizes)}.items()),
            tau=by.tau or self.tau,
            given=by.given or self.given,
            functions=self.functions + by.functions,
            more=by.more or self.more,
        )


#: Nothing is narrowed.
ANY = Setting()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition under which a wrong line would hold, in words and as a setting."""

    text: str
    setting: Setting = ANY
    targets: Targets | None = None


def size_is(name: str, size: int) -> Condition:
    """Return the condition that one dimension has a size.

    >>> size_is("D", 1).text
    'D = 1'
    """
    return Condition(f"{name} = {size}", Setting(sizes=((name, size),)))


def length_is(tau: int) -> Condition:
    """Return the condition that the sequence has a length."""
    return Condition(f"tau = {tau}", Setting(tau=tau))


def activation_is_identity(function: str) -> Condition:
    """Return the condition that an activation is replaced by the identity."""
    return Condition(
        f"{function} replaced by the identity", Setting(functions=((function, "identity"),))
    )


def leaves_are_zero(text: str, *names: str) -> Condition:
    """Return the condition that named inputs, parameters or initial states are zero."""

    def given(instance: Instance) -> dict[NodeKey, ObjectArray]:
        found = (key for key in leaves(instance) if key.name in names)
        return {key: np.zeros(instance.shape(key.name), dtype=object) for key in found}

    return Condition(text, Setting(given=given))
