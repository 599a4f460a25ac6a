"""The steps that a line is claimed for: what its free time letters run over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

_Steps = Callable[[range], Iterator[tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Domain:
    """The free time letters of a line and, for the steps of an instance, their values."""

    letters: tuple[str, ...]
    values: _Steps

    def assignments(self, steps: range) -> Iterator[dict[str, int]]:
        """Yield the values of the letters; nothing where the instance is too short.

        >>> list(BEFORE_LAST.assignments(range(1, 4)))
        [{'t': 1}, {'t': 2}]
        """
        for values in self.values(steps):
            yield dict(zip(self.letters, values, strict=True))


def _at_least(length: int) -> _Steps:
    """No letter: one claim about the named steps, where the instance has as many."""
    return lambda steps: islice(iter([()]), int(len(steps) >= length))


ONCE = Domain((), _at_least(1))
TWO_STEPS = Domain((), _at_least(2))
THREE_STEPS = Domain((), _at_least(3))
EVERY_STEP = Domain(("t",), lambda steps: ((t,) for t in steps))
BEFORE_LAST = Domain(("t",), lambda steps: ((t,) for t in steps[:-1]))
AFTER_FIRST = Domain(("t",), lambda steps: ((t,) for t in steps[1:]))
#: Of two letters the one in denominators is the earlier or equal one.
UP_TO = Domain(("t", "k"), lambda steps: ((t, k) for t in steps for k in steps if k <= t))
EARLIER = Domain(("t", "k"), lambda steps: ((t, k) for t in steps for k in steps if k < t))
