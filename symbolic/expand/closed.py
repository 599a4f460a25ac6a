"""The form for any number of steps: a sum over t, and the backward recurrence that it needs."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.affine import Affine, integer
from symbolic.errors import ConfigError, UnsupportedNotation
from symbolic.expand.backward import LAST, RUNNING, Backward
from symbolic.expand.drawing import NoMatrix
from symbolic.expand.entries import Scribe
from symbolic.expand.jacobians import Adjoint, facts
from symbolic.expand.layout import Layout
from symbolic.expand.matrices import Leaf, flipped, node_of
from symbolic.expand.nesting import nested
from symbolic.expand.network import Unrolled
from symbolic.expand.question import Line, Question, letters_of
from symbolic.expr import Derivative, Entry
from symbolic.forward import NodeKey
from symbolic.latex.syntax import Chain, Node, Terms
from symbolic.model import STEP, Role
from symbolic.notation.build import bracketed, total
from symbolic.notation.writer import Letters


@dataclass(slots=True)
class Closed:
    """Writes adjoints at steps that are letters."""

    question: Question
    backward: Backward

    def leaf(self, e: Derivative) -> Leaf:
        """Return dL/dh as it stands in matrix notation: a column with a nabla, else a row."""
        made, notation = self.question.writer, self.question.notation
        assert isinstance(e.of, Entry)
        above = made.variable(e.of.name, e.of.step)
        below = made.variable(e.by.name, e.by.step)
        if notation.gradient == "nabla":
            node = made.gradient(above, below)
            return Leaf(node, made.transposed(bracketed(node)))
        node = made.derivative(above, below)
        other = made.transposed(bracketed(node))
        is_row = len(e.by.positions) == 1
        return Leaf(other, node) if is_row else Leaf(node, other)

    def entry_leaf(self, e: Derivative, letters: Letters) -> Node:
        """Return an entry of dL/dh."""
        made = self.question.writer
        assert isinstance(e.of, Entry)
        above = made.variable(e.of.name, e.of.step)
        return made.derivative(
            above, made.variable(e.by.name, e.by.step, made.positions(e.by.positions, letters))
        )

    def left(self, name: str, step: Affine | None) -> Node:
        """Return the left side: the loss by a variable at a step."""
        made = self.question.writer
        loss = made.variable(self.question.of.name)
        return self.question.left(loss, made.variable(name, step), nabla=True)

    def right(self, adjoint: Adjoint) -> Node:
        """Return an adjoint in matrix notation, a row where the notation has one."""
        layout = Layout(self.question.writer, self.backward.algebra, self.leaf)
        matrix = layout.best(adjoint.entry, adjoint.by)
        is_row = self.question.notation.gradient == "partial" and len(adjoint.by) == 1
        return node_of(flipped(matrix) if is_row else matrix, self.question.writer)

    def line(self, name: str, step: Affine | None, adjoint: Adjoint) -> Line:
        """Return one equation, in letters for its entries where matrices have no notation."""
        try:
            return Line(self.left(name, step), self.right(adjoint))
        except NoMatrix:
            scribe, left = self.by_entries(name, step, adjoint)
            return Line(left, scribe.write(nested(adjoint.entry, self.backward.algebra)))

    def by_entries(self, name: str, step: Affine | None, adjoint: Adjoint) -> tuple[Scribe, Node]:
        """Return what writes the entries of an adjoint, and the left side with its letters."""
        made = self.question.writer
        scribe = Scribe(made, derivative=self.entry_leaf)
        places = letters_of(scribe, adjoint.by)
        loss = made.variable(self.question.of.name)
        left = self.question.left(loss, made.variable(name, step, places), nabla=False)
        return scribe, left

    def recurrence(self, name: str) -> list[Line]:
        """Return the adjoint of a kept variable: at the last steps, and at those before."""
        found = []
        if not self.backward.model.declaration(name).timed:
            return [self.line(name, None, self.backward.written(name, None))]
        longest = self.backward.longest(name)
        for beyond in range(longest):
            step = LAST - beyond
            adjoint = self.backward.written(name, step, beyond)
            found.append(self.line(name, step, adjoint))
        adjoint = self.backward.written(name, RUNNING)
        return [*found, self.line(name, RUNNING, adjoint)]

    def before_the_first(self, name: str, step: int) -> list[Line]:
        """Return the derivative by an initial state, which is read by later steps alone."""
        if step >= self.question.model.first_step:
            return []
        at = integer(step)
        return [self.line(name, at, self.backward.written(name, at))]

    def of_copy(self, name: str) -> Line:
        """Return the derivative by the copy of a parameter at the running step."""
        timed, _ = self.backward.copy(name)
        if timed is None:
            raise ConfigError(f"{name} is used at no step; write {name} without one")
        return self.line(name, RUNNING, timed)

    def whole(self, name: str) -> Line:
        """Return the derivative by a whole parameter: the sum over its copies."""
        timed, rest = self.backward.copy(name)
        made = self.question.writer
        parts = [a for a in (timed, rest) if a is not None]
        if not parts:
            raise ConfigError(f"{self.question.of} does not depend on {name}")
        try:
            nodes = [self.right(a) for a in parts]
            left = self.left(name, None)
            scribe = Scribe(made, derivative=self.entry_leaf)
        except NoMatrix:
            scribe, left = self.by_entries(name, None, parts[0])
            nodes = [scribe.write(nested(a.entry, self.backward.algebra)) for a in parts]
        if timed is not None:
            first = integer(self.question.model.first_step)
            body = bracketed(nodes[0]) if isinstance(nodes[0], Terms) else nodes[0]
            nodes[0] = scribe.big(made.letter(STEP), first, LAST, body)
        return Line(left, total(("+", node) for node in nodes))


def least_length(found: Closed) -> Chain | None:
    """Return tau >= k where the lines for the last steps need more than one step, else None."""
    backward, by, first = found.backward, found.question.by, found.question.model.first_step
    longest = max((backward.longest(n) for n in (*backward.needed(by.name), by.name)), default=0)
    if longest < 2:
        return None
    made = found.question.writer
    return Chain((made.affine(LAST), made.affine(integer(first + longest - 1))), ("ge",))


def closed(question: Question, kept: frozenset[str] = frozenset()) -> Closed:
    """Return the writer of a question for any number of steps; ConfigError for other than a loss.

    ``kept`` names the variables whose adjoints stand by name.
    """
    if question.of != NodeKey(question.model.loss or ""):
        raise UnsupportedNotation(
            f"the form 'closed' is for the loss; {question.of} is written out at a number of"
            " steps: take 'paths', 'matrix' or 'entries' with tau"
        )
    return Closed(question, Backward(question.model, facts(question.model), kept))


def closed_lines(question: Question) -> tuple[tuple[Line, ...], frozenset[str]]:
    """Return the recurrences and the sum over the steps, and the targets that add up to 1."""
    found = closed(question)
    backward, by = found.backward, question.by
    if by.step is not None:
        Unrolled(question.model, max(1, by.step - question.model.first_step + 1)).check(by)
    declared = question.model.declaration(by.name)
    lines = [line for name in backward.needed(by.name) for line in found.recurrence(name)]
    if declared.role is Role.PARAMETER and by.step is not None:
        lines.append(found.of_copy(by.name))
    elif declared.role is Role.PARAMETER:
        lines.append(found.whole(by.name))
    elif by.name not in backward.needed(by.name):
        lines += found.recurrence(by.name)
    if declared.role is not Role.PARAMETER and by.step is not None:
        lines += found.before_the_first(by.name, by.step)
    return tuple(lines), frozenset(backward.algebra.used)
