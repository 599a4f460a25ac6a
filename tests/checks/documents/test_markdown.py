"""What is found in Markdown and plain text, and where."""

from __future__ import annotations

import pytest

from checks.documents.open import place_of, read_document
from checks.documents.record import Code, Directive, Document, Formula, Heading, Item, Prose


def read(text: str) -> Document:
    return read_document("notes.md", text)


def formulas(text: str) -> list[Formula]:
    return [item for item in read(text).items if isinstance(item, Formula)]


def shown(item: Item) -> str:
    """Return an item in one line: D display, I inline, H heading, > directive, P prose, C code."""
    match item:
        case Formula():
            mark = "I" if item.is_inline else "D"
            number = f" ({item.tag})" if item.tag else ""
            environment = f" {item.environment}" if item.environment else ""
            return f"{item.span.line}:{item.span.column} {mark}{environment} {item.latex}{number}"
        case Heading():
            return f"{item.span.line}:{item.span.column} H{item.level} {item.text}"
        case Directive():
            return f"{item.span.line}:{item.span.column} > {item.word} {item.text}".rstrip()
        case Prose():
            return f"{item.span.line}:{item.span.column} P {item.text}"
        case Code():
            return f"{item.span.line}:{item.span.column} C {item.text}"


#: A text and the formulas, headings and directives in it, with their places; without prose.
FORMS = [
    # Dollars
    ("$x = 1$", ["1:2 I x = 1"]),
    ("so $a$ and $b$.", ["1:5 I a", "1:13 I b"]),
    ("$ x = 1 $", ["1:3 I x = 1"]),
    ("$ h $", ["1:3 I h"]),
    (r"$ \alpha $", [r"1:3 I \alpha"]),
    ("$ x_t $ or $ a + b $", ["1:3 I x_t", "1:14 I a + b"]),
    ("$t-1$, $2$", ["1:2 I t-1", "1:9 I 2"]),
    ("$1 - h$ and $2 x$", ["1:2 I 1 - h", "1:14 I 2 x"]),
    ("$a +\n b$ here", ["1:2 I a +\n b"]),
    ("$a$$b$", ["1:2 I a", "1:5 I b"]),
    ("$`x = 1`$", ["1:3 I x = 1"]),
    (r"$a \text{ if $b$ } c$", [r"1:2 I a \text{ if $b$ } c"]),
    (r"$5\%$ of $x$", [r"1:2 I 5\%", "1:11 I x"]),
    # Dollars that are money, or stray
    ("$5 and $6", []),
    ("It costs $5, or $6.", []),
    ("from $20,000 to $30,000 a year", []),
    (r"\$5 and \$6", []),
    ("$5 and the $\\alpha$ of it", ["1:13 I \\alpha"]),
    ("$10k for all and $y$ too", ["1:19 I y"]),
    ("a $ stray and $x$", ["1:16 I x"]),
    ("$x", []),
    ("$x\n\ny$", []),
    ("$ $", []),
    ("a $ is a b and c $ too", []),
    ("$$$$$$$$", []),
    # Displays
    ("$$x = 1$$", ["1:3 D x = 1"]),
    ("so $$x = 1$$ in a line", ["1:6 D x = 1"]),
    ("$$\nx\n= 1\n$$", ["2:1 D x\n= 1"]),
    ("$$ x\n   = 1 $$", ["1:4 D x\n   = 1"]),
    ("$$a$$\n$$b$$", ["1:3 D a", "2:3 D b"]),
    ("$$a$$$$b$$", ["1:3 D a", "1:8 D b"]),
    ("$$\n\nx = 1\n\n$$\n\nEnd", ["3:1 D x = 1"]),
    ("$$\nx = 1\n\n$$", ["2:1 D x = 1"]),
    (r"\[ x = 1 \]", ["1:4 D x = 1"]),
    ("\\[\n  a\\\\[2pt] b\n\\]", [r"2:3 D a\\[2pt] b"]),
    ("\\[\na = 1\n\nb\n\\]", ["2:1 D a = 1\n\nb"]),
    (r"\(x = 1\) here", ["1:3 I x = 1"]),
    (r"$$\text{if $a$}$$", [r"1:3 D \text{if $a$}"]),
    (r"$$5\$ = x$$", [r"1:3 D 5\$ = x"]),
    # Displays that do not end
    ("$$ x = 1\n\nText $y$.", ["1:4 D x = 1", "3:7 I y"]),
    ("$$ x = 1\n# Next\n$y$", ["1:4 D x = 1", "2:3 H1 Next", "3:2 I y"]),
    ("$$ x = 1\n\n$$y$$", ["1:4 D x = 1", "3:3 D y"]),
    ("\\[ x = 1\n\n\\[ y \\]", ["1:4 D x = 1", "3:4 D y"]),
    ("\\begin{align}\na &= b\n\nText.", ["2:1 D align a &= b"]),
    ("$$ and so on", []),
    # Brackets that are not math
    (r"see \[1\] and \[12, 13\]", []),
    (r"a \(see above\) b", []),
    # Environments
    ("\\begin{align}\na &= b \\\\\n  &= c\n\\end{align}", ["2:1 D align a &= b \\\\\n  &= c"]),
    ("\\begin{align*}a\\end{align*}", ["1:15 D align a"]),
    ("\\begin{alignat}{2}\na &= b\n\\end{alignat}", ["2:1 D alignat a &= b"]),
    ("\\begin{equation}\\begin{aligned}a\\end{aligned}\\end{equation}",
     [r"1:17 D equation \begin{aligned}a\end{aligned}"]),
    ("$$\\begin{align} a \\end{align}$$", ["1:17 D align a"]),
    ("\\begin{displaymath}a\\end{displaymath} \\begin{math}b\\end{math}",
     ["1:20 D a", "1:51 I b"]),
    ("\\begin{theorem}$a$\\end{theorem}", ["1:17 I a"]),
    # Numbers beside a display
    ("$$a$$ (5)", ["1:3 D a (5)"]),
    ("$$a$$\n (30)\n\nText", ["1:3 D a (30)"]),
    ("$$a$$ (5) where $b$", ["1:3 D a (5)", "1:18 I b"]),
    ("$$a$$, (2.1)", ["1:3 D a (2.1)"]),
    ("$$a$$ \\qquad (A1)", ["1:3 D a (A1)"]),
    ("\\[ a \\]\n(b)", ["1:4 D a (b)"]),
    ("\\begin{gather}a\\end{gather} (7')", ["1:15 D gather a (7')"]),
    ("$$a$$ (b) is first", ["1:3 D a"]),
    ("$$a$$ (see 5)", ["1:3 D a"]),
    ("$$a$$\n\n(61)\n\nText", ["1:3 D a"]),
    ("$$a \\tag{4}$$ (5)", ["1:3 D a \\tag{4}"]),
    ("$$a \\quad (5)$$", ["1:3 D a \\quad (5)"]),
    # Lists, quotations, tables
    ("- $$a$$\n- $b$", ["1:5 D a", "2:4 I b"]),
    ("1. so\n\n   $$\n   a\n   = b\n   $$", ["4:4 D a\n   = b"]),
    ("> $$\n> a\n> = b\n> $$", ["2:3 D a\n= b"]),
    ("> > $a +\n> > b$", ["1:6 I a +\nb"]),
    ("$$\na\n> b\n$$", ["2:1 D a\n> b"]),
    ("text\n> $$\n> a\n> $$", ["3:3 D a"]),
    ("| a | $x$ |\n|---|:-:|\n| $y$ | $z | w$ |", ["1:8 I x", "3:4 I y"]),
    ("a | b\n--|--\n$\\|x\\|$ | $$y$$\n\n$u|v$", ["3:3 I |x |",
                                                  "3:13 D y", "5:2 I u|v"]),
    # Code
    ("`$x$` and `` `$y$ `` and $z$", ["1:27 I z"]),
    ("```python\n$x$\n```\n$y$", ["2:1 C $x$", "4:2 I y"]),
    ("~~~\n$x$\n```\n~~~\n$y$", ["2:1 C $x$\n```", "5:2 I y"]),
    ("```math\na\n= b\n```", ["2:1 D a\n= b"]),
    ("```math\na = b\n\nc = d\n```", ["2:1 D a = b", "4:1 D c = d"]),
    ("- ```latex\n  \\begin{align}\n  a\n  \\end{align}\n  ```", ["3:3 D align a"]),
    ("> ```math\n> a = 1\n> ```", ["2:3 D a = 1"]),
    ("```math\na = 1 % note\n```", ["2:1 D a = 1"]),
    ("```math\na = 1\n\n$b$", ["2:1 D a = 1", "4:2 I b"]),
    ("```\n$x$", ["2:1 C $x$"]),
    ("``a'' and $x$ and ``b''", ["1:12 I x"]),
    ("`a' and $x$ and `b'", ["1:10 I x"]),
    ("`f('$x$')` and `g`", []),
    # Headings
    ("# A #\n## B", ["1:3 H1 A", "2:4 H2 B"]),
    ("# At $t=1$", ["1:3 H1 At $t=1$", "1:7 I t=1"]),
    ("Title\n=====\n\nSub\n---", ["1:1 H1 Title", "4:1 H2 Sub"]),
    ("$$\na\n---\nb\n$$", ["2:1 D a\n---\nb"]),
    ("$x$\n--", ["1:2 I x"]),
    ("- item\n---", []),
    ("2 Back-Propagation Through Time", ["1:1 H1 2 Back-Propagation Through Time"]),
    ("x\n\n1.2 Scalars\n\ny", ["3:1 H2 1.2 Scalars"]),
    ("1.2.3. The loss", ["1:1 H3 1.2.3. The loss"]),
    ("3 examples, length of 3", []),
    ("1. First", []),
    ("2 Sums of $x$", ["1:12 I x"]),
    ("2 This is a sentence.", []),
    ("2 Two\nlines", []),
    ("7", []),
    ("#hash", []),
    # Comments
    ("<!-- $x$ --> $y$", ["1:15 I y"]),
    ("<!--\n$x$\n\n$y$\n--> $z$", ["5:6 I z"]),
    ("<!-- open $x$", ["1:12 I x"]),
    ("$$a <!-- b --> = c$$", ["1:3 D a            = c"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_what_is_found(text: str, expected: list[str]) -> None:
    items = [item for item in read(text).items if not isinstance(item, Prose)]
    assert [shown(item) for item in items] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So $x$ is\none.\n\nAnd\n\n$$y$$", ["1:1 P So", "1:8 P is\none.\n\nAnd"]),
        ("a `code` b", ["1:1 P a        b"]),
        ("> a\n> b", ["1:3 P a\nb"]),
        ("  $5 and $6", ["1:3 P $5 and $6"]),
        ("$$a$$ (5) where", ["1:11 P where"]),
        ("x\n\n# H\n\ny", ["1:1 P x", "5:1 P y"]),
    ],
)  # fmt: skip
def test_prose_is_what_is_left(text: str, expected: list[str]) -> None:
    found = [shown(item) for item in read(text).items if isinstance(item, Prose)]
    assert found == expected


def test_each_character_of_a_formula_has_its_place() -> None:
    text = "> so\n>\n> $$\n>   a_t\n> = b_t\n> $$ (3)\n"
    (formula,) = formulas(text)
    lines = text.split("\n")
    assert formula.latex == "a_t\n= b_t"
    for offset, character in enumerate(formula.latex):
        place = place_of(formula, offset)
        if character != "\n":
            assert lines[place.line - 1][place.column - 1] == character


def test_an_escaped_bar_keeps_the_places_after_it() -> None:
    (formula,) = formulas("a | b\n-|-\n1 | $\\|x\\| = y$\n")
    assert formula.latex == "|x | = y"
    assert str(place_of(formula, formula.latex.index("y"))) == "notes.md:3:14"


def test_the_span_of_a_formula_covers_its_first_line() -> None:
    (formula,) = formulas("$$abc\nd$$")
    assert (formula.span.length, formula.lines[1].length) == (3, 1)


def test_macros_are_taken_from_formulas_and_from_text() -> None:
    document = read("$\\newcommand{\\W}{\\mathbf W}$\n\n\\def\\d{\\partial}\n\n$$\\def\\v{v} \\W$$")
    assert document.macros == {"W": (0, r"\mathbf W"), "d": (0, r"\partial"), "v": (0, "v")}
    (formula,) = (item for item in document.items if isinstance(item, Formula))
    assert (formula.latex, str(formula.span)) == (r"\W", "notes.md:5:13")


def test_directives_stand_where_their_comment_stands() -> None:
    text = (
        "Text\n<!-- gradproof: model elman-softmax\n   assume one-hot  \n\n"
        "   gradproof: shape W: (n, n) -->\n$$a\n% gradproof: ignore\n= b$$\n"
        "a <!-- gradproof: scope --> b\n\n```\n<!-- gradproof: nonsense -->\n```\n"
        "`<!-- gradproof: nonsense -->`"
    )
    assert [shown(item) for item in read(text).items] == [
        "1:1 P Text",
        "2:17 > model elman-softmax",
        "3:4 > assume one-hot",
        "5:15 > shape W: (n, n)",
        "7:14 > ignore",
        "6:3 D a\n                   \n= b",
        "9:1 P a",
        "9:19 > scope",
        "9:29 P b",
        "12:1 C <!-- gradproof: nonsense -->",
    ]


def test_windows_line_ends_change_nothing_but_the_text() -> None:
    text = "# A\n\n$$a\n= b$$ (1)\n"
    assert read(text.replace("\n", "\r\n")) == read(text)
