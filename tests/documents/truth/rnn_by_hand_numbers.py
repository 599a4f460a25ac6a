"""What the worked numbers of the derivation rnn-by-hand are worth: the forward pass with tanh."""

from __future__ import annotations

from math import tanh

import numpy as np
from support.differentiation import World
from support.judging import Section
from support.transcription import Table

truth = Table()
#: A function of one number.
ANYWHERE = Section(
    lambda _: tuple(
        World(
            {
                "tanh": lambda p, _: np.tanh(p("x")),
                "quotient": lambda p, _: np.sinh(p("x")) / np.cosh(p("x")),
            },
            {("x", None): x},
        )
        for x in (-0.9, 0.2, 1.7)
    )
)
#: The three examples with their inputs, and the states that are printed for them.
EXAMPLES = (
    ((1, 0, 0), ("0.76", "0.64", "0.57")),
    ((0, 1, 1), ("0", "0.76", "0.94")),
    ((1, 1, 1), ("0.76", "0.94", "0.96")),
)
TARGETS = (1, 2, 3)
NAMES = "worked instance: names the number"
TO_HALF = "right to half a unit of the last digit"

truth.stated("definition", r"\alpha^{<t>} #1")
truth.stated("range of the steps", "t #1")


@truth.claims(ANYWHERE, {r"\tanh(x) #1": "identity of hyperbolic functions"})
def _(n):
    yield n("tanh"), n("quotient")


truth.stated("values of the worked example", *(f"W_a #1{part}" for part in ("", "/1", "/2", "/3")))


def states(inputs, printed):
    """Return the states from the exact one before, and those from the printed one before."""
    exact, rounded, before = [], [], (0.0, 0.0)
    for x, text in zip(inputs, printed, strict=True):
        exact.append(tanh(1 * before[0] + 1 * x))
        rounded.append(tanh(1 * before[1] + 1 * x))
        before = (exact[-1], float(text))
    return exact, rounded


for number, (inputs, printed) in enumerate(EXAMPLES, start=1):
    found = zip(*states(inputs, printed), printed, strict=True)
    for t, (exact, rounded, text) in enumerate(found, start=1):
        key = rf"\alpha^{{<{t}>}} #{number}"
        parts = ("1", "2", "3")[: 2 if t < 3 else 3]
        truth.combined(key, parts, TO_HALF)
        truth.stated(NAMES, f"{key}/1")
        truth.worked(f"{key}/2", TO_HALF, text, exact, rounded)
        if t == 3:
            truth.stated("names the number", f"{key}/3")


def mean_of_squares(estimates):
    """The loss of the first epoch."""
    return sum((y - a) ** 2 for y, a in zip(TARGETS, estimates, strict=True)) / 3


LAST_EXACT = [states(*example)[0][-1] for example in EXAMPLES]
LAST_PRINTED = [float(printed[-1]) for _, printed in EXAMPLES]
truth.combined("L #1", ("1", "2"), TO_HALF)
truth.stated(NAMES, "L #1/1")
truth.worked("L #1/2", TO_HALF, "1.82", mean_of_squares(LAST_EXACT), mean_of_squares(LAST_PRINTED))


def by_last_input(estimates):
    """2/3 sum of (estimate - target) x_3, as (a) has it."""
    terms = [
        (a - y) * inputs[2] for a, y, (inputs, _) in zip(estimates, TARGETS, EXAMPLES, strict=True)
    ]
    return 2 / 3 * sum(terms)


#: Stands below the lines with letters.
numbers = Table()
numbers.worked(
    r"\frac{2}{3} [(0.57-1)(0) + (0.94-2)(1) + (0.96-3)(1)] #1",
    "2/3 (-1.06 - 2.04) is -2.07: the second example is lost",
    "-1.36",
    by_last_input(LAST_EXACT),
    by_last_input(LAST_PRINTED),
)
numbers.stated(
    "no relation",
    r"\frac{2}{3} [(0.57-1)(0.64) + (0.94-2)(0.76) + (0.96-3)(0.94)] #1",
)
