"""What the verdicts on derivations rest on: derivatives, shapes, comparing two sides."""

from __future__ import annotations

import numpy as np
import pytest
from support.differentiation import World, softmax
from support.judging import (
    CLASS_1,
    FAILS,
    FREE,
    HOLDS,
    NORMALISED,
    ONE_HOT,
    Outcome,
    Section,
    Unclear,
    judge,
)
from support.notation import ALL_ONES, COPY, DERIVATIVES, DESCENDING, Reading, readings
from support.points import targets
from support.tensors import ShapeError, Tensor, column, diag, entrywise, matrix, row
from support.transcription import Table

L = ("L", None)


def recurrent(tau, seed=0):
    """Return a network with three states and two outputs at a point."""
    rng = np.random.default_rng(seed)
    steps = range(1, tau + 1)
    rules = {
        "h": lambda p, t: np.tanh(p("W", t) @ p("h", t - 1) + p("x", t)),
        "yhat": lambda p, t: softmax(p("V", t) @ p("h", t)),
        "Lt": lambda p, t: -np.log(p("yhat", t)[0]),
        "L": lambda p, _: sum(p("Lt", t) for t in steps),
    }
    shapes = {("W", None): (3, 3), ("V", None): (2, 3), ("h", 0): (3,)}
    point = {key: rng.normal(size=shape) for key, shape in shapes.items()}
    point |= {("x", t): rng.normal(size=3) for t in steps}
    return World(rules, point, {"D": 3, "E": 2}, tau)


NETWORK = Section(lambda _: tuple(recurrent(tau, seed=tau) for tau in (1, 2, 3)))


def by_hand(world):
    """Return the gradient by W from back-propagation written out."""
    w, v = world.value(("W", None)), world.value(("V", None))
    back, gradient = np.zeros(3), np.zeros((3, 3))
    for t in range(world.tau, 0, -1):
        back = back + v.T @ (world.value(("yhat", t)) - [1, 0])
        slope = back * (1 - world.value(("h", t)) ** 2)
        gradient += np.outer(slope, world.value(("h", t - 1)))
        back = w.T @ slope
    return gradient


@pytest.mark.parametrize("tau", [1, 2, 5])
def test_a_total_derivative_is_that_of_back_propagation(tau):
    world = recurrent(tau)
    np.testing.assert_allclose(world.derivative(L, ("W", None)), by_hand(world), rtol=1e-12)


@pytest.mark.parametrize("name", ["W", "V"])
def test_a_total_derivative_is_the_sum_over_the_copies(name):
    world = recurrent(4)
    copies = sum(world.derivative(L, (name, t)) for t in range(1, 5))
    np.testing.assert_allclose(world.derivative(L, (name, None)), copies, rtol=1e-12)


def test_a_derivative_is_the_limit_of_quotients():
    world, step = recurrent(3), 1e-6
    for place in np.ndindex(3, 3):
        sides = []
        for sign in (1, -1):
            moved = np.array(world.point["W", None])
            moved[place] += sign * step
            point = dict(world.point) | {("W", None): moved}
            sides.append(World(world.rules, point, tau=3).value(L))
        quotient = (sides[0] - sides[1]) / (2 * step)
        assert world.derivative(L, ("W", None))[place] == pytest.approx(quotient, rel=1e-6)


def test_a_node_that_is_moved_is_cut():
    world = recurrent(3)
    slope = np.diag(1 - world.value(("h", 3)) ** 2) @ world.value(("W", None))
    np.testing.assert_allclose(world.derivative(("h", 3), ("h", 2)), slope, rtol=1e-13)
    np.testing.assert_array_equal(world.derivative(("h", 2), ("h", 2)), np.eye(3))
    assert not world.derivative(("h", 2), ("h", 3)).any()
    assert not world.derivative(("h", 2), ("W", 3)).any()


@pytest.mark.parametrize(
    "product",
    [
        lambda: column(1, 2) * matrix((1, 2), (3, 4)),
        lambda: matrix((1, 2), (3, 4)) * row(1, 2),
        lambda: matrix((1, 2, 3), (4, 5, 6)) * column(1, 2),
        lambda: column(1, 2) * column(1, 2),
        lambda: column(1, 2) + row(1, 2),
        lambda: entrywise(column(1, 2), row(1, 2)),
        lambda: diag(matrix((1, 2), (3, 4))),
        lambda: column(column(1, 2), 3),
        lambda: Tensor(np.zeros((2, 2, 2)), 1).T,
    ],
)
def test_what_does_not_conform_is_no_value(product):
    with pytest.raises(ShapeError):
        product()


def test_powers_are_of_matrices_or_of_entries():
    a = matrix((1, 2), (3, 4))
    np.testing.assert_array_equal((a**2).array, (a * a).array)
    np.testing.assert_array_equal((column(2, 3) ** 2).array, [4, 9])
    np.testing.assert_array_equal((1 - row(2, 3) ** 2).array, [-3, -8])


# Verdicts -----------------------------------------------------------------------------------------


def verdict(*pairs, section=NETWORK, **options):
    return judge(section, lambda n: iter([pair(n) for pair in pairs]), **options)


def immediate_sum(n, immediate):
    """The derivative of the last state by W, with given derivatives of the states."""
    return sum(
        (n.d(("h", n.tau), ("h", t)) * immediate(("h", t), "W") for t in range(2, n.tau + 1)),
        n.d(("h", n.tau), ("h", 1)) * immediate(("h", 1), "W"),
    )


