"""A model over fewer steps and with smaller printed sizes is the same one where it is small."""

from __future__ import annotations

import pytest

from symbolic.affine import Affine, integer, letter
from symbolic.expr import Add, Delta, Entry, Index, Multiply, Power, Sum, TimeSum
from symbolic.forward import NodeKey
from symbolic.model import Declaration, Dimension, Equation, Model, Role, build_model
from symbolic.models import load, names
from symbolic.smaller import MOST_STEPS, SIZE, STEPS, smaller


def network(size: Affine, last: Affine, *, has_blocks: bool = False) -> Model:
    """h = W h' + x with h of a size, and the sum of its squares up to a step."""
    i, j = Index("i", size), Index("j", size)
    t, s = letter("t"), letter("s")
    product = Multiply((Entry("W", (i, j)), Entry("h", (j,), t - 1)))
    terms = (Sum(j, product), Entry("x", (i,), t))
    if has_blocks:
        part = Index("p", integer(3))
        terms += (Sum(part, Multiply((Delta(i, part, integer(5)), Entry("v", (part,))))),)
    square = Sum(i, Power(Entry("h", (i,), s), integer(2)))
    declared = [
        Declaration("W", (size, size), Role.PARAMETER, timed=False),
        Declaration("x", (size,), Role.INPUT, timed=True),
        Declaration("h", (size,), Role.NODE, timed=True),
        Declaration("L", (), Role.NODE, timed=False),
    ]
    if has_blocks:
        declared.append(Declaration("v", (integer(3),), Role.PARAMETER, timed=False))
    return build_model(
        name="own",
        title="own",
        source="own",
        first_step=1,
        dimensions=tuple(Dimension(name) for name in sorted(size.letters)),
        functions=(),
        declarations=tuple(declared),
        equations=(
            Equation("h", (i,), Add(terms), "h"),
            Equation("L", (), TimeSum("s", integer(1), last, square), "L"),
        ),
        loss="L",
        has_outer_leaves=True,
    )


@pytest.mark.parametrize("name", names())
def test_models_with_open_sizes_stay(name: str) -> None:
    model = load(name)
    assert smaller(model, None).model is model
    assert smaller(model, MOST_STEPS).model is model


def test_sizes_and_steps_become_smaller_together() -> None:
    found = smaller(network(integer(8), integer(100)), 100)
    assert found.tau == STEPS
    assert found.model == network(integer(SIZE), integer(STEPS))


def test_open_sizes_and_the_open_end_stay() -> None:
    model = network(letter("n"), letter("tau"))
    assert smaller(model, 100).model == model
    assert smaller(model, 100).tau == STEPS


def test_sizes_of_blocks_stay() -> None:
    found = smaller(network(integer(8), integer(100), has_blocks=True), 100)
    assert found.model == network(integer(8), integer(STEPS), has_blocks=True)


def test_steps_keep_their_order() -> None:
    found = smaller(network(integer(2), integer(100)), 100)
    steps = [found.step(step) for step in range(102)]
    assert steps == sorted(steps)
    assert set(steps) == {0, 1, 2, 3, 4}
    assert [found.step(k) for k in (0, 1, 2, 50, 98, 99, 100, 101)] == [0, 1, 2, 2, 2, 2, 3, 4]
    assert found.key(NodeKey("h", 100)) == NodeKey("h", 3)
    assert found.key(NodeKey("W")) == NodeKey("W")


def test_steps_that_are_added_are_left_out() -> None:
    found = smaller(network(letter("n"), letter("tau")), None, more=19)
    assert [found.step(k) for k in (0, 1, 2, 21, 22)] == [0, 1, 2, 2, 3]
