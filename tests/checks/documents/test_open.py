"""Which reader is chosen, bytes and their encoding, limits, and all messages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from checks.documents import files, messages
from checks.documents.directives import MALFORMED
from checks.documents.open import place_of, read_document
from checks.documents.record import Directive, Document, Formula, Heading
from symbolic.errors import ConfigError, ReadError
from symbolic.source import Span


def is_latex(document: Document) -> bool:
    return any(isinstance(item, Heading) for item in document.items)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.md", "\\section{A}", False),
        ("a.txt", "\\section{A}", False),
        ("a.tex", "\\section{A}", True),
        ("a.TEX", "\\section{A}", True),
        ("a", "\\section{A}", True),
        ("a.rst", "\\documentclass{a}\n\\section{A}", True),
        ("-", "  \\begin{document}\\section{A}", True),
        ("a", "in LaTeX, \\section{A} is a heading", False),
        ("a", "plain", False),
    ],
)
def test_suffix_or_content_chooses(name: str, text: str, expected: bool) -> None:
    assert is_latex(read_document(name, text)) is expected


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(b"\xef\xbb\xbf$$\xce\xb4 = 1$$\r\n")
    document = read_document(path)
    assert (document.name, document.text) == (str(path), "$$δ = 1$$\n")
    (formula,) = document.items
    assert isinstance(formula, Formula)
    assert formula.span == Span(str(path), 1, 3, 5)


def test_other_encodings_are_read_somehow(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(b"na\xefve \x81 $x$\rnew")
    assert read_document(path).text == "naïve \ufffd $x$\nnew"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"$x$")))
    document = read_document("-")
    assert document.name == "standard input"
    assert str(getattr(document.items[0], "span", "")) == "standard input:1:2"


@pytest.mark.parametrize("name", ["none.md", ".", "a\0b", "x" * 5000])
def test_a_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="cannot read"):
        read_document(name)


@pytest.mark.parametrize("name", ["a\0b.tex", "x" * 5000 + ".tex"])
def test_any_name_will_do_for_a_text(name: str) -> None:
    assert read_document(name, "$x$").name == name


def test_the_size_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    path = tmp_path / "notes.md"
    path.write_bytes(b"x" * 10)
    assert read_document(path).text == "x" * 10
    path.write_bytes(b"x" * 11)
    for arguments in ((path,), ("notes.md", "x" * 11)):
        with pytest.raises(ConfigError, match="larger than 10 bytes"):
            read_document(*arguments)


def test_a_place_without_lines_is_counted_from_the_first() -> None:
    formula = Formula("ab\ncd", is_inline=False, span=Span("x", 3, 4))
    assert [str(place_of(formula, offset)) for offset in (1, 4)] == ["x:3:5", "x:4:2"]


@pytest.mark.parametrize(
    ("message", "name", "text"),
    [(message, *example) for message in messages.IN_DOCUMENTS for example in message.examples],
)
def test_every_message_is_what_its_examples_give(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    message: messages.Message,
    name: str,
    text: str,
) -> None:
    """The words of the template between the values stand in the message, at a place."""
    monkeypatch.chdir(tmp_path)
    if name != "standard input":
        Path(name).write_text(text)
        Path("part.tex").write_text("$x$")
    try:
        items = read_document(name, text).items
    except ReadError as error:
        found, span = error.message, error.span
    else:
        given = [i for i in items if isinstance(i, Directive) and i.word in ("error", MALFORMED)]
        assert given
        found, span = given[0].text, given[0].span
    words = [part.partition("}")[2] for part in f"}}{message.template}".split("{")]
    assert words
    assert all(part in found for part in words)
    assert span is not None
    assert span.length > 1


def test_every_message_about_documents_has_examples() -> None:
    assert all(message.examples for message in messages.IN_DOCUMENTS)
