"""What an expression needs to have a value: letters, variables, functions, a ring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, NoReturn

from symbolic.affine import Affine
from symbolic.errors import ModelError, UnsupportedNotation
from symbolic.expr import Derivative, Expr, Index
from symbolic.ring import A, Ring


class Labelled(NamedTuple, Generic[A]):
    """A value whose axes are the free indices of an expression."""

    array: A
    labels: tuple[Index, ...]


def no_derivative(e: Derivative, scope: object) -> NoReturn:
    """Refuse a derivative where nothing can evaluate it."""
    raise UnsupportedNotation(f"a derivative by {e.by.name} stands where none can be evaluated")


# Not frozen: a frozen class takes four times as long to make, and this is an inner loop.
@dataclass(slots=True, eq=False)
class Scope(Generic[A]):
    """Everything that an expression needs to have a value; never changed once it is made.

    ``letters`` gives the integers of dimensions and time letters. ``lookup(name, step)`` returns
    the array of a whole variable. ``functions`` says which concrete function stands for an
    undefined one; without an entry the ring sees the undefined function itself. ``definition``
    returns the indices and the body that define a node, for logarithms that expand.
    ``differentiate`` gives derivatives their value. A parameter without a step is its copy at step
    ``used_at``, which matters to derivatives by copies alone.
    """

    ring: Ring[A]
    letters: Mapping[str, int]
    lookup: Callable[[str, int | None], A]
    functions: Mapping[str, str]
    definition: Callable[[str, int | None], tuple[tuple[Index, ...], Expr, Scope[A]] | None]
    differentiate: Callable[[Derivative, Scope[A]], Labelled[A]] = no_derivative
    used_at: int = 0

    def bind(self, letter: str, value: int) -> Scope[A]:
        """Return the scope in which a time letter has a value."""
        return self.with_letters({**self.letters, letter: value})

    def with_letters(self, letters: Mapping[str, int]) -> Scope[A]:
        """Return the scope with other values of its letters."""
        # Spelled out: ``dataclasses.replace`` takes ten times as long, and this is an inner loop.
        return Scope(
            self.ring,
            letters,
            self.lookup,
            self.functions,
            self.definition,
            self.differentiate,
            self.used_at,
        )

    def integer(self, of: Affine) -> int:
        """Return the integer that an affine expression is; ModelError names an unbound letter."""
        try:
            return of.value(self.letters)
        except KeyError as error:
            raise ModelError(f"the letter {error.args[0]!r} has no value in {of}") from None
