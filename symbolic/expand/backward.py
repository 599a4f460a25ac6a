"""Backward recurrences for any number of steps: the adjoint of each variable from its readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symbolic.affine import Affine, letter
from symbolic.errors import ConfigError, UnsupportedNotation
from symbolic.expand.algebra import Algebra
from symbolic.expand.jacobians import Adjoint
from symbolic.expand.letters import reindexed, with_letters
from symbolic.expand.local import ZERO, equation_derivative
from symbolic.expand.network import is_passed_over
from symbolic.expr import Add, Derivative, Entry, Expr, Index, Multiply, Number, Sum
from symbolic.model import HORIZON, STEP, Equation, Model, Role, entries_of, lag

RUNNING, LAST = letter(STEP), letter(HORIZON)
ONE = Number(Fraction(1))


@dataclass(frozen=True, slots=True)
class Reader:
    """An equation that reads a variable, and how many steps later; None where it has no steps."""

    equation: Equation
    lag: int | None


@dataclass(slots=True)
class Backward:
    """The adjoints of a model's loss, at a step that is a letter.

    The adjoint of a variable that is *kept* is a name, dL/dh; of any other it is written out by
    those of its readers.
    """

    model: Model
    algebra: Algebra
    kept: frozenset[str] = frozenset()
    _depth: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.model.loss is None:
            raise ConfigError(f"{self.model.name} has no loss")
        if not self.kept:
            self.kept = frozenset(self.states())

    def states(self) -> list[str]:
        """Return the variables that are kept by name: those that several equations read, or later.

        A loss of a step is none: its adjoint is 1.
        """
        named = self.model.named(Role.NODE)
        names = [d.name for d in named if not is_passed_over(self.model, d.name)]
        return [n for n in names if n != self.model.loss and not self._is_step_loss(n)]

    def _is_step_loss(self, name: str) -> bool:
        readers = self.readers(name)
        is_scalar = not self.model.declaration(name).shape
        only = len(readers) == 1 and readers[0].equation.name == self.model.loss
        return is_scalar and only and self.model.declaration(name).timed

    def readers(self, name: str) -> list[Reader]:
        """Return the equations that read a variable, those of the same step first."""
        found: list[Reader] = []
        for equation in self.model.equations:
            timed = self.model.declaration(equation.name).timed
            is_parameter = self.model.declaration(name).role is Role.PARAMETER
            for entry in entries_of(equation.body):
                if entry.name != name:
                    continue
                back = None if not timed else 0 if is_parameter else lag(entry)
                reader = Reader(equation, back)
                if reader not in found:
                    found.append(reader)
        return sorted(found, key=lambda r: r.lag or 0)

    def longest(self, name: str) -> int:
        """Return how many steps later a variable is read at most."""
        found = [
            lag(entry) or 0
            for reader in self.readers(name)
            for entry in entries_of(reader.equation.body)
            if entry.name == name
        ]
        return max(found, default=0)

    def indices(self, name: str) -> tuple[Index, ...]:
        """Return fresh indices for the axes of a variable."""
        return tuple(self.algebra.fresh.index(s) for s in self.model.declaration(name).shape)

    def named(self, name: str, step: Affine | None) -> Adjoint:
        """Return the adjoint of a variable as a name: dL/dh at a step."""
        if name == self.model.loss:
            return Adjoint((), (), ONE)
        indices = self.indices(name)
        loss = Entry(self.model.loss or "")
        return Adjoint((), indices, Derivative(loss, Entry(name, indices, step)))

    def of_reader(self, name: str, step: Affine | None, beyond: int | None) -> Adjoint:
        """Return the adjoint of a reader: its name if it is kept, else written out."""
        if name == self.model.loss or name in self.kept:
            return self.named(name, step)
        return self.written(name, step, beyond)

    def written(self, name: str, step: Affine | None, beyond: int | None = None) -> Adjoint:
        """Return the adjoint of a variable by those of its readers.

        ``beyond`` is how many steps come after this one; None means enough of them.
        """
        if name == self.model.loss:
            return Adjoint((), (), ONE)
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
        return Adjoint((), indices, self.algebra.simplified(Add(tuple(terms))))

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
        is_parameter = self.model.declaration(name).role is Role.PARAMETER
        if reader.lag is None and not is_parameter:
            self._check_read(reader, name)
        indices = self.indices(name)
        value = Entry(equation.name, equation.indices, at)
        by = Entry(name, indices, None if is_parameter else step)
        slope = equation_derivative(equation, value, by, self.algebra.fresh)
        if slope == ZERO:
            return None
        after = None if beyond is None else beyond - later
        above = self.of_reader(equation.name, at, after)
        entry: Expr = Multiply((above.entry, reindexed(slope, equation.indices, above.by)))
        for index in reversed(above.by):
            entry = Sum(index, entry)
        return Adjoint((), indices, self.algebra.simplified(entry))

    def _check_read(self, reader: Reader, name: str) -> None:
        """Raise UnsupportedNotation where an equation without steps reads a step by itself.

        The recurrence is for a running step. It has lines of its own for the last steps, as many as
        the variable is read steps later; another step would need one more.
        """
        for entry in entries_of(reader.equation.body):
            if entry.name != name or entry.step is None:
                continue
            back, before = lag(entry), LAST - entry.step
            is_near = before.is_constant and 0 <= before.constant < self.longest(name)
            if back != 0 and not (name in self.kept and (back is not None or is_near)):
                raise UnsupportedNotation(
                    f"{reader.equation.name} reads {name}[{entry.step}], for which a formula in t"
                    " has no line; take the form 'paths', 'matrix' or 'entries' with tau"
                )

    def copy(self, name: str) -> tuple[Adjoint | None, Adjoint | None]:
        """Return d loss / d (copy at step t), and what equations without steps add to the whole."""
        timed: list[Adjoint] = []
        whole: list[Adjoint] = []
        for reader in self.readers(name):
            step = None if reader.lag is None else RUNNING
            found = self.through(reader, name, step, None)
            if found is not None:
                (whole if reader.lag is None else timed).append(found)
        return self._total(timed), self._total(whole)

    def _total(self, found: list[Adjoint]) -> Adjoint | None:
        if not found:
            return None
        indices = found[0].by
        terms = tuple(reindexed(a.entry, a.by, indices) for a in found)
        return Adjoint((), indices, self.algebra.simplified(Add(terms)))

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
