"""What the lines with letters of the derivation rnn-by-hand are worth: three steps, no tanh."""

from __future__ import annotations

from functools import cache

import numpy as np
from documents.truth.rnn_by_hand_numbers import numbers
from support.differentiation import World
from support.judging import Section
from support.notation import Notation
from support.points import draw
from support.tensors import Tensor, column
from support.transcription import Table

truth = Table()
L, WA, WX = ("L", None), ("Wa", None), ("Wx", None)
DATA = ((0, 0, 0), (1, 0, 1), (0, 1, 1), (0, 1, 1))
TARGETS = (1, 2, 3)


def network(rng, *shape, states=None, targets=None):
    """Return the network of three steps with examples of a shape."""
    rules = {
        "alpha": lambda p, t: p("Wa", t) * p("alpha", t - 1) + p("Wx", t) * p("x", t),
        "L": lambda p, _: np.mean((p("alpha", 3) - p("y")) ** 2),
    }
    given = states or [draw(rng, *shape) for _ in range(4)]
    point = {("x", t): given[t] for t in (1, 2, 3)} | {("alpha", 0): given[0]}
    point |= {WA: draw(rng), WX: draw(rng), ("y", None): targets or draw(rng, *shape)}
    return World(rules, point, {"n": shape[0] if shape else 1}, 3)


@cache
def one_example(_: str) -> tuple[World, ...]:
    rng = np.random.default_rng(3)
    return tuple(network(rng) for _ in range(4))


@cache
def all_examples(_: str) -> tuple[World, ...]:
    rng = np.random.default_rng(33)
    return tuple(network(rng, size) for size in (1, 2, 3, 5))


@cache
def given_examples(_: str) -> tuple[World, ...]:
    """Return the network with the data of the table, at several weights."""
    rng = np.random.default_rng(333)
    return tuple(network(rng, 3, states=DATA, targets=TARGETS) for _ in range(4))


ONE, ALL, GIVEN = Section(one_example), Section(all_examples), Section(given_examples)


def by_weight(t, name):
    return rf"\frac{{\partial \alpha^{{<{t}>}}}}{{\partial W_{name}}} #1"


def by_state(t):
    return rf"\frac{{\partial \alpha^{{<{t}>}}}}{{\partial \alpha^{{<{t - 1}>}}}} #1"


truth.stated("definition", r"\alpha^{<t>} #2")
truth.stated("range of the steps", "t #2")
truth.combined(by_state(3), ("1", "2"), "for one example")


@truth.claims(
    ONE,
    {
        f"{by_state(3)}/1": "the definition, put in; x^{<2>} for x^{<3>} does not matter",
        f"{by_state(3)}/2": "for one example",
    },
)
def _(n):
    yield (
        n.d(("alpha", 3), ("alpha", 2)),
        n.d(lambda p: p("Wa") * p("alpha", 2) + p("Wx") * p("x", 2), ("alpha", 2)),
        n("Wa"),
    )


def of_state(t, why):
    """Add the derivatives of a state by both weights."""
    key = by_weight(t, "x")
    truth.combined(key, ("1", "2"), why)

    @truth.claims(ONE, {f"{key}/1": why})
    def _(n):
        yield n.head(("alpha", t), "Wx"), n("x", t)

    @truth.claims(ONE, {f"{key}/2": why})
    def _(n):
        yield n.head(("alpha", t), "Wa"), n("alpha", t - 1)


of_state(2, "per-step")


@truth.claims(ONE, {by_state(2): "for one example"})
def _(n):
    yield n.d(("alpha", 2), ("alpha", 1)), n("Wa")


of_state(1, "the initial state does not depend on the weight")
truth.stated("definition", r"\alpha^{<t>} #3")
truth.stated(
    "shape",
    *(rf"{name} \in \mathbb{{R}}^{{n}} #1" for name in (r"\alpha^{<t>}", "x^{<t>}", "y")),
    *(rf"{name} \in \mathbb{{R}} #1" for name in ("W_a", "W_x")),
)
truth.stated("range of the steps", "t #3")
truth.stated("definition", r"h_{\theta}(x^{(i)}) #1", r"\theta_0 #1", r"\theta_1 #1")
truth.combined(r"L(\theta) #1", ("1", "2"), "the estimate is the last state")
truth.stated("definition", r"L(\theta) #1/1")


def error(n: Notation, i: int) -> Tensor:
    """The last state of an example minus its target."""
    return n("alpha", 3)[i] - n("y")[i]


@truth.claims(ALL, {r"L(\theta) #1/2": "the estimate is the last state"})
def _(n):
    yield n(*L), 1 / n.sizes["n"] * sum(error(n, i) ** 2 for i in n.entries("n"))


