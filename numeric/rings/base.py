"""What the number systems of this package share: derivatives of functions, and comparison."""

from __future__ import annotations

from enum import Enum
from typing import Any

from numeric.dual import derivative_of_function
from symbolic.errors import UnsupportedNotation
from symbolic.functions import FUNCTIONS
from symbolic.ring import ArrayRing, ObjectArray


class Comparison(Enum):
    """The outcome of comparing two values; could-not-compute is UNKNOWN, never DIFFER."""

    AGREE = "agree"
    DIFFER = "differ"
    UNKNOWN = "unknown"


def common_shape(left: ObjectArray, right: ObjectArray) -> tuple[int, ...]:
    """Return the shape of both sides; raises ValueError where they differ."""
    if left.shape != right.shape:
        raise ValueError(f"cannot compare shapes {left.shape} and {right.shape}")
    return left.shape


class NumberRing(ArrayRing):
    """A ring with concrete functions; a derivative of one is taken from the table of rules."""

    def elementwise(self, function: str, order: int, argument: ObjectArray) -> ObjectArray:
        """Return the derivative of that order at every entry.

        Raises UnsupportedNotation for an undefined function, which has no value here.
        """
        if function not in FUNCTIONS:
            raise UnsupportedNotation(
                f"{function} is undefined: it has no value in {self.name}; name a concrete function"
            )
        if order == 0:
            return argument if function == "identity" else self.value(function, argument)
        result: ObjectArray = derivative_of_function(self, function, order, argument)
        return result

    def value(self, function: str, argument: ObjectArray) -> Any:
        """Return the function itself at every entry."""
        raise NotImplementedError
