"""A counterexample in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checks.verdict import Counterexample


def lines_of(found: Counterexample) -> list[str]:
    """Return the lines: the instance, the values, both sides, how far they are apart."""
    sizes = ", ".join(f"{name} = {size}" for name, size in found.shapes.items())
    functions = ", ".join(f"{name} = {given}" for name, given in found.functions.items())
    instance = ", ".join(part for part in (f"tau = {found.tau}", sizes, functions) if part)
    first = f"smallest counterexample found: {instance}"
    if not found.gap_at_least:
        return [first, found.left]
    return [
        first,
        f"with {_values(found.values)}",
        f"{_place(found)}: the left side is {found.left}, the right side {found.right}",
        f"they differ by at least {found.gap_at_least} (disjoint balls)",
    ]


def _place(found: Counterexample) -> str:
    entry = tuple(place + 1 for place in found.entry)
    written = ", ".join(map(str, entry))
    place = f"entry ({written})" if entry else "the value"
    letters = dict(found.letters) if found.t is None else {"t": found.t, **found.letters}
    steps = ", ".join(f"{name} = {step}" for name, step in letters.items())
    return f"{place} at {steps}" if steps else place


def _values(values: dict[str, object]) -> str:
    """Return all values; those that are zero throughout are named once, at the end."""
    zero = [name for name, value in values.items() if _is_zero(value)]
    parts = [f"{name} = {_flat(value)}" for name, value in values.items() if name not in zero]
    if zero:
        parts.append(f"{', '.join(zero)} zero")
    return "; ".join(parts)


def _is_zero(value: object) -> bool:
    return all(Fraction(entry) == 0 for entry in _entries(value))


def _flat(value: object) -> str:
    if isinstance(value, list):
        entries = set(_entries(value))
        if len(entries) == 1 and len(list(_entries(value))) > 1:
            return f"all {entries.pop()}"
        return "[" + ", ".join(_listed(item) for item in value) + "]"
    return str(value)


def _listed(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_listed(item) for item in value) + "]"
    return str(value)


def _entries(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _entries(item)
    else:
        yield str(value)