@pytest.mark.parametrize(
    ("pair", "reading"),
    [
        (lambda n: (n.head(("h", n.tau), "W"), n.d(("h", n.tau), ("W", None))), ""),
        (lambda n: (n.head(("h", n.tau), "W"), immediate_sum(n, n.right)), "per-step on the right"),
        (
            lambda n: (
                n.head(("h", n.tau), "W"),
                n.again(("h", n.tau), "W")
                + n.d(("h", n.tau), ("h", n.tau - 1)) * n.right(("h", n.tau - 1), "W"),
            ),
            "per-step on the right where it is that of the left",
        ),
        (lambda n: (n.head(("h", n.tau), "W"), n.per_step(("h", n.tau), "W")), "per-step"),
        (lambda n: (n.gradient_of_step(("Lt", n.tau), "W"), n.gradient(L, ("W", n.tau))), COPY),
        (
            lambda n: (
                n.d(("h", n.tau), ("h", 0)),
                n.product([n.d(("h", t), ("h", t - 1)) for t in n.steps], "D"),
            ),
            DESCENDING,
        ),
        (
            lambda n: (n("W") + 1 - n("W"), n.unit("D", "D")),
            ALL_ONES,
        ),
    ],
)
def test_a_line_holds_in_the_reading_that_it_needs(pair, reading):
    assert verdict(pair) == Outcome(HOLDS, reading)


def test_readings_are_a_closed_list():
    assert readings()[0] == Reading()
    assert len(set(readings())) == len(readings()) == len(DERIVATIVES) * 2**3


def test_one_reading_serves_all_instances():
    """True by one reading at one length and by another at the other: no reading."""

    def pair(n):
        right = n.per_step if n.tau == 2 else lambda of, by: n.d(of, (by, None))
        return n.head(("h", n.tau), "W"), right(("h", n.tau), "W")

    assert verdict(pair).verdict == FAILS


@pytest.mark.parametrize(
    "right",
    [
        lambda n: n("h", n.tau) * 1.00001,
        lambda n: n("h", n.tau).T,
        lambda n: n("h", n.tau)[0],
        lambda n: lambda: n("h", n.tau) * n("W"),
        lambda n: n("h", n.tau - 1),
    ],
)
def test_a_line_that_is_wrong_fails(right):
    assert verdict(lambda n: (n("h", n.tau), right(n))).verdict == FAILS


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [lambda n: (0, 0 * n("h", 1)[0])],
        [lambda n: (n("h", 1), n("h", 1) * (1 + 1e-8))],
        [lambda n: (n("h", 1), n("h", 1) * float("nan"))],
    ],
)
def test_what_the_numbers_leave_open_is_no_verdict(pairs):
    with pytest.raises(Unclear):
        verdict(*pairs)


def test_a_line_that_claims_zero_holds_as_such():
    def pair(n):
        return n.d(("h", 1), ("W", 2)), n.d(("h", 1), ("h", 2)) * n.d(("h", 2), ("W", 2))

    deep = Section(lambda _: (recurrent(2),))
    assert verdict(pair, section=deep, zero=True).verdict == HOLDS


def outputs(assumption):
    rng = np.random.default_rng(5)
    rules = {"L": lambda p, _: -np.sum(p("y") * np.log(softmax(p("o"))))}
    return tuple(
        World(rules, {("o", None): rng.normal(size=3), ("y", None): y})
        for y in targets(rng, assumption, np.arange(3), 3)
    )


@pytest.mark.parametrize(
    ("right", "assumes"),
    [
        (lambda n, yhat: yhat * float(n("y").array.sum()) - n("y"), FREE),
        (lambda n, yhat: yhat - n("y"), NORMALISED),
        (lambda n, yhat: yhat - n("y") * n("y").T * n("y"), ONE_HOT),
        (lambda n, yhat: yhat - column(1, 0, 0), CLASS_1),
    ],
)
def test_the_weakest_assumption_is_named(right, assumes):
    def pair(n):
        return n.gradient(L, ("o", None)), right(n, Tensor(softmax(n("o").array), 1))

    section = Section(outputs, (FREE, NORMALISED, ONE_HOT, CLASS_1))
    assert verdict(pair, section=section) == Outcome(HOLDS, "", assumes)


@pytest.mark.parametrize(
    ("exact", "rounded", "expected"),
    [
        (0.764, 0.756, {"verdict": HOLDS}),
        (0.764, 0.754, {"verdict": HOLDS, "reading": "from the exact values"}),
        (0.766, 0.756, {"verdict": HOLDS, "reading": "from the printed values"}),
        (0.766, 0.754, {"verdict": FAILS}),
    ],
)
def test_a_number_is_right_to_half_a_unit(exact, rounded, expected):
    table = Table()
    table.worked("a", "why", "0.76", exact, rounded)
    assert table.compute() == {"a": expected | {"why": "why"}}


def test_an_equation_fails_if_one_of_its_parts_fails():
    table = Table()
    table.combined("1", ("1", "2"), "both")
    table.claims(NETWORK, {"1/1": "right", "1/2": "wrong"})(
        lambda n: iter([(n("h", 1), n("h", 1), -n("h", 1))])
    )
    assert [entry["verdict"] for entry in table.compute().values()] == [FAILS, HOLDS, FAILS]
