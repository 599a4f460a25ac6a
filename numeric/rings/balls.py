"""Balls: real numbers with rigorous error bounds (python-flint ``arb``), and their magnitude.

Each ball also carries the size of the largest term that was summed on the way to it, so that
agreement can be asked relative to that: an absolute bound would accept anything in a saturated
gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from numeric.rings.base import Comparison, NumberRing, common_shape
from symbolic.ring import ObjectArray

#: Both radii must be below 2**-RADIUS_BITS of the largest summed term for balls to agree.
RADIUS_BITS = 120
#: log2 of zero.
_NOTHING = -math.inf


def _exponent(x: Any) -> float:
    """Return an upper bound of log2 |x|; -inf for an exact zero, inf where x is not finite."""
    if not x.is_finite():
        return math.inf
    upper = x.abs_upper()
    if upper.is_zero():
        return -math.inf
    mantissa, exponent = upper.man_exp()
    return float(int(mantissa).bit_length() + int(exponent))


class Ball:
    """A ball, and ``size``: log2 of the largest term summed on the way to it.

    An operation takes an exact integer too, and leaves arrays to NumPy. The four operations are
    the inner loop of every verdict, hence written out.
    """

    __slots__ = ("ball", "size")

    def __init__(self, ball: Any, size: float | None = None) -> None:
        self.ball = ball
        self.size = _exponent(ball) if size is None else size

    @staticmethod
    def of(value: Ball | int) -> Ball:
        """Return a ball for a ball or an exact integer."""
        return value if isinstance(value, Ball) else Ball(flint.arb(value))

    def __add__(self, other: Any) -> Ball:
        if other.__class__ is not Ball:
            if not isinstance(other, int):
                return NotImplemented
            # Every sum that NumPy makes begins with it.
            if other == 0:
                return self
            other = Ball.of(other)
        one, two = self.size, other.size
        # Arrays of derivatives are full of exact zeros.
        if two == _NOTHING:
            return self
        if one == _NOTHING:
            return Ball(other.ball, two)
        return Ball(self.ball + other.ball, one if one > two else two)

    __radd__ = __add__

    def __neg__(self) -> Ball:
        return Ball(-self.ball, self.size)

    def __sub__(self, other: Any) -> Ball:
        if other.__class__ is not Ball:
            if not isinstance(other, int):
                return NotImplemented
            other = Ball.of(other)
        one, two = self.size, other.size
        return Ball(self.ball - other.ball, one if one > two else two)

    def __rsub__(self, other: Any) -> Ball:
        return Ball.of(other) - self if isinstance(other, int) else NotImplemented

    def __mul__(self, other: Any) -> Ball:
        if other.__class__ is not Ball:
            if not isinstance(other, int):
                return NotImplemented
            other = Ball.of(other)
        one, two = self.size, other.size
        # An exact zero times anything finite is an exact zero.
        if one == _NOTHING and two < math.inf:
            return self
        if two == _NOTHING and one < math.inf:
            return Ball(other.ball, two)
        size = one + two if one > _NOTHING < two else _NOTHING
        return Ball(self.ball * other.ball, size)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Ball:
        if other.__class__ is not Ball:
            if not isinstance(other, int):
                return NotImplemented
            other = Ball.of(other)
        quotient = self.ball / other.ball
        if self.size == _NOTHING:
            return Ball(quotient)
        return Ball(quotient, max(_exponent(quotient), self.size - _exponent(other.ball)))

    def __rtruediv__(self, other: Any) -> Ball:
        return Ball.of(other) / self if isinstance(other, int) else NotImplemented

    def __pow__(self, exponent: int) -> Ball:
        if exponent < 0:
            return 1 / self**-exponent
        size = exponent * self.size if exponent else 0.0
        return Ball(self.ball**exponent, size)

    def __repr__(self) -> str:
        return f"Ball({self.ball.str(10)})"


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + (-x).exp())


_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": lambda x: x.tanh(),
    "sigmoid": _sigmoid,
    "softplus": lambda x: x.exp().log1p(),
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
}


class BallRing(NumberRing):
    """Real balls at the precision of the surrounding ``with`` block, see ``precision``."""

    name = "balls"

    def element(self, value: Fraction) -> Ball:
        """Return the ball around a fraction; exact where it is dyadic."""
        return Ball(flint.arb(flint.fmpq(value.numerator, value.denominator)))

    def value(self, function: str, argument: ObjectArray) -> ObjectArray:
        """Return the function at every entry; outside its domain the ball is not finite."""
        apply = _FUNCTIONS[function]
        result = np.empty(argument.shape, dtype=object)
        for place in np.ndindex(argument.shape):
            x: Any = argument[place]
            result[place] = Ball(apply(Ball.of(x).ball))
        return result


@contextmanager
def precision(bits: int) -> Iterator[BallRing]:
    """Give the ring of balls at a working precision; the precision before it comes back after.

    >>> with precision(64) as ring:
    ...     ring.element(Fraction(1, 4))
    Ball(0.2500000000)
    """
    with flint.ctx.workprec(bits):
        yield BallRing()


@dataclass(frozen=True, slots=True)
class BallComparison:
    """The outcome, the entry that decided it, and the radius that was reached.

    ``radius`` is log2 of the largest radius relative to the largest summed term; for DIFFER
    ``gap`` is a lower bound of the distance at ``entry``. ``is_zero``: every ball is around zero.
    """

    outcome: Comparison
    entry: tuple[int, ...] | None = None
    radius: float = -math.inf
    gap: str | None = None
    left: str | None = None
    right: str | None = None
    is_zero: bool = False


def compare(
    left: ObjectArray, right: ObjectArray, *, radius_bits: int = RADIUS_BITS
) -> BallComparison:
    """Return DIFFER where balls of one entry are disjoint, a theorem about this point.

    AGREE means that all pairs overlap with radii below 2**-radius_bits of the largest summed term:
    it cannot prove equality, and errs only by a difference below that. Anything else, a ball that
    is not finite among it, is UNKNOWN, and a higher precision may decide. The entry reported for
    DIFFER is the first one.
    """
    worst, undecided, is_zero = -math.inf, None, True
    for place in np.ndindex(common_shape(left, right)):
        pair: Any = (left[place], right[place])
        one, two = Ball.of(pair[0]), Ball.of(pair[1])
        if not (one.ball.is_finite() and two.ball.is_finite()):
            undecided = undecided or place
            continue
        if not one.ball.overlaps(two.ball):
            return _different(one, two, place)
        is_zero = is_zero and one.ball.contains(0) and two.ball.contains(0)
        relative = _relative_radius(one, two)
        worst = max(worst, relative)
        if relative > -radius_bits:
            undecided = undecided or place
    if undecided is not None:
        return BallComparison(Comparison.UNKNOWN, undecided, worst)
    return BallComparison(Comparison.AGREE, None, worst, is_zero=is_zero)


def within(value: ObjectArray, centre: Fraction, distance: Fraction) -> Comparison:
    """Return AGREE where a ball lies within the closed interval, DIFFER where it lies outside.

    Both are theorems; UNKNOWN where the ball meets an end of the interval, or is not finite.
    """
    ball = Ball.of(value.item()).ball
    low, high = (
        flint.arb(flint.fmpq(end.numerator, end.denominator))
        for end in (centre - distance, centre + distance)
    )
    if not ball.is_finite():
        return Comparison.UNKNOWN
    if ball >= low and ball <= high:
        return Comparison.AGREE
    return Comparison.DIFFER if ball < low or ball > high else Comparison.UNKNOWN


def beyond(value: ObjectArray, centre: Fraction, distance: Fraction) -> str:
    """Return a lower bound of how far a ball lies outside the closed interval."""
    ball = Ball.of(value.item()).ball - flint.arb(flint.fmpq(centre.numerator, centre.denominator))
    allowed = flint.arb(flint.fmpq(distance.numerator, distance.denominator))
    return _rounded_down((abs(ball) - allowed).abs_lower())


def shown(value: ObjectArray) -> str:
    """Return a number in balls to 17 digits."""
    return _shown(Ball.of(value.item()).ball)


def _relative_radius(one: Ball, two: Ball) -> float:
    radius = max(_exponent(one.ball.rad()), _exponent(two.ball.rad()))
    return -math.inf if radius == -math.inf else radius - max(one.size, two.size)


def _rounded_down(x: Any) -> str:
    """Return six digits of a positive number, cut and not rounded, so that a bound stays one."""
    mantissa, exponent = x.man_exp()
    with localcontext(prec=6, rounding=ROUND_DOWN):
        return str(Decimal(int(mantissa)) * Decimal(2) ** int(exponent))


def _different(one: Ball, two: Ball, place: tuple[int, ...]) -> BallComparison:
    gap = (one.ball - two.ball).abs_lower()
    return BallComparison(
        Comparison.DIFFER,
        place,
        _relative_radius(one, two),
        _rounded_down(gap),
        _shown(one.ball),
        _shown(two.ball),
    )


def _shown(ball: Any) -> str:
    """Return 17 digits, or 0 for a ball around it."""
    return "0" if ball.contains(0) else str(ball.str(17, radius=False))
