"""Gradients written out: as a sum over paths, in matrices, entry by entry, or in full."""

from __future__ import annotations

from symbolic.expand.result import Gradient, gradient

__all__ = ["Gradient", "gradient"]
