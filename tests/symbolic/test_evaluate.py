from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.rings.field import FieldRing
from numeric.rings.float64 import Float64Ring
from symbolic.affine import integer, letter
from symbolic.errors import ModelError, UnsupportedNotation
from symbolic.evaluate import evaluate, evaluate_array
from symbolic.expr import (
    Add,
    Apply,
    Delta,
    Derivative,
    Entry,
    Index,
    Multiply,
    Number,
    Power,
    Size,
    Sum,
    TimeProduct,
    TimeSum,
)
from symbolic.logarithms import expand_logarithm
from symbolic.model import STEP
from symbolic.scope import Labelled
from symbolic.traverse import reindex

quick = settings(deadline=None, max_examples=60)
seeds = st.integers(0, 2**32 - 1)
n, t, tau, one = letter("n"), letter("t"), letter("tau"), integer(1)
i, j, k = (Index(name, n) for name in "ijk")
TWO = Number(Fraction(2))
x = np.array([2.0, 3.0, 5.0])
W = np.array([[1.0, 2.0, 3.0], [5.0, 7.0, 11.0], [13.0, 17.0, 19.0]])
T = np.arange(27.0).reshape(3, 3, 3)
VALUES = {"x": x, "W": W, "T": T, "w": 1.5}


@pytest.fixture(scope="session")
def value(scope_of):
    def of(e, order=(), letters=(), variables=VALUES, **options):
        scope = scope_of(variables, {"n": 3, **dict(letters)}, **options)
        return evaluate_array(e, order, scope)

    return of


# Entries ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [1, 2, 3])
@pytest.mark.parametrize("column", [1, 2, 3])
def test_written_positions_count_from_one(value, row, column):
    assert value(Entry("W", (integer(row), integer(column)))) == W[row - 1, column - 1]


def test_a_written_position_beside_a_letter_takes_a_row_or_a_column(value):
    np.testing.assert_array_equal(value(Entry("W", (integer(2), j)), (j,)), W[1])
    np.testing.assert_array_equal(value(Entry("W", (i, integer(3))), (i,)), W[:, 2])
    np.testing.assert_array_equal(value(Entry("T", (i, one, k)), (k, i)), T[:, 0].T)


def test_a_position_may_hold_letters(value):
    position = 2 * letter("t") - 1
    assert value(Entry("x", (position,)), letters={"t": 2}) == x[2]
    assert value(Entry("x", (n,))) == x[2]


@pytest.mark.parametrize("place", [0, -1, 4])
def test_a_position_out_of_range_is_a_model_error_with_the_size(value, place):
    with pytest.raises(ModelError, match=rf"x has no entry {place}; its size there is 3"):
        value(Entry("x", (integer(place),)))
    with pytest.raises(ModelError, match="W has no entry"):
        value(Entry("W", (i, integer(place))), (i,))


def test_a_repeated_index_is_the_diagonal_and_its_sum_the_trace(value):
    np.testing.assert_array_equal(value(Entry("W", (i, i)), (i,)), np.diag(W))
    assert value(Sum(i, Entry("W", (i, i)))) == np.trace(W)
    np.testing.assert_array_equal(value(Entry("T", (i, j, i)), (i, j)), np.einsum("iji->ij", T))
    np.testing.assert_array_equal(value(Entry("T", (i, one, i)), (i,)), np.diag(T[:, 0]))


def test_axes_come_in_the_order_that_is_asked_for(value):
    np.testing.assert_array_equal(value(Entry("W", (i, j)), (j, i)), W.T)
    np.testing.assert_array_equal(value(Entry("T", (i, j, k)), (k, i, j)), T.transpose(2, 0, 1))


def test_a_value_is_repeated_along_an_axis_that_it_does_not_have(value):
    np.testing.assert_array_equal(value(Entry("x", (i,)), (j, i)), np.tile(x, (3, 1)))
    np.testing.assert_array_equal(value(TWO, (i, j)), np.full((3, 3), 2.0))


