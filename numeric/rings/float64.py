"""float64: fast, and only a screen. It ranks and suggests; it never decides."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from numeric.rings.base import Comparison, NumberRing, common_shape
from symbolic.ring import ObjectArray

#: Relative to the larger side. Measured agreement is 1e-11 against 1e-2 for wrong formulas.
SCREEN = 1e-7


class Float64Ring(NumberRing):
    """IEEE double precision.

    Overflow and division by zero give inf or nan, which compare as UNKNOWN. Sums and products may
    warn of it; whoever runs a pass silences that once, as ``numeric.derivative`` does.
    """

    name = "float64"
    dtype = np.float64

    def element(self, value: Fraction) -> float:
        """Return the nearest double."""
        return float(value)

    def constant(self, entries: ObjectArray) -> ObjectArray:
        """Return the nearest doubles."""
        return entries.astype(np.float64)

    def value(self, function: str, argument: ObjectArray) -> Any:
        """Return the function at every entry; overflow gives inf, which compares as UNKNOWN."""
        with np.errstate(all="ignore"):
            match function:
                case "sigmoid":
                    return np.exp(-np.logaddexp(0.0, -argument))
                case "softplus":
                    return np.logaddexp(0.0, argument)
                case _:
                    return getattr(np, function)(argument)

    def power(self, base: ObjectArray, exponent: int) -> Any:
        """As in any ring carried by NumPy; a division by zero gives inf."""
        with np.errstate(all="ignore"):
            return super().power(base, exponent)


def relative_error(left: ObjectArray, right: ObjectArray) -> float:
    """Return the largest |left - right| over the largest entry of either; nan where not finite.

    Both sides zero give 0. The scale is that of the array, so entries that cancel do not count as
    errors; what they hide is decided in balls.
    """
    common_shape(left, right)
    with np.errstate(all="ignore"):
        scale = max(_largest(left), _largest(right))
        gap = _largest(left - right)
        if not math.isfinite(scale) or not math.isfinite(gap):
            return math.nan
        return float(gap / scale) if scale else 0.0


def _largest(array: ObjectArray) -> float:
    return float(np.abs(array).max(initial=0.0))


def compare(left: ObjectArray, right: ObjectArray) -> Comparison:
    """Return the outcome of the screen.

    DIFFER means that the arrays differ by more than float64 is likely to lose; AGREE that they do
    not. Either may be wrong: an array with entries of very different sizes may hide an
    error in a small one, and a cancellation may show one that is not there.
    """
    return screened(relative_error(left, right))


def screened(error: float) -> Comparison:
    """Return what a relative error says."""
    if math.isnan(error):
        return Comparison.UNKNOWN
    return Comparison.AGREE if error <= SCREEN else Comparison.DIFFER
