"""What the lines (45) to (63) of the derivation rnn-notes are worth: gradients by biases."""

from __future__ import annotations

from documents.truth.rnn_notes_network import (
    AFTER,
    AS_PRINTED,
    CLASS,
    L,
    add_output_bias,
    d_output,
    d_state,
    diagonal_of_slopes,
    label_outputs,
    label_recursion,
    label_slopes,
    label_transposed,
    log_sum,
    loss_of_class_1,
    loss_with_states,
    outputs,
    outputs_row,
    recursion_as_printed,
    slopes,
    state,
    transposed,
)
from support.transcription import Table

truth = Table()
ENTRIES, CLASSES = range(5), range(3)


@truth.claims(AFTER, {"45": "chain rule, up to the last step but one"})
def _(n):
    for t in n.steps[:-1]:
        later = n("W").T * slopes(n, t + 1) * d_state(n, t + 1)
        yield d_state(n, t), later + n("V").T * d_output(n, t)


@truth.claims(AFTER, {"46": CLASS})
def _(n):
    for t in n.steps:
        yield n("Lt", t), loss_of_class_1(n, n("h", t))


truth.combined("48", ("1", "2", "3"), CLASS)


@truth.claims(AFTER, {"48/1": CLASS})
def _(n):
    for t in n.steps:
        yield n.gradient(("Lt", t), ("c", None))[0], n("yhat", t)[0] - 1


@truth.claims(AFTER, {"48/2": f"{CLASS}; c^(t) is the copy of c at step t"})
def _(n):
    for t in n.steps:
        yield n.gradient(("Lt", t), ("c", t))[1], n("yhat", t)[1]


@truth.claims(AFTER, {"48/3": CLASS})
def _(n):
    for t in n.steps:
        yield n.gradient(("Lt", t), ("c", None))[2], n("yhat", t)[2]


truth.combined("49", ("1", "2"), CLASS)


@truth.claims(
    AFTER,
    {"49/1": CLASS, "49/2": "o^(t) is the copy c^(t) plus what does not depend on it"},
)
def _(n):
    for t in n.steps:
        yield (
            n.gradient(("Lt", t), ("c", t)),
            outputs_row(n, t).T,
            n.gradient(("Lt", t), ("o", t)),
        )


add_output_bias(truth, "50")


@truth.claims(AFTER, {"51": f"{CLASS}; F is the part of the input; b^(t) is the copy of b"})
def _(n):
    for t in n.steps:
        yield from loss_with_states(n, t)


@truth.claims(
    AFTER, {"52": f"{CLASS}; F and G both are the part of the state before and the input"}
)
def _(n):
    for t in n.steps:
        first = n("V")[0] * state(n, t)
        yield n("Lt", t), -n("c")[0] - first + log_sum(n, state(n, t))


LEFT = "the left side is a derivative by h, the right one that by b, with step t for tau"


def by_state_as_bias(i, second, third):
    """(53) to (57): ``second`` and ``third`` are the entries of V that are printed."""

    def lines(n):
        v, y = n("V"), n("yhat", n.tau)
        for t in n.steps:
            first = v[0, i] * (y[0] - 1)
            others = v[second] * n("yhat", t)[1] + v[third] * n("yhat", t)[2]
            yield n.d(L, ("h", n.tau))[i], (1 - n("h", n.tau)[i] ** 2) * (first + others)

    return lines


def by_bias(i, second, third):
    """The same lines as derivatives by the bias, at the last step throughout."""

    def lines(n):
        v, y = n("V"), n("yhat", n.tau)
        terms = v[0, i] * (y[0] - 1) + v[second] * y[1] + v[third] * y[2]
        yield n.gradient(L, ("b", n.tau))[i], (1 - n("h", n.tau)[i] ** 2) * terms

    return lines


for key, place, second, third, also in (
    ("53", 0, (1, 0), (2, 1), " and v_32 for v_31"),
    ("54", 1, (1, 1), (2, 1), ""),
    ("55", 2, (1, 2), (2, 0), " and v_31 for v_33"),
    ("56", 3, (1, 3), (2, 3), ""),
    ("57", 4, (1, 4), (2, 4), ""),
):
    truth.claims(AFTER, {key: LEFT + also})(by_state_as_bias(place, second, third))
    truth.otherwise(AFTER, key, "by the copy of b at the last step, and t that step")(
        by_bias(place, second, third)
    )


@truth.bare(AFTER, "58", "no relation")
def _(n):
    yield (diagonal_of_slopes(n, n.tau) * transposed(n, "V") * outputs(n, n.tau),)


@truth.otherwise(AFTER, "58", "as the gradient by the copy of b at the last step")
def _(n):
    right = diagonal_of_slopes(n, n.tau) * transposed(n, "V") * outputs(n, n.tau)
    yield n.gradient(L, ("b", n.tau)), right


label_slopes(truth, "58/label-1")
label_transposed(truth, "58/label-2", "V")
label_outputs(truth, "58/label-3")
OF_STEP = "the step at the loss belongs to the parameter"


@truth.claims(AFTER, {"59": OF_STEP, "60": OF_STEP})
def _(n):
    last = n.tau
    yield (
        n.gradient_of_step(("Lt", last), "b"),
        slopes(n, last) * n("V").T * d_output(n, last),
        slopes(n, last) * d_state(n, last),
    )


def last_but_one(key, why, right):
    """Add a line on the gradient by b at the last step but one."""

    @truth.claims(AFTER, {key: why})
    def _(n):
        t = n.tau - 1
        if t:
            yield n.gradient_of_step(("Lt", t), "b"), lambda: slopes(n, t) * right(n)


@truth.otherwise(AFTER, "59", "the loss of the last step, by the bias of all steps")
def _(n):
    last = n.tau
    left = n.gradient(("Lt", last), ("b", None))
    yield left, slopes(n, last) * n("V").T * d_output(n, last)


last_but_one("61", AS_PRINTED, recursion_as_printed)


label_recursion(truth, "61/label-1")
last_but_one("62", OF_STEP, lambda n: d_state(n, n.tau - 1))
truth.combined("63", ("1", "2"), "dh/db is per-step")


@truth.claims(AFTER, {"63/1": "dh/db is per-step", "63/2": "chain rule"})
def _(n):
    yield (
        n.gradient(L, ("b", None)),
        sum(n.right(("h", t), "b").T * d_state(n, t) for t in n.steps),
        sum(slopes(n, t) * d_state(n, t) for t in n.steps),
    )


def recursion_mended(n):
    """W^T diag(1 - h^2) (gradient by the last h) + V^T (gradient by the last o but one)."""
    later = n("W").T * slopes(n, n.tau) * d_state(n, n.tau)
    return later + n("V").T * d_output(n, n.tau - 1)


MENDED = "mended: the diagonal matrix left of the column, and o^(tau-1)"


@truth.otherwise(AFTER, "61", MENDED)
def _(n):
    t = n.tau - 1
    if t:
        yield n.gradient_of_step(("Lt", t), "b"), slopes(n, t) * recursion_mended(n)


@truth.otherwise(AFTER, "61/label-1", MENDED)
def _(n):
    if n.tau > 1:
        yield recursion_mended(n), d_state(n, n.tau - 1)
