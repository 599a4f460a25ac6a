"""What the lines (1) to (44) of the derivation rnn-notes are worth: the network and its states."""

from __future__ import annotations

import numpy as np
from documents.truth.rnn_notes_network import (
    AFTER,
    BEFORE,
    CLASS,
    L,
    d_output,
    d_state,
    diagonal_of_slopes,
    label_outputs,
    label_slopes,
    label_transposed,
    loss_of_class_1,
    outputs,
    outputs_row,
    state,
    transposed,
)
from support.differentiation import World
from support.judging import Section
from support.tensors import column, exp, ln, matrix, row, tanh, total
from support.transcription import Table

#: A function of one number.
ANYWHERE = Section(
    lambda _: tuple(
        World({"tanh": lambda p, _: np.tanh(p("x"))}, {("x", None): x}) for x in (-0.9, 0.2, 1.7)
    )
)
truth = Table()
ENTRIES, CLASSES = range(5), range(3)
BY_ENTRIES = "the definition by entries"

truth.stated("range of the steps", "t #1")
truth.stated("definition", "1", "2", "3", "4")
truth.stated(
    "shape",
    r"\mathbf{x}^{(t)} \in \mathbb{R}^4 #1",
    r"\mathbf{o}^{(t)} \in \mathbb{R}^3 #1",
    r"\mathbf{y}^{(t)} \in \mathbb{R}^3 #1",
    r"\mathbf{U} \in \mathbb{R}^{5 \times 4} #1",
    r"\mathbf{W} \in \mathbb{R}^{5 \times 5} #1",
    r"\mathbf{V} \in \mathbb{R}^{3 \times 5} #1",
    r"\mathbf{b} \in \mathbb{R}^5 #1",
    r"\mathbf{c} \in \mathbb{R}^3 #1",
)


def entries(n, name, t=None):
    """Return the matrix of the entries of a matrix, or the column of those of a column."""
    value = n(name, t)
    if value.kind == "1|0":
        return column(*(value[i] for i in range(len(value.array))))
    return matrix(*(tuple(value[i, j] for j in range(len(r))) for i, r in enumerate(value.array)))


@truth.claims(BEFORE, {"5": BY_ENTRIES})
def _(n):
    for t in n.steps:
        inputs = entries(n, "U") * entries(n, "x", t)
        states = entries(n, "W") * entries(n, "h", t - 1)
        yield entries(n, "a", t), entries(n, "b") + states + inputs


truth.combined("6", ("1", "2", "3", "4", "5"), BY_ENTRIES)


def argument_row(i):
    """a_i = b_i + sum_j w_ij h_j + sum_j u_ij x_j."""

    def lines(n):
        for t in n.steps:
            states = sum(n("W")[i, j] * n("h", t - 1)[j] for j in ENTRIES)
            inputs = sum(n("U")[i, j] * n("x", t)[j] for j in range(4))
            yield n("a", t)[i], n("b")[i] + states + inputs

    return lines


def output_row(i):
    """o_i = c_i + sum_j v_ij h_j."""

    def lines(n):
        for t in n.steps:
            yield n("o", t)[i], n("c")[i] + sum(n("V")[i, j] * n("h", t)[j] for j in ENTRIES)

    return lines


for place in ENTRIES:
    truth.claims(BEFORE, {f"6/{place + 1}": BY_ENTRIES})(argument_row(place))


@truth.claims(BEFORE, {"7": BY_ENTRIES})
def _(n):
    for t in n.steps:
        activations = column(*(tanh(n("a", t)[i]) for i in ENTRIES))
        yield entries(n, "o", t), entries(n, "c") + entries(n, "V") * activations


truth.combined("8", ("1", "2", "3"), BY_ENTRIES)
for place in CLASSES:
    truth.claims(BEFORE, {f"8/{place + 1}": BY_ENTRIES})(output_row(place))


def partition(n, t):
    """sum_i exp(o_i)."""
    return sum(exp(n("o", t)[i]) for i in CLASSES)


@truth.claims(BEFORE, {"9": BY_ENTRIES})
def _(n):
    for t in n.steps:
        yield n("yhat", t), 1 / partition(n, t) * column(*(exp(n("o", t)[i]) for i in CLASSES))


truth.stated("no relation", "10")
truth.stated("definition", "11")
truth.stated("defines p_model, which stands nowhere else", "12")
truth.disputed("12", "a checker that reads no probabilities may call it undecided")
truth.stated("definition", "13")


@truth.claims(BEFORE, dict.fromkeys(("14", "15", "16"), "for any targets"))
def _(n):
    for t in n.steps:
        y, o = n("y", t), n("o", t)
        yield (
            n("Lt", t),
            -sum(y[i] * ln(n("yhat", t)[i]) for i in CLASSES),
            -sum(y[i] * ln(exp(o[i]) / partition(n, t)) for i in CLASSES),
            -sum(y[i] * (o[i] - ln(partition(n, t))) for i in CLASSES),
        )


