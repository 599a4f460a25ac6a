"""The whole argument, from the equations of a model to the gradient, step by step with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from symbolic.affine import integer
from symbolic.expand.backward import LAST, ONE, RUNNING, Backward
from symbolic.expand.closed import Closed, closed, least_length
from symbolic.expand.each import has_detour, jacobian, read_of, reason, through_softmax
from symbolic.expand.entries import Scribe
from symbolic.expand.forward import forward_lines, initial_states, shape_chains
from symbolic.expand.network import Unrolled, paths
from symbolic.expand.question import Line, Question
from symbolic.forward import NodeKey
from symbolic.latex.syntax import Chain, Dots, Listed, Node
from symbolic.latex.write import write
from symbolic.model import STEP, Role
from symbolic.notation.build import product, total
from symbolic.notation.writer import Writer


class Kind(Enum):
    """What an item of a document is."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    EQUATION = "equation"


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph or equation of a document; formulas in a text stand between dollars."""

    kind: Kind
    text: str = ""
    line: Line | None = None


def _text(text: str) -> Item:
    return Item(Kind.TEXT, text)


def _math(node: Node) -> str:
    return f"${write(node)}$"


def derivation(question: Question) -> tuple[tuple[Item, ...], frozenset[str]]:
    """Return the document of a question, and the targets whose entries must add up to 1."""
    found = closed(with_own_names(question))
    question = found.question
    body = [*_steps(found), *_result(found)]
    used = frozenset(found.backward.algebra.used)
    made = question.writer
    by = made.variable(question.by.name)
    title = f"The gradient of {_math(made.variable(question.of.name))} by {_math(by)}"
    items = [Item(Kind.TITLE, title), *_network(question, used), *body]
    return tuple(_finished(item, made) for item in items), used


def with_own_names(question: Question) -> Question:
    """Return the question in the model's own names where its steps do not begin with 1.

    Then the document names the model to the checker, which counts from 1 where no definition says
    otherwise; and the names in the text must be those of the model.
    """
    if question.model.first_step == 1:
        return question
    return replace(question, notation=replace(question.notation, names={}))


def _finished(item: Item, made: Writer) -> Item:
    if item.line is None:
        return item
    return Item(item.kind, item.text, item.line.finished(made))


def _network(question: Question, used: frozenset[str]) -> Iterator[Item]:
    made, model = question.writer, question.model
    yield Item(Kind.HEADING, "The network")
    yield _text(model.title[:1].upper() + model.title[1:] + ".")
    shapes = ", ".join(_math(chain) for chain in shape_chains(made))
    yield _text(f"The quantities are {shapes}.")
    if any(d.timed for d in model.declarations):
        first = integer(model.first_step)
        running = Listed((made.affine(first), Dots(), made.affine(LAST)))
        steps = Chain((made.letter(STEP), running), ("=",))
        before = [made.variable(n, first - 1) for n in initial_states(model)]
        given = " and ".join(_math(node) for node in before)
        yield _text(
            f"The steps are {_math(steps)}" + (f", and {given} is given." if given else ".")
        )
    for line in forward_lines(made):
        yield Item(Kind.EQUATION, line=line)
    yield _text(_conventions(question))
    if used:
        names = " and ".join(_math(made.symbols.variables[n]) for n in sorted(used))
        yield _text(
            f"The entries of the targets {names} are assumed to add up to 1 at each step,"
            " as those of a distribution over the classes do."
        )


def _conventions(question: Question) -> str:
    if question.notation.gradient == "nabla":
        return (
            "A gradient has the shape of what it is taken by, a column for a vector. The Jacobian"
            " of a vector by a vector has a row for each entry of the first."
        )
    return (
        "The derivative of a scalar by a vector is a row, that by a matrix has the shape of the"
        " matrix. The Jacobian of a vector by a vector has a row for each entry of the first."
    )


def _steps(found: Closed) -> Iterator[Item]:
    """Yield the local Jacobians of what leads from the loss to the parameter."""
    question, model = found.question, found.question.model
    names = [*_between(found.backward, question.by.name), question.by.name]
    yield Item(Kind.HEADING, "Each equation by what it reads")
    yield _text(
        "First every equation is differentiated by what it reads, everything else held fixed. A"
        " plus says so where the total derivative follows other paths as well."
        if any(
            has_detour(model, equation, entry)
            for equation in model.equations
            for entry in read_of(equation, names[:-1])
        )
        else "First every equation is differentiated by what it reads, everything else held fixed."
    )
    for equation in model.equations:
        for entry in read_of(equation, names[:-1]):
            why = reason(equation)
            if why:
                yield _text(why)
            yield Item(Kind.EQUATION, line=jacobian(found, equation, entry))
            joined = through_softmax(found, equation, entry)
            if joined is not None:
                yield _text(
                    "Through the softmax and the cross-entropy together, the fractions cancel."
                )
                yield Item(Kind.EQUATION, line=joined)


def _between(backward: Backward, name: str) -> list[str]:
    """Return the variables on the way from the loss to ``name``."""
    found: list[str] = []
    pending = [name]
    while pending:
        for reader in backward.readers(pending.pop()):
            other = reader.equation.name
            if other not in found and other != backward.model.loss:
                found.append(other)
                pending.append(other)
    return found


def _result(found: Closed) -> Iterator[Item]:
    question, backward = found.question, found.backward
    name, model = question.by.name, question.model
    states = backward.needed(name)
    if states:
        yield Item(Kind.HEADING, "Backwards through the steps")
    for state in states:
        yield from _state(found, state)
    declared = model.declaration(name)
    if declared.role is not Role.PARAMETER:
        if name not in states:
            for line in found.recurrence(name):
                yield Item(Kind.EQUATION, line=line)
        return
    yield Item(Kind.HEADING, "The parameter")
    yield from _copies(found)
    yield Item(Kind.EQUATION, line=found.whole(name))
    if declared.shape:
        yield _text(
            "The factors stand in the order in which the chain rule has them. Matrices do not"
            " commute; in another order the shapes would not fit, or the product would be wrong."
        )


def _state(found: Closed, state: str) -> Iterator[Item]:
    """Yield the chain rule at a state, then its adjoint written out."""
    made, backward = found.question.writer, found.backward
    if backward.model.declaration(state).timed:
        chain = _chain_rule(found, state)
        if chain is not None:
            yield _text(
                "The loss depends on the state of a step in as many ways as it is read:"
                " by the output of its own step, and by the step after. The chain rule adds the"
                " ways up."
                if _step_losses(backward, state)
                else "The loss depends on the state of a step by the step after alone."
            )
            yield Item(Kind.EQUATION, line=chain)
    if backward.longest(state):
        yield _text("The last step has nothing after it. Before it, the step after adds its part.")
    else:
        yield _text(f"With the Jacobians put in, the derivative by {_state_name(made, state)} is:")
    least = least_length(found) if backward.longest(state) > 1 else None
    if least is not None:
        yield _text(f"Here {_math(least)}, so that all of these steps are there.")
    for line in found.recurrence(state):
        yield Item(Kind.EQUATION, line=line)


def _state_name(made: Writer, state: str) -> str:
    timed = made.model.declaration(state).timed
    return _math(made.variable(state, RUNNING if timed else None))


def _chain_rule(found: Closed, state: str) -> Line | None:
    """Return dL/dh_t = dE_t/dh_t + dL/dh_{t+1} dh_{t+1}/dh_t, where one state is all there is."""
    backward, made = found.backward, found.question.writer
    model = backward.model
    timed = [n for n in backward.kept if model.declaration(n).timed]
    losses = _step_losses(backward, state)
    if timed != [state] or backward.longest(state) != 1 or not _is_all(backward, state, losses):
        return None
    loss = made.variable(found.question.of.name)
    here, after = made.variable(state, RUNNING), made.variable(state, RUNNING + 1)
    terms = []
    for name in losses:
        terms.append(("+", made.derivative(made.variable(name, RUNNING), here)))
    later = product((made.derivative(loss, after), made.derivative(after, here)))
    return Line(made.derivative(loss, here), total([*terms, ("+", later)]))


def _is_all(backward: Backward, state: str, losses: list[str]) -> bool:
    """Whether every path from the loss to a state leads over a loss of its step or the next state.

    The paths are counted: none leads over two of them. Losses of a step count once in the whole.
    """
    if any(backward.written(name, RUNNING).entry != ONE for name in losses):
        return False
    net = Unrolled(backward.model, 3)
    step = net.steps[1]

    def count(of: NodeKey, by: NodeKey) -> int:
        return paths(net, of, by, every_node=True).count()

    whole, here = NodeKey(backward.model.loss or ""), NodeKey(state, step)
    over = [NodeKey(state, step + 1), *(NodeKey(name, step) for name in losses)]
    return count(whole, here) == sum(count(whole, key) * count(key, here) for key in over)


def _step_losses(backward: Backward, state: str) -> list[str]:
    """Return the losses of a step that are reached from a state within its step."""
    found: list[str] = []
    pending, seen = [state], {state}
    while pending:
        name = pending.pop()
        for reader in backward.readers(name):
            other = reader.equation.name
            if other == backward.model.loss and name != state and reader.lag is None:
                is_timed = backward.model.declaration(name).timed
                found += [name] if is_timed and name not in found else []
            elif reader.lag == 0 and other not in seen:
                seen.add(other)
                pending.append(other)
    return found


def _copies(found: Closed) -> Iterator[Item]:
    """Yield where the sum over t comes from."""
    name = found.question.by.name
    timed, rest = found.backward.copy(name)
    made = found.question.writer
    if timed is None:
        yield _text("The parameter is used once.")
        return
    yield _text(
        "The parameter is used at every step. As if each step had a copy of its own, the loss is"
        " differentiated by each copy, with the others held fixed."
    )
    yield Item(Kind.EQUATION, line=found.line(name, RUNNING, timed))
    yield _text("All copies are the one parameter, so that their derivatives add up.")
    if rest is None:
        left, scribe = found.left(name, None), Scribe(made)
        first = integer(found.question.model.first_step)
        body = found.left(name, RUNNING)
        right = scribe.big(made.letter(STEP), first, LAST, body)
        yield Item(Kind.EQUATION, line=Line(left, right))