def test_an_index_that_nobody_asked_for_is_refused(value):
    with pytest.raises(ModelError, match="j"):
        value(Entry("W", (i, j)), (i,))


@pytest.mark.parametrize(
    "entry",
    [
        Entry("W", (i,)),
        Entry("W"),
        Entry("x", (one, one)),
        Entry("W", (one,)),
        Entry("x", (Index("i", integer(2)),)),
    ],
    ids=str,
)
def test_an_entry_that_does_not_fit_its_variable_is_refused(scope_of, entry):
    with pytest.raises(ModelError):
        evaluate(entry, scope_of(VALUES, {"n": 3}))


def test_an_entry_at_a_step_asks_for_that_step(value):
    steps = {("h", 1): [1.0], ("h", 2): [10.0]}
    unit = Index("u", one)
    e = Add((Entry("h", (unit,), t), Entry("h", (unit,), t - 1)))
    assert value(e, (unit,), {"t": 2}, steps) == [11.0]
    with pytest.raises(ModelError, match="h has no value at 0"):
        value(e, (unit,), {"t": 1}, steps)


def test_a_letter_without_a_value_is_named_with_the_expression_around_it(value):
    with pytest.raises(ModelError, match=r"'q' has no value in n \+ q"):
        value(Size(letter("q") + n))
    with pytest.raises(ModelError, match="'t'"):
        value(Entry("h", (), t))


# Deltas, numbers, powers ------------------------------------------------------------------------


def test_delta_of_two_letters_is_the_identity(value):
    np.testing.assert_array_equal(value(Delta(i, j), (i, j)), np.eye(3))


def test_delta_of_one_letter_twice_is_one_everywhere(value):
    np.testing.assert_array_equal(value(Delta(i, i), (i,)), np.ones(3))
    assert value(Sum(i, Delta(i, i))) == 3


def test_delta_of_a_letter_and_a_place_is_a_unit_vector(value):
    np.testing.assert_array_equal(value(Delta(i, integer(2)), (i,)), [0, 1, 0])
    np.testing.assert_array_equal(value(Delta(n, i), (i,)), [0, 0, 1])
    with pytest.raises(ModelError, match="a delta has no entry 4"):
        value(Delta(i, n + 1), (i,))


def test_delta_of_two_places_compares_them(value):
    assert value(Delta(integer(2), integer(2))) == 1
    assert value(Delta(integer(2), one)) == 0
    assert value(Delta(t, n), letters={"t": 3}) == 1


def test_a_shifted_delta_places_a_block_in_a_larger_array(value):
    whole, part = Index("w", n + 2), Index("p", integer(2))
    first, second = Delta(whole, i), Delta(whole, part, n)
    np.testing.assert_array_equal(value(first, (whole, i)), np.eye(5, 3))
    np.testing.assert_array_equal(value(second, (whole, part)), np.eye(5, 2, -3))
    np.testing.assert_array_equal(value(Sum(part, second), (whole,)), [0, 0, 0, 1, 1])
    assert np.trace(value(Delta(i, j, one), (i, j))) == 0


def test_a_shifted_delta_of_places_compares_them_after_the_shift(value):
    np.testing.assert_array_equal(value(Delta(i, one, integer(2)), (i,)), [0, 0, 1])
    np.testing.assert_array_equal(value(Delta(integer(3), i, integer(2)), (i,)), [1, 0, 0])
    np.testing.assert_array_equal(value(Delta(i, i, one), (i,)), np.zeros(3))
    assert value(Delta(n, one, integer(2))) == 1
    assert value(Delta(n, n, one)) == 0
    with pytest.raises(ModelError, match="a delta has no entry 4"):
        value(Delta(i, one, n), (i,))


def test_delta_substitutes_under_a_sum(value):
    e = Sum(j, Multiply((Delta(i, j), Entry("x", (j,)))))
    np.testing.assert_array_equal(value(e, (i,)), x)


