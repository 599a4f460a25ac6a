"""What the lines of the derivation simple-rnn-slides are worth: scalars, a generic activation."""

from __future__ import annotations

from functools import cache

import numpy as np
from support.differentiation import World, softmax
from support.judging import Section
from support.notation import Notation
from support.points import ACTIVATIONS, TAUS, draw, fill, over
from support.tensors import Tensor
from support.transcription import Table

truth = Table()


@cache
def networks(_: str) -> tuple[World, ...]:
    """Return the network at several lengths, with each of the activations."""
    rng = np.random.default_rng(2)
    return tuple(network(rng, f, tau) for f in ACTIVATIONS for tau in TAUS)


def network(rng, f, tau):
    rules = {
        "a": lambda p, t: p("U", t) * p("x", t) + p("W", t) * p("s", t - 1),
        "s": lambda p, t: f(p("a", t)),
        "o": lambda p, t: softmax(p("V", t) * p("s", t)),
    }
    steps = range(1, tau + 1)
    point = fill(rng, over("x", steps) | {("s", 0): (), ("U", None): (), ("W", None): ()})
    return World(rules, point | {("V", None): draw(rng, 3)}, {"C": 3}, tau, {"f": f})


SCALARS = Section(networks)
S2, S3 = r"\frac{\partial s_2}{\partial W}", r"\frac{\partial s_3}{\partial W}"


def state(n: Notation, t: int, before: Tensor) -> Tensor:
    """f(U x_t + W s), s the state before."""
    return n.apply("f", n("U") * n("x", t) + n("W") * before)


def slope(n: Notation, t: int) -> Tensor:
    """df/da_t is the slope of f at the argument of step t."""
    return n.d(("s", t), ("a", t))


def step(n: Notation, t: int) -> Tensor:
    """ds_t/ds_{t-1}."""
    return n.d(("s", t), ("s", t - 1))


truth.stated("definition", "s_t #1", "o_t #1")
truth.stated("shape", r"V \in \mathbb{R}^{C} #1", r"o_t \in \mathbb{R}^{C} #1")
truth.stated("range of the steps", "t #1")
truth.stated("definition", "a_t #1")


@truth.claims(SCALARS, {"s_1 #1": "the definition at one step"})
def _(n):
    yield n("s", 1), state(n, 1, n("s", 0))


truth.combined("s_2 #1", ("1", "2"), "the definition, put in")


@truth.claims(
    SCALARS, {"s_2 #1/1": "the definition at one step", "s_2 #1/2": "the definition, put in"}
)
def _(n):
    if n.tau >= 2:
        yield n("s", 2), state(n, 2, n("s", 1)), state(n, 2, state(n, 1, n("s", 0)))


truth.combined(f"{S2} #1", ("1", "2"), "derivative of f, and of a product; all derivatives total")


@truth.claims(
    SCALARS,
    dict.fromkeys(
        (f"{S2} #1/1", f"{S2} #1/2"), "derivative of f, and of a product; all derivatives total"
    ),
)
def _(n):
    if n.tau >= 2:
        yield (
            n.head(("s", 2), "W"),
            slope(n, 2) * (n("W") * n.right(("s", 1), "W") + n("s", 1)),
            slope(n, 2) * n("W") * n.right(("s", 1), "W") + slope(n, 2) * n("s", 1),
        )


@truth.claims(SCALARS, {f"{S2} #1/label-1": "chain rule"})
def _(n):
    if n.tau >= 2:
        yield slope(n, 2) * n("W"), step(n, 2)


@truth.claims(SCALARS, {f"{S2} #1/label-2": "the state before held fixed"})
def _(n):
    if n.tau >= 2:
        yield slope(n, 2) * n("s", 1), n.per_step(("s", 2), "W")


@truth.claims(SCALARS, {r"\frac{\partial s_1}{\partial W} #1": "s_0 does not depend on W"})
def _(n):
    yield n.head(("s", 1), "W"), n.per_step(("s", 1), "W")


def two_steps(n):
    if n.tau >= 2:
        yield (
            n.head(("s", 2), "W"),
            step(n, 2) * n.per_step(("s", 1), "W") + n.per_step(("s", 2), "W"),
        )


truth.claims(SCALARS, {f"{S2} #2": "chain rule, sum over the copies"})(two_steps)


@truth.claims(SCALARS, {"s_3 #1": "the definition at one step"})
def _(n):
    if n.tau >= 3:
        yield n("s", 3), state(n, 3, n("s", 2))


truth.claims(SCALARS, {f"{S2} #3": "chain rule, sum over the copies"})(two_steps)
truth.combined(f"{S3} #1", ("1", "2"), "derivative of f, and of a product; all derivatives total")


@truth.claims(
    SCALARS,
    {
        f"{S3} #1/1": "derivative of f, and of a product; all derivatives total",
        f"{S3} #1/2": "the derivative of the state before, put in",
    },
)
def _(n):
    if n.tau >= 3:
        before = step(n, 2) * n.per_step(("s", 1), "W") + n.per_step(("s", 2), "W")
        yield (
            n.head(("s", 3), "W"),
            slope(n, 3) * (n("W") * n.right(("s", 2), "W") + n("s", 2)),
            slope(n, 3) * n("W") * before + slope(n, 3) * n("s", 2),
        )


@truth.claims(SCALARS, {f"{S3} #1/label-1": "chain rule"})
def _(n):
    if n.tau >= 3:
        yield slope(n, 3) * n("W"), step(n, 3)


@truth.claims(SCALARS, {f"{S3} #1/label-2": "the state before held fixed"})
def _(n):
    if n.tau >= 3:
        yield slope(n, 3) * n("s", 2), n.per_step(("s", 3), "W")


@truth.claims(SCALARS, {f"{S3} #2": "chain rule, sum over the copies"})
def _(n):
    if n.tau >= 3:
        immediate = [n.per_step(("s", t), "W") for t in (1, 2, 3)]
        yield (
            n.head(("s", 3), "W"),
            step(n, 3) * step(n, 2) * immediate[0] + step(n, 3) * immediate[1] + immediate[2],
        )


truth.claims(SCALARS, {f"{S2} #4": "chain rule, sum over the copies"})(two_steps)


@truth.claims(
    SCALARS,
    {
        r"\frac{\partial s_k}{\partial W} #1": (
            "chain rule, sum over the copies; where i = k no factor is left"
        )
    },
)
def _(n):
    for k in n.steps:
        terms = []
        for i in range(1, k + 1):
            term = n.per_step(("s", i), "W")
            for j in range(i + 1, k + 1):
                term = step(n, j) * term
            terms.append(term)
        yield n.head(("s", k), "W"), sum(terms)
