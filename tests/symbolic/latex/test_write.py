"""read(write(tree)) == tree for every tree that the reader can give; printing of all others."""

from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.outline import outline

from symbolic.errors import ReadError
from symbolic.latex.reader import read
from symbolic.latex.syntax import (
    Big,
    Blank,
    Braced,
    Bracket,
    Cases,
    Chain,
    Dots,
    Evaluated,
    Factors,
    Fraction,
    Listed,
    Matrix,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Terms,
    Word,
)
from symbolic.latex.write import write

# Trees that the reader can give -------------------------------------------------------------------

Nodes = st.SearchStrategy[Node]

LETTERS = [
    *"abdfhijkstxyzLTUVWY",
    "alpha",
    "tau",
    "phi",
    "varphi",
    "partial",
    "nabla",
    "ell",
    "top",
]
WORDS = ["tanh", "log", "exp", "max", "softmax", "diag", "func", "model", "sqrt"]

symbols: Nodes = st.builds(
    Symbol,
    st.sampled_from(LETTERS),
    st.sampled_from(["", "", "bold", "roman", "cal", "bb", "sans", "frak"]),
    st.lists(st.sampled_from(["hat", "tilde", "bar", "vec", "dot"]), max_size=2).map(tuple),
    st.integers(0, 2),
)
digits: Nodes = st.builds(Symbol, st.sampled_from("01"), st.sampled_from(["bold", "bb"]))
numerals: Nodes = st.builds(Numeral, st.sampled_from(["0", "1", "2", "31", "0.76", "094"]))
words: Nodes = st.builds(Word, st.sampled_from(WORDS), st.integers(0, 1))
atoms: Nodes = st.one_of(symbols, symbols, digits, numerals, words)
signs = st.sampled_from("+-")
PLAIN_RELATIONS = ["=", "le", "neq", "in"]


@cache
def expressions(level: int) -> Nodes:
    """Return expressions without relations."""
    if level <= 0:
        return atoms
    inner = factors(level)
    return st.one_of(inner, products(level), sums(level))


@cache
def factors(level: int) -> Nodes:
    """Return what is one factor."""
    if level <= 0:
        return atoms
    less = level - 1
    return st.one_of(
        atoms,
        scripted(less),
        brackets(less),
        st.builds(Fraction, expressions(less), expressions(less)),
        st.builds(Braced, expressions(less), st.one_of(st.none(), expressions(less), prose)),
        st.builds(Evaluated, expressions(less), chains(less, PLAIN_RELATIONS)),
        matrices(less),
        cases(less),
        st.just(Dots()),
    )


prose: Nodes = st.builds(Word, st.sampled_from(["hidden state", "if 100% sure", "where", "a_b c"]))


@cache
def with_body(level: int) -> Nodes:
    """Return sums and products over something; nothing can follow them in a product."""
    below = st.one_of(st.none(), scripts(level), chains(level, PLAIN_RELATIONS))
    above = st.one_of(st.none(), scripts(level))
    negative = st.builds(lambda term: Terms((term,), ("-",)), factors(level))
    body = st.one_of(factors(level), products(level), negative)
    return st.builds(Big, st.sampled_from(["sum", "prod"]), below, above, body)


@st.composite
def products(draw: st.DrawFn, level: int) -> Node:
    found = draw(st.lists(factors(level - 1), min_size=2, max_size=4))
    if draw(st.booleans()):
        found.append(draw(with_body(level - 1)))
    operators = draw(
        st.lists(
            st.sampled_from(["", "", "", "cdot", "*", "times", "circ", "odot", "otimes", "/"]),
            min_size=len(found) - 1,
            max_size=len(found) - 1,
        )
    )
    for place, operator in enumerate(operators, start=1):
        if is_number(found[place - 1]) and is_number(found[place]) and not operator:
            operators[place - 1] = "cdot"
        elif operator and not isinstance(found[place], Big) and draw(st.integers(0, 9)) == 0:
            found[place] = Terms((found[place],), ("-",))
    return Factors(tuple(found), tuple(operators))