@given(st.fractions(max_denominator=1000), st.fractions(max_denominator=1000))
@quick
def test_numbers_are_exact_in_the_prime_field(value, left, right):
    ring = FieldRing(0)
    options = {"ring": ring, "variables": {}}
    e = Add((Number(left), Multiply((Number(right), Number(left)))))
    assert value(e, **options).item() == ring.element(left + right * left)
    difference = Add((e, Multiply((Number(Fraction(-1)), Number(left + right * left)))))
    assert value(difference, **options).item() == 0


def test_numbers_are_not_rounded_in_the_prime_field(value):
    third = Number(Fraction(1, 3))
    e = Add((third, third, third, Number(Fraction(-1))))
    assert value(e, ring=FieldRing(0), variables={}).item() == 0
    tenth = Number(Fraction(10**30 + 1, 10**30))
    assert value(Add((tenth, Number(Fraction(-1)))), ring=FieldRing(0)).item() != 0


def test_a_size_is_the_integer_that_it_stands_for(value):
    assert value(Size(2 * n - 1)) == 5
    assert value(Power(Size(n), integer(-1))) == pytest.approx(1 / 3)


@pytest.mark.parametrize("exponent", [-3, -1, 0, 1, 4])
def test_a_power_takes_every_entry(value, exponent):
    e = Power(Entry("x", (i,)), integer(exponent))
    np.testing.assert_allclose(value(e, (i,)), x**exponent)


def test_an_exponent_may_hold_time_letters(value):
    e = Power(Entry("w"), t - letter("k"))
    for last, first in ((5, 2), (3, 3), (1, 4)):
        assert value(e, letters={"t": last, "k": first}) == pytest.approx(1.5 ** (last - first))
    series = TimeSum("k", one, t, e)
    assert value(series, letters={"t": 4}) == pytest.approx(sum(1.5**p for p in range(4)))


def test_a_function_and_its_derivatives_take_every_entry(value):
    argument = Entry("x", (i,))
    np.testing.assert_allclose(value(Apply("sin", argument), (i,)), np.sin(x))
    np.testing.assert_allclose(value(Apply("sin", argument, 1), (i,)), np.cos(x))
    np.testing.assert_allclose(value(Apply("sin", argument, 2), (i,)), -np.sin(x))


def test_an_undefined_function_needs_a_concrete_one_for_numbers(value):
    e = Apply("f", Entry("x", (i,)))
    with pytest.raises(UnsupportedNotation, match="f is undefined"):
        value(e, (i,))
    np.testing.assert_allclose(value(e, (i,), functions={"f": "cos"}), np.cos(x))


# Sums and products ------------------------------------------------------------------------------


def test_a_sum_over_an_index_that_is_absent_multiplies_by_the_size(value):
    assert value(Sum(i, TWO)) == 6
    np.testing.assert_array_equal(value(Sum(j, Entry("x", (i,))), (i,)), 3 * x)
    assert value(Sum(i, Sum(j, Entry("x", (i,))))) == 3 * x.sum()
    assert value(Sum(i, Sum(Index("j", n + 1), TWO))) == 24


def test_an_index_of_another_size_is_absent_also_if_its_letter_is_not(value):
    other = Index("i", integer(2))
    np.testing.assert_array_equal(value(Sum(other, Entry("x", (i,))), (i,)), 2 * x)


def test_a_sum_that_shadows_another_keeps_both(value):
    inner = Sum(i, Entry("x", (i,)))
    assert value(Sum(i, inner)) == 3 * x.sum()
    assert value(Sum(i, Multiply((Entry("x", (i,)), inner)))) == x.sum() ** 2
    assert value(Sum(i, Sum(j, Sum(i, Entry("W", (i, j)))))) == 3 * W.sum()


def test_nested_sums_are_one_contraction_with_the_value_of_many(value):
    product = Multiply((Entry("x", (i,)), Entry("W", (i, j)), Entry("x", (j,))))
    assert value(Sum(i, Sum(j, product))) == pytest.approx(x @ W @ x)
    np.testing.assert_allclose(value(Sum(j, product), (i,)), x * (W @ x))


