"""What the lines (74) to (114) of the derivation huang2019 are worth: a batch of rows per step."""

from __future__ import annotations

from functools import cache, reduce
from operator import mul

import numpy as np
from support.differentiation import World, softmax
from support.judging import FREE, NORMALISED, ONE_HOT, Section
from support.notation import Notation
from support.points import TAUS, fill, over, targets
from support.tensors import Tensor, entrywise
from support.transcription import Table

truth = Table()
#: Sizes of the batch, of inputs, states and outputs.
SIZES = (
    {"N": 1, "D": 1, "M": 1, "C": 2},
    {"N": 2, "D": 3, "M": 4, "C": 5},
    {"N": 5, "D": 4, "M": 3, "C": 2},
)


@cache
def networks(assumption: str) -> tuple[World, ...]:
    rng = np.random.default_rng(74)
    return tuple(network(rng, assumption, sizes, tau) for sizes in SIZES for tau in TAUS)


def network(rng, assumption, sizes, tau):
    n, d, m, c = sizes.values()
    steps = range(1, tau + 1)
    rules = {
        "Z": lambda p, t: p("X", t) @ p("U", t) + p("S", t - 1) @ p("W", t),
        "S": lambda p, t: np.tanh(p("Z", t)),
        "G": lambda p, t: p("S", t) @ p("V", t),
        "Yhat": lambda p, t: softmax(p("G", t)),
        "L": lambda p, t: -np.sum(p("Y", t) * np.log(p("Yhat", t))),
    }
    shapes = {("U", None): (d, m), ("W", None): (m, m), ("V", None): (m, c), ("S", 0): (n, m)}
    classes = np.add.outer(np.arange(tau), np.arange(n)) % c
    rows = targets(rng, assumption, classes, c)
    point = fill(rng, shapes | over("X", steps, n, d)) | {("Y", t): rows[t - 1] for t in steps}
    return World(rules, point, sizes, tau)


#: The targets are one-hot from the section before on.
BATCH = Section(networks, (FREE, NORMALISED, ONE_HOT))
SUM_1 = "the targets sum to 1, as the text says (one-hot)"
ON_THE_RIGHT = "the derivatives of states by the weight on the right are per-step"
FOR_ARGUMENT = (
    "dZ(t)/dS(k) stands for dZ(t)/dZ(k): the slope at step k lacks, and the term k = t is zero"
)


def d_loss(n: Notation, t: int, name: str) -> Tensor:
    """The derivative of the loss of a step by a node of that step."""
    return n.d(("L", t), (name, t))


def places(n: Notation, rows: str, columns: str):
    """Return the pairs of indices of a matrix."""
    return [(i, j) for i in n.entries(rows) for j in n.entries(columns)]


truth.stated("range of the steps", "t #3")
truth.stated("definition", "74", "75", "76", "77", "78")
truth.stated("shape", "79", "80", "81", "82", "83", "84")


@truth.claims(BATCH, {"85": "slip: the second partial sign lacks below the line"})
def _(n):
    for t in n.steps:
        for i, j in places(n, "N", "C"):
            yield d_loss(n, t, "Yhat")[i, j], -n("Y", t)[i, j] / n("Yhat", t)[i, j]


@truth.claims(BATCH, {"86": "derivative of the softmax of each row"})
def _(n):
    for t in n.steps:
        left, yhat = n.d(("Yhat", t), ("G", t)), n("Yhat", t)
        for m, k in places(n, "N", "C"):
            for i, j in places(n, "N", "C"):
                right = float(m == i) * yhat[m, k] * (float(k == j) - yhat[m, j])
                yield left[m, k, i, j], right


@truth.claims(
    BATCH,
    {"87": "chain rule; slip: a partial sign lacks below the line"}
    | dict.fromkeys(("88", "89", "90"), "for any targets")
    | {"91": SUM_1},
)
def _(n):
    for t in n.steps:
        yhat, y = n("Yhat", t), n("Y", t)
        outer, inner = d_loss(n, t, "Yhat"), n.d(("Yhat", t), ("G", t))
        pairs, left = places(n, "N", "C"), d_loss(n, t, "G")
        for i, j in pairs:
            last = {(m, k): float(k == j) - yhat[m, j] for m, k in pairs}
            yield (
                left[i, j],
                sum(outer[m, k] * inner[m, k, i, j] for m, k in pairs),
                -sum(
                    y[m, k] / yhat[m, k] * float(m == i) * yhat[m, k] * last[m, k] for m, k in pairs
                ),
                -sum(y[m, k] * float(m == i) * last[m, k] for m, k in pairs),
                -sum(y[i, k] * (float(k == j) - yhat[i, j]) for k in n.entries("C")),
                yhat[i, j] - y[i, j],
            )