def is_number(node: Node) -> bool:
    return isinstance(node.base if isinstance(node, Scripted) else node, Numeral)


@st.composite
def sums(draw: st.DrawFn, level: int) -> Node:
    term = st.one_of(factors(level - 1), products(level - 1), with_body(level - 1))
    terms = draw(st.lists(term, min_size=1, max_size=3))
    return Terms(tuple(terms), tuple(draw(signs) for _ in terms))


@cache
def scripts(level: int) -> Nodes:
    """Return what can stand in a script."""
    marks: Nodes = st.sampled_from([Symbol("*"), Symbol("+"), Symbol("-"), Blank()])
    steps = st.builds(lambda item: Bracket("<", (item,)), expressions(0))
    if level <= 0:
        return st.one_of(atoms, marks, steps)
    listed = st.lists(expressions(level - 1), min_size=2, max_size=3)
    side_by_side = st.lists(st.one_of(steps, brackets(level - 1)), min_size=2, max_size=2)
    return st.one_of(
        expressions(level).map(as_script),
        marks,
        steps,
        st.one_of(listed, side_by_side).map(lambda items: Listed(tuple(items))),
        chains(level, PLAIN_RELATIONS),
        prose,
    )


def as_script(node: Node) -> Node:
    """Return a product of brackets as the list that it is in a script."""
    if not isinstance(node, Factors) or any(node.operators):
        return node
    are_brackets = all(isinstance(factor, Bracket) for factor in node.factors)
    return Listed(node.factors) if are_brackets else node


@st.composite
def scripted(draw: st.DrawFn, level: int) -> Node:
    base = draw(st.one_of(atoms, brackets(level), matrices(level)))
    below, above = draw(st.tuples(*[st.one_of(st.none(), scripts(level))] * 2))
    assume(below is not None or above is not None)
    assume(not (isinstance(base, Symbol | Word) and outline(above) == "prime"))
    return Scripted(base, below, above)


@st.composite
def brackets(draw: st.DrawFn, level: int) -> Node:
    kind = draw(st.sampled_from(["(", "(", "[", "{", "|", "||", "<"]))
    item = expressions(level) if kind == "<" else entries(level)
    items = draw(st.lists(item, min_size=int(kind in "|||"), max_size=3))
    between = [draw(st.sampled_from([",", ";", "&", "space"])) for _ in items[1:]]
    for place, following in enumerate(items[1:]):
        if outline(following).removeprefix("c(").startswith(("t(+", "_")):
            between[place] = ","
    return Bracket(kind, tuple(items), tuple(between))


@cache
def entries(level: int) -> Nodes:
    if level <= 0:
        return expressions(0)
    return st.one_of(
        expressions(level), chains(level, ["=", "<", "mid", "implies"]), st.just(Blank())
    )


@st.composite
def chains(draw: st.DrawFn, level: int, known: list[str], *, bare: bool = False) -> Chain:
    relations = draw(st.lists(st.sampled_from(known), min_size=0 if bare else 1, max_size=2))
    items = [draw(expressions(level)) for _ in range(len(relations) + 1)]
    return Chain(tuple(items), tuple(relations))


@st.composite
def matrices(draw: st.DrawFn, level: int) -> Node:
    columns = draw(st.integers(1, 3))
    cell = st.lists(expressions(level), min_size=columns, max_size=columns).map(tuple)
    rows = draw(st.lists(cell, min_size=1, max_size=2))
    return Matrix(draw(st.sampled_from(["(", "[", "{", "|", "||"])), tuple(rows))


