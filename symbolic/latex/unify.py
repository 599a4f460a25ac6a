"""Sizes that have to be one: which open sizes are which others, where some are sums of two.

An open size is a letter that no page can write. Sizes are positive, so n + m is never n.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from symbolic.affine import Affine, integer, letter
from symbolic.arrays import Shape

#: Summands on either side beyond which a choice among them is not looked for.
_MOST = 4


def is_open(name: str) -> bool:
    """Whether a letter stands for a size that is not known yet."""
    return name.startswith("?")


def resolved(size: Affine, change: Mapping[str, Affine]) -> Affine:
    """Return a size with what is known of its letters put in."""
    total = integer(size.constant)
    for name, coefficient in size.coefficients:
        total = total + change.get(name, letter(name)) * coefficient
    return total


def unifications(one: Shape, two: Shape) -> list[dict[str, Affine]]:
    """Return the ways to make two shapes one by a change of open sizes; none if they are one.

    >>> a, b, n, m = letter("?1"), letter("?2"), letter("n"), letter("m")
    >>> [{k: str(v) for k, v in way.items()} for way in unifications((a, a + b), (n, n + m))]
    [{'?1': 'n', '?2': 'm'}]
    >>> [{k: str(v) for k, v in way.items()} for way in unifications((a + b,), (n + m,))]
    [{'?1': 'm', '?2': 'n'}, {'?1': 'n', '?2': 'm'}]
    """
    if len(one) != len(two):
        return []
    changes: list[dict[str, Affine]] = [{}]
    for left, right in zip(one, two, strict=True):
        changes = [
            {name: resolved(size, new) for name, size in change.items()} | new
            for change in changes
            for new in _ways(resolved(left, change), resolved(right, change))
        ]
    return [change for change in changes if change]


def _ways(left: Affine, right: Affine) -> Iterator[dict[str, Affine]]:
    """Yield the changes that make two sizes one."""
    difference = left - right
    if difference == integer(0):
        yield {}
        return
    one, two = _summands(difference), _summands(-difference)
    if not one or not two:
        return
    for single, other in ((one, two), (two, one)):
        if len(single) == 1 and _is_open(single[0]):
            yield {str(single[0]): sum(other, integer(0))}
            return
    if len(one) != len(two) or len(one) > _MOST:
        return
    for single, other in ((one, two), (two, one)):
        if all(map(_is_open, single)):
            names = [str(size) for size in single]
            for order in dict.fromkeys(permutations(other)):
                change = dict(zip(names, order, strict=True))
                if all(change[name] == size for name, size in zip(names, order, strict=True)):
                    yield change
            return


def _summands(size: Affine) -> list[Affine]:
    """Return the letters that are added, each as often as it is, and the number, if positive."""
    found = [letter(name) for name, times in size.coefficients for _ in range(times)]
    return [*found, integer(size.constant)] if size.constant > 0 else found


def _is_open(size: Affine) -> bool:
    return size.single is not None and is_open(size.single)