@truth.claims(BATCH, {"92": SUM_1})
def _(n):
    for t in n.steps:
        yield d_loss(n, t, "G"), n("Yhat", t) - n("Y", t)


def through_arguments(n):
    for t in n.steps:
        left, outer = n.d(("L", t), ("V", None)), d_loss(n, t, "G")
        inner = n.right(("G", t), "V")
        for i, j in places(n, "M", "C"):
            terms = [outer[m, k] * inner[m, k, i, j] for m, k in places(n, "N", "C")]
            yield left[i, j], sum(terms)


CHAIN_G = "chain rule; G without a step is G(t)"
truth.claims(BATCH, {"93": CHAIN_G})(through_arguments)


@truth.claims(BATCH, {"94": "the matrix product by entries"})
def _(n):
    for t in n.steps:
        s, v = n("S", t), n("V")
        for m, c in places(n, "N", "C"):
            yield n("G", t)[m, c], sum(s[m, k] * v[k, c] for k in n.entries("M"))


@truth.claims(BATCH, {"95": "G_{m,n} uses column n of V only"})
def _(n):
    for t in n.steps:
        left = n.head(("G", t), "V")
        for m, k in places(n, "N", "C"):
            for i, j in places(n, "M", "C"):
                yield left[m, k, i, j], float(k == j) * n("S", t)[m, i]


truth.claims(BATCH, {"96": CHAIN_G})(through_arguments)


@truth.claims(BATCH, dict.fromkeys(("97", "98", "99"), SUM_1))
def _(n):
    for t in n.steps:
        left, s, error = n.d(("L", t), ("V", None)), n("S", t), n("Yhat", t) - n("Y", t)
        rows = n.entries("N")
        for i, j in places(n, "M", "C"):
            terms = [error[m, k] * float(k == j) * s[m, i] for m, k in places(n, "N", "C")]
            yield (
                left[i, j],
                sum(terms),
                sum(error[m, j] * s[m, i] for m in rows),
                sum(s[m, i] * error[m, j] for m in rows),
            )


@truth.claims(BATCH, {"100": SUM_1})
def _(n):
    for t in n.steps:
        yield n.d(("L", t), ("V", None)), n("S", t).T * (n("Yhat", t) - n("Y", t))


def over_steps(n, t, term):
    """Return the sum of a term over k from 1 to t."""
    terms = [term(k) for k in range(1, t + 1)]
    return sum(terms[1:], terms[0])


def over_states(n, t, name):
    """sum_k dL(t)/dS(t) dS(t)/dS(k) dS(k)/dname."""
    return over_steps(
        n,
        t,
        lambda k: d_loss(n, t, "S") * n.d(("S", t), ("S", k)) * n.right(("S", k), name),
    )


def over_arguments(n, t, name):
    """sum_k dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dS(k) dZ(k)/dname."""
    outer = d_loss(n, t, "S") * n.d(("S", t), ("Z", t))
    return over_steps(n, t, lambda k: outer * n.d(("Z", t), ("S", k)) * n.right(("Z", k), name))


def step_by_step(n, t, name):
    """sum_k dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dS(t-1) ... dS(k)/dZ(k) dZ(k)/dname."""

    def term(k):
        back = [n.d(("Z", i), ("S", i - 1)) * slope(n, i - 1) for i in range(t, k, -1)]
        return reduce(mul, back, d_loss(n, t, "S") * slope(n, t)) * n.right(("Z", k), name)

    return over_steps(n, t, term)


def slope(n, t):
    """dS(t)/dZ(t)."""
    return n.d(("S", t), ("Z", t))


@truth.claims(BATCH, {"101": ON_THE_RIGHT, "102": FOR_ARGUMENT})
def _(n):
    for t in n.steps:
        left = n.d(("L", t), ("W", None))
        yield left, over_states(n, t, "W"), over_arguments(n, t, "W")