def squares(p):
    """1/n sum of the squared errors."""
    return sum((p("alpha", 3) - p("y")) ** 2) / len(p("y"))


def square_of(i):
    return lambda p: (p("alpha", 3)[i] - p("y")[i]) ** 2


def error_of(i):
    return lambda p: p("alpha", 3)[i] - p("y")[i]


BY_THETA = r"\frac{\partial}{\partial \theta_0} L(\theta_0, \theta_1)"
TWO_LOST = (
    "the factor 2 is lost, and alpha^{<1>} stands for the derivative of the estimate of each"
    " example"
)


@truth.claims(
    ALL,
    {
        f"{BY_THETA} #1": "the definition, put in",
        f"{BY_THETA} #2": "the derivative of a sum",
        f"{BY_THETA} #3": "the derivative of a square",
        f"{BY_THETA} #4": TWO_LOST,
    },
)
def _(n):
    examples, share = n.entries("n"), 1 / n.sizes["n"]
    yield (
        n.d(L, WA),
        n.d(squares, WA),
        share * sum(n.d(square_of(i), WA) for i in examples),
        share * sum(2 * error(n, i) * n.d(error_of(i), WA) for i in examples),
        lambda: n("alpha", 1) * share * sum(error(n, i) for i in examples),
    )


def path(n: Notation, t: int, weight: str) -> Tensor:
    """dL/dalpha_3 ... dalpha_{t+1}/dalpha_t dalpha_t/dweight."""
    outer = n.d(L, ("alpha", 3))
    for i in range(3, t, -1):
        outer = outer * n.d(("alpha", i), ("alpha", i - 1))
    return outer * n.right(("alpha", t), weight)


def part_of_step(key, t, weight, factor, whys):
    """Add one of (a) to (f): a path as the whole derivative, and its value by ``factor``."""
    why, of_path, of_value = whys
    truth.combined(key, ("1", "2"), why)

    @truth.claims(ALL, {f"{key}/1": of_path, f"{key}/2": of_value})
    def _(n):
        yield (
            n.d(L, (weight, None)),
            path(n, t, weight),
            lambda: 2 / n.sizes["n"] * sum(error(n, i) * factor(n, i) for i in n.entries("n")),
        )


def part_of_copy(key, t, weight, factor):
    """Add what one of (a) to (f) is worth as the derivative by the copy of its step."""

    @truth.otherwise(ALL, f"{key}/1", "by the copy of the weight at that step")
    def _(n):
        yield n.d(L, (weight, t)), path(n, t, weight)

    @truth.otherwise(ALL, f"{key}/2", "by the copy of the weight at that step")
    def _(n):
        terms = [error(n, i) * factor(n, i) for i in n.entries("n")]
        yield n.d(L, (weight, t)), 2 / n.sizes["n"] * sum(terms)


@truth.otherwise(ALL, f"{BY_THETA} #4", "the state of each example in the sum")
def _(n):
    terms = [n("alpha", 1)[i] * error(n, i) for i in n.entries("n")]
    yield n.d(L, WA), 1 / n.sizes["n"] * sum(terms)


STEP_ALONE = "the part of one step alone, written as the whole derivative"
PATH_ALONE = "one path alone, written as the whole derivative: the later copies of the weight lack"
WHOLE = "chain rule; all derivatives total"
LATER = f"parts 1 and 2: {STEP_ALONE}"


def state_of(t):
    return lambda n, i: n("alpha", t)[i]


def input_of(t):
    return lambda n, i: n("x", t)[i]


def with_weight(factor):
    return lambda n, i: n("Wa") * factor(n, i)


def with_state(factor):
    """W_a times the second state, whose example is not written: a column."""
    return lambda n, i: n("Wa") * n("alpha", 2) * factor(n, i)


def with_entry(factor):
    """The same with the example written: a number."""
    return lambda n, i: n("Wa") * n("alpha", 2)[i] * factor(n, i)


part_of_step("a", 3, "Wx", input_of(3), (f"part 2: {STEP_ALONE}", WHOLE, STEP_ALONE))
part_of_step(
    "b",
    3,
    "Wa",
    state_of(3),
    (
        f"part 2: {STEP_ALONE}, with alpha^{{<3>}} for alpha^{{<2>}}",
        WHOLE,
        f"{STEP_ALONE}, with alpha^{{<3>}} for alpha^{{<2>}}",
    ),
)
NO_SUM = "the derivative by the state of an example has no sum over the examples"
BY_LAST = r"\frac{\partial L}{\partial \alpha^{<3>}}"


def by_last_state(n):
    examples = n.entries("n")
    yield n.d(L, ("alpha", 3)), 2 / n.sizes["n"] * sum(error(n, i) for i in examples)


truth.claims(ALL, {f"{BY_LAST} #1": NO_SUM})(by_last_state)


