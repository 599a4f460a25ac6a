"""How a gradient is written: a notation is a table, one TOML file each."""

from __future__ import annotations

from symbolic.notation.table import Notation, names, notation

__all__ = ["Notation", "names", "notation"]