truth.stated("assumption: the class is 1", r"\mathbf{y}^{(t)} #1")
truth.combined("17", ("1", "2"), "part 2: the sign")


@truth.claims(AFTER, {"17/1": CLASS, "17/2": "the sign: -ln(yhat_1) is -o_1 + ln(sum)"})
def _(n):
    for t in n.steps:
        yield n("Lt", t), -ln(n("yhat", t)[0]), n("o", t)[0] - ln(partition(n, t))


@truth.claims(AFTER, {"18": "L is the sum of the losses of the steps"})
def _(n):
    for t in n.steps:
        yield n.d(L, ("Lt", t)), 1


@truth.claims(AFTER, dict.fromkeys(("19", "20", "21"), CLASS))
def _(n):
    for t in n.steps:
        y, quotients = n("yhat", t), [exp(n("o", t)[i]) / partition(n, t) for i in CLASSES]
        yield (
            d_output(n, t),
            -row(1 - quotients[0], -quotients[1], -quotients[2]).T,
            -row(1 - y[0], -y[1], -y[2]).T,
            outputs_row(n, t).T,
        )


truth.combined("22", ("1", "2", "3"), "parts 1 to 3 hold")


@truth.claims(
    AFTER,
    {
        "22/1": "entry of a gradient",
        "22/2": "chain rule; slip: the second L^(t) lacks its partial sign",
        "22/3": "the targets are one-hot; y^(t) is the class",
    },
)
def _(n):
    for t in n.steps:
        for i in CLASSES:
            yield (
                d_output(n, t)[i],
                n.d(L, ("o", t))[i],
                n.d(L, ("Lt", t)) * n.d(("Lt", t), ("o", t))[i],
                n("yhat", t)[i] - float(i == int(n("class", t).array)),
            )


truth.combined("23", ("1", "2"), CLASS)


@truth.claims(AFTER, {"23/1": CLASS, "23/2": CLASS, "24": CLASS})
def _(n):
    yield (
        n("Lt", n.tau),
        -ln(n("yhat", n.tau)[0]),
        -n("o", n.tau)[0] + ln(partition(n, n.tau)),
        loss_of_class_1(n, n("h", n.tau)),
    )


def entry_of_last_state(n, i):
    """v_1i (yhat_1 - 1) + v_2i yhat_2 + v_3i yhat_3 at the last step."""
    v, y = n("V"), n("yhat", n.tau)
    return v[0, i] * (y[0] - 1) + v[1, i] * y[1] + v[2, i] * y[2]


@truth.claims(AFTER, {"25": "all three exponentials are that of class 1", "26": CLASS, "27": CLASS})
def _(n):
    v, y = n("V"), n("yhat", n.tau)
    first = exp(n("c")[0] + v[0] * n("h", n.tau))
    below = total(exp(n("c") + v * n("h", n.tau)))
    yield (
        n.d(L, ("h", n.tau))[0],
        -v[0, 0] + (v[0, 0] * first + v[1, 0] * first + v[2, 0] * first) / below,
        -v[0, 0] + v[0, 0] * y[0] + v[1, 0] * y[1] + v[2, 0] * y[2],
        entry_of_last_state(n, 0),
    )


def line_of_entry(i):
    def lines(n):
        yield n.d(L, ("h", n.tau))[i], entry_of_last_state(n, i)

    return lines


for place in (1, 2, 3, 4):
    truth.claims(AFTER, {str(27 + place): CLASS})(line_of_entry(place))


@truth.bare(AFTER, "32", "no relation")
def _(n):
    for t in n.steps:
        yield (transposed(n, "V") * outputs(n, t),)


@truth.otherwise(AFTER, "32", "as the gradient by the last state, t the last step")
def _(n):
    yield d_state(n, n.tau), transposed(n, "V") * outputs(n, n.tau)


label_transposed(truth, "32/label-1", "V")


@truth.claims(
    AFTER, {"32/label-2": "the vector is that of step t, its label that of the last step"}
)
def _(n):
    for t in n.steps:
        yield outputs(n, t), d_output(n, n.tau)


@truth.otherwise(AFTER, "32/label-2", "t is the last step, as in the sentences around")
def _(n):
    yield outputs(n, n.tau), d_output(n, n.tau)


@truth.claims(AFTER, {"33": "chain rule, for any targets"})
def _(n):
    yield d_state(n, n.tau), n("V").T * d_output(n, n.tau)


def two_losses(n):
    before = n.tau - 1
    if before:
        losses = [n.gradient(("Lt", t), ("h", before)) for t in (before, n.tau)]
        yield d_state(n, before), losses[0] + losses[1]


ONLY_LATER = "a state acts on the losses of its step and of later ones only"
truth.claims(AFTER, {"34": ONLY_LATER})(two_losses)
truth.claims(AFTER, {"35": ONLY_LATER})(two_losses)