@truth.otherwise(ALL, f"{BY_LAST} #1", "by the state of one example, without the sum")
def _(n):
    for i in n.entries("n"):
        yield n.d(L, ("alpha", 3))[i], 2 / n.sizes["n"] * error(n, i)


part_of_step("c", 2, "Wx", with_weight(input_of(2)), (LATER, PATH_ALONE, STEP_ALONE))
part_of_step(
    "d",
    2,
    "Wa",
    with_weight(state_of(2)),
    (LATER, PATH_ALONE, f"{STEP_ALONE}, with alpha^{{<2>}} for alpha^{{<1>}}"),
)
SQUARE = f"{STEP_ALONE}, with W_a alpha^{{<2>}} for W_a^2"
part_of_step("e", 1, "Wx", with_state(input_of(1)), (LATER, PATH_ALONE, SQUARE))
part_of_step("f", 1, "Wa", with_state(state_of(0)), (LATER, PATH_ALONE, SQUARE))
for key, step, weight, factor in (
    ("a", 3, "Wx", input_of(3)),
    ("b", 3, "Wa", state_of(3)),
    ("c", 2, "Wx", with_weight(input_of(2))),
    ("d", 2, "Wa", with_weight(state_of(2))),
    ("e", 1, "Wx", with_entry(input_of(1))),
    ("f", 1, "Wa", with_entry(state_of(0))),
):
    part_of_copy(key, step, weight, factor)
truth.append(numbers)
truth.claims(ALL, {f"{BY_LAST} #2": NO_SUM})(by_last_state)
truth.stated("update", "W_x #1", "W_a #2")
truth.stated(
    "shape",
    r"\vec{a}_t \in \mathbb{R}^{3} #1",
    r"\vec{x}_t \in \mathbb{R}^{3} #1",
    r"\vec{y} \in \mathbb{R}^{3} #1",
)
truth.stated("shape", r"W_a \in \mathbb{R} #2", r"W_x \in \mathbb{R} #2", r"L \in \mathbb{R} #1")
truth.stated("range of the steps", "t #4")
truth.stated(
    "definition: the data",
    *(rf"\vec{{a}}_0 #1{part}" for part in ("", "/1", "/2", "/3", "/4", "/5")),
)
truth.stated("definition", "w_{x1} #1", "w_{x3} #1", "w_{a1} #1")
PUT_IN = "the data and the state before, put in"
SHARED = "all examples share the weights"
truth.combined(r"\vec{a}_1 #1", ("1", "2", "3"), PUT_IN)
truth.stated("definition", r"\vec{a}_1 #1/1")


@truth.claims(GIVEN, {r"\vec{a}_1 #1/2": PUT_IN, r"\vec{a}_1 #1/3": SHARED})
def _(n):
    wa, wx = n("Wa"), n("Wx")
    yield (
        n("alpha", 1),
        column(0, 0, 0) * wa + column(1, 0, 1) * wx,
        column(wx, 0, wx),
    )


truth.combined(r"\vec{a}_2 #1", ("1", "2"), PUT_IN)
truth.stated("definition", r"\vec{a}_2 #1/1")
FIRST_ENTRY = "the input stands in the first entry, whose input is 0, and lacks in the second"


@truth.claims(GIVEN, {r"\vec{a}_2 #1/2": PUT_IN})
def _(n):
    wa, wx = n("Wa"), n("Wx")
    yield n("alpha", 2), column(wx, 0, wx) * wa + column(0, 1, 1) * wx


truth.combined(r"\vec{a}_2 #2", ("1", "2"), f"part 1: {FIRST_ENTRY}")


@truth.claims(GIVEN, {r"\vec{a}_2 #2/1": FIRST_ENTRY, r"\vec{a}_2 #2/2": SHARED})
def _(n):
    wa, wx = n("Wa"), n("Wx")
    yield (
        n("alpha", 2),
        column(wx * wa + wx, 0, wx * wa + wx),
        column(wx * wa, wx, wx * wa + wx),
    )


truth.stated("definition", r"\vec{a}_3 #1")
NOT_A_NUMBER = "shape: the square of a vector is a vector, and the loss a number"
truth.combined("L #2", ("1", "2"), NOT_A_NUMBER)


@truth.claims(GIVEN, {"L #2/1": NOT_A_NUMBER, "L #2/2": NOT_A_NUMBER})
def _(n):
    last = n("alpha", 3)
    entries = column(last[0], last[1], last[2]) - column(*TARGETS)
    yield n(*L), 1 / 3 * (last - n("y")) ** 2, 1 / 3 * entries**2


@truth.otherwise(GIVEN, "L #2/1", "the square of a vector as its inner product with itself")
def _(n):
    apart = n("alpha", 3) - n("y")
    yield n(*L), 1 / 3 * (apart.T * apart)
