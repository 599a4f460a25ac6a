"""What the lines (64) to (88) of the derivation rnn-notes are worth: gradients by weights."""

from __future__ import annotations

from documents.truth.rnn_notes_network import (
    AFTER,
    CLASS,
    L,
    add_output_bias,
    d_output,
    d_state,
    diagonal_of_slopes,
    label_recursion,
    label_slopes,
    label_transposed,
    loss_of_class_1,
    loss_with_states,
    outputs,
    recursion_as_printed,
    slopes,
    state,
    transposed,
)
from support.tensors import exp, ln, row, total
from support.transcription import Table

truth = Table()
ENTRIES, CLASSES = range(5), range(3)
PER_STEP = "the derivatives of h_i by the weights are per-step"
COPIES = "chain rule, sum over the copies"


truth.combined("64", ("1", "2"), CLASS)


@truth.claims(AFTER, {"64/1": CLASS, "64/2": CLASS, "65": CLASS})
def _(n):
    for t in n.steps:
        o = n("o", t)
        yield (
            n("Lt", t),
            -ln(n("yhat", t)[0]),
            -o[0] + ln(sum(exp(o[i]) for i in CLASSES)),
            loss_of_class_1(n, n("h", t)),
        )


def first_weight(n, t):
    """The derivative of the loss of a step by v_11."""
    return n.gradient_of_step(("Lt", t), "V")[0, 0]


@truth.damaged(
    AFTER,
    "66",
    "typographical: the index k of the numerator is bound nowhere; it stands for 1",
    ("k = 1 in the numerator",),
    literal=True,
)
def _(n):
    for t in n.steps:
        h = n("h", t)[0]
        numerators = exp(n("c") + n("V") * n("h", t))
        for k in CLASSES:
            yield (
                first_weight(n, t),
                -h + h * numerators[k] / total(numerators),
                -h + h * numerators[0] / total(numerators),
            )


@truth.claims(AFTER, {"67": CLASS, "68": CLASS})
def _(n):
    for t in n.steps:
        h, y = n("h", t)[0], n("yhat", t)[0]
        yield first_weight(n, t), -h + h * y, h * (y - 1)


def weight_of_first_row(j):
    def lines(n):
        for t in n.steps:
            left = n.gradient_of_step(("Lt", t), "V")[0, j]
            yield left, n("h", t)[j] * (n("yhat", t)[0] - 1)

    return lines


for place in (1, 2, 3, 4):
    truth.claims(AFTER, {str(68 + place): CLASS})(weight_of_first_row(place))


@truth.bare(AFTER, "73", "no relation")
def _(n):
    for t in n.steps:
        yield (outputs(n, t) * row(*(n("h", t)[i] for i in ENTRIES)),)


@truth.otherwise(AFTER, "73", "as the gradient of the loss of a step by V")
def _(n):
    for t in n.steps:
        yield n.gradient(("Lt", t), ("V", None)), outputs(n, t) * n("h", t).T


@truth.claims(
    AFTER,
    {"74": "continues (73): the column is the gradient by o^(t), for the class 1"},
)
def _(n):
    for t in n.steps:
        printed = outputs(n, t) * row(*(n("h", t)[i] for i in ENTRIES))
        yield printed, d_output(n, t) * n("h", t).T


@truth.claims(
    AFTER,
    {"75": f"{CLASS}; the left side, which the print leaves to the sentence before, is written"},
)
def _(n):
    yield from loss_with_states(n, n.tau)


ALONE = "w_11 acts through h_1 alone: v_11 stands for the sum of v_1i, and the outputs 2 and 3 lack"


@truth.claims(AFTER, dict.fromkeys(("76", "77", "78"), ALONE))
def _(n):
    last = n.tau
    slope = 1 - n("h", last)[0] ** 2
    before, y, weights = n("h", last - 1)[0], n("yhat", last)[0], total(n("V")[0])
    numerators = exp(n("c") + n("V") * state(n, last))
    yield (
        n.gradient_of_step(("Lt", last), "W")[0, 0],
        -before * slope * weights + before * slope * numerators[0] * weights / total(numerators),
        -before * slope * weights + y * before * slope * weights,
        slope * weights * (y - 1) * before,
    )


