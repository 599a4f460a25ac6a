"""A scope in which variables are plain NumPy arrays and nothing is differentiated."""

import numpy as np
import pytest

from numeric.rings.float64 import Float64Ring
from symbolic.errors import ModelError, UnsupportedNotation
from symbolic.scope import Scope


def make_scope(variables, letters=None, *, ring=None, functions=None):
    """``variables`` maps a name, or (name, step), to numbers; there are no definitions."""
    ring = ring or Float64Ring()

    def lookup(name, step):
        key = name if step is None else (name, step)
        if key not in variables:
            raise ModelError(f"{name} has no value at {step}")
        return ring.constant(np.asarray(variables[key], dtype=object))

    return Scope(
        ring=ring,
        letters=letters or {},
        lookup=lookup,
        functions=functions or {},
        definition=lambda name, step: None,
        differentiate=refuse,
        used_at=1,
    )


def refuse(e, scope):
    raise UnsupportedNotation("no derivative in this scope")


@pytest.fixture(scope="session")
def scope_of():
    return make_scope
