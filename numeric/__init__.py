"""Numbers: rings, derivatives carried through the unrolled graph, closed forms. No SymPy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numeric.compiled import compile

__all__ = ["compile"]


def __getattr__(name: str) -> Any:
    """Return a public function; it is imported at its first use, for it needs all else."""
    if name in __all__:
        return getattr(import_module("numeric.compiled"), name)
    raise AttributeError(f"module 'numeric' has no attribute {name!r}")
