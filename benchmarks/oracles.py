"""Times of one gradient of elman-softmax by all its parameters: ``python benchmarks/oracles.py``.

First it checks that what is timed is right: reverse against forward mode in float64, the prime
field and balls, SymPy against the tape in balls, and each peer against the tape. A table follows.
Everything printed is the same at each run, except for the times.
"""

from __future__ import annotations

import argparse
import importlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

# One thread: BLAS would otherwise start more of them for products of 5 by 5 matrices.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from numeric.derivative import forward, reverse, tangent
from numeric.points import Targets, in_ring, rational_point
from numeric.rings import balls, field, float64
from numeric.rings.balls import precision
from numeric.rings.base import Comparison
from numeric.rings.field import FieldRing, uniform_point
from numeric.rings.float64 import Float64Ring
from symbolic.forward import NodeKey
from symbolic.model import Instance, Role
from symbolic.models import load
from symbolic.ring import ObjectArray

MODEL = load("elman-softmax")
PARAMETERS = tuple(NodeKey(declared.name) for declared in MODEL.named(Role.PARAMETER))
LOSS = NodeKey("L")
SIZES = {"n": 5, "m": 4, "c": 3}
LENGTHS = (50, 100, 200, 400)
#: n, m, c and tau for SymPy, whose whole expressions grow like n^tau.
SYMPY = ((1, 1, 2, 1), (1, 1, 2, 2), (1, 1, 2, 3), (1, 1, 2, 4), (2, 2, 2, 1), (2, 2, 2, 2))
SEED, BITS = 0, 128

Point = dict[NodeKey, ObjectArray]
Gradient = tuple[ObjectArray, ...]


@contextmanager
def number_system(name: str, instance: Instance) -> Iterator[tuple[Any, Point]]:
    """Give a ring and a point in it."""
    exact = rational_point(instance, SEED, spread=False)
    match name:
        case "float64":
            yield Float64Ring(), in_ring(exact, Float64Ring())
        case "prime field":
            field_ring = FieldRing(SEED)
            yield field_ring, uniform_point(instance, field_ring, Targets.FREE)
        case "balls":
            with precision(BITS) as ring:
                yield ring, in_ring(exact, ring)
        case _:
            raise ValueError(name)


def gradient(instance: Instance, ring: Any, point: Point) -> Gradient:
    """One pass forward on the tape, one sweep back."""
    found = reverse(instance, ring, point).derivatives(LOSS)
    return tuple(found.by(key) for key in PARAMETERS)


def compared(name: str, left: ObjectArray, right: ObjectArray) -> Comparison:
    """Compare in the way of the number system; in balls to half of the bits."""
    match name:
        case "float64":
            return float64.compare(left, right)
        case "prime field":
            return field.compare(left, right)
        case "balls":
            return balls.compare(left, right, radius_bits=BITS // 2).outcome
        case _:
            raise ValueError(name)


def best(run: Callable[[], object], repeats: int) -> float:
    """Return the shortest time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


# Peers --------------------------------------------------------------------------------------------


def loss_of(xp: Any, parameters: Mapping[str, Any], xs: Any, ys: Any, start: Any) -> Any:
    """The model once more, in the array functions that NumPy, autograd, jax and torch share."""
    h, total = start, 0.0
    for x, y in zip(xs, ys, strict=True):
        h = xp.tanh(parameters["b"] + parameters["W"] @ h + parameters["U"] @ x)
        o = parameters["c0"] + parameters["V"] @ h
        total = total - xp.sum(y * (o - xp.log(xp.sum(xp.exp(o)))))
    return total


def plain(instance: Instance, point: Point) -> tuple[dict[str, Any], Any, Any, Any]:
    parameters = {key.name: point[key] for key in PARAMETERS}
    xs = np.stack([point[NodeKey("x", step)] for step in instance.steps])
    ys = np.stack([point[NodeKey("y", step)] for step in instance.steps])
    return parameters, xs, ys, point[NodeKey("h", instance.steps.start - 1)]


def with_autograd(instance: Instance, point: Point) -> Callable[[], Gradient]:
    autograd, xp = importlib.import_module("autograd"), importlib.import_module("autograd.numpy")
    parameters, xs, ys, start = plain(instance, point)
    derive = autograd.grad(lambda p: loss_of(xp, p, xs, ys, start))
    return lambda: tuple(derive(parameters)[key.name] for key in PARAMETERS)


def with_jax(instance: Instance, point: Point) -> Callable[[], Gradient]:
    """Compiled; the first call, which compiles, is the one of the check and not timed."""
    jax, xp = importlib.import_module("jax"), importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)
    parameters, xs, ys, start = plain(instance, point)

    def scanned(p: Mapping[str, Any]) -> Any:
        def step(h: Any, given: Any) -> Any:
            h = xp.tanh(p["b"] + p["W"] @ h + p["U"] @ given[0])
            o = p["c0"] + p["V"] @ h
            return h, -xp.sum(given[1] * (o - xp.log(xp.sum(xp.exp(o)))))

        return xp.sum(jax.lax.scan(step, start, (xs, ys))[1])

    derive = jax.jit(jax.grad(scanned))

    def run() -> Gradient:
        found = jax.block_until_ready(derive(parameters))
        return tuple(np.asarray(found[key.name]) for key in PARAMETERS)

    return run


def with_torch(instance: Instance, point: Point) -> Callable[[], Gradient]:
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    parameters, xs, ys, start = plain(instance, point)
    moved = {name: torch.tensor(array, requires_grad=True) for name, array in parameters.items()}
    rest = (torch.tensor(xs), torch.tensor(ys), torch.tensor(start))

    def run() -> Gradient:
        found = torch.autograd.grad(loss_of(torch, moved, *rest), list(moved.values()))
        return tuple(g.numpy() for g in found)

    return run


PEERS = {"autograd": with_autograd, "jax": with_jax, "torch": with_torch}


@cache
def installed_peers() -> tuple[str, ...]:
    """Return the peers that can be imported here; an installation may be there and be broken."""
    found = []
    for name in PEERS:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found.append(name)
    return tuple(found)


# Checks -------------------------------------------------------------------------------------------


def check(length: int) -> None:
    """Raise AssertionError where a gradient that is timed below is not that of forward mode."""
    instance = Instance(MODEL, SIZES, length)
    for name in ("float64", "prime field", "balls"):
        with number_system(name, instance) as (ring, point):
            backward = gradient(instance, ring, point)
            for key, left in zip(PARAMETERS, backward, strict=True):
                right = tangent(forward(instance, ring, point, key), LOSS)
                assert compared(name, left, right) is Comparison.AGREE, f"{name}: d L / d {key}"
        print(f"  {name}: reverse is forward for {len(PARAMETERS)} parameters, tau = {length}")


def check_peers(length: int) -> None:
    instance = Instance(MODEL, SIZES, length)
    with number_system("float64", instance) as (ring, point):
        backward = gradient(instance, ring, point)
        for name in installed_peers():
            for key, left, right in zip(
                PARAMETERS, backward, PEERS[name](instance, point)(), strict=True
            ):
                outcome = float64.compare(left, right)
                assert outcome is Comparison.AGREE, f"{name}: d L / d {key}"
            print(f"  {name}: the same as the tape, tau = {length}")


def check_sympy(instance: Instance, expressions: Mapping[NodeKey, ObjectArray]) -> None:
    """Raise AssertionError where SymPy's derivative is not that of the tape in balls."""
    from symbolic.sympy_value import symbol_values, value

    with number_system("balls", instance) as (ring, point):
        passed = reverse(instance, ring, point)
        backward = passed.derivatives(LOSS)
        computed = {key: traced.value for key, traced in passed.trajectory.values.items()}
        known = symbol_values({**point, **computed})
        for key, found in expressions.items():
            outcome = compared("balls", value(found, ring, known), backward.by(key))
            assert outcome is Comparison.AGREE, f"SymPy: d L / d {key}"


# Tables -------------------------------------------------------------------------------------------


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:10.1f}"


