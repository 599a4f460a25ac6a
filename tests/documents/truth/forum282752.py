"""What the lines of the derivation forum282752 are worth: two steps, scalars but for the output."""

from __future__ import annotations

from functools import cache

import numpy as np
from support.differentiation import World, softmax
from support.judging import Section
from support.notation import Notation
from support.points import ACTIVATIONS, draw, fill
from support.tensors import Tensor
from support.transcription import Table

truth = Table()
STEPS = (0, 1)


@cache
def networks(_: str) -> tuple[World, ...]:
    """Return the network of the answer with several outputs, for each of the activations."""
    rng = np.random.default_rng(0)
    return tuple(network(rng, f, size) for f in ACTIVATIONS for size in (2, 3, 5))


def network(rng, f, size):
    rules = {
        "a": lambda p, t: p("x", t) * p("u", t),
        "b": lambda p, t: p("s", t - 1) * p("w", t),
        "z": lambda p, t: p("a", t) + p("b", t) + p("k"),
        "s": lambda p, t: f(p("z", t)),
        "q": lambda p, _: p("s", 1) * p("v") + p("c"),
        "o": lambda p, _: softmax(p("q")),
        "L": lambda p, _: -np.sum(p("y") * np.log(p("o"))),
    }
    numbers = dict.fromkeys(
        [("u", None), ("w", None), ("k", None), ("x", 0), ("x", 1), ("s", -1)], ()
    )
    vectors = {(name, None): draw(rng, size) for name in ("v", "c", "y")}
    return World(rules, fill(rng, numbers) | vectors, {"C": size}, 1, {"func": f})


ANSWER = Section(networks)
E = ("L", None)
U, W = r"\partial E/\partial u", r"\partial E/\partial w"
SHORT_U = r"\dfrac{\partial{L}}{\partial{u}} #1"
SHORT_W = r"\dfrac{\partial{L}}{\partial{w}} #1"


def output(n: Notation) -> Tensor:
    """dE/do do/dq."""
    return n.d(E, ("o", None)) * n.d(("o", None), ("q", None))


def to_argument(n: Notation) -> Tensor:
    """dE/do do/dq dq/ds_1 ds_1/dz_1."""
    return output(n) * n.d(("q", None), ("s", 1)) * n.d(("s", 1), ("z", 1))


def through_input(n: Notation, t: int) -> Tensor:
    """dz_t/da_t da_t/du_t."""
    return n.d(("z", t), ("a", t)) * n.d(("a", t), ("u", t))


def through_state(n: Notation) -> Tensor:
    """dz_1/db_1 db_1/ds_0 ds_0/dz_0."""
    back = n.d(("z", 1), ("b", 1)) * n.d(("b", 1), ("s", 0))
    return back * n.d(("s", 0), ("z", 0))


def argument(n: Notation, t: int) -> Tensor:
    """u x_t + w s_{t-1} + k."""
    return n("u") * n("x", t) + n("w") * n("s", t - 1) + n("k")


def paths(n: Notation, parameter: str) -> Tensor:
    """dL/do do/ds_1 ds_1/du_1 + dL/do do/ds_1 ds_1/ds_0 ds_0/du_0."""
    state = n.d(E, ("o", None)) * n.d(("o", None), ("s", 1))
    last = state * n.d(("s", 1), (parameter, 1))
    return last + state * n.d(("s", 1), ("s", 0)) * n.d(("s", 0), (parameter, 0))


truth.stated("shape", r"v_1 \in \mathbb{R}^{C} #1", r"q \in \mathbb{R}^{C} #1")
truth.stated("range of the steps", "t #1")
truth.stated(
    "definition", *(f"{name}_{t} #1" for t in STEPS for name in ("a", "b", "z", "s")), "q #1"
)
truth.stated("shape", r"v_1 \in \mathbb{R}^{C} #2", r"c \in \mathbb{R}^{C} #1")
truth.stated("shape", r"q \in \mathbb{R}^{C} #2", r"o \in \mathbb{R}^{C} #1")
truth.stated("shape", r"y \in \mathbb{R}^{C} #1")
truth.stated("range of the steps", "t #2")
truth.stated(
    "definition", *(f"{name}_{t} #2" for t in STEPS for name in ("a", "b", "z", "s")), "q #2"
)
truth.stated("definition", "o #1", "L(o) #1", "E #1")


