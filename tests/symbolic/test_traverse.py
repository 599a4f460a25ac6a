from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic import expr
from symbolic.affine import integer, letter
from symbolic.evaluate import evaluate, evaluate_array
from symbolic.expr import (
    NODE_TYPES,
    Add,
    Apply,
    Delta,
    Derivative,
    Entry,
    Expr,
    Index,
    Multiply,
    Number,
    Power,
    Size,
    Sum,
    TimeProduct,
    TimeSum,
)
from symbolic.scope import Labelled
from symbolic.source import Span
from symbolic.traverse import (
    children,
    free_indices,
    index_names,
    map_children,
    reindex,
    walk,
)

n = letter("n")
i, j, k, m = (Index(name, n) for name in "ijkm")
x, y, W = Entry("x", (i,)), Entry("y", (j,)), Entry("W", (i, j))
TWO = Number(Fraction(2))
VALUES = {
    "x": [0.5, -1.0, 2.0],
    "y": [1.5, 3.0, -0.25],
    "W": np.arange(9.0).reshape(3, 3) / 4 - 1,
    "w": 0.75,
}


@dataclass(frozen=True)
class Sample:
    """One node of each type, and what the operations say about it."""

    node: Expr
    children: tuple = ()
    free: tuple = ()
    names: str = ""


SAMPLES = {
    Number: Sample(TWO),
    Size: Sample(Size(n)),
    Entry: Sample(W, (), (i, j), "ij"),
    Delta: Sample(Delta(j, i), (), (j, i), "ij"),
    Add: Sample(Add((y, x)), (y, x), (j, i), "ij"),
    Multiply: Sample(Multiply((TWO, x)), (TWO, x), (i,), "i"),
    Power: Sample(Power(x, integer(2)), (x,), (i,), "i"),
    Apply: Sample(Apply("tanh", x), (x,), (i,), "i"),
    Sum: Sample(Sum(j, W), (W,), (i,), "ij"),
    TimeSum: Sample(TimeSum("t", integer(1), integer(2), x), (x,), (i,), "i"),
    TimeProduct: Sample(
        TimeProduct("t", integer(1), integer(2), W, rows=(i,), columns=(j,)), (W,), (i, j), "ij"
    ),
    Derivative: Sample(Derivative(of=x, by=y), (x, y), (i, j), "ij"),
}


@dataclass(frozen=True, slots=True)
class Unknown(Expr):
    """A node type that nobody has given a rule."""


by_type = pytest.mark.parametrize("kind", NODE_TYPES, ids=lambda kind: kind.__name__)


def ones(e, scope):
    """A stand-in for differentiation: ones, with the axes that the rule promises."""
    labels = free_indices(e)
    return Labelled(np.ones(tuple(scope.integer(index.size) for index in labels)), labels)


def test_there_is_a_sample_of_every_node_type():
    assert set(SAMPLES) == set(NODE_TYPES)
    assert all(type(sample.node) is kind for kind, sample in SAMPLES.items())


def test_node_types_are_all_subclasses_of_expr_in_the_module():
    defined = {c for c in vars(expr).values() if isinstance(c, type) and issubclass(c, Expr)}
    assert defined - {Expr} == set(NODE_TYPES)


@by_type
def test_map_children_with_identity_is_identity(kind):
    node = SAMPLES[kind].node
    assert map_children(node, lambda child: child) == node


@by_type
def test_map_children_changes_each_child_and_nothing_else(kind):
    sample = SAMPLES[kind]
    # Only an entry may stand for the variable of a derivative, so the change keeps the type.
    changed = map_children(sample.node, lambda child: reindex(child, {i: m}))
    assert type(changed) is kind
    assert children(changed) == tuple(reindex(child, {i: m}) for child in children(sample.node))
    assert map_children(changed, lambda child: reindex(child, {m: i})) == sample.node


@by_type
def test_children_are_those_that_are_written(kind):
    sample = SAMPLES[kind]
    assert children(sample.node) == sample.children


@by_type
def test_walk_yields_the_node_and_then_its_children(kind):
    sample = SAMPLES[kind]
    assert list(walk(sample.node)) == [sample.node, *children(sample.node)]


