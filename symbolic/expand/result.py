"""A gradient written out: its lines, as LaTeX, as SymPy expressions, in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from symbolic.affine import letter
from symbolic.errors import ConfigError, nearest
from symbolic.expand.closed import (
    closed,
    closed_lines,
    head_of,
    is_zero,
    least_length,
    remarks,
)
from symbolic.expand.derivation import Item, Kind, derivation
from symbolic.expand.forms import entry_lines, full_lines, matrix_lines, path_lines
from symbolic.expand.letters import reindexed
from symbolic.expand.lines import display, flowing
from symbolic.expand.question import Line, Question, material
from symbolic.expr import Add, Expr, Index, Number
from symbolic.forward import NodeKey
from symbolic.latex.write import write
from symbolic.model import HORIZON, STEP, Model, Role
from symbolic.models import load
from symbolic.notation import notation as notation_named
from symbolic.notation.writer import Writer

FORMS = {
    "paths": path_lines,
    "matrix": matrix_lines,
    "entries": entry_lines,
    "full": full_lines,
}

#: The forms for any number of steps.
ANY_TAU = ("closed", "derivation")
NAMES = (*ANY_TAU, *FORMS)


@dataclass(frozen=True, slots=True)
class Gradient:
    """A derivative in one form; ``lines`` are its equations, ``assumptions`` what they need."""

    question: Question
    form: str
    lines: tuple[Line, ...]
    assumptions: tuple[str, ...] = ()
    #: The document of the form ``derivation``; of any other form the title and the equations.
    items: tuple[Item, ...] = ()

    def latex(self) -> str:
        """Return a display: one equation, or several in ``aligned``; long ones are broken."""
        return display(self.lines)

    def sympy(self) -> Any:
        """Return the SymPy expressions, an array over the entries of ``of`` and of ``by``.

        In the values of nodes, or for the form ``full`` in leaves alone. Nothing is assumed.
        """
        from symbolic.expand.with_sympy import as_sympy

        return as_sympy(self)

    def value(self) -> tuple[tuple[Index, ...], Expr]:
        """Return the derivative in index notation, in the values of nodes; nothing is assumed."""
        found = material(self.question, assume=False)
        first = None
        entries: list[Expr] = []
        for path in found.paths():
            adjoint = found.adjoint(path)
            first = first or adjoint
            entries.append(reindexed(adjoint.entry, adjoint.of + adjoint.by, first.of + first.by))
        indices = found.of_indices + found.by_indices if first is None else first.of + first.by
        return indices, Add(tuple(entries)) if entries else Number(Fraction(0))

    def _repr_latex_(self) -> str:
        """Return what a notebook renders."""
        return f"$\\displaystyle {self.latex()}$"

    def _repr_html_(self) -> str:
        """Return the mathematics as MathML."""
        return "".join(f"<p>{flowing(line)}</p>" for line in self.lines)


def gradient(
    model: Model | str,
    *,
    wrt: str,
    of: str | None = None,
    tau: int | None = None,
    form: str = "paths",
    dims: Mapping[str, int] | None = None,
    notation: str | Path = "plain",
    every_node: bool = False,
    cse: bool = False,
    force: bool = False,
) -> Gradient:
    r"""Return a derivative written out; raises ConfigError or ModelError for what does not exist.

    ``wrt`` and ``of`` are names, with a step where they have one: ``W``, ``W[2]``, ``h[1]``, and
    ``h[tau]`` at the last step. The loss is what is differentiated unless ``of`` says otherwise.
    The forms for any number of steps need no step: ``h`` is differentiated by a running step's.

    >>> g = gradient("scalar-sigmoid-full", wrt="V", tau=2, form="matrix")
    >>> print(g.latex())
    \nabla_V L = (\hat{y}^{(1)} - y^{(1)}) s^{(1)} + (\hat{y}^{(2)} - y^{(2)}) s^{(2)}
    """
    model = load(model) if isinstance(model, str) else model
    _check(form, tau)
    if of is not None and form in ANY_TAU and "[" not in of and model.declaration(of.strip()).timed:
        of = f"{of.strip()}[{HORIZON}]"
    question = Question(
        model,
        parsed(of, model, tau) if of is not None else loss_of(model),
        parsed(wrt, model, tau),
        notation_named(notation),
        tau,
        dict(dims or {}),
        every_node,
        force,
        cse,
        of is not None and is_last(of),
    )
    question.checked_sizes()
    return _answered(question, form)


def _check(form: str, tau: int | None) -> None:
    if form not in NAMES:
        raise ConfigError(f"unknown form {form!r}{nearest(form, NAMES)}")
    if tau is not None and tau < 1:
        raise ConfigError(f"tau is {tau}; expected 1 or more")


def _answered(question: Question, form: str) -> Gradient:
    made = question.writer
    items: tuple[Item, ...] = ()
    if form == "derivation":
        items, used = derivation(question)
        found_lines = tuple(item.line for item in items if item.line is not None)
    elif form == "closed":
        found_lines, used = closed_lines(question)
    else:
        found = material(question)
        found_lines = FORMS[form](found)
        used = frozenset() if form == "paths" else frozenset(found.jacobians.algebra.used)
    lines = tuple(line.finished(made) for line in found_lines)
    assumptions = tuple(assumption(made, name) for name in sorted(used))
    is_sum = form == "closed" and not is_zero(question)
    least = least_length(closed(question)) if is_sum else None
    if least is not None:
        assumptions += (f"${write(least)}$",)
    return Gradient(
        question, form, lines, assumptions, items or _page(question, form, lines, assumptions)
    )


def _page(
    question: Question, form: str, lines: tuple[Line, ...], assumptions: tuple[str, ...]
) -> tuple[Item, ...]:
    """Return a title, what is assumed, and the equations."""
    made = question.writer
    of = head_of(question) if form == "closed" else made.key(question.of)
    names = [write(of), write(question.at_running)]
    length = "" if form == "closed" else f", over {question.tau} steps"
    length = ", over 1 step" if question.tau == 1 and length else length
    items = [Item(Kind.TITLE, f"The derivative of ${names[0]}$ by ${names[1]}${length}")]
    items += [Item(Kind.TEXT, text) for text in _scope(question)]
    if form == "closed" and not is_zero(question):
        items += [Item(Kind.TEXT, text) for text in remarks(question)]
    items += [Item(Kind.TEXT, f"Here {text}.") for text in assumptions]
    return (*items, *(Item(Kind.EQUATION, line=line) for line in lines))


def _scope(question: Question) -> list[str]:
    """Return in words whether the derivative by a parameter is total or per-step."""
    made, by = question.writer, question.by
    is_timed = any(declared.timed for declared in question.model.declarations)
    if question.model.declaration(by.name).role is not Role.PARAMETER or not is_timed:
        return []
    name = write(made.key(by))
    if by.step is not None:
        return [
            f"The derivative by ${name}$ is per-step: by the copy of the parameter that step"
            f" {by.step} uses, all else held fixed."
        ]
    has_star = question.notation.copies == "star"
    copy = made.starred(by.name) if has_star else made.variable(by.name, letter(STEP))
    at = "the step of what stands above it" if has_star else f"step ${write(made.letter(STEP))}$"
    return [
        f"The derivative by ${name}$ is total: it follows every path. That by ${write(copy)}$ is"
        f" per-step: by the copy that is used at {at}, all else held fixed."
    ]


def assumption(made: Writer, name: str) -> str:
    """Return in words what is assumed of a target."""
    return f"the entries of ${write(made.symbols.variables[name])}$ add up to 1"


def is_last(text: str) -> bool:
    """Whether a text names a node at the last step, whichever that is: ``h[tau]``."""
    return "".join(text.split()).endswith(f"[{HORIZON}]")


def parsed(text: str, model: Model, tau: int | None = None) -> NodeKey:
    """Return the node that a text such as ``h[3]`` names; raises ModelError or ConfigError."""
    name, bracket, rest = text.strip().partition("[")
    model.declaration(name)
    if not bracket:
        return NodeKey(name)
    if is_last(text):
        return NodeKey(name, model.first_step + (1 if tau is None else tau) - 1)
    number = rest.removesuffix("]").strip()
    if not rest.endswith("]") or not number.removeprefix("-").isdigit():
        raise ConfigError(
            f"{text!r} is no node; expected a name with a step, such as {name}[2] or"
            f" {name}[{HORIZON}]"
        )
    return NodeKey(name, int(number))


def loss_of(model: Model) -> NodeKey:
    """Return the loss; ConfigError where a model has none."""
    if model.loss is None:
        raise ConfigError(f"{model.name} has no loss; say which node to differentiate")
    return NodeKey(model.loss)
