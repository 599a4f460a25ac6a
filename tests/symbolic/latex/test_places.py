"""Where the nodes of a formula stand, and how deep a formula may be."""

import pytest
from support.outline import outline

from symbolic.errors import ReadError
from symbolic.latex.messages import MAX_DEPTH, MAX_HEIGHT
from symbolic.latex.reader import read
from symbolic.latex.syntax import Factors, Fraction, Row, Scripted, Terms
from symbolic.latex.write import write
from symbolic.source import Span


def row(latex: str) -> Row:
    """Return the only row of a formula."""
    (found,) = read(latex)
    assert isinstance(found, Row), str(found)
    return found


# Places -------------------------------------------------------------------------------------------


def test_every_node_has_its_place() -> None:
    (chain,) = row("a =\n  \\frac{b}{c_t}").chains
    assert chain.span == Span("", 1, 1, 3)
    fraction = chain.items[1]
    assert isinstance(fraction, Fraction)
    assert fraction.span == Span("", 2, 3, 13)
    assert fraction.below.span == Span("", 2, 12, 3)
    assert isinstance(fraction.below, Scripted)
    assert fraction.below.below is not None
    assert fraction.below.below.span == Span("", 2, 14, 1)


def test_places_come_from_the_document() -> None:
    def place(offset: int) -> Span:
        return Span("notes.md", 40, 10 + offset)

    (good, bad) = read(r"a = b \\ c = ?", place)
    assert isinstance(good, Row)
    assert good.span == Span("notes.md", 40, 10, 5)
    assert isinstance(bad, ReadError)
    assert str(bad) == "notes.md:40:23: found '?', which is read nowhere in a formula"


def test_a_node_from_a_macro_stands_where_the_macro_is_called() -> None:
    (found,) = read(r"x + \W y", macros={"W": (0, r"\mathbf{W}_{hh}")})
    assert isinstance(found, Row)
    terms = found.chains[0].items[0]
    assert isinstance(terms, Terms)
    product = terms.terms[1]
    assert isinstance(product, Factors)
    assert outline(product) == "p(s(bold:W, p(h . h), ~) . y)"
    assert product.factors[0].span == Span("", 1, 5, 2)


# Bounds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("(", ")"),
        ("x_{", "}"),
        (r"\frac{", "}{b}"),
        (r"\sum_i ", ""),
        (r"\hat", ""),
        ("{a}^{", "}"),
    ],
)
def test_nesting_is_bounded_and_clear(opening: str, closing: str) -> None:
    deep = 6_000
    (found,) = read(opening * deep + "a" + closing * deep)
    assert isinstance(found, ReadError)
    assert "inside each other" in found.message


def nested(levels: int) -> str:
    """Return brackets with a sum, a product and a script on each level: the highest tree."""
    return "(b + c x^{" * levels + "a" + "})" * levels


def test_the_highest_tree_is_compared_printed_and_written_without_recursion_errors() -> None:
    levels = 1
    while isinstance(read(nested(levels + 1))[0], Row):
        levels += 1
    assert 20 < levels < MAX_DEPTH < MAX_HEIGHT
    found = row(nested(levels))
    assert found == row(nested(levels))
    assert hash(found) == hash(row(nested(levels)))
    assert repr(found)
    assert read(write(found)) == (found,)
    assert "inside each other" in str(read(nested(levels + 1))[0])


def test_ordinary_nesting_is_within_the_bounds() -> None:
    assert isinstance(read("(" * 50 + "a" + ")" * 50)[0], Row)
    assert isinstance(read(nested(20))[0], Row)