def test_a_term_without_an_index_is_added_to_every_entry(value):
    e = Add((Entry("W", (i, j)), Entry("x", (j,)), TWO))
    np.testing.assert_allclose(value(e, (i, j)), W + x + 2)


def test_a_time_sum_adds_over_its_range_and_is_zero_where_that_is_empty(value):
    steps = {("h", s): float(10**s) for s in range(5)}
    e = TimeSum("t", one, tau, Entry("h", (), t))
    assert value(e, (), {"tau": 3}, steps) == 1110
    assert value(e, (), {"tau": 1}, steps) == 10
    assert value(e, (), {"tau": 0}, steps) == 0
    assert value(e, (), {"tau": -7}, steps) == 0


def test_an_empty_time_sum_is_zero_at_every_entry(value):
    e = TimeSum("t", one, integer(0), Entry("x", (i,)))
    np.testing.assert_array_equal(value(e, (i,)), np.zeros(3))
    np.testing.assert_array_equal(value(Add((Entry("x", (i,)), e)), (i,)), x)


def test_time_letters_are_bound_inside_and_restored_outside(value):
    inner = TimeSum("t", one, t, Size(t))  # the limit is the outer t
    e = TimeSum("t", one, integer(3), Add((inner, Size(t))))
    assert value(e) == (1 + 1) + (3 + 2) + (6 + 3)
    assert value(Add((inner, Size(t))), letters={"t": 10}) == 55 + 10


STEPS = {("J", s): np.random.default_rng(s).normal(size=(3, 3)) for s in range(1, 6)}
J = Entry("J", (i, j), t)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("first", "last"), [(1, 5), (2, 4), (3, 3), (4, 3), (9, 1)])
def test_an_ordered_product_multiplies_from_left_to_right(value, first, last, descending):
    e = TimeProduct("t", integer(first), integer(last), J, (i,), (j,), descending=descending)
    order = range(first, last + 1)
    wanted = np.eye(3)
    for step in reversed(order) if descending else order:
        wanted = wanted @ STEPS["J", step]
    np.testing.assert_allclose(value(e, (i, j), variables=STEPS), wanted, rtol=1e-12)


def test_ascending_and_descending_products_differ(value):
    up, down = (
        value(
            TimeProduct("t", one, integer(2), J, (i,), (j,), descending=descending),
            (i, j),
            variables=STEPS,
        )
        for descending in (False, True)
    )
    assert np.max(np.abs(up - down)) > 0.1


def test_a_factor_without_an_axis_is_repeated_along_it(value):
    e = TimeProduct("t", one, integer(2), Entry("x", (i,)), (i,), (j,))
    tiled = np.tile(x[:, None], (1, 3))
    np.testing.assert_allclose(value(e, (i, j)), tiled @ tiled)


def test_a_product_of_scalars_multiplies_entry_by_entry(value):
    e = TimeProduct("t", one, tau, Multiply((Size(t), Entry("x", (i,)))))
    np.testing.assert_allclose(value(e, (i,), {"tau": 3}), 6 * x**3)
    np.testing.assert_array_equal(value(e, (i,), {"tau": 0}), np.ones(3))


def test_a_product_of_matrices_that_are_not_square_is_refused(value):
    wide = Index("j", integer(2))
    with pytest.raises(ModelError, match=r"product of matrices \(n, 2\)"):
        value(TimeProduct("t", one, one, Delta(i, wide), (i,), (wide,)), (i, wide))