@by_type
def test_free_indices_are_those_of_the_sample(kind):
    sample = SAMPLES[kind]
    assert free_indices(sample.node) == sample.free


@by_type
def test_index_names_are_free_and_bound_ones(kind):
    sample = SAMPLES[kind]
    assert index_names(sample.node) == set(sample.names)


@by_type
def test_reindex_moves_free_indices_and_only_those(kind):
    sample = SAMPLES[kind]
    moved = reindex(sample.node, {i: k, j: m})
    new = {i: k, j: m}
    assert set(free_indices(moved)) == {new[index] for index in sample.free}
    assert reindex(moved, {k: i, m: j}) == sample.node
    assert reindex(sample.node, {}) is sample.node


@by_type
def test_evaluate_gives_one_axis_for_each_free_index(kind, scope_of):
    sample = SAMPLES[kind]
    scope = replace(scope_of(VALUES, {"n": 3}), differentiate=ones)
    value = evaluate(sample.node, scope)
    assert set(value.labels) == set(sample.free)
    assert value.array.shape == (3,) * len(sample.free)
    order = (*sample.free, k)
    assert evaluate_array(sample.node, order, scope).shape == (3,) * len(order)


@pytest.mark.parametrize("operation", ["map_children", "evaluate"])
def test_unknown_node_type_is_refused_by_operation_and_type(operation, scope_of):
    call = {
        "map_children": lambda: map_children(Unknown(), lambda child: child),
        "evaluate": lambda: evaluate(Unknown(), scope_of({})),
    }[operation]
    with pytest.raises(TypeError, match=f"{operation} has no rule for Unknown"):
        call()


@pytest.mark.parametrize(
    "operation",
    [children, lambda e: list(walk(e)), free_indices, index_names, lambda e: reindex(e, {i: j})],
    ids=["children", "walk", "free_indices", "index_names", "reindex"],
)
def test_unknown_node_type_is_refused_by_every_walker(operation):
    with pytest.raises(TypeError, match="Unknown"):
        operation(Unknown())


@pytest.mark.parametrize(
    "operation",
    [lambda e: list(walk(e)), free_indices, index_names, lambda e: reindex(e, {i: j})],
    ids=["walk", "free_indices", "index_names", "reindex"],
)
def test_unknown_node_type_is_refused_also_below_a_known_one(operation):
    with pytest.raises(TypeError, match="Unknown"):
        operation(Sum(k, Add((x, Unknown()))))


def test_derivative_is_by_an_entry_and_by_nothing_else():
    with pytest.raises(TypeError, match="not by Number"):
        map_children(SAMPLES[Derivative].node, lambda child: TWO)


def test_free_indices_keep_the_order_of_first_appearance():
    e = Multiply((Entry("V", (k, i)), Sum(j, Multiply((W, y))), Entry("x", (m,))))
    assert free_indices(e) == (k, i, m)


def test_sum_binds_its_index_inside_and_not_beside_it():
    assert free_indices(Sum(i, x)) == ()
    assert free_indices(Multiply((x, Sum(i, x)))) == (i,)
    assert free_indices(Sum(j, x)) == (i,)


def test_index_of_another_size_is_another_index():
    other = Index("i", letter("m"))
    assert set(free_indices(Add((x, Entry("z", (other,)))))) == {i, other}
    assert free_indices(Sum(other, x)) == (i,)


def test_index_names_holds_a_bound_index_also_where_the_body_does_not_use_it():
    assert index_names(Sum(k, x)) == {"i", "k"}


def test_reindex_leaves_bound_indices_of_the_same_name_alone():
    e = Multiply((x, Sum(i, Multiply((x, Delta(i, j))))))
    moved = reindex(e, {i: k, j: m})
    assert moved == Multiply((Entry("x", (k,)), Sum(i, Multiply((x, Delta(i, m))))))


def test_reindex_replaces_simultaneously():
    assert reindex(W, {i: j, j: i}) == Entry("W", (j, i))
    product = SAMPLES[TimeProduct].node
    swapped = reindex(product, {i: j, j: i})
    assert (swapped.rows, swapped.columns, swapped.body) == ((j,), (i,), Entry("W", (j, i)))


