"""The whole argument, from the equations of a model to the gradient, step by step with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from symbolic.affine import integer
from symbolic.expand.backward import Backward
from symbolic.expand.chain_rule import chain_rule, step_losses
from symbolic.expand.closed import (
    Closed,
    closed,
    closed_lines,
    head_of,
    is_zero,
    least_length,
    remarks,
)
from symbolic.expand.each import has_detour, jacobian, read_of, reason, through_softmax
from symbolic.expand.entries import Scribe
from symbolic.expand.forward import forward_lines, initial_states, shape_chains
from symbolic.expand.question import Line, Question
from symbolic.expand.reading import LAST, RUNNING
from symbolic.latex.syntax import Chain, Dots, Listed, Node
from symbolic.latex.write import write
from symbolic.model import STEP, Role
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
    question = with_own_names(question)
    found, made = closed(question), question.writer
    if is_zero(question):
        lines, _ = closed_lines(question)
        body = [_text("No path leads from the one to the other.")]
        body += [Item(Kind.EQUATION, line=line) for line in lines]
    else:
        # First what may be refused, with its reason.
        result = list(_result(found))
        body = [*_steps(found), *result, *map(_text, remarks(question))]
    used = frozenset(found.backward.algebra.used)
    kind = "derivative" if question.of_shape else "gradient"
    title = f"The {kind} of {_math(head_of(question))} by {_math(question.at_running)}"
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
    is_symbol = model.title.partition(" ")[2].startswith("=")
    first_letter = model.title[:1] if is_symbol else model.title[:1].upper()
    yield _text(first_letter + model.title[1:] + ".")
    shapes = ", ".join(_math(chain) for chain in shape_chains(made))
    yield _text(f"The quantities are {shapes}.")
    if any(d.timed for d in model.declarations):
        first = integer(model.first_step)
        running = Listed((made.affine(first), Dots(), made.affine(LAST)))
        steps = Chain((made.letter(STEP), running), ("=",))
        before = [made.key(key) for key in initial_states(model)]
        given = " and ".join(_math(node) for node in before)
        verb = "is" if len(before) == 1 else "are"
        yield _text(
            f"The steps are {_math(steps)}" + (f", and {given} {verb} given." if given else ".")
        )
    for line in forward_lines(made):
        yield Item(Kind.EQUATION, line=line)
    yield _text(_conventions(question))
    if used:
        names = " and ".join(_math(made.symbols.variables[n]) for n in sorted(used))
        at = " at each step" if any(model.declaration(n).timed for n in used) else ""
        yield _text(
            f"The entries of the targets {names} are assumed to add up to 1{at},"
            " as those of a distribution over the classes do."
        )


def _conventions(question: Question) -> str:
    if question.notation.gradient == "nabla":
        return (
            "The derivative of a scalar by a vector, written as a quotient, is a row. A gradient"
            " with a nabla has the shape of what it is taken by; for a vector it is the transpose"
            " of that row. The Jacobian of a vector by a vector has a row for each entry of the"
            " first."
        )
    return (
        "The derivative of a scalar by a vector is a row, that by a matrix has the shape of the"
        " matrix. The Jacobian of a vector by a vector has a row for each entry of the first."
    )


def _steps(found: Closed) -> Iterator[Item]:
    """Yield the local Jacobians of what leads from the head to the parameter."""
    question, model = found.question, found.question.model
    names = _between(found.backward, question.by.name)
    if model.declaration(question.by.name).role is not Role.PARAMETER:
        names.append(question.by.name)
    equations = [e for e in model.equations if e.name in found.backward.leads]
    yield Item(Kind.HEADING, "Each equation by what it reads")
    yield _text(
        "First every equation is differentiated by what it reads, everything else held fixed. A"
        " plus says so where the total derivative follows other paths as well."
        if any(
            has_detour(model, equation, entry)
            for equation in equations
            for entry in read_of(equation, names)
        )
        else "First every equation is differentiated by what it reads, everything else held fixed."
    )
    for equation in equations:
        for entry in read_of(equation, names):
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
    """Return the variables on the way from the head to ``name``, a head without steps left out."""
    found: list[str] = []
    pending = [name]
    while pending:
        for reader in backward.readers(pending.pop()):
            other = reader.equation.name
            if other not in found and (other != backward.of or backward.head.step is not None):
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
            yield from _equations(found.recurrence(name))
        step = question.by.step
        for line in [] if step is None else found.before_the_first(name, step):
            yield _text("What is given before the first step is read by later steps alone.")
            yield Item(Kind.EQUATION, line=line)
        return
    yield Item(Kind.HEADING, "The parameter")
    yield from _copies(found)
    if question.by.step is None:
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
        chain = chain_rule(found, state)
        if chain is not None:
            what = found.what
            yield _text(
                f"{what[:1].upper()}{what[1:]} depends on the state of a step in as many ways as it"
                " is read: by the output of its own step, and by the step after. The chain rule"
                " adds the ways up."
                if step_losses(backward, state)
                else f"{what[:1].upper()}{what[1:]} depends on the state of a step before the last"
                " by the step after alone."
            )
            yield Item(Kind.EQUATION, line=chain)
    if backward.last_ones(state) and backward.head.step is None:
        yield _text("The last step has nothing after it. Before it, the step after adds its part.")
    elif backward.last_ones(state):
        yield _text(
            "First the last step that leads to it; before that, the steps after add their parts."
        )
    else:
        yield _text(f"With the Jacobians put in, the derivative by {_state_name(made, state)} is:")
    least = least_length(found) if backward.last_ones(state) > 1 else None
    if least is not None:
        yield _text(f"Here {_math(least)}, so that all of these steps are there.")
    yield from _equations(found.recurrence(state))


def _equations(lines: list[Line]) -> Iterator[Item]:
    return (Item(Kind.EQUATION, line=line) for line in lines)


def _state_name(made: Writer, state: str) -> str:
    timed = made.model.declaration(state).timed
    return _math(made.variable(state, RUNNING if timed else None))


def _copies(found: Closed) -> Iterator[Item]:
    """Yield where the sum over t comes from."""
    name, copies = found.question.by.name, found.copies(found.question.by.name)
    if not copies and found.question.by.step is None:
        yield _text("The parameter is used once.")
        return
    yield _text(
        "The parameter is used at every step. As if each step had a copy of its own,"
        f" {found.what} is differentiated by each copy, with the others held fixed."
    )
    yield from _equations(found.of_copies(name))
    if found.question.by.step is not None:
        return
    yield _text("All copies are the one parameter, so that their derivatives add up.")
    if found.backward.uncopied(name) is None and found.is_running(copies):
        left, made = found.left(name, None), found.question.writer
        right = found.summed(Scribe(made), found.left(name, RUNNING), LAST)
        yield Item(Kind.EQUATION, line=Line(left, right))
