"""What the lines (19) to (54) of the derivation huang2019 are worth: up to the output weights."""

from __future__ import annotations

import numpy as np
from documents.truth.huang2019_vectors import AFTER, BEFORE, SUM_1, d_loss
from support.tensors import exp, ln, row
from support.transcription import Table

truth = Table()

truth.stated("range of the steps", "t #2")
truth.stated("definition", "19", "20", "21", "22", "23")
truth.stated("shape", "24", "25", "26", "27", "28", "29")


@truth.claims(BEFORE, {"30": "the inner product by entries"})
def _(n):
    for t in n.steps:
        y, yhat = n("y", t), n("yhat", t)
        yield n("Lt", t), -sum(y[i] * ln(yhat[i]) for i in n.entries("C"))


def addend(t, i):
    """The i-th term of (30)."""
    return lambda p: -p("y", t)[i] * np.log(p("yhat", t)[i])


@truth.slip(
    BEFORE,
    "31",
    "the gradient by entries; the loss of a step is one number, so its index is a slip",
    ("without the index", "the index that of the term of (30)"),
)
def _(n):
    for t in n.steps:
        entries = n.entries("C")
        yield (
            d_loss(n, t, "yhat"),
            row(*(d_loss(n, t, "yhat")[i] for i in entries)),
            row(*(n.d(addend(t, i), ("yhat", t))[i] for i in entries)),
        )


@truth.claims(BEFORE, {"32": "d log(x)/dx = 1/x"})
def _(n):
    for t in n.steps:
        y, yhat = n("y", t), n("yhat", t)
        yield d_loss(n, t, "yhat"), row(*(-y[i] / yhat[i] for i in n.entries("C")))


@truth.claims(BEFORE, {"33": "chain rule"})
def _(n):
    for t in n.steps:
        yield d_loss(n, t, "g"), d_loss(n, t, "yhat") * n.d(("yhat", t), ("g", t))


@truth.damaged(
    BEFORE,
    "34",
    "typographical: the sum binds i, but its term has j, which nothing binds",
    ("the sum binds j from 1 on",),
    literal=True,
)
def _(n):
    classes = n.sizes["C"]
    for t in n.steps:
        g = n("g", t)
        for i in range(classes):
            for j in range(classes):
                yield (
                    n("yhat", t)[i],
                    exp(g[i]) / ((classes - j) * exp(g[j])),
                    exp(g[i]) / sum(exp(g[k]) for k in range(classes)),
                )


truth.disputed(
    "31", "L_{t,1} is defined nowhere; a strict reader stops here, but both repairs hold"
)
truth.disputed("34", "a reader may take the lower limit i=j for j=1, and then it holds")
truth.combined("35", ("1", "2"), "derivative of the softmax")


def of_softmax(n):
    """Yield t, i, j and dyhat_i/dg_j."""
    for t in n.steps:
        jacobian = n.d(("yhat", t), ("g", t))
        for i in n.entries("C"):
            for j in n.entries("C"):
                yield n("yhat", t), i, j, jacobian[i, j]


@truth.claims(BEFORE, {"35/1": "derivative of the softmax"})
def _(n):
    for yhat, i, j, left in of_softmax(n):
        if i == j:
            yield left, yhat[i] * (1 - yhat[i])


@truth.claims(BEFORE, {"35/2": "derivative of the softmax"})
def _(n):
    for yhat, i, j, left in of_softmax(n):
        if i != j:
            yield left, -yhat[i] * yhat[j]


@truth.claims(BEFORE, {"36": "derivative of the softmax"})
def _(n):
    for yhat, i, j, left in of_softmax(n):
        yield left, yhat[i] * (float(i == j) - yhat[j])


truth.stated("definition of the indicator", "37")
truth.stated("row of a definition", "37/1", "37/2")


def by_argument(n):
    """Yield t, i and dL_t/dg_i."""
    for t in n.steps:
        for i in n.entries("C"):
            yield t, i, d_loss(n, t, "g")[i]


