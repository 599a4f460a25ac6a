"""Integer-affine expressions in letters: time steps (t - 1), dimensions (2n), positions (i + 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Affine:
    """``constant + sum(coefficient * letter)`` with integers.

    ``coefficients`` is sorted by letter and holds no zero, so equal expressions are equal trees;
    build with ``symbolic.affine.letter``, ``symbolic.affine.integer`` and arithmetic.

    >>> letter("t") - 1
    Affine(coefficients=(('t', 1),), constant=-1)
    >>> str(letter("t") - letter("k") + 1), (letter("t") - 1).value({"t": 5})
    ('t - k + 1', 4)
    """

    coefficients: tuple[tuple[str, int], ...] = ()
    constant: int = 0

    def __add__(self, other: Affine | int) -> Affine:
        other = other if isinstance(other, Affine) else integer(other)
        total = dict(self.coefficients)
        for name, coefficient in other.coefficients:
            total[name] = total.get(name, 0) + coefficient
        kept = tuple(sorted((n, c) for n, c in total.items() if c != 0))
        return Affine(kept, self.constant + other.constant)

    def __mul__(self, factor: int) -> Affine:
        if factor == 0:
            return Affine()
        return Affine(tuple((n, factor * c) for n, c in self.coefficients), factor * self.constant)

    __rmul__ = __mul__

    def __neg__(self) -> Affine:
        return self * -1

    def __sub__(self, other: Affine | int) -> Affine:
        return self + (other * -1)

    def value(self, letters: Mapping[str, int]) -> int:
        """Return the integer for given letters; ``KeyError`` names a letter without a value."""
        return self.constant + sum(c * letters[name] for name, c in self.coefficients)

    @property
    def letters(self) -> frozenset[str]:
        """The letters that occur."""
        return frozenset(name for name, _ in self.coefficients)

    @property
    def single(self) -> str | None:
        """The letter that it is; None where it is anything else.

        >>> letter("n").single, (letter("n") + 1).single
        ('n', None)
        """
        name = next(iter(self.letters)) if len(self.coefficients) == 1 else None
        return name if name is not None and self == letter(name) else None

    @property
    def is_constant(self) -> bool:
        """Whether no letter occurs."""
        return not self.coefficients

    def __str__(self) -> str:
        # Positive letters first: "t - k", never "-k + t".
        ordered = sorted(self.coefficients, key=lambda item: item[1] < 0)
        parts = [(c < 0, name if abs(c) == 1 else f"{abs(c)}{name}") for name, c in ordered]
        if self.constant or not parts:
            parts.append((self.constant < 0, str(abs(self.constant))))
        text = ("-" if parts[0][0] else "") + parts[0][1]
        return text + "".join((" - " if negative else " + ") + p for negative, p in parts[1:])


def letter(name: str) -> Affine:
    """Return the affine expression that is one letter."""
    return Affine(((name, 1),))


def integer(value: int) -> Affine:
    """Return the affine expression that is one integer."""
    return Affine((), value)
