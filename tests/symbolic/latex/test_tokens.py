"""Tokens, their places and spaces; characters beyond ASCII; the order of the tables."""

import pytest

from symbolic.latex import vocabulary as v
from symbolic.latex.clean import KNOWN, RULES, SIMPLE
from symbolic.latex.height import is_higher
from symbolic.latex.places import Places
from symbolic.latex.reader import read
from symbolic.latex.syntax import Row, Symbol
from symbolic.latex.tokens import Space, tokens
from symbolic.latex.write import write


def texts(latex: str) -> list[str]:
    return [token.text for token in tokens(latex, Places(latex, None))]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\alpha x", [r"\alpha", "x"]),
        (r"1.5x .5 1..T", ["1.5", "x", ".5", "1", "..", "T"]),
        (r"a := b <= c -> d", ["a", ":=", "b", "<=", "c", "->", "d"]),
        ("a % b\n c", ["a", "c"]),
        (r"a \% b", ["a", r"\%", "b"]),
        (r"a \\[2pt] b", ["a", r"\\[2pt]", "b"]),
        (r"a \\ [1, 0]", ["a", r"\\", "[", "1", ",", "0", "]"]),
        ("xₜ₋₁", ["x", "_", "{", "t", "-", "1", "}"]),
        ("ŷ", [r"\hat", "{", "y", "}"]),
        ("x\u0303", [r"\tilde", "{", "x", "}"]),
        ("…", [r"\dots"]),
        ("☃", ["☃"]),
    ],
)
def test_tokens_of_a_text(latex: str, expected: list[str]) -> None:
    assert texts(latex) == expected


def test_tokens_know_the_space_before_them() -> None:
    latex = r"a b\,c\quad d\;\;e~f\!g"
    found = [token.space for token in tokens(latex, Places(latex, None))]
    none, plain, thin, wide = Space
    assert found == [none, plain, thin, wide, wide, thin, plain]


def test_tokens_know_their_places() -> None:
    latex = "a +\n\\beta"
    assert [(t.start, t.end) for t in tokens(latex, Places(latex, None))] == [
        (0, 1),
        (2, 3),
        (4, 9),
    ]


def test_every_symbol_is_read_and_written() -> None:
    for name in sorted(v.SYMBOLS - {"prime"}):
        (row,) = read(rf"\{name}")
        assert isinstance(row, Row)
        assert row.chains[0].items == (Symbol(name),)
        assert read(write(row)) == (row,)


@pytest.mark.parametrize("command", sorted(v.RELATIONS))
def test_every_relation_is_read_and_written(command: str) -> None:
    (row,) = read(f"(a {command} b)")
    assert isinstance(row, Row)
    assert v.RELATIONS[command] in repr(row)
    assert read(write(row)) == (row,)


@pytest.mark.parametrize("command", sorted(v.OPERATORS))
def test_every_operator_is_read_and_written(command: str) -> None:
    (row,) = read(f"a {command} b")
    assert isinstance(row, Row)
    assert read(write(row)) == (row,)


@pytest.mark.parametrize("command", sorted(v.ACCENTS) + sorted(v.STYLES))
def test_every_accent_and_style_is_read_and_written(command: str) -> None:
    (row,) = read(f"{command}{{x}}_1 + {command} x")
    assert isinstance(row, Row)
    assert read(write(row)) == (row,)


@pytest.mark.parametrize("name", sorted(v.BARE_FUNCTIONS))
def test_every_bare_function_is_a_word_before_a_bracket_only(name: str) -> None:
    word = rf"\operatorname{{{name}}}"
    assert read(f"{name}(x)") == read(f"{word}(x)")
    assert read(f"y{name}_0^2[x]") == read(f"y {word}_0^2[x]")
    assert read(name) == read(" ".join(name))


def test_no_command_is_in_two_tables() -> None:
    assert not set(SIMPLE) & set(RULES)
    assert len(KNOWN) > 200


def test_the_height_of_a_tree() -> None:
    (row,) = read("a + b x^{(c)}")
    assert isinstance(row, Row)
    assert not is_higher(row.chains, 6)
    assert is_higher(row.chains, 5)