def test_a_derivative_is_left_to_whom_the_scope_names_with_the_letters_of_its_place(scope_of):
    e = Derivative(of=Entry("w"), by=Entry("w"))
    scope = scope_of(VALUES, {"n": 3})
    with pytest.raises(UnsupportedNotation, match="no derivative in this scope"):
        evaluate(e, scope)
    seen = []

    def differentiate(derivative, at):
        seen.append((derivative, at.letters["t"]))
        return Labelled(np.array(7.0), ())

    scope = replace(scope, differentiate=differentiate)
    assert evaluate(TimeSum("t", one, integer(2), e), scope).array == 14
    assert seen == [(e, 1), (e, 2)]


# Logarithms -------------------------------------------------------------------------------------


class Expanding(Float64Ring):
    """float64 that draws logarithms inside, as the exact rings do."""

    expands_logarithms = True


def node(scope_of, name, indices, body, values, letters, ring):
    """A scope in which ``name`` is defined by ``body``; its value is computed from that."""

    def lookup(asked, step):
        if asked == name:
            return evaluate_array(body, indices, at(step))
        return ring.constant(np.asarray(values[asked if step is None else (asked, step)], object))

    def definition(asked, step):
        return (indices, body, at(step)) if asked == name else None

    def at(step):
        bound = {} if step is None else {STEP: step}
        return replace(scope, letters={**letters, **bound})

    scope = replace(scope_of({}, letters, ring=ring), lookup=lookup, definition=definition)
    return scope


def softmax_of(o, over=j):
    """exp(o_i) / sum_j exp(o_j), for an entry that has the index i."""
    exponential = Apply("exp", o)
    total = Sum(over, reindex(exponential, {i: over}))
    return Multiply((exponential, Power(total, integer(-1))))


positive = Apply("exp", Entry("x", (i,)))
LOGARITHMS = {
    "product": Multiply((positive, Apply("softplus", Entry("x", (i,))), Power(positive, one))),
    "product over two indices": Multiply((positive, Apply("exp", Entry("W", (i, j))))),
    "power": Power(Apply("cosh", Entry("x", (i,))), integer(3)),
    "negative power": Power(Apply("cosh", Entry("x", (i,))), integer(-2)),
    "power with letters": Power(Apply("cosh", Entry("x", (i,))), tau - 1),
    "zeroth power": Power(Apply("cosh", Entry("x", (i,))), integer(0)),
    "exponential": Apply("exp", Sum(j, Entry("W", (i, j)))),
    "softmax": softmax_of(Entry("x", (i,))),
    "sum, which does not expand": Sum(j, Apply("exp", Entry("W", (i, j)))),
    "leaf, which does not expand": Entry("q", (i,)),
}