def table_of_lengths(lengths: tuple[int, ...], repeats: int) -> None:
    sizes = ", ".join(f"{name} = {size}" for name, size in SIZES.items())
    print(f"\nOne gradient of elman-softmax, {sizes}; milliseconds, best of {repeats}\n")
    print(" " * 22 + "".join(f"{'tau = ' + str(length):>10}" for length in lengths))
    for name in ("float64", "prime field", "balls"):
        times = [time_of_tape(name, length, repeats) for length in lengths]
        label = f"balls, {BITS} bits" if name == "balls" else name
        print(f"{label:<22}" + "".join(map(milliseconds, times)))
    for name in installed_peers():
        times = [time_of_peer(name, length, repeats) for length in lengths]
        print(f"{name + ', float64':<22}" + "".join(map(milliseconds, times)))
    missing = [name for name in PEERS if name not in installed_peers()]
    if missing:
        print("not installed: " + ", ".join(missing))


def time_of_tape(name: str, length: int, repeats: int) -> float:
    instance = Instance(MODEL, SIZES, length)
    with number_system(name, instance) as (ring, point):
        return best(lambda: gradient(instance, ring, point), repeats)


def time_of_peer(name: str, length: int, repeats: int) -> float:
    instance = Instance(MODEL, SIZES, length)
    with number_system("float64", instance) as (_, point):
        run = PEERS[name](instance, point)
        run()
        return best(run, repeats)


def table_of_sympy(cases: tuple[tuple[int, int, int, int], ...]) -> None:
    """One run each, on an empty cache: a second one would find what the first one remembered."""
    from sympy.core.cache import clear_cache

    from symbolic.differentiate import derivative, derivative_by_nodes
    from symbolic.unroll import unroll

    print("\nSymPy, by all parameters, unrolling included; milliseconds, one run\n")
    head = f"{'n':>3}{'m':>3}{'c':>3}{'tau':>5}"
    print(head + f"{'whole':>12}{'operations':>12}{'by nodes':>12}{'operations':>12}")
    for n, m, c, tau in cases:
        instance = Instance(MODEL, {"n": n, "m": m, "c": c}, tau)
        line = f"{n:>3}{m:>3}{c:>3}{tau:>5}"
        for rule in (derivative, derivative_by_nodes):
            clear_cache()
            start = time.perf_counter()
            graph = unroll(instance)
            found = {key: rule(graph, LOSS, key) for key in PARAMETERS}
            seconds = time.perf_counter() - start
            check_sympy(instance, found)
            operations = sum(e.count_ops() for array in found.values() for e in array.flat)
            line += f"{1000 * seconds:>12.1f}{operations:>12}"
        print(line)


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--repeats", type=int, default=5, help="runs of which the best counts")
    options.add_argument("--quick", action="store_true", help="short sequences and few sizes")
    chosen = options.parse_args()
    lengths = LENGTHS[:1] if chosen.quick else LENGTHS
    print("Checks before anything is timed")
    check(10)
    check_peers(lengths[-1])
    table_of_lengths(lengths, chosen.repeats)
    table_of_sympy(SYMPY[:2] if chosen.quick else SYMPY)


if __name__ == "__main__":
    main()
