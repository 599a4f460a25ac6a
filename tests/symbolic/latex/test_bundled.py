"""The reader of formulas on the bundled derivations: read, written back, read again, damaged."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from checks import derivations
from checks.documents.open import read_document
from checks.documents.record import Formula
from symbolic.errors import ReadError
from symbolic.latex.reader import read
from symbolic.latex.syntax import Row
from symbolic.latex.write import write

FORMULAS = [
    item.latex
    for name in derivations.names()
    for item in read_document(f"{name}.md", derivations.text(name)).items
    if isinstance(item, Formula)
]


def test_the_bundled_derivations_are_read_but_for_what_is_broken_in_print():
    rows = [row for latex in FORMULAS for row in read(latex)]
    assert len(rows) > 350
    assert sum(isinstance(row, ReadError) for row in rows) == 1  # one bracket too many


def test_what_is_written_is_read_as_the_same_tree():
    for latex in FORMULAS:
        for row in read(latex):
            if isinstance(row, Row):
                for chain in row.chains:
                    (again,) = read(write(chain))
                    assert isinstance(again, Row), write(chain)
                    assert again.chains == (chain,), latex


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_damage_gives_rows_or_errors_and_nothing_else(data):
    latex = data.draw(st.sampled_from(FORMULAS))
    first, second = sorted(data.draw(st.tuples(*[st.integers(0, len(latex))] * 2)))
    extra = data.draw(st.sampled_from(["", "}", "{", "\\frac", "^", "_", "&", "\\\\", "("]))
    rows = read(latex[:first] + extra + latex[second:])
    assert all(isinstance(row, Row | ReadError) for row in rows)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200))
def test_any_text_gives_rows_or_errors(text):
    assert all(isinstance(row, Row | ReadError) for row in read(text))
