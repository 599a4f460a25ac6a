"""Which models have time at all: only those have a state, and a copy of a parameter per step."""

from symbolic.model import Model, Role


def has_time(model: Model) -> bool:
    """Return whether some node has a value at every step."""
    return any(declared.timed for declared in model.named(Role.NODE))
