"""The type of what a form computes with."""

from __future__ import annotations

from typing import Any, TypeAlias

#: An array of ring elements; of shape () it may be the element itself, to which NumPy unpacks it.
Array: TypeAlias = Any