@truth.claims(ANSWER, {"z_0 #3": "the definitions, put in; u has the same value at both steps"})
def _(n):
    yield n("z", 0), argument(n, 0)


@truth.claims(ANSWER, {"z_1 #3": "the definitions, put in; u has the same value at both steps"})
def _(n):
    yield n("z", 1), argument(n, 1)


@truth.claims(ANSWER, {"z_t #1": "both steps in one line"})
def _(n):
    for t in STEPS:
        yield n("z", t), argument(n, t)


@truth.claims(ANSWER, {"s_t #1": "both steps in one line"})
def _(n):
    for t in STEPS:
        yield n("s", t), n.apply("func", n("z", t))


@truth.claims(ANSWER, {f"{U} #1": "sum over the copies"})
def _(n):
    yield n.d(E, ("u", None)), n.d(E, ("u", 1)) + n.d(E, ("u", 0))


@truth.claims(ANSWER, {f"{U}_1 #1": "chain rule; slip: d for the partial sign"})
def _(n):
    yield n.d(E, ("u", 1)), to_argument(n) * through_input(n, 1)


@truth.claims(ANSWER, {f"{U}_0 #1": "chain rule; slip: d for the partial sign"})
def _(n):
    yield n.d(E, ("u", 0)), to_argument(n) * through_state(n) * through_input(n, 0)


@truth.claims(ANSWER, {f"{U} #2": "chain rule, common factors taken out"})
def _(n):
    inner = through_input(n, 1) + through_state(n) * through_input(n, 0)
    yield n.d(E, ("u", None)), to_argument(n) * inner


@truth.claims(
    ANSWER,
    dict.fromkeys(
        (f"{U} #3", f"{U} #4"), "z_t is the sum a_t + b_t + k, so dz_t/da_t and dz_t/db_t are 1"
    ),
)
def _(n):
    outside = output(n) * n("v") * n.d(("s", 1), ("z", 1))
    slope = n.d(("s", 0), ("z", 0))
    yield (
        n.d(E, ("u", None)),
        outside * ((1 * n("x", 1)) + (1 * n("w") * slope * 1 * n("x", 0))),
        outside * (n("x", 1) + n("w") * slope * n("x", 0)),
    )


truth.combined(SHORT_U, ("1", "2"), "sum over the copies; L is L(o)")


@truth.claims(
    ANSWER,
    {
        f"{SHORT_U}/1": "sum over the copies; L is L(o)",
        f"{SHORT_U}/2": "chain rule; L is L(o)",
    },
)
def _(n):
    yield n.d(E, ("u", None)), sum(n.d(E, ("u", t)) for t in STEPS), paths(n, "u")


@truth.claims(ANSWER, {f"{W} #1": "z_t is the sum a_t + b_t + k, so dz_t/da_t and dz_t/db_t are 1"})
def _(n):
    outside = output(n) * n("v") * n.d(("s", 1), ("z", 1))
    back = n("w") * n.d(("s", 0), ("z", 0)) * n("s", -1)
    yield n.d(E, ("w", None)), outside * (n("s", 0) + back)


truth.combined(SHORT_W, ("1", "2"), "sum over the copies; L is L(o)")


@truth.claims(
    ANSWER,
    {
        f"{SHORT_W}/1": "sum over the copies; L is L(o)",
        f"{SHORT_W}/2": "chain rule; L is L(o)",
    },
)
def _(n):
    yield n.d(E, ("w", None)), sum(n.d(E, ("w", t)) for t in STEPS), paths(n, "w")