@truth.claims(BATCH, {"103": "tanh acts on each entry"})
def _(n):
    for t in n.steps:
        left = slope(n, t)
        for m, k in places(n, "N", "M"):
            for i, j in places(n, "N", "M"):
                yield left[m, k, i, j], float(m == i and k == j) * (1 - n("S", t)[i, j] ** 2)


truth.combined("104", ("1", "2"), SUM_1)


@truth.claims(BATCH, {"104/1": "chain rule", "104/2": SUM_1})
def _(n):
    for t in n.steps:
        yield (
            d_loss(n, t, "S"),
            d_loss(n, t, "G") * n("V").T,
            (n("Yhat", t) - n("Y", t)) * n("V").T,
        )


@truth.claims(BATCH, dict.fromkeys(("105", "106", "107"), "chain rule; tanh acts on each entry"))
def _(n):
    for t in n.steps:
        outer, inner, left = d_loss(n, t, "S"), slope(n, t), d_loss(n, t, "Z")
        pairs = places(n, "N", "M")
        for i, j in pairs:
            factor = 1 - n("S", t)[i, j] ** 2
            yield (
                left[i, j],
                sum(outer[pair] * inner[(*pair, i, j)] for pair in pairs),
                sum(outer[pair] * float(pair == (i, j)) * factor for pair in pairs),
                outer[i, j] * factor,
            )


@truth.damaged(
    BATCH,
    "108",
    "typographical: one bracket too many; without the last one the line is wrong, without the"
    " second it holds where I is all ones",
    ("without the last bracket", "without the second bracket"),
    literal=False,
)
def _(n):
    for t in n.steps:
        outer, s = d_loss(n, t, "S"), n("S", t)
        yield (
            d_loss(n, t, "Z"),
            lambda outer=outer, s=s: entrywise(outer, n.unit("N", "M") - s, s),
            lambda outer=outer, s=s: entrywise(outer, n.unit("N", "M") - entrywise(s, s)),
        )


truth.combined("109", ("1", "2"), "chain rule")


@truth.claims(BATCH, {"109/1": "chain rule", "109/2": "chain rule"})
def _(n):
    for t in n.steps:
        yield (
            n.d(("L", t), ("S", t - 1)),
            d_loss(n, t, "Z") * n.d(("Z", t), ("S", t - 1)),
            d_loss(n, t, "Z") * n("W").T,
        )


@truth.claims(
    BATCH,
    {"110": FOR_ARGUMENT, "111": f"{ON_THE_RIGHT}; the dots have two factors a step"},
)
def _(n):
    for t in n.steps:
        left = n.d(("L", t), ("W", None))
        yield left, over_arguments(n, t, "W"), step_by_step(n, t, "W")


def last_step(name, factor):
    """dL(t)/dZ(k) dZ(k)/dname = (factor at k)^T dL(t)/dZ(k)."""

    def lines(n):
        for t in n.steps:
            for k in range(1, t + 1):
                outer = n.d(("L", t), ("Z", k))
                yield outer * n.head(("Z", k), name), factor(n, k).T * outer

    return lines


truth.claims(BATCH, {"112": "dZ(k)/dW is per-step"})(last_step("W", lambda n, k: n("S", k - 1)))


@truth.claims(BATCH, {"113": FOR_ARGUMENT})
def _(n):
    for t in n.steps:
        yield n.d(("L", t), ("U", None)), over_arguments(n, t, "U")


truth.claims(BATCH, {"114": "dZ(k)/dU is per-step"})(last_step("U", lambda n, k: n("X", k)))


def over_earlier_arguments(name):
    """sum_k dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dZ(k) dZ(k)/dname."""

    def lines(n):
        for t in n.steps:
            terms = [
                d_loss(n, t, "S") * slope(n, t) * n.d(("Z", t), ("Z", k)) * n.right(("Z", k), name)
                for k in range(1, t + 1)
            ]
            yield n.d(("L", t), (name, None)), sum(terms[1:], terms[0])

    return lines


for key, parameter in (("102", "W"), ("110", "W"), ("113", "U")):
    truth.otherwise(BATCH, key, "mended: dZ(t)/dZ(k) for dZ(t)/dS(k)")(
        over_earlier_arguments(parameter)
    )