@truth.bare(AFTER, "79", "no relation")
def _(n):
    h = n("h", n.tau - 1)
    for t in n.steps:
        left = diagonal_of_slopes(n, n.tau) * transposed(n, "V") * outputs(n, t)
        yield (left * row(h[0], h[0], h[2], h[3], h[4]),)


@truth.otherwise(AFTER, "79", "as the gradient by the copy of W at the last step, t that step")
def _(n):
    h = n("h", n.tau - 1)
    left = diagonal_of_slopes(n, n.tau) * transposed(n, "V") * outputs(n, n.tau)
    yield n.gradient(L, ("W", n.tau)), left * row(h[0], h[0], h[2], h[3], h[4])


label_slopes(truth, "79/label-1")
label_transposed(truth, "79/label-2", "V")


@truth.claims(AFTER, {"79/label-3": CLASS})
def _(n):
    for t in n.steps:
        yield outputs(n, t), d_output(n, t)


@truth.bare(
    AFTER,
    "80",
    "shape: the diagonal matrix stands right of a column, and the last column lacks its transpose:"
    " the parts do not conform",
)
def _(n):
    if n.tau > 1:
        yield (lambda: slopes(n, n.tau - 1) * recursion_as_printed(n) * n("h", n.tau - 2),)


label_recursion(truth, "80/label-1")


def by_weights(n, name):
    """The gradient by U or W: through the entries of the states, and as a sum of outer products."""
    others = {"U": lambda t: n("x", t), "W": lambda t: n("h", t - 1)}[name]
    yield (
        n.gradient(L, (name, None)),
        sum(n.d(L, ("h", t))[i] * n.right(("h", t), name)[i] for t in n.steps for i in ENTRIES),
        sum(slopes(n, t) * d_state(n, t) * others(t).T for t in n.steps),
    )


@truth.claims(AFTER, {"81": COPIES})
def _(n):
    for left, _, right in by_weights(n, "W"):
        yield left, right


@truth.claims(AFTER, {"82": PER_STEP, "83": COPIES})
def _(n):
    yield from by_weights(n, "U")


@truth.claims(AFTER, {"82/label-1": "a sum of derivatives is a number, the label a matrix"})
def _(n):
    for t in n.steps:
        yield sum(n.d(L, ("h", t))[i] for i in ENTRIES), slopes(n, t)


@truth.claims(AFTER, {"82/label-2": "a derivative by U has its shape, the label is a row"})
def _(n):
    for t in n.steps:
        for i in ENTRIES:
            yield n.head(("h", t), "U")[i], n("x", t).T


add_output_bias(truth, "84")
truth.combined("85", ("1", "2"), "slip: the left side lacks its operand L")


@truth.claims(AFTER, dict.fromkeys(("85/1", "85/2"), "slip: the left side lacks its operand L"))
def _(n):
    yield (
        n.gradient(L, ("b", None)),
        sum(n.d(("h", t), ("b", t)).T * d_state(n, t) for t in n.steps),
        sum(slopes(n, t) * d_state(n, t) for t in n.steps),
    )


truth.combined("86", ("1", "2"), "chain rule")


@truth.claims(AFTER, {"86/1": "chain rule", "86/2": "chain rule"})
def _(n):
    yield (
        n.gradient(L, ("V", None)),
        sum(n.d(L, ("o", t))[i] * n.right(("o", t), "V")[i] for t in n.steps for i in CLASSES),
        sum(d_output(n, t) * n("h", t).T for t in n.steps),
    )


for key, name in (("87", "W"), ("88", "U")):
    truth.combined(key, ("1", "2"), PER_STEP)
    truth.claims(AFTER, {f"{key}/1": PER_STEP, f"{key}/2": COPIES})(
        lambda n, name=name: by_weights(n, name)
    )


@truth.otherwise(AFTER, "78", "mended: v_j1 times the error of each output, the step at the weight")
def _(n):
    h = n("h", n.tau)[0]
    through = sum(n("V")[j, 0] * outputs(n, n.tau)[j] for j in CLASSES)
    right = (1 - h**2) * through * n("h", n.tau - 1)[0]
    yield n.gradient_of_step(("Lt", n.tau), "W")[0, 0], right
