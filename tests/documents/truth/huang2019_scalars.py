"""What the lines (1) to (18) of the derivation huang2019 are worth: one scalar per step."""

from __future__ import annotations

from functools import cache
from math import prod

import numpy as np
from support.differentiation import World
from support.judging import Section
from support.notation import Notation
from support.points import TAUS, fill, over
from support.tensors import Tensor
from support.transcription import Table

truth = Table()


@cache
def networks(_: str) -> tuple[World, ...]:
    rng = np.random.default_rng(4)
    return tuple(network(rng, tau) for tau in TAUS for _ in range(2))


def network(rng, tau):
    steps = range(1, tau + 1)
    rules = {
        "s": lambda p, t: np.tanh(p("U", t) * p("x", t) + p("W", t) * p("s", t - 1)),
        "yhat": lambda p, t: 1 / (1 + np.exp(-p("V", t) * p("s", t))),
        "E": lambda p, t: -p("y", t) * np.log(p("yhat", t)),
    }
    parameters = dict.fromkeys([("U", None), ("W", None), ("V", None), ("s", 0)], ())
    return World(rules, fill(rng, parameters | over("x", steps) | over("y", steps)), {}, tau)


@cache
def composites(_: str) -> tuple[World, ...]:
    """Return z = f(u(x), v(x)) for several f, u and v."""
    outer = (np.multiply, lambda u, v: np.sin(u - v * v), lambda u, v: np.exp(u) / (2 + v))
    inner = ((np.sin, np.exp), (np.cosh, lambda x: 1 / (3 + x)), (np.tanh, np.cos))
    return tuple(
        World(
            {
                "u": lambda p, _, u=u: u(p("x")),
                "v": lambda p, _, v=v: v(p("x")),
                "z": lambda p, _, f=f: f(p("u"), p("v")),
            },
            {("x", None): x},
        )
        for f in outer
        for u, v in inner
        for x in (-0.7, 0.4)
    )


SCALARS, COMPOSITES = Section(networks), Section(composites)
CHAIN = "chain rule; all derivatives total"
ON_THE_RIGHT = "the derivatives of states by the weight on the right are per-step"
LOST = "ds_t/ds_{t-1} is (1 - s_t^2) W: the slope of tanh is lost"


def between(n: Notation, t: int, k: int) -> Tensor:
    """ds_t/ds_k."""
    return n.d(("s", t), ("s", k))


def one_step(n: Notation, t: int) -> Tensor:
    """ds_t/ds_{t-1}."""
    return between(n, t, t - 1)


truth.stated("range of the steps", "t #1")
truth.stated("definition", "1", "2", "3")


@truth.claims(SCALARS, {"4": CHAIN})
def _(n):
    for t in n.steps:
        left = n.d(("E", t), ("V", None))
        yield left, n.d(("E", t), ("yhat", t)) * n.right(("yhat", t), "V")


def by_parameter(name):
    """dE_t/dyhat_t dyhat_t/ds_t ds_t/dname."""

    def lines(n):
        for t in n.steps:
            outer = n.d(("E", t), ("yhat", t)) * n.d(("yhat", t), ("s", t))
            yield n.d(("E", t), (name, None)), outer * n.right(("s", t), name)

    return lines


truth.claims(SCALARS, {"5": CHAIN})(by_parameter("W"))
truth.stated("definition, local to the lemma (6)", "z #1", "u #1", "v #1")


@truth.claims(COMPOSITES, {"6": "chain rule for any smooth f, u, v"})
def _(n):
    x, u, v, z = (("x", None), ("u", None), ("v", None), ("z", None))
    yield n.d(z, x), n.d(z, u) * n.d(u, x) + n.d(z, v) * n.d(v, x)


@truth.claims(
    SCALARS,
    {"7": "dW/dW is 1; the derivative that is also on the left is per-step on the right"},
)
def _(n):
    for t in n.steps:
        itself = n.d(("W", None), ("W", None))
        before = one_step(n, t) * n.right(("s", t - 1), "W")
        yield n.head(("s", t), "W"), n.again(("s", t), "W") * itself + before


@truth.claims(SCALARS, dict.fromkeys(("8", "9", "10"), ON_THE_RIGHT))
def _(n):
    if n.tau >= 3:
        two, one = n.right(("s", 2), "W"), n.right(("s", 1), "W")
        third = n.again(("s", 3), "W")
        yield (
            n.head(("s", 3), "W"),
            third + one_step(n, 3) * two + one_step(n, 3) * one_step(n, 2) * one,
            between(n, 3, 3) * third + between(n, 3, 2) * two + between(n, 3, 1) * one,
            sum(between(n, 3, k) * n.right(("s", k), "W") for k in (1, 2, 3)),
        )


@truth.claims(SCALARS, {"11": ON_THE_RIGHT, "12": ON_THE_RIGHT})
def _(n):
    for t in n.steps:
        terms = [between(n, t, k) * n.right(("s", k), "W") for k in range(t - 1, 0, -1)]
        yield (
            n.head(("s", t), "W"),
            sum(between(n, t, k) * n.right(("s", k), "W") for k in range(1, t + 1)),
            sum(terms, between(n, t, t) * n.again(("s", t), "W")),
        )


def nearest_power(n, left, factor):
    """Return the product of a factor with the number of weights that comes nearest to the left."""
    candidates = [n("W") ** count * factor for count in range(60)]
    return min(candidates, key=lambda right: abs(float((left - right).array)))


@truth.claims(SCALARS, {"13": "chain rule; where k = t no factor is left", "14": LOST, "15": LOST})
def _(n):
    for t in n.steps:
        for k in range(1, t + 1):
            left = between(n, t, k) * n.head(("s", k), "W")
            immediate = n.again(("s", k), "W")
            factors = [one_step(n, i) for i in range(t, k, -1)]
            yield (
                left,
                prod(factors) * immediate,
                nearest_power(n, left, immediate),
                n("W") ** (t - k) * immediate,
            )


def sum_of_powers(name):
    """sum_k W^(t-k) ds_k/dname."""

    def lines(n):
        for t in n.steps:
            terms = [n("W") ** (t - k) * n.right(("s", k), name) for k in range(1, t + 1)]
            yield n.head(("s", t), name), sum(terms)

    return lines


truth.claims(SCALARS, {"16": LOST})(sum_of_powers("W"))
truth.claims(SCALARS, {"17": CHAIN})(by_parameter("U"))
truth.claims(SCALARS, {"18": LOST})(sum_of_powers("U"))


def with_slopes(name):
    """sum_k (1 - s_t^2) W ... (1 - s_{k+1}^2) W ds_k/dname."""

    def lines(n):
        for t in n.steps:
            terms = []
            for k in range(1, t + 1):
                slopes = prod(1 - n("s", i) ** 2 for i in range(k + 1, t + 1))
                terms.append(slopes * n("W") ** (t - k) * n.right(("s", k), name))
            yield n.head(("s", t), name), sum(terms)

    return lines


MENDED = "mended: with the slope of each step"
truth.otherwise(SCALARS, "16", MENDED)(with_slopes("W"))
truth.otherwise(SCALARS, "18", MENDED)(with_slopes("U"))


@truth.otherwise(SCALARS, "15", MENDED)
def _(n):
    for t in n.steps:
        for k in range(1, t + 1):
            slopes = prod(1 - n("s", i) ** 2 for i in range(k + 1, t + 1))
            right = slopes * n("W") ** (t - k) * n.again(("s", k), "W")
            yield between(n, t, k) * n.head(("s", k), "W"), right