@pytest.mark.parametrize("case", LOGARITHMS)
@settings(deadline=None, max_examples=15)
@given(seeds)
def test_an_expanded_logarithm_has_the_value_of_the_logarithm(scope_of, case, seed):
    generator = np.random.default_rng(seed)
    values = {
        "x": generator.normal(size=3),
        "W": generator.normal(size=(3, 3)),
        "q": generator.uniform(0.1, 9, 3),
    }
    e = Apply("log", LOGARITHMS[case])
    letters = {"n": 3, "tau": 4}
    plain = evaluate(e, scope_of(values, letters))
    drawn = evaluate_array(e, plain.labels, scope_of(values, letters, ring=Expanding()))
    np.testing.assert_allclose(drawn, plain.array, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", LOGARITHMS)
def test_what_expands_is_what_the_docstring_lists(scope_of, case):
    expanded = expand_logarithm(LOGARITHMS[case], scope_of({}, {"n": 3, "tau": 4}))
    assert (expanded is None) == ("does not expand" in case)


#: Indices of the definition, its body, and positions at which the node is read. The names clash
#: with the bound letter of the definition on purpose.
NODES = {
    "same letter": ((i,), softmax_of(Entry("o", (i,))), (i,)),
    "the bound letter": ((i,), softmax_of(Entry("o", (i,))), (j,)),
    "a free letter": ((i,), softmax_of(Entry("o", (i,))), (k,)),
    "a number": ((i,), softmax_of(Entry("o", (i,))), (integer(2),)),
    "a letter with an underscore": (
        (i,),
        softmax_of(Entry("o", (i,)), Index("j_", n)),
        (Index("j_", n),),
    ),
    "two bound letters": (
        (i,),
        Multiply((Apply("exp", Sum(j, Sum(Index("j_", n), Entry("O", (j, Index("j_", n)))))),
                  Apply("exp", Sum(j, Entry("O", (i, j)))))),
        (j,),
    ),
    "rows": ((k, i), softmax_of(Entry("O", (k, i))), (i, j)),
    "rows swapped": ((k, i), softmax_of(Entry("O", (k, i))), (i, k)),
    "rows and the bound letter": ((k, i), softmax_of(Entry("O", (k, i))), (j, i)),
    "the diagonal": ((k, i), softmax_of(Entry("O", (k, i))), (j, j)),
    "a row": ((k, i), softmax_of(Entry("O", (k, i))), (integer(3), j)),
}  # fmt: skip


@pytest.mark.parametrize("case", NODES)
@settings(deadline=None, max_examples=10)
@given(seeds)
def test_a_node_is_opened_with_its_letters_kept_apart(scope_of, case, seed):
    indices, body, positions = NODES[case]
    generator = np.random.default_rng(seed)
    values = {"o": generator.normal(size=3), "O": generator.normal(size=(3, 3))}
    e = Apply("log", Entry("y", positions))
    plain = evaluate(e, node(scope_of, "y", indices, body, values, {"n": 3}, Float64Ring()))
    expanding = node(scope_of, "y", indices, body, values, {"n": 3}, Expanding())
    assert expand_logarithm(e.argument, expanding) is not None
    drawn = evaluate_array(e, plain.labels, expanding)
    np.testing.assert_allclose(drawn, plain.array, rtol=1e-9, atol=1e-12)


@given(st.lists(st.integers(1, 2**60), min_size=1, max_size=4), seeds)
@quick
def test_log_softmax_is_exact_in_the_prime_field(scope_of, o, seed):
    o_i, o_j = Entry("o", (i,)), Entry("o", (j,))
    scope = node(scope_of, "y", (i,), softmax_of(o_i), {"o": o}, {"n": len(o)}, FieldRing(seed))
    log_total = Apply("log", Sum(j, Apply("exp", o_j)))
    right = Add((o_i, Multiply((Number(Fraction(-1)), log_total))))
    left = evaluate_array(Apply("log", Entry("y", (i,))), (i,), scope)
    assert left.tolist() == evaluate_array(right, (i,), scope).tolist()
    # The identity is not an accident of a ring in which everything agrees.
    assert left.tolist() != evaluate_array(o_i, (i,), scope).tolist()


def test_a_node_is_opened_at_its_own_step(scope_of):
    values = {("h", s): np.array([s, 0.5, -s / 7]) for s in (1, 2, 3)}
    body = Multiply((Power(Apply("exp", Entry("h", (i,), t)), t), Apply("exp", Size(t))))
    e = Apply("log", Entry("y", (i,), t - 1))
    for ring in (Float64Ring(), Expanding()):
        scope = node(scope_of, "y", (i,), body, values, {"n": 3}, ring).bind("t", 3)
        np.testing.assert_allclose(evaluate_array(e, (i,), scope), 2 * values["h", 2] + 2)


@pytest.mark.parametrize("position", [letter("c"), t - 1], ids=str)
def test_written_positions_of_an_opened_node_mean_what_they_mean_outside(scope_of, position):
    values = {("h", s): np.array([s, 0.5, -s / 7]) for s in (1, 2, 3)}
    e = Apply("log", Entry("y", (position,), t - 1))
    drawn = [
        evaluate(
            e,
            node(scope_of, "y", (i,), softmax_of(Entry("h", (i,), t)), values, {"n": 3}, ring)
            .bind("t", 3)
            .bind("c", 2),
        ).array
        for ring in (Float64Ring(), Expanding())
    ]
    assert drawn[0] == pytest.approx(drawn[1])
