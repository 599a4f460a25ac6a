"""A recurrent model as data: variables with shapes, forward equations, a loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from graphlib import CycleError, TopologicalSorter

from symbolic.affine import integer, letter
from symbolic.arrays import Shape, show
from symbolic.errors import ConfigError, ModelError, nearest
from symbolic.expr import Apply, Entry, Expr, Index
from symbolic.source import Span
from symbolic.traverse import map_children, walk

#: The letter of the running step in the equations of a model, and that of the last step.
STEP, HORIZON = "t", "tau"


class Role(Enum):
    """What a variable is to the model."""

    INPUT = "input"
    TARGET = "target"
    PARAMETER = "parameter"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A free size and the least value at which the model says anything: 2 for a softmax."""

    name: str
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Declaration:
    """A variable with its shape; ``timed`` if it has one value per step."""

    name: str
    shape: Shape
    role: Role
    timed: bool
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.name}{'[t]' if self.timed else ''}: {show(self.shape)}"


@dataclass(frozen=True, slots=True)
class Equation:
    """``name[indices] = body``; in a timed equation the letter ``t`` is the step of the left."""

    name: str
    indices: tuple[Index, ...]
    body: Expr
    text: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Model:
    """A recurrent network; build with ``symbolic.model.build_model``, which validates.

    Steps run over ``first_step, ..., tau``. A reference to a step before the first is to an initial
    value, a variable of its own. ``equations`` stand in an order in which they can be computed.
    """

    name: str
    title: str
    source: str
    first_step: int
    dimensions: tuple[Dimension, ...]
    functions: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    equations: tuple[Equation, ...]
    loss: str | None
    #: Whether inputs and targets may be read before the first step and after the last one, where
    #: each is a variable of its own, as an initial state is.
    has_outer_leaves: bool = False
    #: Names of inputs that have values for more steps than the equations read: so many before the
    #: first one, and so many after the last one.
    beyond: tuple[tuple[str, int, int], ...] = ()
    #: What ``symbolic.forward.longest_lag`` and ``reach`` found, by name; both are asked at every
    #: step. A model made from this one finds its own.
    lags: dict[str, int] = field(init=False, default_factory=dict, compare=False, repr=False)
    reaches: dict[str, tuple[int, int]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def declaration(self, name: str) -> Declaration:
        """Return the declaration of ``name``; raises ModelError with the nearest known names."""
        for declared in self.declarations:
            if declared.name == name:
                return declared
        known = [declared.name for declared in self.declarations]
        raise ModelError(f"{self.name} has no variable {name!r}{nearest(name, known)}")

    def named(self, role: Role) -> tuple[Declaration, ...]:
        """Return the declarations of one role, in the order in which they were written."""
        return tuple(declared for declared in self.declarations if declared.role is role)

    def equation(self, name: str) -> Equation | None:
        """Return the equation that defines ``name``, or None for a leaf."""
        return next((e for e in self.equations if e.name == name), None)


@dataclass(frozen=True, slots=True)
class Instance:
    """A model at concrete sizes: its dimensions, and the number of steps ``tau``.

    >>> from symbolic.models import load
    >>> Instance(load("elman-softmax"), {"n": 2, "m": 1, "c": 3}, 2).shape("V")
    (3, 2)
    """

    model: Model
    dimensions: Mapping[str, int]
    tau: int

    def __post_init__(self) -> None:
        if self.tau < 1:
            raise ConfigError(f"tau is {self.tau}; expected 1 or more")
        known = {d.name: d.minimum for d in self.model.dimensions}
        for name, value in self.dimensions.items():
            if name not in known:
                message = f"{self.model.name} has no dimension {name!r}{nearest(name, known)}"
                raise ConfigError(message)
            if value < 1:
                raise ConfigError(f"dimension {name} is {value}; expected 1 or more")
        missing = [name for name in known if name not in self.dimensions]
        if missing:
            raise ConfigError(f"no size for dimension {missing[0]} of {self.model.name}")

    @property
    def steps(self) -> range:
        """The steps, counted as the document counts them."""
        return range(self.model.first_step, self.model.first_step + self.tau)

    @property
    def last_step(self) -> int:
        """The step that the letter tau stands for."""
        return self.model.first_step + self.tau - 1

    @property
    def letters(self) -> dict[str, int]:
        """The values of the letters that are bound everywhere."""
        return {**self.dimensions, HORIZON: self.last_step}

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a variable as integers."""
        return tuple(size.value(self.dimensions) for size in self.model.declaration(name).shape)


def entries_of(body: Expr) -> Iterator[Entry]:
    """Yield every entry of a variable that an expression reads."""
    return (node for node in walk(body) if isinstance(node, Entry))


def lag(entry: Entry) -> int | None:
    """Return k where an entry is read at step t - k, else None."""
    if entry.step is None:
        return None
    difference = letter(STEP) - entry.step
    return difference.constant if difference.is_constant else None


def build_model(
    *,
    name: str,
    title: str,
    source: str,
    first_step: int,
    dimensions: tuple[Dimension, ...],
    functions: tuple[str, ...],
    declarations: tuple[Declaration, ...],
    equations: tuple[Equation, ...],
    loss: str | None,
    has_outer_leaves: bool = False,
) -> Model:
    """Return the model with equations in an order of computation.

    Raises ModelError for a name declared twice, a node without an equation or with two, a step that
    lies in the future, a cycle within a step, or a loss that is no scalar without time.
    """
    unordered = Model(
        name,
        title,
        source,
        first_step,
        dimensions,
        functions,
        declarations,
        equations,
        loss,
        has_outer_leaves,
    )
    _check_names(unordered)
    for equation in equations:
        _check_steps(unordered, equation)
    _check_loss(unordered)
    return replace(unordered, equations=_in_order(unordered))


def _check_names(model: Model) -> None:
    seen: set[str] = set()
    for declared in model.declarations:
        if declared.name in seen:
            raise ModelError(f"{declared.name} is declared twice", declared.span)
        seen.add(declared.name)
    defined = [e.name for e in model.equations]
    for declared in model.named(Role.NODE):
        if declared.name not in defined:
            raise ModelError(f"{declared.name} has no equation", declared.span)
    for equation in model.equations:
        if defined.count(equation.name) > 1:
            raise ModelError(f"{equation.name} has two equations", equation.span)
        role = model.declaration(equation.name).role
        if role is not Role.NODE:
            raise ModelError(f"the {role.value} {equation.name} has an equation", equation.span)
    if not model.equations:
        raise ModelError("a model needs at least one equation; found none")


def _check_steps(model: Model, equation: Equation) -> None:
    timed = model.declaration(equation.name).timed
    for entry in entries_of(equation.body):
        declared = model.declaration(entry.name)
        where = entry.span or equation.span
        if declared.timed and entry.step is None:
            raise ModelError(
                f"{entry.name} has a value at every step; write {entry.name}[t]", where
            )
        if not declared.timed and entry.step is not None:
            raise ModelError(f"{entry.name} has no time; found a step at it", where)
        left = f"{equation.name}[{STEP}]" if timed else equation.name
        back = lag(entry)
        if model.has_outer_leaves and declared.role is not Role.NODE:
            if timed and entry.step is not None and back is None:
                raise ModelError(f"{left} reads {entry.name}[{entry.step}]; expected step t", where)
            continue
        if not timed and not model.has_outer_leaves:
            _check_future(left, entry, where)
        if (back or 0) > 0 and declared.role is not Role.NODE:
            raise ModelError(
                f"{left} reads {entry.name}[{entry.step}]: the {declared.role.value} has"
                " no value before the first step",
                where,
            )
        if timed and entry.step is not None and (back is None or back < 0):
            raise ModelError(
                f"{left} reads {entry.name}[{entry.step}]; expected step t, or t-k with a number k",
                where,
            )
        if timed and not declared.timed and declared.role is Role.NODE:
            raise ModelError(
                f"{left} reads {entry.name}, which is computed after the last step",
                where,
            )


def _check_future(left: str, entry: Entry, where: Span | None) -> None:
    """Raise ModelError for a step after the running one in a sum, or after the last one."""
    for last in (STEP, HORIZON):
        beyond = (entry.step or integer(0)) - letter(last)
        if beyond.is_constant and beyond.constant > 0:
            raise ModelError(
                f"{left} reads {entry.name}[{entry.step}]; expected step {last} or an earlier one",
                where,
            )


def _check_loss(model: Model) -> None:
    if model.loss is None:
        return
    declared = model.declaration(model.loss)
    if declared.shape or declared.timed or declared.role is not Role.NODE:
        raise ModelError(
            f"the loss must be a scalar without time that has an equation; found {declared}",
            declared.span,
        )


def _in_order(model: Model) -> tuple[Equation, ...]:
    """Return the timed equations, then the others, each after those that it reads at its step."""
    by_name = {e.name: e for e in model.equations}
    graph: dict[str, list[str]] = {}
    for equation in model.equations:
        timed = model.declaration(equation.name).timed
        # A list: the order of a set of strings would differ from run to run.
        graph[equation.name] = [
            entry.name
            for entry in entries_of(equation.body)
            if entry.name in by_name and (not timed or lag(entry) == 0)
        ]
    try:
        order = [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        # graphlib lists each node after one that it feeds; a reader follows "reads".
        cycle = list(reversed(error.args[1]))
        text = " reads ".join(cycle)
        raise ModelError(f"a cycle within a step: {text}", by_name[cycle[0]].span) from None
    return tuple(sorted(order, key=lambda e: not model.declaration(e.name).timed))


def with_functions(model: Model, replaced: Mapping[str, str]) -> Model:
    """Return the model with scalar functions replaced by name in all of its equations.

    The name says so: ``vector-softmax with tanh = identity``.
    """

    def change(e: Expr) -> Expr:
        inner = map_children(e, change)
        if isinstance(inner, Apply) and inner.function in replaced:
            return replace(inner, function=replaced[inner.function])
        return inner

    equations = tuple(replace(e, body=change(e.body)) for e in model.equations)
    words = ", ".join(f"{old} = {new}" for old, new in replaced.items())
    return replace(model, name=f"{model.name} with {words}", equations=equations)
