import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.affine import Affine, integer, letter

LETTERS = ("k", "n", "t", "tau")
quick = settings(deadline=None, max_examples=100)

coefficients = st.dictionaries(st.sampled_from(LETTERS), st.integers(-9, 9))
points = st.fixed_dictionaries({name: st.integers(-50, 50) for name in LETTERS})


@st.composite
def affines(draw):
    """A pair: the expression, built by arithmetic alone, and the integers that it stands for."""
    parts, constant = draw(coefficients), draw(st.integers(-20, 20))
    built = integer(constant)
    for name, coefficient in parts.items():
        built = built + coefficient * letter(name)
    return built, lambda point: constant + sum(c * point[name] for name, c in parts.items())


@quick
@given(affines(), affines(), points)
def test_sum_and_difference_have_the_values_of_integer_arithmetic(left, right, point):
    (a, a_at), (b, b_at) = left, right
    assert (a + b).value(point) == a_at(point) + b_at(point)
    assert (a - b).value(point) == a_at(point) - b_at(point)


@quick
@given(affines(), st.integers(-5, 5), points)
def test_multiples_and_shifts_have_the_values_of_integer_arithmetic(pair, number, point):
    a, at = pair
    assert (a * number).value(point) == (number * a).value(point) == number * at(point)
    assert (-a).value(point) == -at(point)
    assert (a + number).value(point) == at(point) + number
    assert (a - number).value(point) == at(point) - number


@quick
@given(affines(), affines(), affines(), st.integers(-5, 5))
def test_ring_laws_hold_as_equality_of_trees(first, second, third, number):
    a, b, c = first[0], second[0], third[0]
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + 0 == a == a * 1
    assert a - a == Affine() == a * 0
    assert (a + b) - b == a
    assert number * (a + b) == number * a + number * b
    assert -(-a) == a  # noqa: B002 - twice negated


@quick
@given(affines())
def test_coefficients_are_sorted_and_never_zero(pair):
    a = pair[0]
    names = [name for name, _ in a.coefficients]
    assert names == sorted(set(names))
    assert all(coefficient != 0 for _, coefficient in a.coefficients)
    assert a.letters == frozenset(names)
    assert a.is_constant == (not names)
    assert len({a, a + 0}) == 1


@quick
@given(affines())
def test_str_reads_back_to_the_same_tree(pair):
    a = pair[0]
    text = re.sub(r"(\d)([a-z])", r"\1*\2", str(a))
    read = eval(text, {name: letter(name) for name in LETTERS})
    assert (read if isinstance(read, Affine) else integer(read)) == a


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (Affine(), "0"),
        (integer(-3), "-3"),
        (letter("t"), "t"),
        (-letter("t"), "-t"),
        (letter("t") - 1, "t - 1"),
        (letter("t") - letter("k"), "t - k"),
        (letter("k") - letter("t") + 2, "k - t + 2"),
        (-2 * letter("n") - 1, "-2n - 1"),
        (3 * letter("tau") + letter("n"), "n + 3tau"),
    ],
)
def test_str_is_written_as_a_person_would(expression, text):
    assert str(expression) == text


def test_value_of_a_letter_without_a_value_names_the_letter():
    with pytest.raises(KeyError, match="tau"):
        (letter("t") + letter("tau")).value({"t": 1})


@quick
@given(affines(), points)
def test_value_ignores_letters_that_do_not_occur(pair, point):
    a, at = pair
    assert a.value({name: point[name] for name in a.letters}) == at(point)
    assert a.value({**point, "unused": 1}) == at(point)
