"""The cost of all gradients is linear in the number of steps, and no pass is recursive."""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import pytest

from numeric.derivative import forward, reverse, tangent
from numeric.points import in_ring, rational_point
from numeric.rings.field import FieldRing
from numeric.rings.float64 import Float64Ring
from symbolic.forward import NodeKey
from symbolic.model import Instance, Role
from symbolic.models import load

Opened = Callable[[str], AbstractContextManager[Any]]

MODEL = load("elman-softmax")
LOSS = NodeKey("L")
#: tau = 200 is four times tau = 50; a quadratic cost would be sixteen times as much.
SHORT, LONG, FACTOR = 50, 200, 5


SIZES = {"n": 5, "m": 4, "c": 3}
SMALL = {"n": 2, "m": 1, "c": 2}


def at(tau: int, ring: Any, sizes: dict[str, int] = SIZES) -> tuple[Instance, dict[NodeKey, Any]]:
    instance = Instance(MODEL, sizes, tau)
    return instance, in_ring(rational_point(instance, 0, spread=False), ring)


def gradients(ring: Any, instance: Instance, point: dict[NodeKey, Any]) -> list[Any]:
    backward = reverse(instance, ring, point).derivatives(LOSS)
    return [backward.by(NodeKey(p.name)) for p in MODEL.named(Role.PARAMETER)]


def seconds(make: Callable[[], Any], tau: int) -> float:
    """Return the processor time of one run, the making of the point left out."""
    ring = make()
    instance, point = at(tau, ring)
    gc.collect()
    start = time.process_time()
    found = gradients(ring, instance, point)
    spent = time.process_time() - start
    assert len(found) == 5
    return spent


@pytest.mark.slow
def test_time_is_linear_in_the_number_of_steps(ring_name: str, opened: Opened) -> None:
    with opened(ring_name) as ring:
        # A field ring keeps its atoms: each run gets a new one.
        make = (lambda: FieldRing(0)) if ring_name == "prime field" else (lambda: ring)
        seconds(make, 2)
        best = {tau: min(seconds(make, tau) for _ in range(3)) for tau in (SHORT, LONG)}
        for _ in range(3):
            # A loaded machine may spoil three runs in a row; a quadratic cost spoils them all.
            if best[LONG] > FACTOR * best[SHORT]:
                best = {tau: min(old, seconds(make, tau)) for tau, old in best.items()}
    assert best[LONG] <= FACTOR * best[SHORT], best


class Counting:
    """A ring that counts its operations, and the entries that they handle."""

    def __init__(self, base: Any) -> None:
        self.base = base
        self.counts: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.base, name)
        if name not in ("contract", "add", "power", "apply", "constant"):
            return found

        def counted(*arguments: Any) -> Any:
            result = found(*arguments)
            self.counts[name] += 1
            self.counts["entries"] += int(np.size(result))
            return result

        return counted


def counts(tau: int) -> Counter[str]:
    ring = Counting(Float64Ring())
    instance, point = at(tau, ring.base)
    gradients(ring, instance, point)
    return ring.counts


def test_the_number_of_operations_is_linear_in_the_number_of_steps() -> None:
    """Exact where a clock is not: four times the steps, at most four times each operation."""
    short, long = counts(SHORT), counts(LONG)
    assert short["contract"] > 10 * SHORT
    for operation, count in long.items():
        assert count <= 4 * short[operation], operation


def test_a_quadratic_cost_would_be_noticed() -> None:
    """Sabotage: one sweep for every step, which is how it is done by hand."""

    def sweeps(tau: int) -> int:
        ring = Counting(Float64Ring())
        instance, point = at(tau, ring.base)
        passed = reverse(instance, ring, point)
        for t in instance.steps:
            passed.derivatives(NodeKey("E", t)).by(NodeKey("W"))
        return ring.counts["entries"]

    assert sweeps(32) > FACTOR * sweeps(8)


@contextmanager
def low_recursion_limit() -> Iterator[None]:
    """Leave 120 frames on top of those in use."""
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 120)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def test_four_hundred_steps_under_a_low_recursion_limit(ring_name: str, opened: Opened) -> None:
    with opened(ring_name) as ring:
        instance, point = at(400, ring, SMALL)
        with low_recursion_limit():
            found = gradients(ring, instance, point)
        assert [array.shape for array in found] == [(2, 1), (2, 2), (2,), (2, 2), (2,)]


def test_forward_mode_is_not_recursive_either() -> None:
    ring = Float64Ring()
    instance, point = at(400, ring, SMALL)
    with low_recursion_limit():
        carried = tangent(forward(instance, ring, point, NodeKey("b")), LOSS)
    expected = reverse(instance, ring, point).derivatives(LOSS).by(NodeKey("b"))
    np.testing.assert_allclose(carried, expected, rtol=1e-9)


def test_the_lowered_limit_is_low() -> None:
    """Sabotage: a recursion over the steps would hit it."""

    def recurse(step: int) -> int:
        return 0 if step == 0 else 1 + recurse(step - 1)

    with low_recursion_limit(), pytest.raises(RecursionError):
        recurse(400)