@truth.claims(AFTER, {"35/label-1": "chain rule, for any targets"})
def _(n):
    t = n.tau - 1
    if t:
        yield n.gradient(("Lt", t), ("h", t)), n("V").T * d_output(n, t)


@truth.claims(AFTER, {"36": CLASS, "37": CLASS})
def _(n):
    last = n.tau
    yield n("Lt", last), loss_of_class_1(n, n("h", last)), loss_of_class_1(n, state(n, last))


@truth.claims(ANYWHERE, {"38": "derivative of tanh"})
def _(n):
    yield n.d(("tanh", None), ("x", None)), 1 - tanh(n("x")) ** 2


def first_sum(p):
    """sum_i v_1i tanh(b_i + sum_j w_ij h_j + F(x)) at the last step, F what the input adds."""
    last = max(t for name, t in p.point if name == "x")
    inner = p("b") + p("W") @ p("h", last - 1) + p("U") @ p("x", last)
    return np.sum(p("V")[0] * np.tanh(inner))


truth.stated("no relation", "39")


@truth.claims(AFTER, dict.fromkeys(("40", "41"), "F is the part of the input; derivative of tanh"))
def _(n):
    v, w, h = n("V"), n("W"), n("h", n.tau)
    yield (
        n.d(first_sum, ("h", n.tau - 1))[0],
        sum(v[0, i] * w[i, 0] * (1 - state(n, n.tau)[i] ** 2) for i in ENTRIES),
        sum(v[0, i] * w[i, 0] * (1 - h[i] ** 2) for i in ENTRIES),
    )


@truth.claims(AFTER, {"40/label-1": "'1 -' lacks, and the index is 1 for i"})
def _(n):
    for i in ENTRIES:
        yield 1 - state(n, n.tau)[i] ** 2, n("h", n.tau)[0] ** 2


def logarithm(p):
    """ln(sum_k exp(c_k + sum_l v_kl h_l)) at the last step."""
    last = max(t for name, t in p.point if name == "x")
    return np.log(np.sum(np.exp(p("c") + p("V") @ p("h", last))))


def derivative_of_logarithm(n):
    """The right side of 42: the derivative by the first entry of the state before the last."""
    v, w, h = n("V"), n("W"), n("h", n.tau)
    numerators = exp(n("c") + v * state(n, n.tau))
    inner = [sum(v[j, i] * w[i, 0] * (1 - h[i] ** 2) for i in ENTRIES) for j in CLASSES]
    return sum(numerators[j] * inner[j] for j in CLASSES) / total(numerators)


@truth.claims(
    AFTER, {"42": "the left side is a derivative by h^(tau), the right one that by h^(tau-1)"}
)
def _(n):
    yield n.d(logarithm, ("h", n.tau))[0], derivative_of_logarithm(n)


@truth.claims(AFTER, {"43": CLASS})
def _(n):
    h, y = n("h", n.tau), n("yhat", n.tau)
    yield (
        n.d(("Lt", n.tau), ("h", n.tau - 1))[0],
        sum(
            (1 - h[i] ** 2) * n("W")[i, 0] * n("V")[j, i] * (y[j] - float(j == 0))
            for i in ENTRIES
            for j in CLASSES
        ),
    )


@truth.bare(AFTER, "44", "no relation")
def _(n):
    weights = transposed(n, "W") * transposed(n, "V")
    yield (diagonal_of_slopes(n, n.tau) * weights * outputs(n, n.tau),)


@truth.otherwise(AFTER, "44", "as the gradient of the last loss by the state before")
def _(n):
    weights = transposed(n, "W") * transposed(n, "V")
    right = diagonal_of_slopes(n, n.tau) * weights * outputs(n, n.tau)
    yield n.gradient(("Lt", n.tau), ("h", n.tau - 1)), right


label_slopes(truth, "44/label-1")
label_transposed(truth, "44/label-2", "W")
label_transposed(truth, "44/label-3", "V")
label_outputs(truth, "44/label-4")


@truth.otherwise(AFTER, "17/2", "mended: with the other sign")
def _(n):
    for t in n.steps:
        yield n("Lt", t), -(n("o", t)[0] - ln(partition(n, t)))


@truth.otherwise(AFTER, "25", "mended: each exponential that of its class")
def _(n):
    v = n("V")
    exponentials = exp(n("c") + v * n("h", n.tau))
    above = sum(v[k, 0] * exponentials[k] for k in CLASSES)
    yield n.d(L, ("h", n.tau))[0], -v[0, 0] + above / total(exponentials)


@truth.otherwise(AFTER, "40/label-1", "mended: 1 - (h_i)^2")
def _(n):
    for i in ENTRIES:
        yield 1 - state(n, n.tau)[i] ** 2, 1 - n("h", n.tau)[i] ** 2


@truth.otherwise(AFTER, "42", "mended: by the state before")
def _(n):
    yield n.d(logarithm, ("h", n.tau - 1))[0], derivative_of_logarithm(n)
