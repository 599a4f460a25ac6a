"""Laws that hold for any text: no crash, exact places, order, concatenation, linear time."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.documents.open import place_of, read_document
from checks.documents.record import Document, Formula, Heading, Prose
from symbolic.errors import ConfigError, ReadError
from symbolic.source import Span

NAMES = ("x.md", "x.tex", "x")

#: What makes a difference to a reader, so that it stands together in all ways.
FRAGMENTS = [
    *"$`|>#-=~%{}\\\n \tx1é<",
    *("$$", r"\[", r"\]", r"\(", r"\)", r"\$", r"\\", r"\|", "\n\n", "``"),
    *("```", "```math\n", "~~~"),
    *("> ", "# ", "---\n", "===", "|-|-|\n", "a | b", "- ", "1. ", "1.2 Title", "<!--", "-->"),
    *(r"\begin{align}", r"\end{align}", r"\begin{math}", r"\end{math}", r"\begin{alignat}{2}"),
    *(r"\newcommand{\a}[1]{", r"\def\a", r"\let\a\b", r"\text{", r"\section{", r"\section[a]{"),
    *(r"\begin{document}", r"\end{document}", r"\verb|", r"\begin{verbatim}", r"\end{verbatim}"),
    *("gradproof: model m", "gradproof:", "(5)", " (a)\n", "x = 1", r"\alpha", "h_t", "$5 and $6"),
    *(r"\input{x}", r"\include{../x}", "\ufdd0", "\x00", "\r\n", "\u2028", "\ud800", "''"),
]  # fmt: skip
nonsense = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))


def formulas(document: Document) -> list[Formula]:
    return [item for item in document.items if isinstance(item, Formula)]


@given(nonsense, st.sampled_from(NAMES))
@example("$$", "x.md")
@example("\\`` `a`", "x.md")
@example("```math", "x.md")
@example("|\n|-|", "x.md")
@example("%", "x.tex")
@example("\\section[a]", "x.tex")
def test_any_text_is_a_document_with_exact_places(text: str, name: str) -> None:
    """Each character of a formula stands where it is said to; what is not read is a space."""
    try:
        document = read_document(name, text)
    except (ReadError, ConfigError):
        return
    lines = document.text.split("\n")
    before = (0, 0)
    for formula in formulas(document):
        assert formula.latex == formula.latex.strip() != ""
        assert len(formula.lines) == formula.latex.count("\n") + 1
        assert formula.lines[0] == formula.span
        assert before < (formula.span.line, formula.span.column)
        before = (formula.span.line, formula.span.column)
        for offset, character in enumerate(formula.latex):
            if character not in " \n":
                place = place_of(formula, offset)
                assert lines[place.line - 1][place.column - 1] == character
    for item in document.items:
        assert 1 <= item.span.line <= len(lines)
        assert 1 <= item.span.column <= len(lines[item.span.line - 1]) + 1


#: Paragraphs that are whole by themselves, and how many formulas and headings are in them.
BLOCKS = [
    ("Text.", 0),
    ("So $x$ and $y_t$.", 2),
    ("$5 and $6", 0),
    ("$$x = 1$$", 1),
    ("$$\nx\n= 1\n$$ (5)", 1),
    ("$$x$$\n (6)", 1),
    ("\\[\nx = 1\n\\]", 1),
    ("\\begin{align}\n a &= b \\\\\n c &= d\n\\end{align}", 1),
    ("# Heading", 1),
    ("Title\n---", 1),
    ("2 A Title", 1),
    ("- $a$\n- $$b$$", 2),
    ("a | b\n--|--\n$x$ | $y$", 2),
    ("```math\na = b\n```", 1),
    ("```python\n$x$\n```", 0),
    ("<!-- $x$\n\n$y$ -->", 0),
    ("$$ x = 1", 1),
]
blocks = st.lists(st.sampled_from([text for text, _ in BLOCKS]), min_size=1, max_size=6)


def moved(document: Document, lines: int, columns: int = 0) -> list[object]:
    """Return what is not prose, moved down and to the right."""
    found: list[object] = []
    for item in document.items:
        if not isinstance(item, Prose):
            found.append(replace(item, span=shifted(item.span, lines, columns)))
    return found


def shifted(span: Span, lines: int, columns: int) -> Span:
    return replace(span, line=span.line + lines, column=span.column + columns)


@pytest.mark.parametrize(("text", "count"), BLOCKS)
def test_what_the_blocks_hold(text: str, count: int) -> None:
    items = read_document("x.md", text).items
    assert sum(isinstance(item, Formula | Heading) for item in items) == count


@given(blocks)
def test_paragraphs_are_read_one_by_one(texts: list[str]) -> None:
    whole = moved(read_document("x.md", "\n\n".join(texts)), 0)
    line, parts = 0, []
    for text in texts:
        parts += moved(read_document("x.md", text), line)
        line += text.count("\n") + 2
    assert whole == parts


@given(blocks)
def test_a_quotation_holds_the_same(texts: list[str]) -> None:
    text = "\n\n".join(texts)
    quoted = "\n".join("> " + line for line in text.split("\n"))
    assert moved(read_document("x.md", quoted), 0) == moved(read_document("x.md", text), 0, 2)


plain = st.text("ab $1\n_=.,|#>-", max_size=40)


@given(plain, plain)
def test_a_blank_line_separates_what_does_not_begin_displays(first: str, second: str) -> None:
    """Without ``$$``, fences and comments no paragraph reaches over a blank line."""
    first, second = first.replace("$$", "$"), second.replace("$$", "$")
    whole = moved(read_document("x.md", f"{first}\n\n{second}"), 0)
    down = first.count("\n") + 2
    parts = moved(read_document("x.md", first), 0) + moved(read_document("x.md", second), down)
    assert whole == parts


contents = st.text("ab\\+=_^ \n(&", min_size=1, max_size=30).filter(
    lambda text: (
        text.strip()
        and "\n\n" not in text
        and not text.endswith("\\")
        and "=" in text
        and all("\\" + sign not in text for sign in "([\\")
        and all(line.strip() for line in text.split("\n"))
    )
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$$", "$$"),
        (r"\[", r"\]"),
        (r"\begin{align}", r"\end{align}"),
        ("$$\n", "\n$$"),
        (r"\begin{equation*}", r"\end{equation*}"),
        ("a\n\n\\begin{gather}\n", "\n\\end{gather} (5)"),
    ],
)
@pytest.mark.parametrize("name", ["x.md", "x.tex"])
@given(content=contents)
def test_all_ways_to_set_a_display_hold_the_same(
    name: str, before: str, after: str, content: str
) -> None:
    (formula,) = formulas(read_document(name, before + content + after))
    assert formula.latex == content.strip()
    assert not formula.is_inline


# Time ---------------------------------------------------------------------------------------------

MEGABYTE = 1_000_000


def seconds(name: str, text: str) -> float:
    begin = time.process_time()
    with suppress(ReadError):
        read_document(name, text)
    return time.process_time() - begin


@pytest.mark.parametrize("name", ["x.md", "x.tex"])
def test_ten_thousand_displays_are_read_in_three_seconds(name: str) -> None:
    display = "Text {}:\n\n\\begin{{align}}\n a_{} &= b \\\\\n c &= d\n\\end{{align}} ({})\n\n"
    text = "".join(display.format(n, n, n) for n in range(10_000))
    assert len(formulas(read_document(name, text))) == 10_000
    assert seconds(name, text) < 3


#: Each would take quadratic time if something were looked for again and again.
REPEATED = [
    "$ ", "$$ x\n\n", "\\[ x ", "\\( x ", "\\[ x\n\n", "\\begin{align} ", "{", "`` ` ", "<!-- ",
    "--> <!--\n", "\\verb|", "\\newcommand{\\a}{", "\\newcommand{\\a ", "\\section[",
    "\\text{ $", "```math\nx\n\n",
    "> > ", " ", "\t\n", "| ", "$$\n\nx $$\n", "\\begin{verbatim} ", "aa bb ", "5, ", "(5 ",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fragment", REPEATED)
@pytest.mark.parametrize("name", ["x.md", "x.tex"])
def test_time_grows_with_the_length(name: str, fragment: str) -> None:
    """Four times the text takes about four times as long; quadratic would be sixteen times."""
    quarter = fragment * (MEGABYTE // 16 // len(fragment))
    short = min(seconds(name, quarter) for _ in range(2))
    long = min(seconds(name, quarter * 4) for _ in range(2))
    assert long < 9 * short + 0.2


@pytest.mark.parametrize("name", ["x.md", "x.tex"])
@pytest.mark.parametrize(
    "fragment", ["$x ", "\\[{\\text{ ", "`\\(<!-- \\verb|", "\\newcommand{\\a}{ "]
)
def test_a_quarter_of_a_megabyte_of_nonsense_is_read_at_once(name: str, fragment: str) -> None:
    assert seconds(name, fragment * (MEGABYTE // 4 // len(fragment))) < 5
