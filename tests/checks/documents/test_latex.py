"""What is found in LaTeX: displays, comments, headings, included files."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.documents.latex import MAX_DEPTH, MAX_FILES
from checks.documents.open import place_of, read_document
from checks.documents.record import Directive, Formula, Heading, Prose


def found(text: str) -> list[str]:
    """Return formulas and headings of a text with their places."""
    lines = []
    for item in read_document("notes.tex", text).items:
        if isinstance(item, Formula):
            kind = "I" if item.is_inline else "D"
            number = f" ({item.tag})" if item.tag else ""
            name = f" {item.environment}" if item.environment else ""
            place = f"{item.span.line}:{item.span.column}"
            lines.append(f"{place} {kind}{name} {item.latex}{number}")
        elif isinstance(item, Heading):
            lines.append(f"{item.span.line}:{item.span.column} H{item.level} {item.text}")
    return lines


FORMS = [
    ("$5 and $6", ["1:2 I 5 and"]),
    (r"\$5 and $x$", ["1:10 I x"]),
    ("$a$$b$", ["1:2 I a", "1:5 I b"]),
    ("$a\n\nb$", []),
    ("$a % $\n+ b$", ["1:2 I a    \n+ b"]),
    ("$a\n% note\n+ b$", ["1:2 I a\n      \n+ b"]),
    (r"\(a\) \[ b \]", ["1:3 I a", "1:10 D b"]),
    ("$$a$$", ["1:3 D a"]),
    ("\\begin{equation}\n  a = b \\label{e}\n\\end{equation}", [r"2:3 D equation a = b \label{e}"]),
    ("\\begin{equation*}a\\end{equation*}", ["1:18 D equation a"]),
    ("\\begin{gather}a\\end{gather}", ["1:15 D gather a"]),
    ("\\begin{multline}a\\end{multline}", ["1:17 D multline a"]),
    ("\\begin{eqnarray*}a &=& b\\end{eqnarray*}", ["1:18 D eqnarray a &=& b"]),
    ("\\begin{flalign}a\\end{flalign}", ["1:16 D flalign a"]),
    ("\\begin{alignat*}{3}a\\end{alignat*}", ["1:20 D alignat a"]),
    ("\\begin{subequations}\\begin{align}a\\end{align}\\end{subequations}", ["1:34 D align a"]),
    ("\\begin {align}a\\end {align}", ["1:15 D align a"]),
    ("\\begin{align}a\n\nb\\end{align}", ["1:14 D align a\n\nb"]),
    ("\\begin{align}a = b\n\n\\section{S}", ["1:14 D align a = b", "3:1 H2 S"]),
    ("\\[ a = 1\n\\section{S}\n$b$", ["1:4 D a = 1", "2:1 H2 S", "3:2 I b"]),
    (r"\verb|$x$| $y$", ["1:13 I y"]),
    ("\\begin{verbatim}\n$x$ % \\end{x}\n\\end{verbatim}$y$", ["3:16 I y"]),
    ("\\begin{lstlisting}[language=x]\n$x$\n\\end{lstlisting}\n$y$", ["4:2 I y"]),
    ("% $x$\n50\\% of $y$", ["2:10 I y"]),
    (r"a \\% $x$", []),
    ("\\chapter{A}\\section*{B $x$}", ["1:1 H1 A", "1:12 H2 B $x$", "1:25 I x"]),
    ("\\subsection[short]{Long\n title}\n\\paragraph{P}", ["1:1 H3 Long title", "3:1 H5 P"]),
    ("\\sectionmark{A}", []),
    ("$x$\n\\begin{document}\n$y$\n\\end{document}\n$z$", ["3:2 I y"]),
    ("% \\begin{document}\n$y$", ["2:2 I y"]),
    ("\\newcommand{\\x}{$a$} $b$", ["1:23 I b"]),
    ("$$a$$\n(5)", ["1:3 D a (5)"]),
    ("\\begin{align}\na &= b \\tag{3}\\\\\nc &= d\n\\end{align} (4)",
     ["2:1 D align a &= b \\tag{3}\\\\\nc &= d"]),
    ("> $x$ | $y$", ["1:4 I x", "1:10 I y"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_what_is_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_macros_are_read_before_and_in_the_document() -> None:
    text = (
        "\\documentclass{article}\n\\newcommand{\\a}{A} % \\newcommand{\\no}{}\n"
        "\\begin{document}\n\\DeclareMathOperator*{\\argmax}{arg\\,max}\n$\\a$\n\\end{document}"
    )
    document = read_document("x.tex", text)
    assert document.macros == {"a": (0, "A"), "argmax": (0, r"\operatorname{arg\,max}")}


def test_directives_in_comments_come_before_the_display_around_them() -> None:
    text = (
        "%% gradproof: model elman-softmax\n\\begin{document}\n"
        "Text % gradproof: assume one-hot\nmore\n\n"
        "\\begin{align}\na &= b % gradproof: ignore\n\\end{align}\n% gradproof: scope"
    )
    items = read_document("x.tex", text).items
    assert [
        (i.word, i.text, i.span.line, i.span.column) if isinstance(i, Directive) else type(i)
        for i in items
    ] == [
        ("model", "elman-softmax", 1, 15),
        Prose,
        ("assume", "one-hot", 3, 19),
        Prose,
        ("ignore", "", 7, 21),
        Formula,
        ("scope", "", 9, 14),
    ]


# Files beside the document ------------------------------------------------------------------------


def write(directory: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (directory / f"{name}.tex").write_text(text, encoding="utf-8")
    return directory / "main.tex"


def errors(path: Path) -> list[str]:
    items = read_document(path).items
    return [item.text for item in items if isinstance(item, Directive) and item.word == "error"]


def test_a_display_is_put_together_from_two_files(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main="\\begin{align}\n  a &= b \\\\\n  \\input{rows} \\\\ e\n\\end{align}\n$z$",
        rows="c &= d \\\\\n% note\n  &= f",
    )
    formula, last = read_document(main).items
    assert isinstance(formula, Formula)
    assert isinstance(last, Formula)
    assert formula.latex.split("\n") == [
        "a &= b \\\\",
        "c &= d \\\\",
        "      ",
        "  &= f",
        " \\\\ e",
    ]
    places = {
        letter: str(place_of(formula, formula.latex.index(letter))).removeprefix(str(tmp_path))
        for letter in "abcfe"
    }
    assert places == {
        "a": "/main.tex:2:3",
        "b": "/main.tex:2:8",
        "c": "/rows.tex:1:1",
        "f": "/rows.tex:3:6",
        "e": "/main.tex:3:19",
    }
    assert last.span.line == 5


def test_included_files_bring_their_macros_and_directives(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts", one="$x$ % gradproof: scope\n", macros="\\def\\W{w}")
    main = write(tmp_path, main="\\input{parts/macros}\nA \\include{parts/one} $y$")
    document = read_document(main)
    assert document.macros == {"W": (0, "w")}
    assert [getattr(item, "latex", getattr(item, "text", "")) for item in document.items] == [
        "A", "x", "", "y",
    ]  # fmt: skip
    assert document.items[2] == Directive("scope", "", document.items[2].span)


def test_an_include_that_fails_is_prose_and_an_error(tmp_path: Path) -> None:
    main = write(tmp_path, main="A \\input{no} and \\input{rows}\n$y$ % \\input{never}", rows="$r$")
    items = read_document(main).items
    kinds = [type(item).__name__ for item in items]
    assert kinds == ["Prose", "Directive", "Prose", "Formula", "Formula"]
    error = items[1]
    assert isinstance(error, Directive)
    assert (error.span.line, error.span.column, error.span.length) == (1, 3, len("\\input{no}"))
    assert "no such file" in error.text
    assert getattr(items[2], "text", "").startswith("\\input{no}")


@pytest.mark.parametrize("name", ["../secret", "/etc/hosts", "a/../../secret", "link", "~/x"])
def test_nothing_outside_the_directory_is_included(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    write(tmp_path, secret="$secret$")
    (inside / "link.tex").symlink_to(tmp_path / "secret.tex")
    main = write(inside, main=f"\\input{{{name}}} $y$")
    assert len(errors(main)) == 1
    latex = [item.latex for item in read_document(main).items if isinstance(item, Formula)]
    assert latex == ["y"]


def test_includes_are_bounded_in_depth_and_number(tmp_path: Path) -> None:
    main = write(tmp_path, main="$x$ \\input{main}")
    formulas = [item for item in read_document(main).items if isinstance(item, Formula)]
    assert len(formulas) == MAX_DEPTH + 1
    assert "deep" in errors(main)[0]
    main = write(tmp_path, main="\\input{part}\n" * (MAX_FILES + 5), part="$x$")
    formulas = [item for item in read_document(main).items if isinstance(item, Formula)]
    assert len(formulas) == MAX_FILES
    assert len(errors(main)) == 5


def test_what_is_included_is_bounded_in_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.documents.latex.MAX_BYTES", 100)
    main = write(tmp_path, main="\\input{part} $y$", part="x" * 200)
    assert "bytes" in errors(main)[0]


def test_a_text_without_a_file_includes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, rows="$x$")
    items = read_document("nowhere.tex", "\\input{rows}").items
    assert [type(item) for item in items] == [Directive, Prose]
