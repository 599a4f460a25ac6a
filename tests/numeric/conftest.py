"""What the tests of numbers share: the three rings by name, and one comparison for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import pytest

from numeric.rings import balls, field
from numeric.rings.balls import precision
from numeric.rings.base import Comparison
from numeric.rings.field import FieldRing
from numeric.rings.float64 import Float64Ring

BITS = 128


@contextmanager
def _opened(name: str) -> Iterator[Any]:
    match name:
        case "float64":
            yield Float64Ring()
        case "balls":
            with precision(BITS) as ring:
                yield ring
        case "prime field":
            yield FieldRing(0)
        case _:
            raise ValueError(name)


def _outcome(ring: Any, left: Any, right: Any) -> Comparison:
    """Compare in the ring's own way; float64 to 12 digits of the larger of 1 and the entry."""
    match ring.name:
        case "float64":
            if not (np.all(np.isfinite(left)) and np.all(np.isfinite(right))):
                return Comparison.UNKNOWN
            close = left.shape == right.shape and np.allclose(left, right, rtol=1e-12, atol=1e-12)
            return Comparison.AGREE if close else Comparison.DIFFER
        case "balls":
            return balls.compare(left, right).outcome
        case _:
            return field.compare(left, right)


@pytest.fixture(scope="session", params=["float64", "balls", "prime field"])
def ring_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def opened() -> Callable[[str], AbstractContextManager[Any]]:
    return _opened


@pytest.fixture(scope="session")
def outcome() -> Callable[[Any, Any, Any], Comparison]:
    return _outcome
