"""Directives: the words, their places, side files."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.documents.directives import MALFORMED, WORDS, read_directives
from checks.documents.open import read_document
from checks.documents.record import Directive
from symbolic.errors import ConfigError, ReadError


def test_a_side_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.directives"
    path.write_text(
        "# what the notes leave out\nmodel elman-softmax\n\n  shape  W: (n, n)  # hidden\n"
        "gradproof: per-step W_*#\n"
    )
    found = read_directives(path)
    assert [(d.word, d.text, d.span.line, d.span.column) for d in found] == [
        ("model", "elman-softmax", 2, 1),
        ("shape", "W: (n, n)", 4, 3),
        ("per-step", "W_*#", 5, 12),
    ]
    assert found[0].span.file == str(path)


def test_an_error_in_a_side_file_has_a_place(tmp_path: Path) -> None:
    path = tmp_path / "side"
    path.write_text("model m\n  shap W\n")
    with pytest.raises(
        ReadError, match=r"unknown directive 'shap'.*did you mean 'shape'"
    ) as raised:
        read_directives(path)
    assert (str(raised.value.span), getattr(raised.value.span, "length", 0)) == (f"{path}:2:3", 4)


def test_a_side_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_directives(tmp_path / "none")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("name", "form"), [("x.md", "<!-- gradproof: {} a  b -->"),
                                            ("x.tex", "% gradproof: {} a  b ")])  # fmt: skip
def test_all_words_are_read_and_the_text_ends_the_span(word: str, name: str, form: str) -> None:
    text = form.format(word)
    (directive,) = read_document(name, text).items
    assert isinstance(directive, Directive)
    assert (directive.word, directive.text) == (word, "a  b")
    end = directive.span.column - 1 + directive.span.length
    assert text[end - len(directive.text) : end] == "a  b"
    assert text[directive.span.column - 1 :].startswith(word)


@pytest.mark.parametrize("comment", ["<!-- about gradproof: model -->", "<!-- gradproof -->",
                                     "<!-- not ours -->"])  # fmt: skip
def test_other_comments_are_not_directives(comment: str) -> None:
    assert read_document("x.md", comment).items == ()


def test_an_error_inside_a_quotation_has_its_place() -> None:
    model, error = read_document("x.md", "> <!-- gradproof: model a\n> modle b -->").items
    assert isinstance(model, Directive)
    assert isinstance(error, Directive)
    assert (model.word, model.text) == ("model", "a")
    assert error.word == MALFORMED
    assert f"{error.span}: {error.text}".startswith("x.md:2:3: unknown directive 'modle'")


def test_an_error_leaves_the_rest_of_the_document() -> None:
    text = "<!-- gradproof: -->\n\n$$x$$\n\n<!-- gradproof: asume one-hot\nassume none -->\n"
    words = [getattr(item, "word", "formula") for item in read_document("x.md", text).items]
    assert words == [MALFORMED, "formula", MALFORMED, "assume"]
