"""What the lines (55) to (73) of the derivation huang2019 are worth: through the states."""

from __future__ import annotations

from functools import cache, reduce
from operator import mul

import numpy as np
from documents.truth.huang2019_vectors import AFTER, SUM_1, d_loss
from support.differentiation import World
from support.judging import Section
from support.points import draw
from support.tensors import Tensor, diag, row
from support.transcription import Table

truth = Table()


@cache
def linear_maps(_: str) -> tuple[World, ...]:
    """Return y = W x with several losses of y."""
    rng = np.random.default_rng(46)
    losses = (lambda y: np.sum(np.sin(y) * np.exp(y[0])), lambda y: np.log(1 + np.sum(y**4)))
    return tuple(
        World(
            {"y": lambda p, _: p("W") @ p("x"), "L": lambda p, _, loss=loss: loss(p("y"))},
            {("W", None): draw(rng, rows, columns), ("x", None): draw(rng, columns)},
        )
        for loss in losses
        for rows, columns in ((1, 1), (2, 3), (4, 2))
    )


LINEAR = Section(linear_maps)
ON_THE_RIGHT = "the derivatives of states by the weight on the right are per-step"
OUT_OF_PRODUCT = "W^{t-k} is taken out of a product of matrices that do not commute"


@truth.claims(
    AFTER, {"55": "all derivatives total; equivocal with (57) and (65), where ds/dW is per-step"}
)
def _(n):
    for t in n.steps:
        yield n.d(("Lt", t), ("W", None)), d_loss(n, t, "s") * n.right(("s", t), "W")


truth.combined("56", ("1", "2"), SUM_1)


@truth.claims(AFTER, {"56/1": "chain rule", "56/2": SUM_1})
def _(n):
    for t in n.steps:
        yield (
            d_loss(n, t, "s"),
            d_loss(n, t, "g") * n.d(("g", t), ("s", t)),
            (n("yhat", t) - n("y", t)).T * n("V"),
        )


def over_states(name):
    """sum_k dL_t/ds_t ds_t/ds_k ds_k/dname."""

    def lines(n):
        for t in n.steps:
            terms = [
                d_loss(n, t, "s") * n.d(("s", t), ("s", k)) * n.right(("s", k), name)
                for k in range(1, t + 1)
            ]
            yield n.d(("Lt", t), (name, None)), sum(terms[1:], terms[0])

    return lines


truth.claims(AFTER, {"57": ON_THE_RIGHT})(over_states("W"))


def earlier_states(n):
    """Yield t, k up to t, and ds_t/ds_k."""
    for t in n.steps:
        for k in range(1, t + 1):
            yield t, k, n.d(("s", t), ("s", k))


def slope(n, i):
    """ds_i/dz_i."""
    return n.d(("s", i), ("z", i))


def identity(n):
    return Tensor(np.eye(n.sizes["D"]), 1)


LATEST_FIRST = "the product read with its latest factor first"


@truth.claims(
    AFTER,
    {
        "58": "chain rule; where k = t no factor is left",
        "59": LATEST_FIRST,
        "60": LATEST_FIRST,
    },
)
def _(n):
    for t, k, left in earlier_states(n):
        factors = [n.d(("s", i), ("s", i - 1)) for i in range(k + 1, t + 1)]
        pairs = [slope(n, i) * n.d(("z", i), ("s", i - 1)) for i in range(k + 1, t + 1)]
        yield (
            left,
            reduce(mul, reversed(factors), identity(n)),
            n.product(factors, "D"),
            n.product(pairs, "D"),
        )


@truth.claims(AFTER, {"62": "tanh acts on each entry"})
def _(n):
    for i in n.steps:
        squares = [1 - n("s", i)[d] ** 2 for d in n.entries("D")]
        yield slope(n, i), diag(row(*squares))


truth.combined("63", ("1", "2"), f"part 2: {OUT_OF_PRODUCT}")


@truth.claims(AFTER, {"63/1": LATEST_FIRST, "63/2": OUT_OF_PRODUCT})
def _(n):
    for t, k, left in earlier_states(n):
        slopes = [slope(n, i) for i in range(k + 1, t + 1)]
        yield (
            left,
            n.product([factor * n("W") for factor in slopes], "D"),
            n("W") ** (t - k) * n.product(slopes, "D"),
        )


@truth.claims(AFTER, {"64": "chain rule, all derivatives total or all per-step"})
def _(n):
    for k in n.steps:
        yield n.head(("s", k), "W"), slope(n, k) * n.right(("z", k), "W")


truth.claims(AFTER, {"65": ON_THE_RIGHT})(over_states("W"))


def with_powers(name, first):
    """sum_k dL_t/ds_t W^(t-k) (prod of slopes from k + first on) ... dz_k/dname."""

    def lines(n):
        for t in n.steps:
            terms = []
            for k in range(1, t + 1):
                slopes = n.product([slope(n, i) for i in range(k + first, t + 1)], "D")
                inner = slopes * slope(n, k) if first else slopes
                outer = d_loss(n, t, "s") * n("W") ** (t - k)
                terms.append(outer * inner * n.right(("z", k), name))
            yield n.d(("Lt", t), (name, None)), sum(terms[1:], terms[0])

    return lines


def with_weights_between(name):
    """sum_k dL_t/ds_t (slope_t W) ... (slope_{k+1} W) slope_k dz_k/dname."""

    def lines(n):
        for t in n.steps:
            terms = []
            for k in range(1, t + 1):
                factors = [slope(n, i) * n("W") for i in range(t, k, -1)]
                outer = reduce(mul, factors, d_loss(n, t, "s"))
                terms.append(outer * slope(n, k) * n.right(("z", k), name))
            yield n.d(("Lt", t), (name, None)), sum(terms[1:], terms[0])

    return lines


truth.claims(AFTER, {"66": OUT_OF_PRODUCT})(with_powers("W", 1))
truth.claims(AFTER, {"67": OUT_OF_PRODUCT})(with_powers("W", 0))
truth.claims(AFTER, {"68": ON_THE_RIGHT})(over_states("U"))
truth.claims(AFTER, {"69": OUT_OF_PRODUCT})(with_powers("U", 0))


@truth.claims(LINEAR, {"70": "lemma: the outer product x dL/dy, transposed"})
def _(n):
    yield n.d(("L", None), ("W", None)), (n("x") * n.d(("L", None), ("y", None))).T


truth.stated("definition", "L #1")


def over_steps(name):
    """sum_t dL_t/dname."""

    def lines(n):
        terms = [n.d(("Lt", t), (name, None)) for t in n.steps]
        yield n.d(("L", None), (name, None)), sum(terms[1:], terms[0])

    return lines


for key, parameter in (("71", "V"), ("72", "W"), ("73", "U")):
    truth.claims(AFTER, {key: "L is the sum of the losses of the steps"})(over_steps(parameter))

for key, parameter in (("66", "W"), ("67", "W"), ("69", "U")):
    truth.otherwise(AFTER, key, "mended: W beside each slope, the latest first")(
        with_weights_between(parameter)
    )
