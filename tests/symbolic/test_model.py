import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic import models
from symbolic.affine import integer, letter
from symbolic.errors import ConfigError, ModelError
from symbolic.expr import Add, Entry, Index, Number, Sum, TimeSum
from symbolic.model import (
    Declaration,
    Dimension,
    Equation,
    Instance,
    Role,
    build_model,
    entries_of,
    lag,
)
from symbolic.model_parser import read_model
from symbolic.source import Span

t, tau = letter("t"), letter("tau")
PLACE = Span("hand.model", 7, 3)
ZERO = Number(Fraction(0))


def declare(name, role=Role.NODE, *, timed=True, shape=()):
    return Declaration(name, shape, role, timed, PLACE)


def equate(name, body=ZERO):
    return Equation(name, (), body, "as written", PLACE)


def build(declarations, equations, loss=None, **others):
    arguments = {
        "name": "hand",
        "title": "",
        "source": "",
        "first_step": 1,
        "dimensions": (),
        "functions": (),
        "declarations": tuple(declarations),
        "equations": tuple(equations),
        "loss": loss,
    }
    return build_model(**{**arguments, **others})


REFUSED = {
    "declared twice": (
        [declare("a"), declare("a")],
        [equate("a")],
        None,
        "hand.model:7:3: a is declared twice",
    ),
    "no equation for a node": ([declare("a")], [], None, "hand.model:7:3: a has no equation"),
    "two equations": (
        [declare("a")],
        [equate("a"), equate("a")],
        None,
        "hand.model:7:3: a has two equations",
    ),
    "no equation at all": (
        [declare("x", Role.INPUT)],
        [],
        None,
        "a model needs at least one equation; found none",
    ),
    "an equation for nothing": ([], [equate("a")], None, "hand has no variable 'a'"),
    "an undeclared name": (
        [declare("a")],
        [equate("a", Entry("b", (), t))],
        None,
        "hand has no variable 'b'",
    ),
    "a loss that nobody declared": ([declare("a")], [equate("a")], "L", "no variable 'L'"),
    "a loss with time": (
        [declare("a")],
        [equate("a")],
        "a",
        "hand.model:7:3: the loss must be a scalar without time that has an equation;"
        " found a[t]: ()",
    ),
    "a loss with a shape": (
        [declare("a", timed=False, shape=(letter("n"),))],
        [equate("a")],
        "a",
        "found a: (n)",
    ),
    "a loss that is a parameter": (
        [declare("w", Role.PARAMETER, timed=False), declare("a")],
        [equate("a")],
        "w",
        "found w: ()",
    ),
    "a step at the end of time": (
        [declare("a"), declare("b")],
        [equate("b"), equate("a", Entry("b", (), tau))],
        None,
        "a[t] reads b[tau]; expected step t, or t-k with a number k",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_model_that_contradicts_itself_is_refused(case):
    declarations, equations, loss, message = REFUSED[case]
    with pytest.raises(ModelError) as caught:
        build(declarations, equations, loss)
    assert message in str(caught.value)


def test_a_cycle_is_named_in_the_direction_of_reading():
    names = ("a", "b", "c")
    reads = {"a": "b", "b": "c", "c": "a"}
    equations = [equate(name, Entry(reads[name], (), t)) for name in names]
    with pytest.raises(ModelError) as caught:
        build([declare(name) for name in names], equations)
    cycle = caught.value.message.removeprefix("a cycle within a step: ").split(" reads ")
    assert len(cycle) == 4
    assert all(reads[left] == right for left, right in pairwise(cycle))


def test_a_node_that_reads_itself_at_its_step_is_a_cycle_and_earlier_is_not():
    with pytest.raises(ModelError, match="a reads a"):
        build([declare("a")], [equate("a", Entry("a", (), t))])
    assert build([declare("a")], [equate("a", Entry("a", (), t - 1))]).equations


def test_two_steps_may_read_each_other_across_time():
    text = "model m\na[t] = b[t-1]\nb[t] = a[t]"
    assert [e.name for e in read_model(text).equations] == ["a", "b"]


@st.composite
def networks(draw):
    """The text of a model with equations in random order, and who reads whom within a step."""
    size = draw(st.integers(2, 7))
    names = [f"q{place}" for place in range(size)]
    reads = {
        name: sorted(draw(st.sets(st.sampled_from(names[:place] or ["x"]), max_size=3)))
        for place, name in enumerate(names)
    }
    back = {name: draw(st.sampled_from(names)) for name in names}
    lines = [
        f"{name}[t] = " + " + ".join([*(f"{r}[t]" for r in reads[name]), f"{back[name]}[t-1]"])
        for name in draw(st.permutations(names))
    ]
    return "\n".join(["model random", "L = q0[tau]", "input x[t]", *lines, "loss L"]), reads


@settings(deadline=None, max_examples=80)
@given(networks())
def test_equations_come_after_those_that_they_read(network):
    text, reads = network
    order = [e.name for e in read_model(text).equations]
    assert sorted(order) == sorted([*reads, "L"])
    assert order[-1] == "L"
    for name, before in reads.items():
        assert all(order.index(other) < order.index(name) for other in before if other != "x")


def test_the_order_of_equations_is_the_same_in_every_process():
    code = (
        "from symbolic.model_parser import read_model\n"
        "parts = [f'v{k}' for k in range(9)]\n"
        "lines = [f'{p}[t] = x[t]' for p in parts]\n"
        "total = 'w[t] = ' + ' + '.join(f'{p}[t]' for p in reversed(parts))\n"
        "m = read_model('\\n'.join(['model m', total, 'input x[t]', *lines]))\n"
        "print([e.name for e in m.equations])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert "'w'" in outputs.pop()


# Looking things up ------------------------------------------------------------------------------


def test_declarations_are_found_by_name_and_by_role():
    model = models.load("elman-softmax")
    assert str(model.declaration("U")) == "U: (n, m)"
    assert str(model.declaration("yhat")) == "yhat[t]: (c)"
    assert [d.name for d in model.named(Role.PARAMETER)] == ["U", "W", "b", "V", "c0"]
    assert [d.name for d in model.named(Role.INPUT)] == ["x"]
    assert model.equation("x") is None
    assert model.equation("h").text == "tanh(a[t])"
    with pytest.raises(
        ModelError, match="elman-softmax has no variable 'yhta'; did you mean 'yhat'"
    ):
        model.declaration("yhta")


def test_entries_of_finds_what_stands_under_sums_too():
    i = Index("i", letter("n"))
    body = Add((Sum(i, Entry("x", (i,))), TimeSum("t", integer(1), tau, Entry("e", (), t))))
    assert [entry.name for entry in entries_of(body)] == ["x", "e"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [(t, 0), (t - 2, 2), (t + 1, -1), (tau, None), (integer(3), None), (2 * t, None), (None, None)],
    ids=str,
)
def test_lag_is_how_far_back_an_entry_is_read(step, expected):
    assert lag(Entry("h", (), step)) == expected


# Instances --------------------------------------------------------------------------------------

SIZES = {"n": 2, "m": 3, "c": 4}


def test_an_instance_has_shapes_and_letters_as_integers():
    instance = Instance(models.load("elman-softmax"), SIZES, 3)
    assert instance.shape("U") == (2, 3)
    assert instance.shape("yhat") == (4,)
    assert instance.shape("L") == ()
    assert list(instance.steps) == [1, 2, 3]
    assert instance.letters == {**SIZES, "tau": 3}


def test_steps_are_counted_as_the_document_counts_them():
    instance = Instance(models.load("many-to-one"), {"c": 2}, 3)
    assert list(instance.steps) == [0, 1, 2]
    assert instance.last_step == instance.letters["tau"] == 2
    early = replace(models.load("many-to-one"), first_step=-4)
    assert list(Instance(early, {"c": 2}, 2).steps) == [-4, -3]


@pytest.mark.parametrize(
    ("dimensions", "steps", "message"),
    [
        (SIZES, 0, "tau is 0; expected 1 or more"),
        (SIZES, -2, "tau is -2"),
        ({**SIZES, "N": 1}, 1, "elman-softmax has no dimension 'N'; did you mean 'n'"),
        ({**SIZES, "m": 0}, 1, "dimension m is 0; expected 1 or more"),
        ({"n": 1, "m": 1}, 1, "no size for dimension c of elman-softmax"),
    ],
)
def test_an_instance_of_impossible_size_is_refused(dimensions, steps, message):
    with pytest.raises(ConfigError, match=message):
        Instance(models.load("elman-softmax"), dimensions, steps)


# The box ----------------------------------------------------------------------------------------


def test_the_box_holds_the_twelve_networks_of_the_documents():
    assert len(models.names()) == 12
    assert list(models.names()) == sorted(models.names())


@pytest.mark.parametrize("name", models.names())
def test_a_model_of_the_box_is_complete(name):
    model = models.load(name)
    assert model.name == name
    assert model.title
    assert model.source
    assert model.loss is not None
    assert model.declaration(model.loss).shape == ()
    assert model.named(Role.PARAMETER)
    assert all(e.span.file.endswith(f"{name}.model") for e in model.equations)
    minimum = {d.name: d.minimum for d in model.dimensions}
    for equation in model.equations:
        if equation.text.startswith("softmax"):
            assert minimum[str(equation.indices[-1].size)] == 2
    used = {letter_ for d in model.declarations for size in d.shape for letter_ in size.letters}
    assert used == set(minimum)
    assert isinstance(model.dimensions, tuple)
    assert all(isinstance(d, Dimension) for d in model.dimensions)


def test_an_unknown_model_is_refused_with_the_nearest_name():
    with pytest.raises(
        ConfigError, match="unknown model 'elman-sofmax'; did you mean 'elman-softmax'"
    ):
        models.load("elman-sofmax")
