"""A gradient that is written out as a NumPy function: its own formula, evaluated in float64."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.derivative import quiet, values
from numeric.rings.float64 import Float64Ring
from symbolic.errors import ConfigError, ModelError, nearest
from symbolic.evaluate import evaluate_array
from symbolic.forward import NodeKey, leaves
from symbolic.model import Instance, Model, Role

if TYPE_CHECKING:
    from symbolic.expand import Gradient

Values = Mapping[str, ArrayLike]


def compile(
    gradient: Gradient, functions: Mapping[str, str] | None = None
) -> Callable[[Values], NDArray[np.float64]]:
    """Return the function from values of the leaves to the derivative, axes of ``of`` first.

    Values go by name: ``W`` (n, n); ``x`` with the steps as its first axis; initial states alone,
    ``h[0]`` (n). Sizes are those of the arrays. ``functions`` says which function an undefined one
    stands for. Raises ConfigError or ModelError for values that are missing or do not fit.

    >>> from symbolic.expand import gradient
    >>> slope = compile(gradient("scalar-sigmoid-full", wrt="V", tau=1))
    >>> point = {"U": 1, "W": 1, "V": 0, "x": [0], "y": [1], "s[0]": 1}
    >>> print(slope(point).round(4))
    -0.3808
    """
    question = gradient.question
    indices, entry = gradient.value()
    ring = Float64Ring()

    def derivative(given: Values) -> NDArray[np.float64]:
        instance = Instance(question.model, _sizes(question.model, given), question.at_length())
        point = _point(instance, given)
        trajectory = values(instance, ring, point, functions)
        with quiet():
            found = evaluate_array(entry, indices, trajectory.scope(instance.last_step))
        return np.asarray(found, dtype=np.float64)

    return derivative


def _point(instance: Instance, given: Values) -> dict[NodeKey, Any]:
    """Return the values of all leaves; raises ConfigError for a name that is none of them."""
    known = {_name(instance.model, key) for key in leaves(instance)}
    for name in given:
        if name not in known:
            message = f"{instance.model.name} reads no {name!r}{nearest(name, known)}"
            raise ConfigError(message)
    return {key: _value(instance, key, given) for key in leaves(instance)}


def _name(model: Model, key: NodeKey) -> str:
    """Return the name under which the value of a leaf is given."""
    is_initial = model.declaration(key.name).role is Role.NODE
    return str(key) if is_initial else key.name


def _value(instance: Instance, key: NodeKey, given: Values) -> NDArray[np.float64]:
    name = _name(instance.model, key)
    if name not in given:
        raise ConfigError(f"no value is given for {name} of {instance.model.name}")
    value = np.asarray(given[name], dtype=np.float64)
    expected = instance.shape(key.name)
    if key.step is not None and name == key.name:
        expected = (instance.tau, *expected)
        if value.shape == expected:
            return np.asarray(value[key.step - instance.steps.start])
    if value.shape != expected:
        raise ModelError(f"{name} has shape {value.shape}; expected {expected}")
    return value


def _sizes(model: Model, given: Values) -> dict[str, int]:
    """Return the sizes of the dimensions, each from the first array that has it as an axis."""
    found: dict[str, int] = {}
    for declared in model.declarations:
        shapes = [np.shape(v) for n, v in given.items() if n.partition("[")[0] == declared.name]
        for shape in shapes:
            # Steps come before the axes of the variable.
            axes = shape[len(shape) - len(declared.shape) :]
            for size, axis in zip(declared.shape, axes, strict=False):
                if name := size.single:
                    found.setdefault(name, axis)
    return found