def test_reindex_by_a_number_gives_the_entry_at_that_place():
    assert reindex(Sum(j, W), {i: integer(2)}) == Sum(j, Entry("W", (integer(2), j)))
    assert reindex(Delta(i, j), {j: integer(1)}) == Delta(i, integer(1))


def test_index_of_an_ordered_product_cannot_become_a_number():
    with pytest.raises(TypeError, match="ordered product"):
        reindex(SAMPLES[TimeProduct].node, {i: integer(1)})


def test_reindex_keeps_source_places():
    place = Span("x.model", 3, 4)
    moved = reindex(Add((Entry("x", (i,), span=place), y)), {i: k})
    assert moved.terms[0].span == place


def test_spans_do_not_take_part_in_comparison():
    assert Entry("x", (i,), span=Span("a", 1)) == x
    assert hash(Entry("x", (i,), span=Span("a", 1))) == hash(x)


def test_walk_survives_depths_that_recursion_would_not():
    e = x
    for _ in range(5000):
        e = Apply("tanh", e)
    assert sum(1 for _ in walk(e)) == 5001


# Random trees -----------------------------------------------------------------------------------

indices = st.sampled_from((i, j, k))
positions = st.one_of(indices, indices, st.integers(1, 3).map(integer))
leaves = st.one_of(
    st.integers(-2, 2).map(lambda v: Number(Fraction(v, 2))),
    st.just(Size(n)),
    st.just(Entry("w")),
    st.builds(lambda p: Entry("x", (p,)), positions),
    st.builds(lambda p, q: Entry("W", (p, q)), positions, positions),
    st.builds(Delta, positions, positions),
)


def larger(inner):
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(Add),
        several.map(Multiply),
        st.builds(lambda e, p: Power(e, integer(p)), inner, st.integers(0, 2)),
        st.builds(lambda e, f: Apply(f, e), inner, st.sampled_from(("tanh", "sin"))),
        st.builds(Sum, indices, inner),
        st.builds(lambda e, f: TimeSum("t", integer(1), integer(f), e), inner, st.integers(1, 2)),
    )


trees = st.recursive(leaves, larger, max_leaves=8)
quick = settings(deadline=None, max_examples=100)


@quick
@given(trees)
def test_free_indices_are_the_axes_of_the_value(scope_of, tree):
    from_value = evaluate(tree, scope_of(VALUES, {"n": 3})).labels
    assert set(from_value) == set(free_indices(tree))


@quick
@given(trees)
def test_map_children_with_identity_is_identity_on_every_tree(tree):
    assert map_children(tree, lambda child: child) == tree
    assert sum(1 for _ in walk(tree)) == 1 + sum(sum(1 for _ in walk(c)) for c in children(tree))
    assert {index.name for index in free_indices(tree)} <= index_names(tree)


@quick
@given(trees)
def test_renaming_free_indices_there_and_back_changes_nothing(scope_of, tree):
    fresh = {index: Index(index.name + "'", index.size) for index in (i, j, k)}
    there = reindex(tree, fresh)
    assert set(free_indices(there)) == {fresh[index] for index in free_indices(tree)}
    assert reindex(there, {new: old for old, new in fresh.items()}) == tree
    order = free_indices(tree)
    before = evaluate_array(tree, order, scope_of(VALUES, {"n": 3}))
    after = evaluate_array(
        there, tuple(fresh[index] for index in order), scope_of(VALUES, {"n": 3})
    )
    np.testing.assert_array_equal(before, after)


@quick
@given(trees, indices, st.integers(1, 3))
def test_reindex_by_a_number_takes_that_slice_of_the_value(scope_of, tree, index, place):
    others = tuple(o for o in free_indices(tree) if o != index)
    whole = evaluate_array(tree, (index, *others), scope_of(VALUES, {"n": 3}))
    slice_ = evaluate_array(
        reindex(tree, {index: integer(place)}), others, scope_of(VALUES, {"n": 3})
    )
    np.testing.assert_allclose(slice_, whole[place - 1], rtol=1e-12, atol=1e-12)
