"""The network of the second part of the derivation huang2019: one vector per step."""

from __future__ import annotations

from functools import cache

import numpy as np
from support.differentiation import World, softmax
from support.judging import FREE, NORMALISED, ONE_HOT, Section
from support.notation import Notation
from support.points import TAUS, fill, over, targets
from support.tensors import Tensor

#: Sizes of inputs, states and outputs.
SIZES = ({"M": 1, "D": 1, "C": 2}, {"M": 2, "D": 3, "C": 4}, {"M": 5, "D": 4, "C": 2})


@cache
def networks(assumption: str) -> tuple[World, ...]:
    rng = np.random.default_rng(23)
    return tuple(network(rng, assumption, sizes, tau) for sizes in SIZES for tau in TAUS)


def network(rng, assumption, sizes, tau):
    m, d, c = sizes.values()
    steps = range(1, tau + 1)
    rules = {
        "z": lambda p, t: p("U", t) @ p("x", t) + p("W", t) @ p("s", t - 1),
        "s": lambda p, t: np.tanh(p("z", t)),
        "g": lambda p, t: p("V", t) @ p("s", t),
        "yhat": lambda p, t: softmax(p("g", t)),
        "Lt": lambda p, t: -np.sum(p("y", t) * np.log(p("yhat", t))),
        "L": lambda p, _: sum(p("Lt", t) for t in steps),
    }
    shapes = {("U", None): (d, m), ("W", None): (d, d), ("V", None): (c, d), ("s", 0): (d,)}
    rows = targets(rng, assumption, np.arange(tau) % c, c)
    point = fill(rng, shapes | over("x", steps, m)) | {("y", t): rows[t - 1] for t in steps}
    return World(rules, point, sizes, tau)


#: Before the sentence that makes the targets one-hot, and after it.
BEFORE = Section(networks, (FREE, NORMALISED))
AFTER = Section(networks, (FREE, NORMALISED, ONE_HOT))
SUM_1 = "the targets sum to 1, as the text says (one-hot)"


def d_loss(n: Notation, t: int, name: str) -> Tensor:
    """The derivative of the loss of a step by a node of that step: a row."""
    return n.d(("Lt", t), (name, t))
