"""The network of the derivation rnn-notes, with fixed sizes, and the expressions it repeats."""

from __future__ import annotations

from functools import cache

import numpy as np
from support.differentiation import World, softmax
from support.judging import CLASS_1, FREE, NORMALISED, ONE_HOT, Section
from support.notation import Notation
from support.points import TAUS, fill, over, targets
from support.tensors import Tensor, diag, exp, ln, matrix, row, tanh, total
from support.transcription import Table

L = ("L", None)
CLASS = "the class is 1"
AS_PRINTED = "the diagonal matrix stands right of a column, and o^(tau) stands for o^(tau-1)"


@cache
def networks(assumption: str) -> tuple[World, ...]:
    """Return the network at several lengths; each class occurs at each step."""
    rng = np.random.default_rng(1)
    return tuple(network(rng, assumption, tau, shift) for tau in TAUS for shift in range(3))


def network(rng, assumption, tau, shift):
    steps = range(1, tau + 1)
    rules = {
        "a": lambda p, t: p("b", t) + p("W", t) @ p("h", t - 1) + p("U", t) @ p("x", t),
        "h": lambda p, t: np.tanh(p("a", t)),
        "o": lambda p, t: p("c", t) + p("V", t) @ p("h", t),
        "yhat": lambda p, t: softmax(p("o", t)),
        "Lt": lambda p, t: -np.sum(p("y", t) * np.log(p("yhat", t))),
        "L": lambda p, _: sum(p("Lt", t) for t in steps),
    }
    shapes = {("U", None): (5, 4), ("W", None): (5, 5), ("V", None): (3, 5)}
    shapes |= {("b", None): (5,), ("c", None): (3,), ("h", 0): (5,)} | over("x", steps, 4)
    classes = (np.arange(tau) + shift) % 3
    rows = targets(rng, assumption, classes, 3)
    point = fill(rng, shapes) | {("y", t): rows[t - 1] for t in steps}
    return World(rules, point | {("class", t): classes[t - 1] for t in steps}, {}, tau)


#: Before the sentence that fixes the class, and after it.
BEFORE = Section(networks, (FREE, NORMALISED))
AFTER = Section(networks, (FREE, NORMALISED, ONE_HOT, CLASS_1))


def outputs(n: Notation, t: int) -> Tensor:
    """The column (yhat_1 - 1, yhat_2, yhat_3) of a step."""
    return outputs_row(n, t).T


def outputs_row(n: Notation, t: int) -> Tensor:
    """The row (yhat_1 - 1, yhat_2, yhat_3) of a step."""
    y = n("yhat", t)
    return row(y[0] - 1, y[1], y[2])


def d_output(n: Notation, t: int) -> Tensor:
    """The gradient of L by o of a step."""
    return n.gradient(L, ("o", t))


def d_state(n: Notation, t: int) -> Tensor:
    """The gradient of L by h of a step."""
    return n.gradient(L, ("h", t))


def slopes(n: Notation, t: int) -> Tensor:
    """diag(1 - h^2) of a step."""
    return diag(1 - n("h", t) ** 2)


def state(n: Notation, t: int) -> Tensor:
    """tanh(b_i + sum_j w_ij h_j of the step before + sum_j u_ij x_j)."""
    return tanh(n("b") + n("W") * n("h", t - 1) + n("U") * n("x", t))


def log_sum(n: Notation, h: Tensor) -> Tensor:
    """ln(sum_k exp(c_k + sum_l v_kl h_l))."""
    return ln(total(exp(n("c") + n("V") * h)))


def loss_of_class_1(n: Notation, h: Tensor) -> Tensor:
    """-c_1 - sum_i v_1i h_i + ln(sum_k exp(c_k + sum_l v_kl h_l))."""
    return -n("c")[0] - n("V")[0] * h + log_sum(n, h)


def recursion_as_printed(n: Notation) -> Tensor:
    """W^T (gradient by the last h) diag(1 - h^2) + V^T (gradient by the last o)."""
    last = n.tau
    first = n("W").T * d_state(n, last) * slopes(n, last)
    return first + n("V").T * d_output(n, last)


def transposed(n: Notation, name: str) -> Tensor:
    """Return the matrix whose rows are the columns of a matrix, entry by entry."""
    value = n(name)
    rows, columns = value.array.shape
    return matrix(*(tuple(value[i, j] for i in range(rows)) for j in range(columns)))


def diagonal_of_slopes(n: Notation, t: int) -> Tensor:
    """Return the matrix with 1 - h_i^2 on the diagonal and zeros beside it, entry by entry."""
    h = n("h", t)
    places = range(len(h.array))
    return matrix(*(tuple(1 - h[i] ** 2 if i == j else 0 for j in places) for i in places))


def label_transposed(truth: Table, key: str, name: str) -> None:
    """Add the label of the entries of a matrix."""

    @truth.claims(AFTER, {key: f"the entries of {name}, transposed"})
    def _(n):
        yield transposed(n, name), n(name).T


def label_slopes(truth: Table, key: str) -> None:
    """Add the label of the diagonal matrix at the last step."""

    @truth.claims(AFTER, {key: "the diagonal matrix of these entries"})
    def _(n):
        yield diagonal_of_slopes(n, n.tau), slopes(n, n.tau)


def label_outputs(truth: Table, key: str) -> None:
    """Add the label of the column of the outputs at the last step."""

    @truth.claims(AFTER, {key: CLASS})
    def _(n):
        yield outputs(n, n.tau), d_output(n, n.tau)


def label_recursion(truth: Table, key: str) -> None:
    """Add the label of the printed recursion for the last state but one."""

    @truth.claims(AFTER, {key: AS_PRINTED})
    def _(n):
        if n.tau > 1:
            yield lambda: recursion_as_printed(n), d_state(n, n.tau - 1)


def loss_with_states(n: Notation, t: int):
    """Yield the loss of a step, and the same by the state before and the input."""
    yield n("Lt", t), loss_of_class_1(n, state(n, t))


def add_output_bias(truth: Table, key: str) -> None:
    """Add the gradient by c: with the derivatives of the outputs, and without them."""
    why = "do^(t)/dc is the identity"
    truth.combined(key, ("1", "2"), why)

    @truth.claims(AFTER, {f"{key}/1": why, f"{key}/2": why})
    def _(n):
        yield (
            n.gradient(L, ("c", None)),
            sum(n.right(("o", t), "c").T * d_output(n, t) for t in n.steps),
            sum(d_output(n, t) for t in n.steps),
        )
