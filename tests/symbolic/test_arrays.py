"""Matrix notation against plain NumPy, which shares no code with the core."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symbolic import arrays
from symbolic.affine import integer, letter
from symbolic.arrays import (
    add,
    apply,
    diag,
    divide,
    hadamard,
    identity,
    matmul,
    negative,
    number,
    outer,
    power,
    total,
    transpose,
)
from symbolic.errors import ModelError
from symbolic.evaluate import evaluate_array
from symbolic.traverse import free_indices

quick = settings(deadline=None, max_examples=60)
n, m, p = (letter(name) for name in "nmp")
sizes = st.fixed_dictionaries({name: st.integers(1, 4) for name in "nmp"})
seeds = st.integers(0, 2**32 - 1)

#: The variables of these tests, with symbolic shapes.
SHAPES = {
    "s": (),
    "r": (),
    "a": (n,),
    "b": (n,),
    "c": (m,),
    "A": (n, m),
    "B": (n, m),
    "C": (m, p),
    "W": (n, n),
    "V": (n, n),
    "T": (n, m, p),
}
ARRAY = {name: arrays.variable(name, shape) for name, shape in SHAPES.items()}


def draw_values(dims, seed):
    generator = np.random.default_rng(seed)
    shapes = {name: tuple(d.value(dims) for d in shape) for name, shape in SHAPES.items()}
    return {name: generator.uniform(-1.5, 1.5, shape) for name, shape in shapes.items()}


def numbers(array, scope):
    return evaluate_array(array.entry, array.indices, scope)


def softmax(x):
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


#: Notation, how it is built, and what NumPy has for it.
NOTATIONS = {
    "a @ b": (lambda v: matmul(v["a"], v["b"]), lambda v: v["a"] @ v["b"]),
    "W @ a": (lambda v: matmul(v["W"], v["a"]), lambda v: v["W"] @ v["a"]),
    "a @ A": (lambda v: matmul(v["a"], v["A"]), lambda v: v["a"] @ v["A"]),
    "A @ C": (lambda v: matmul(v["A"], v["C"]), lambda v: v["A"] @ v["C"]),
    "W @ W": (lambda v: matmul(v["W"], v["W"]), lambda v: v["W"] @ v["W"]),
    "a @ a": (lambda v: matmul(v["a"], v["a"]), lambda v: v["a"] @ v["a"]),
    "A.T": (lambda v: transpose(v["A"]), lambda v: v["A"].T),
    "a.T": (lambda v: transpose(v["a"]), lambda v: v["a"]),
    "T.T": (lambda v: transpose(v["T"]), lambda v: v["T"].T),
    "s.T": (lambda v: transpose(v["s"]), lambda v: v["s"]),
    "A.T @ a": (lambda v: matmul(transpose(v["A"]), v["a"]), lambda v: v["A"].T @ v["a"]),
    "A @ A.T": (lambda v: matmul(v["A"], transpose(v["A"])), lambda v: v["A"] @ v["A"].T),
    "A * B": (lambda v: hadamard(v["A"], v["B"]), lambda v: v["A"] * v["B"]),
    "W * W.T": (lambda v: hadamard(v["W"], transpose(v["W"])), lambda v: v["W"] * v["W"].T),
    "s * a": (lambda v: hadamard(v["s"], v["a"]), lambda v: v["s"] * v["a"]),
    "a * s * b": (lambda v: hadamard(v["a"], v["s"], v["b"]), lambda v: v["a"] * v["s"] * v["b"]),
    "s * r": (lambda v: hadamard(v["s"], v["r"]), lambda v: v["s"] * v["r"]),
    "A + B": (lambda v: add(v["A"], v["B"]), lambda v: v["A"] + v["B"]),
    "W + W.T": (lambda v: add(v["W"], transpose(v["W"])), lambda v: v["W"] + v["W"].T),
    "s + a": (lambda v: add(v["s"], v["a"]), lambda v: v["s"] + v["a"]),
    "A + s + B": (lambda v: add(v["A"], v["s"], v["B"]), lambda v: v["A"] + v["s"] + v["B"]),
    "s + r": (lambda v: add(v["s"], v["r"]), lambda v: v["s"] + v["r"]),
    "3/2": (lambda v: number(Fraction(3, 2)), lambda v: np.array(1.5)),
    "-A": (lambda v: negative(v["A"]), lambda v: -v["A"]),
    "outer(a, c)": (lambda v: outer(v["a"], v["c"]), lambda v: np.outer(v["a"], v["c"])),
    "outer(a, a)": (lambda v: outer(v["a"], v["a"]), lambda v: np.outer(v["a"], v["a"])),
    "outer(A, c)": (lambda v: outer(v["A"], v["c"]), lambda v: np.multiply.outer(v["A"], v["c"])),
    "outer(s, a)": (lambda v: outer(v["s"], v["a"]), lambda v: v["s"] * v["a"]),
    "diag(a)": (lambda v: diag(v["a"]), lambda v: np.diag(v["a"])),
    "identity": (lambda v: identity(n), lambda v: np.eye(len(v["a"]))),
    "total(A)": (lambda v: total(v["A"]), lambda v: v["A"].sum()),
    "total(T)": (lambda v: total(v["T"]), lambda v: v["T"].sum()),
    "total(s)": (lambda v: total(v["s"]), lambda v: v["s"]),
    "softmax(a)": (lambda v: arrays.softmax(v["a"]), lambda v: softmax(v["a"])),
    "softmax(A)": (lambda v: arrays.softmax(v["A"]), lambda v: softmax(v["A"])),
    "softmax(A.T).T": (
        lambda v: transpose(arrays.softmax(transpose(v["A"]))),
        lambda v: softmax(v["A"].T).T,
    ),
    "A ** 3": (lambda v: power(v["A"], 3), lambda v: v["A"] ** 3),
    "a ** 0": (lambda v: power(v["a"], 0), lambda v: v["a"] ** 0),
    "a ** -2": (lambda v: power(v["a"], -2), lambda v: v["a"] ** -2.0),
    "a ** n": (lambda v: power(v["a"], n), lambda v: v["a"] ** len(v["a"])),
    "A / B": (lambda v: divide(v["A"], v["B"]), lambda v: v["A"] / v["B"]),
    "a / s": (lambda v: divide(v["a"], v["s"]), lambda v: v["a"] / v["s"]),
    "s / a": (lambda v: divide(v["s"], v["a"]), lambda v: v["s"] / v["a"]),
    "tanh(A)": (lambda v: apply("tanh", v["A"]), lambda v: np.tanh(v["A"])),
    "tanh'(a)": (lambda v: apply("tanh", v["a"], 1), lambda v: 1 - np.tanh(v["a"]) ** 2),
    "log(exp(a))": (lambda v: apply("log", apply("exp", v["a"])), lambda v: v["a"]),
}  # fmt: skip


@pytest.mark.parametrize("notation", NOTATIONS)
@settings(deadline=None, max_examples=12)
@given(sizes, seeds)
def test_notation_has_the_value_and_shape_that_numpy_gives(scope_of, notation, dims, seed):
    build, expected = NOTATIONS[notation]
    values = draw_values(dims, seed)
    array, wanted = build(ARRAY), np.asarray(expected(values))
    assert tuple(size.value(dims) for size in array.shape) == wanted.shape
    got = numbers(array, scope_of(values, dims))
    assert got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12)


@quick
@given(sizes, seeds)
def test_nested_products_do_not_confuse_their_indices(scope_of, dims, seed):
    v, x = draw_values(dims, seed), ARRAY
    ww = matmul(x["W"], x["W"])
    aa = outer(x["a"], x["a"])
    cases = [
        (matmul(ww, x["W"]), v["W"] @ v["W"] @ v["W"]),
        (matmul(x["W"], ww), v["W"] @ v["W"] @ v["W"]),
        (matmul(ww, ww), np.linalg.matrix_power(v["W"], 4)),
        (matmul(matmul(x["a"], ww), x["a"]), v["a"] @ v["W"] @ v["W"] @ v["a"]),
        (outer(aa, aa), np.multiply.outer(np.outer(v["a"], v["a"]), np.outer(v["a"], v["a"]))),
        (matmul(aa, aa), np.outer(v["a"], v["a"]) @ np.outer(v["a"], v["a"])),
        (add(ww, transpose(ww)), v["W"] @ v["W"] + (v["W"] @ v["W"]).T),
        (hadamard(ww, aa), (v["W"] @ v["W"]) * np.outer(v["a"], v["a"])),
        (matmul(diag(x["a"]), diag(x["a"])), np.diag(v["a"] ** 2)),
        (diag(matmul(x["W"], x["a"])), np.diag(v["W"] @ v["a"])),
        (matmul(matmul(diag(x["a"]), x["W"]), identity(n)), v["a"][:, None] * v["W"]),
        (total(hadamard(x["a"], total(x["a"]))), v["a"].sum() ** 2),
        (total(add(x["a"], total(x["b"]))), v["a"].sum() + v["a"].size * v["b"].sum()),
    ]  # fmt: skip
    for built, wanted in cases:
        got = numbers(built, scope_of(v, dims))
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9, err_msg=str(built))


def test_the_products_would_notice_indices_that_are_not_kept_apart(scope_of, monkeypatch):
    values = draw_values({"n": 3, "m": 2, "p": 2}, 0)
    monkeypatch.setattr(arrays, "apart", lambda *operands: list(operands))
    got = numbers(matmul(ARRAY["W"], ARRAY["W"]), scope_of(values, {"n": 3}))
    assert not np.allclose(got, values["W"] @ values["W"])


@quick
@given(sizes, seeds)
def test_nested_softmax_does_not_confuse_its_indices(scope_of, dims, seed):
    v, x = draw_values(dims, seed), ARRAY
    inner = arrays.softmax(x["C"])
    cases = [
        (arrays.softmax(matmul(x["A"], inner)), softmax(v["A"] @ softmax(v["C"]))),
        (arrays.softmax(arrays.softmax(x["a"])), softmax(softmax(v["a"]))),
        (
            matmul(arrays.softmax(x["W"]), arrays.softmax(x["W"])),
            softmax(v["W"]) @ softmax(v["W"]),
        ),
        (
            outer(arrays.softmax(x["a"]), arrays.softmax(x["a"])),
            np.outer(softmax(v["a"]), softmax(v["a"])),
        ),
        (
            arrays.softmax(add(x["a"], negative(total(x["a"])))),
            softmax(v["a"] - v["a"].sum()),
        ),
        (total(arrays.softmax(x["W"])), np.array(float(dims["n"]))),
        (arrays.softmax(outer(x["a"], x["a"])), softmax(np.outer(v["a"], v["a"]))),
    ]
    for built, wanted in cases:
        got = numbers(built, scope_of(v, dims))
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9, err_msg=str(built))


@st.composite
def random_notation(draw, values, shape, depth):
    """An array of the given shape and its value, by a random tree of notations."""
    leaves = [name for name, declared in SHAPES.items() if declared == shape]
    if depth == 0 and leaves:
        name = draw(st.sampled_from(leaves))
        return ARRAY[name], values[name]

    def part(of):
        return draw(random_notation(values, of, max(0, depth - 1)))

    kinds = ["add", "hadamard", "scaled", "function", "negative", "power"]
    kinds += {0: ["total", "dot"], 1: ["matvec", "softmax"], 2: ["matmul", "outer", "transpose"]}[
        len(shape)
    ]
    kinds += ["softmax"] if len(shape) == 2 else []
    kinds += ["diag"] if len(shape) == 2 and shape[0] == shape[1] else []
    kind = draw(st.sampled_from(kinds if leaves or depth else ["outer"]))
    inner = draw(st.sampled_from((n, m)))
    match kind:
        case "add":
            (a, x), (b, y) = part(shape), part(shape)
            return add(a, b), x + y
        case "hadamard":
            (a, x), (b, y) = part(shape), part(shape)
            return hadamard(a, b), x * y
        case "scaled":
            (a, x), (b, y) = part(()), part(shape)
            return hadamard(a, b), x * y
        case "function":
            a, x = part(shape)
            return apply("tanh", a), np.tanh(x)
        case "negative":
            a, x = part(shape)
            return negative(a), -x
        case "power":
            a, x = part(shape)
            return power(a, 2), x * x
        case "total":
            a, x = part((inner,))
            return total(a), x.sum()
        case "dot":
            (a, x), (b, y) = part((inner,)), part((inner,))
            return matmul(a, b), x @ y
        case "matvec":
            (a, x), (b, y) = part((*shape, inner)), part((inner,))
            return matmul(a, b), x @ y
        case "softmax":
            a, x = part(shape)
            return arrays.softmax(apply("tanh", a)), softmax(np.tanh(x))
        case "matmul":
            (a, x), (b, y) = part((shape[0], inner)), part((inner, shape[1]))
            return matmul(a, b), x @ y
        case "outer":
            (a, x), (b, y) = part(shape[:1]), part(shape[1:])
            return outer(a, b), np.outer(x, y)
        case "transpose":
            a, x = part(tuple(reversed(shape)))
            return transpose(a), x.T
        case "diag":
            a, x = part(shape[:1])
            return diag(a), np.diag(x)


@settings(deadline=None, max_examples=100)
@given(st.data(), sizes, seeds)
def test_random_trees_of_notation_have_the_value_that_numpy_gives(scope_of, data, dims, seed):
    values = draw_values(dims, seed)
    shape = data.draw(st.sampled_from(((), (n,), (m,), (n, n), (n, m), (m, n))))
    built, wanted = data.draw(random_notation(values, shape, 3))
    assume(np.all(np.abs(wanted) < 1e6))
    assert built.shape == shape
    assert set(free_indices(built.entry)) <= set(built.indices)
    got = numbers(built, scope_of(values, dims))
    np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-7)


@quick
@given(sizes, seeds)
def test_time_sum_adds_the_array_at_every_step(scope_of, dims, seed):
    generator = np.random.default_rng(seed)
    steps = {("h", step): generator.normal(size=dims["n"]) for step in (1, 2, 3)}
    h = arrays.variable("h", (n,), letter("t"))
    built = arrays.time_sum("t", integer(1), letter("tau"), power(h, 2))
    got = numbers(built, scope_of(steps, {**dims, "tau": 3}))
    np.testing.assert_allclose(got, sum(v**2 for v in steps.values()), rtol=1e-12)


def v(name):
    return ARRAY[name]


#: What does not conform, and what the message must show: both shapes, as declared.
CLASHES = {
    "add": (lambda: add(v("a"), v("c")), ["(n)", "(m)"]),
    "add vector to matrix": (lambda: add(v("A"), v("a")), ["(n, m)", "(n)"]),
    "add transposed": (lambda: add(v("A"), transpose(v("A"))), ["(n, m)", "(m, n)"]),
    "add behind a scalar": (lambda: add(v("s"), v("a"), v("c")), ["(n)", "(m)"]),
    "hadamard": (lambda: hadamard(v("A"), v("C")), ["(n, m)", "(m, p)"]),
    "divide": (lambda: divide(v("a"), v("c")), ["(n)", "(m)"]),
    "matmul": (lambda: matmul(v("A"), v("a")), ["(n, m)", "(n)", "inner sizes m and n"]),
    "matmul vectors": (lambda: matmul(v("a"), v("c")), ["(n)", "(m)", "n and m differ"]),
    "matmul left": (lambda: matmul(v("A"), v("A")), ["(n, m)", "m and n differ"]),
    "matmul of a scalar": (lambda: matmul(v("s"), v("a")), ["left operand", "()"]),
    "matmul by a scalar": (lambda: matmul(v("a"), v("s")), ["right operand", "()"]),
    "matmul of three axes": (lambda: matmul(v("T"), v("C")), ["left operand", "(n, m, p)"]),
    "diag of a scalar": (lambda: diag(v("s")), ["diag", "()", "expected a vector"]),
    "diag of a matrix": (lambda: diag(v("A")), ["diag", "(n, m)", "expected a vector"]),
    "softmax of a scalar": (lambda: arrays.softmax(v("s")), ["softmax", "vector"]),
}


@pytest.mark.parametrize("clash", CLASHES)
def test_shapes_that_clash_are_refused_with_both_shapes(clash):
    build, fragments = CLASHES[clash]
    with pytest.raises(ModelError) as caught:
        build()
    for fragment in fragments:
        assert fragment in caught.value.message


def test_sizes_that_happen_to_be_equal_still_differ_as_symbols():
    with pytest.raises(ModelError, match="differ"):
        add(arrays.variable("x", (integer(3),)), arrays.variable("y", (n,)))
    same = add(arrays.variable("x", (n + 1,)), arrays.variable("y", (n + 1,)))
    assert same.shape == (n + 1,)


def test_fresh_names_occur_in_none_of_the_expressions():
    product = matmul(matmul(v("W"), v("W")), v("W"))
    names = arrays.fresh_names(product.entry, v("T").entry)
    first = [next(names) for _ in range(9)]
    assert len(set(first)) == 9
    assert not set(first) & (arrays.index_names(product.entry) | arrays.index_names(v("T").entry))


def test_apart_and_aligned_name_axes_as_they_say():
    left, right = arrays.apart(v("W"), v("W"))
    assert not set(left.indices) & set(right.indices)
    left, right = arrays.aligned(v("W"), transpose(v("W")))
    assert left.indices == right.indices
    assert left.entry != right.entry


def test_show_writes_shapes_as_declarations_do():
    assert arrays.show(()) == "()"
    assert arrays.show((n,)) == "(n)"
    assert arrays.show((n, integer(2), m + 1)) == "(n, 2, m + 1)"
