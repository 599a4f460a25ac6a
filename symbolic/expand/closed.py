"""The form for any number of steps: a sum over t, and the backward recurrence that it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbolic.affine import Affine, integer
from symbolic.errors import ConfigError, ModelError, UnsupportedNotation
from symbolic.expand.backward import Backward
from symbolic.expand.drawing import NoMatrix
from symbolic.expand.entries import Scribe
from symbolic.expand.jacobians import Adjoint, facts
from symbolic.expand.layout import Layout
from symbolic.expand.letters import reindexed, with_letters
from symbolic.expand.local import ZERO
from symbolic.expand.matrices import Leaf, as_row, node_of
from symbolic.expand.nesting import nested
from symbolic.expand.network import Unrolled, paths
from symbolic.expand.question import Line, Question, letters_of
from symbolic.expand.reading import LAST, RUNNING
from symbolic.expr import Derivative, Entry, Expr
from symbolic.forward import NodeKey, longest_lag
from symbolic.latex.syntax import Chain, Node, Numeral, Terms
from symbolic.latex.write import write
from symbolic.model import HORIZON, STEP, Role
from symbolic.notation.build import bracketed, total
from symbolic.notation.writer import Letters
from symbolic.traverse import walk


@dataclass(slots=True)
class Closed:
    """Writes adjoints at steps that are letters."""

    question: Question
    backward: Backward

    def head(self, places: tuple[Node, ...] = ()) -> Node:
        """Return what is differentiated, a variable with steps at the last one."""
        head = self.backward.head
        return self.question.writer.variable(head.name, head.step, places)

    @property
    def what(self) -> str:
        """What is differentiated, in words."""
        is_loss = self.backward.of == self.question.model.loss
        return "the loss" if is_loss else f"${write(self.head())}$"

    def leaf(self, e: Derivative) -> Leaf:
        """Return dL/dh as it stands in matrix notation: a column with a nabla, else a row.

        The Jacobian of a vector has a row for each of its entries.
        """
        made, notation = self.question.writer, self.question.notation
        above, below = self.head(), made.variable(e.by.name, e.by.step)
        if self.backward.of_indices:
            node = made.derivative(above, below)
            return Leaf(node, made.transposed(bracketed(node)))
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
        above = self.head(made.positions(self.backward.of_indices, letters))
        return made.derivative(
            above, made.variable(e.by.name, e.by.step, made.positions(e.by.positions, letters))
        )

    def left(self, name: str, step: Affine | None) -> Node:
        """Return the left side: the head by a variable at a step."""
        below = self.question.writer.variable(name, step)
        return self.question.left(self.head(), below, nabla=True)

    def right(self, adjoint: Adjoint) -> Node:
        """Return an adjoint in matrix notation, a row where the notation has one."""
        layout = Layout(self.question.writer, self.backward.algebra, self.leaf)
        matrix = layout.best(adjoint.entry, adjoint.of + adjoint.by)
        is_partial = self.question.notation.gradient == "partial" and not adjoint.of
        is_row = is_partial and len(adjoint.by) == 1
        made = self.question.writer
        return node_of(as_row(matrix, made) if is_row else matrix, made)

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
        of = letters_of(scribe, adjoint.of)
        below = made.variable(name, step, letters_of(scribe, adjoint.by))
        return scribe, self.question.left(self.head(of), below, nabla=False)

    def recurrence(self, name: str) -> list[Line]:
        """Return the adjoint of a variable: at the last steps, and at those before.

        Those by which a vector at the last step is not changed are left out.
        """
        if not self.backward.model.declaration(name).timed:
            return [self.whole(name)]
        special = range(self.backward.last_ones(name))
        found = [(LAST - k, self.backward.written(name, LAST - k, k)) for k in special]
        found.append((RUNNING, self.backward.written(name, RUNNING)))
        if self.backward.head.step is None:
            return self._at_steps(name, found)
        some = [(step, adjoint) for step, adjoint in found if adjoint.entry != ZERO]
        return self._at_steps(name, some or found[-1:])

    def _at_steps(self, name: str, found: list[tuple[Affine, Adjoint]]) -> list[Line]:
        """Return one line for each step; the running one says where it ends, unless it is plain.

        One that reads the step after ends before the last step, as anybody sees.
        """
        last, made = self.backward.last_ones(name), self.question.writer
        before = Chain((made.letter(STEP), made.affine(LAST - last)), ("le",))
        lines = []
        for step, adjoint in found:
            line = self.line(name, step, adjoint)
            is_plain = not last or (last == 1 and RUNNING + 1 in steps_in(adjoint.entry))
            is_ending = step == RUNNING and not is_plain
            lines.append(replace(line, condition=before) if is_ending else line)
        return lines

    def before_the_first(self, name: str, step: int) -> list[Line]:
        """Return the derivative by an initial state, which is read by later steps alone."""
        if step >= self.question.model.first_step:
            return []
        at, first = integer(step), step + self.backward.last_ones(name)
        line, made = self.line(name, at, self.backward.written(name, at)), self.question.writer
        if first <= self.question.model.first_step:
            return [line]
        least = Chain((made.affine(LAST), made.affine(integer(first))), ("ge",))
        return [replace(line, condition=least)]

    def copies(self, name: str) -> list[tuple[Affine, Adjoint]]:
        """Return the derivatives by the copies of a parameter: at the last steps, and before."""
        steps: list[tuple[Affine, int | None]] = [(RUNNING, None)]
        steps += [(LAST - k, k) for k in reversed(range(self.backward.last_ones(name)))]
        found = [(step, self.backward.copy(name, step, beyond)) for step, beyond in steps]
        return [(step, adjoint) for step, adjoint in found if adjoint is not None]

    def is_running(self, copies: list[tuple[Affine, Adjoint]]) -> bool:
        """Whether not the copies of the last steps alone have a part in the derivative."""
        return bool(copies) and copies[0][0] == RUNNING

    def of_copies(self, name: str) -> list[Line]:
        """Return the derivative by the copy of a parameter, at the running step and at the last."""
        found = self.copies(name)
        if not found:
            raise ConfigError(f"{name} is used at no step; write {name} without one")
        return self._at_steps(name, found)

    def whole(self, name: str) -> Line:
        """Return the derivative by what has no steps itself: the sum over its copies."""
        copies, rest = self.copies(name), self.backward.uncopied(name)
        parts = [adjoint for _, adjoint in copies] + ([] if rest is None else [rest])
        parts = parts or [self.backward.written(name, None)]
        try:
            nodes = [self.right(a) for a in parts]
            left, scribe = self.left(name, None), Scribe(self.question.writer)
        except NoMatrix:
            scribe, left = self.by_entries(name, None, parts[0])
            nodes = [self._renamed(a, parts[0], scribe) for a in parts]
        if self.is_running(copies):
            nodes[0] = self.summed(scribe, nodes[0], LAST - self.backward.last_ones(name))
        return Line(left, total(("+", node) for node in nodes))

    def _renamed(self, adjoint: Adjoint, as_: Adjoint, scribe: Scribe) -> Node:
        """Return the entries of an adjoint with the letters of another one."""
        entry = reindexed(adjoint.entry, adjoint.by, as_.by)
        return scribe.write(nested(entry, self.backward.algebra))

    def summed(self, scribe: Scribe, node: Node, last: Affine) -> Node:
        """Return the sum of what stands at the running step, from the first step on."""
        first = integer(self.question.model.first_step)
        body = bracketed(node) if isinstance(node, Terms) else node
        return scribe.big(self.question.writer.letter(STEP), first, last, body)


def least_length(found: Closed) -> Chain | None:
    """Return tau >= k where the lines for the last steps need more than one step, else None."""
    backward, by, first = found.backward, found.question.by, found.question.model.first_step
    names = (*backward.needed(by.name), by.name)
    longest = max((backward.last_ones(n) for n in names), default=0)
    if longest < 2:
        return None
    made = found.question.writer
    return Chain((made.affine(LAST), made.affine(integer(first + longest - 1))), ("ge",))


def closed(question: Question) -> Closed:
    """Return the writer of a question for any number of steps.

    Raises ModelError for what does not exist, and UnsupportedNotation for a head that changes with
    the number of steps after it.
    """
    of, model = question.of, question.model
    is_given = of.step is not None and of.step < model.first_step
    if is_given:
        raise ModelError(f"{of} is given, and computed by no equation")
    found = Closed(question, Backward(model, facts(model), of.name))
    for name in sorted(found.backward.leads) if of.step is not None else ():
        equation = model.equation(name)
        if equation is not None and _reads_the_horizon(equation.body):
            raise UnsupportedNotation(
                f"{name} depends on the number of steps, so that {of} is not what it is at the"
                " last one; take the form 'paths', 'matrix' or 'entries' with tau"
            )
    return found


def steps_in(e: Expr) -> set[Affine | None]:
    """Return the steps at which an expression reads variables, and derivatives are taken."""
    nodes = [node.by if isinstance(node, Derivative) else node for node in walk(e)]
    return {node.step for node in nodes if isinstance(node, Entry)}


def _reads_the_horizon(body: Expr) -> bool:
    return with_letters(body, {HORIZON: integer(0)}) != body


def is_zero(question: Question) -> bool:
    """Whether no path leads from the head to what it is differentiated by; checks that both are."""
    of, by, model = question.of, question.by, question.model
    if by.step is None and model.declaration(by.name).timed:
        by = NodeKey(by.name, model.first_step)
    steps = [key.step for key in (of, by) if key.step is not None]
    length = max([0, *(step - model.first_step for step in steps)]) + 1
    if of.step is None or question.is_last:
        length += max(longest_lag(model, d.name) for d in model.declarations)
    net = Unrolled(model, length)
    net.check(by)
    if model.declaration(by.name).role is Role.PARAMETER and (of.step is None or question.is_last):
        # Which of its copies has a part depends on the number of steps.
        by = NodeKey(by.name)
    head = NodeKey(of.name, net.last_step) if question.is_last else of
    return not paths(net, head, by).count()


def head_of(question: Question) -> Node:
    """Return what is differentiated: at the last step, unless the answer is zero at its own."""
    is_own = is_zero(question) and not question.is_last
    return question.writer.key(question.of) if is_own else question.at_last


def remarks(question: Question) -> list[str]:
    """Return in words what the formulas for any step say of the steps that are asked for."""
    made, of, by = question.writer, question.of, question.by
    found = []
    if of.step is not None and not question.is_last:
        found.append(
            f"No later step changes ${write(made.key(of))}$: its derivative is this one with"
            f" {of.step} as the last step."
        )
    if by.step is not None and by.step >= question.model.first_step:
        found.append(f"The derivative by ${write(made.key(by))}$ is the one at step {by.step}.")
    return found


def closed_lines(question: Question) -> tuple[tuple[Line, ...], frozenset[str]]:
    """Return the recurrences and the sum over the steps, and the targets that add up to 1."""
    by = question.by
    if is_zero(question):
        left = question.left(head_of(question), question.at_running, nabla=True)
        return (Line(left, Numeral("0")),), frozenset()
    found = closed(question)
    backward = found.backward
    lines = [line for name in backward.needed(by.name) for line in found.recurrence(name)]
    declared = question.model.declaration(by.name)
    if declared.role is Role.PARAMETER:
        lines += [found.whole(by.name)] if by.step is None else found.of_copies(by.name)
    elif by.name not in backward.needed(by.name):
        lines += found.recurrence(by.name)
    if declared.role is not Role.PARAMETER and by.step is not None:
        lines += found.before_the_first(by.name, by.step)
    return tuple(lines), frozenset(backward.algebra.used)
