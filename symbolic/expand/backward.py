"""Backward recurrences for any number of steps: the adjoint of each variable from its readers.

What is differentiated, the *head*, is a variable without steps, such as the loss, or a variable at
the last step; what it is at an earlier step, it is with that step as the last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

from symbolic.affine import Affine
from symbolic.errors import ConfigError, UnsupportedNotation
from symbolic.expand.algebra import Algebra
from symbolic.expand.jacobians import Adjoint
from symbolic.expand.letters import reindexed, with_letters
from symbolic.expand.local import ZERO, equation_derivative
from symbolic.expand.network import is_passed_over
from symbolic.expand.reading import (
    LAST,
    Reader,
    beyond_by_itself,
    is_read_at,
    leading_to,
)
from symbolic.expr import Add, Delta, Derivative, Entry, Expr, Index, Multiply, Number, Sum
from symbolic.model import STEP, Equation, Model, Role, entries_of, lag

ONE = Number(Fraction(1))


@dataclass(slots=True)
class Backward:
    """The adjoints of a head, at a step that is a letter.

    The adjoint of a variable that is *kept* is a name, dL/dh; of any other it is written out by
    those of its readers. Only what leads to the head reads.
    """

    model: Model
    algebra: Algebra
    of: str
    head: Entry = field(init=False)
    leads: frozenset[str] = field(init=False)
    kept: frozenset[str] = field(init=False)
    _depth: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        step = LAST if self.model.declaration(self.of).timed else None
        self.head = Entry(self.of, self.indices(self.of), step)
        self.leads = leading_to(self.model, self.of)
        self.kept = frozenset(self.states())

    def states(self) -> list[str]:
        """Return the variables that are kept by name: those that several equations read, or later.

        A loss of a step is none: its adjoint is 1. Nor is a head that is read by nothing.
        """
        named = [d.name for d in self.model.named(Role.NODE) if self.readers(d.name)]
        names = [n for n in named if not is_passed_over(self.model, n)]
        return [n for n in names if not self._is_step_loss(n) and not self._is_read_at_the_end(n)]

    def _is_read_at_the_end(self, name: str) -> bool:
        """Whether one equation alone reads a variable, and has no steps: each by itself."""
        readers = self.readers(name)
        entries = [e for r in readers for e in entries_of(r.equation.body) if e.name == name]
        is_alone = all(lag(entry) == 0 or beyond_by_itself(entry) for entry in entries)
        return len(readers) == 1 and readers[0].lag is None and is_alone

    def _is_step_loss(self, name: str) -> bool:
        readers = self.readers(name)
        is_scalar = not self.model.declaration(name).shape
        only = len(readers) == 1 and readers[0].equation.name == self.model.loss
        return is_scalar and only and self.model.declaration(name).timed

    def readers(self, name: str) -> list[Reader]:
        """Return the equations that read a variable, those of the same step first."""
        found: list[Reader] = []
        for equation in self.model.equations:
            if equation.name not in self.leads:
                continue
            timed = self.model.declaration(equation.name).timed
            for entry in entries_of(equation.body):
                if entry.name != name:
                    continue
                back = None if not timed else 0 if entry.step is None else lag(entry)
                reader = Reader(equation, back)
                if reader not in found:
                    found.append(reader)
        return sorted(found, key=lambda r: r.lag or 0)

    def longest(self, name: str) -> int:
        """Return how many steps later a variable is read at most.

        What reads one of the last steps by itself, such as h[tau], is as if it stood a step after.
        """
        found = [
            (lag(entry) or 0) + (beyond_by_itself(entry) if reader.lag is None else 0)
            for reader in self.readers(name)
            for entry in entries_of(reader.equation.body)
            if entry.name == name
        ]
        return max(found, default=0)

    def last_ones(self, name: str) -> int:
        """Return for how many of the last steps the adjoint of a variable has lines of its own."""
        if self.head.step is None:
            through = (
                reader.lag + self.last_ones(reader.equation.name)
                for reader in self.readers(name)
                if reader.lag is not None and reader.equation.name not in self.kept
            )
            return max([self.longest(name), *through])
        return max(self._last_ones(name), int(name == self.of))

    def _last_ones(self, name: str) -> int:
        """Return the most steps from a variable to a name that is not zero, or past the head."""
        found = [0]
        for reader in self.readers(name):
            other = reader.equation.name
            if other in self.kept:
                beyond = next(k for k in count() if self._reaches(other, k))
            else:
                beyond = max(self._last_ones(other), other == self.of)
            found.append((reader.lag or 0) + beyond)
        return max(found)

    def indices(self, name: str) -> tuple[Index, ...]:
        """Return fresh indices for the axes of a variable."""
        return tuple(self.algebra.fresh.index(s) for s in self.model.declaration(name).shape)

    def named(self, name: str, step: Affine | None) -> Adjoint:
        """Return the adjoint of a variable as a name: dL/dh at a step."""
        if self._is_head(name, None):
            return self.identity()
        indices = self.indices(name)
        entry = Derivative(self.head, Entry(name, indices, step))
        return Adjoint(self.of_indices, indices, entry)

    def identity(self) -> Adjoint:
        """Return the adjoint of the head itself."""
        by = self.indices(self.of)
        deltas = tuple(Delta(one, two) for one, two in zip(self.of_indices, by, strict=True))
        return Adjoint(self.of_indices, by, Multiply(deltas) if deltas else ONE)

    @property
    def of_indices(self) -> tuple[Index, ...]:
        """The indices of the head."""
        return tuple(i for i in self.head.positions if isinstance(i, Index))

    def _is_head(self, name: str, beyond: int | None) -> bool:
        """Whether a variable is the head, that many steps before the last one."""
        return name == self.of and (self.head.step is None or beyond == 0)

    def of_reader(self, name: str, step: Affine | None, beyond: int | None) -> Adjoint:
        """Return the adjoint of a reader: its name if it is kept, else written out."""
        if name in self.kept and not self._reaches(name, beyond):
            return Adjoint(self.of_indices, self.indices(name), ZERO)
        if name in self.kept:
            return self.named(name, step)
        return self.written(name, step, beyond)

    def _reaches(self, name: str, beyond: int | None) -> bool:
        """Whether a head depends on a variable that many steps before the last one."""
        if beyond is None or self._is_head(name, beyond):
            return True
        for reader in self.readers(name):
            after = beyond - (reader.lag or 0)
            if reader.lag is None and self.head.step is None:
                entries = (e for e in entries_of(reader.equation.body) if e.name == name)
                if any(is_read_at(entry, beyond) for entry in entries):
                    return True
            elif after >= 0 and self._reaches(reader.equation.name, after):
                return True
        return False

    def written(self, name: str, step: Affine | None, beyond: int | None = None) -> Adjoint:
        """Return the adjoint of a variable by those of its readers.

        ``beyond`` is how many steps come after this one; None means enough of them.
        """
        if self._is_head(name, beyond):
            return self.identity()
        indices = self.indices(name)
        if name in self._depth:
            raise ConfigError(f"{name} depends on itself over variables that have no name here")
        self._depth.append(name)
        terms = [
            reindexed(found.entry, found.by, indices)
            for reader in self.readers(name)
            if (found := self.through(reader, name, step, beyond)) is not None
        ]
        self._depth.pop()
        return Adjoint(self.of_indices, indices, self.algebra.simplified(Add(tuple(terms))))

    def through(
        self, reader: Reader, name: str, step: Affine | None, beyond: int | None
    ) -> Adjoint | None:
        """Return what one reader adds to an adjoint; None where it reads no such step."""
        later = reader.lag or 0
        if beyond is not None and later > beyond:
            return None
        equation, at = reader.equation, None
        if reader.lag is not None and step is not None:
            at = step + later
            if at.is_constant and at.constant < self.model.first_step:
                return None
            body = with_letters(equation.body, {STEP: at})
            equation = Equation(equation.name, equation.indices, body, equation.text)
        if reader.lag is None:
            self._check_read(reader, name)
        indices = self.indices(name)
        value = Entry(equation.name, equation.indices, at)
        by = Entry(name, indices, step if self.model.declaration(name).timed else None)
        slope = equation_derivative(equation, value, by, self.algebra.fresh)
        if slope == ZERO:
            return None
        after = None if beyond is None else beyond - later
        above = self.of_reader(equation.name, at, after)
        if above.entry == ZERO:
            return None
        entry: Expr = Multiply((above.entry, reindexed(slope, equation.indices, above.by)))
        for index in reversed(above.by):
            entry = Sum(index, entry)
        return Adjoint(self.of_indices, indices, self.algebra.simplified(entry))

    def _check_read(self, reader: Reader, name: str) -> None:
        """Raise UnsupportedNotation where an equation without steps reads a step by itself.

        The recurrence is for a running step, with lines of its own for the last steps. A step that
        is counted from the first one, such as h[3], would need one more.
        """
        for entry in entries_of(reader.equation.body):
            if entry.name != name or entry.step is None:
                continue
            back = lag(entry)
            is_later = back is not None and name in self.kept
            if back != 0 and not is_later and not beyond_by_itself(entry):
                raise UnsupportedNotation(
                    f"{reader.equation.name} reads {name}[{entry.step}], for which a formula in t"
                    " has no line; take the form 'paths', 'matrix' or 'entries' with tau"
                )

    def copy(self, name: str, step: Affine, beyond: int | None = None) -> Adjoint | None:
        """Return d head / d (copy at a step of what has none), or None where it has no part."""
        timed = [r for r in self.readers(name) if r.lag is not None]
        return self._total([self.through(r, name, step, beyond) for r in timed])

    def uncopied(self, name: str) -> Adjoint | None:
        """Return what equations without steps add to the derivative by what has none."""
        found = [r for r in self.readers(name) if r.lag is None]
        return self._total([self.through(r, name, None, None) for r in found])

    def _total(self, parts: list[Adjoint | None]) -> Adjoint | None:
        found = [part for part in parts if part is not None]
        if not found:
            return None
        indices = found[0].by
        terms = tuple(reindexed(a.entry, a.by, indices) for a in found)
        return Adjoint(self.of_indices, indices, self.algebra.simplified(Add(terms)))

    def needed(self, name: str) -> list[str]:
        """Return the kept variables whose adjoints stand in that of ``name``, and in theirs."""
        found: list[str] = []
        pending = [name]
        seen: set[str] = set()
        while pending:
            current = pending.pop(0)
            for reader in self.readers(current):
                other = reader.equation.name
                if other in self.kept and other not in found:
                    found.append(other)
                if other not in seen:
                    seen.add(other)
                    pending.append(other)
        return found