@truth.claims(BEFORE, {"38": "chain rule"})
def _(n):
    for t, i, left in by_argument(n):
        outer, inner = d_loss(n, t, "yhat"), n.d(("yhat", t), ("g", t))
        yield left, sum(outer[k] * inner[k, i] for k in n.entries("C"))


@truth.claims(BEFORE, dict.fromkeys(("39", "40", "41", "42"), "for any targets"))
def _(n):
    classes = n.entries("C")
    for t, i, left in by_argument(n):
        y, yhat = n("y", t), n("yhat", t)
        inner = [float(k == i) - yhat[i] for k in classes]
        yield (
            left,
            -sum(y[k] / yhat[k] * yhat[k] * inner[k] for k in classes),
            -sum(y[k] * inner[k] for k in classes),
            sum(y[k] * yhat[i] for k in classes) - y[i],
            sum(y[k] for k in classes) * yhat[i] - y[i],
        )


@truth.claims(AFTER, {"43": SUM_1})
def _(n):
    for t, i, left in by_argument(n):
        yield left, n("yhat", t)[i] - n("y", t)[i]


@truth.claims(AFTER, {"44": SUM_1})
def _(n):
    for t in n.steps:
        yield d_loss(n, t, "g"), (n("yhat", t) - n("y", t)).T


@truth.claims(AFTER, {"45": "chain rule; dg_t/dV has three indices"})
def _(n):
    for t in n.steps:
        yield n.d(("Lt", t), ("V", None)), d_loss(n, t, "g") * n.right(("g", t), "V")


truth.stated("definition, local to the lemma (70)", "46")


def by_output_weight(n):
    """Yield t, i, j and dL_t/dV_ij."""
    for t in n.steps:
        gradient = n.d(("Lt", t), ("V", None))
        for i in n.entries("C"):
            for j in n.entries("D"):
                yield t, i, j, gradient[i, j]


def through_arguments(n):
    for t, i, j, left in by_output_weight(n):
        outer, inner = d_loss(n, t, "g"), n.right(("g", t), "V")
        yield left, sum(outer[k] * inner[k, i, j] for k in n.entries("C"))


truth.claims(AFTER, {"47": "chain rule"})(through_arguments)


@truth.claims(AFTER, {"48": "the matrix product by entries; the range in brackets is a remark"})
def _(n):
    for t in n.steps:
        for i in n.entries("C"):
            yield n("g", t)[i], sum(n("V")[i, d] * n("s", t)[d] for d in n.entries("D"))


OWN_ROW = "g_{t,k} uses row k of V only"
truth.combined("49", ("1", "2"), OWN_ROW)


def of_arguments(n):
    """Yield s_{t,j}, whether i is k, and dg_{t,k}/dV_ij."""
    for t in n.steps:
        derivative = n.head(("g", t), "V")
        for k in n.entries("C"):
            for i in n.entries("C"):
                for j in n.entries("D"):
                    yield n("s", t)[j], i == k, derivative[k, i, j]


@truth.claims(AFTER, {"49/1": OWN_ROW})
def _(n):
    for state, is_own, left in of_arguments(n):
        if is_own:
            yield left, state


@truth.claims(AFTER, {"49/2": OWN_ROW}, zero=True)
def _(n):
    for _, is_own, left in of_arguments(n):
        if not is_own:
            yield left, 0


truth.disputed("49/2", "both sides are zero everywhere, as the line says: it is not vacuous")


@truth.claims(AFTER, {"50": OWN_ROW})
def _(n):
    for state, is_own, left in of_arguments(n):
        yield left, float(is_own) * state


truth.claims(AFTER, {"51": "chain rule"})(through_arguments)


@truth.claims(AFTER, {"52": SUM_1, "53": SUM_1})
def _(n):
    for t, i, j, left in by_output_weight(n):
        error, state = n("yhat", t) - n("y", t), n("s", t)[j]
        terms = [error[k] * float(i == k) * state for k in n.entries("C")]
        yield left, sum(terms), error[i] * state


@truth.claims(AFTER, {"54": SUM_1})
def _(n):
    for t in n.steps:
        yield n.d(("Lt", t), ("V", None)), (n("yhat", t) - n("y", t)) * n("s", t).T