@cache
def cases(level: int) -> Nodes:
    value = st.one_of(expressions(level), chains(level, ["="]))
    condition = st.one_of(st.none(), chains(level, PLAIN_RELATIONS), words)
    rows = st.lists(st.tuples(value, condition), min_size=1, max_size=2)
    return st.builds(Cases, rows.map(tuple))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    level = draw(st.integers(0, 3))
    known = ["=", "le", "<", ">", "to", "gets", "colon", ":=", "approx", "propto", "subseteq"]
    found = [draw(chains(level, known, bare=True)) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.integers(0, 4)) == 0:
        found[0] = Chain((None, *found[0].items), ("=", *found[0].relations))
    first = found[0]
    text = outline(first.items[0])
    assume(len(found) > 1 or first.relations or not text.startswith("("))
    # Equations alone in a brace are rows of their own, and no distinction of cases.
    lone = first.items[0] if len(found) == 1 and not first.relations else None
    values = [value for value, _ in lone.rows] if isinstance(lone, Cases) else []
    assume(not values or not all(isinstance(v, Chain) and v.relations for v in values))
    continues = ""
    if text.startswith("t(-") and not first.relations:
        continues = "-"
    elif text.startswith("t(+") and draw(st.booleans()):
        continues = "+"
    if isinstance(first.items[0], Terms) and len(first.items[0].terms) == 1 and not continues:
        continues = "" if text.startswith("t(-") else "+"
    tag = draw(st.one_of(st.none(), st.sampled_from(["63", "a", "2.13", "*", "A_1"])))
    return Row(tuple(found), tag, continues=continues)


@given(rows())
@settings(max_examples=120, deadline=None)
def test_what_is_written_is_read_back(row: Row) -> None:
    text = write(row)
    (found,) = read(text)
    assert found == row, f"{text}\n{found}"


@given(rows())
@settings(max_examples=20, deadline=None)
def test_what_is_written_is_written_again_the_same(row: Row) -> None:
    (found,) = read(write(row))
    assert not isinstance(found, ReadError)
    assert write(found) == write(row)


# Trees that need brackets: from edits, not from the reader ----------------------------------------

a, b, c = Symbol("a"), Symbol("b"), Symbol("c")
a_plus_b = Terms((a, b), ("+", "+"))


def test_what_would_fall_apart_is_written_with_brackets() -> None:
    assert write(Factors((a_plus_b, c), ("",))) == "(a + b) c"
    assert write(Factors((c, a_plus_b), ("cdot",))) == r"c \cdot (a + b)"
    assert write(Terms((c, a_plus_b), ("+", "-"))) == "c - (a + b)"
    assert write(Scripted(a_plus_b, None, Numeral("2"))) == "(a + b)^2"
    assert write(Big("sum", Symbol("i"), None, a_plus_b)) == r"\sum_i (a + b)"
    big = Big("sum", Symbol("i"), None, a)
    assert write(Factors((big, c), ("",))) == r"(\sum_i a) c"
    assert write(Factors((Factors((a, b), ("",)), c), ("/",))) == "(a b) / c"
    assert write(Factors((Numeral("2"), Numeral("3")), ("",))) == r"2 \cdot 3"


def test_writing_looks_like_what_an_author_writes() -> None:
    for latex in (
        r"\mathbf{h}_1^{(t)}",
        r"s_t = \tanh(U x_t + W s_{t - 1}) \tag{1}",
        r"\nabla_{\mathbf{o}^{(t)}} L = \mathbf{V}^T \operatorname{diag}(1 - h^2)",
        r"\left( \frac{\partial L}{\partial W} \right)^\top \cdot x'",
        r"\alpha^{<3>(i)} - \hat{y}^{[2]}",
        r"\frac{\partial s_t}{\partial W}"
        r" = \sum_{k = 1}^t W^{t - k} \frac{\partial s_k}{\partial V} \circ y",
        r"\begin{cases} 1 & \text{if } i = j \\ 0 & \text{otherwise} \end{cases}",
        r"\sqrt{x_t} + y",
        r"i = 1, 2, \dots, C",
    ):
        (row,) = read(latex)
        assert not isinstance(row, ReadError)
        assert write(row) == latex


def test_a_node_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="write has no rule for str"):
        write("x")  # type: ignore[arg-type]
