"""Errors of ours: they leave one equation undecided, and the others go on."""

from __future__ import annotations

INTERNAL = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


def internal(error: BaseException) -> str:
    """Return the reason that an error of ours is for leaving an equation undecided."""
    return f"an internal error, please report it: {type(error).__name__}: {error}"
