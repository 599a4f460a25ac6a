"""Judgements: the suite of closed forms, decisions, reports, the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checks.library import verify, verify_equation

__all__ = ["verify", "verify_equation"]


def __getattr__(name: str) -> Any:
    """Return a public function; it is imported at its first use, for it needs all else."""
    if name in __all__:
        return getattr(import_module("checks.library"), name)
    raise AttributeError(f"module 'checks' has no attribute {name!r}")
