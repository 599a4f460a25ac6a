"""What is asked for, and what every form needs to answer it: paths, adjoints, the left side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symbolic.affine import letter
from symbolic.errors import ConfigError, nearest
from symbolic.expand.algebra import Algebra
from symbolic.expand.entries import Scribe
from symbolic.expand.jacobians import Adjoint, Jacobians, along, facts
from symbolic.expand.layout import Layout
from symbolic.expand.matrices import Leaf
from symbolic.expand.network import Path, Paths, Unrolled, paths
from symbolic.expr import Derivative, Index
from symbolic.forward import NodeKey
from symbolic.latex.syntax import Chain, Node
from symbolic.model import HORIZON, STEP, Model, Role
from symbolic.notation import Notation
from symbolic.notation.finish import finished
from symbolic.notation.writer import Writer, writer


@dataclass(frozen=True, slots=True)
class Line:
    """One equation that is printed."""

    left: Node
    right: Node
    #: The steps that it is for, where these are not plain: t <= tau - 2.
    condition: Chain | None = None

    def finished(self, made: Writer) -> Line:
        """Return the line as the notation prints it."""
        return replace(self, left=finished(self.left, made), right=finished(self.right, made))


@dataclass(frozen=True, slots=True)
class Question:
    """d of / d by of a model, at a length and sizes where the form needs them."""

    model: Model
    of: NodeKey
    by: NodeKey
    notation: Notation
    tau: int | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    every_node: bool = False
    force: bool = False
    share: bool = False
    #: Whether ``of`` stands at the last step, whichever that is.
    is_last: bool = False

    @property
    def writer(self) -> Writer:
        """The writer of the model's names."""
        return writer(self.model, self.notation)

    @property
    def at_last(self) -> Node:
        """What is differentiated, at the last step where it has steps."""
        step = None if self.of.step is None else letter(HORIZON)
        return self.writer.variable(self.of.name, step)

    @property
    def at_running(self) -> Node:
        """What it is differentiated by, at the running step where it has steps and none is said."""
        if self.by.step is None and self.model.declaration(self.by.name).timed:
            return self.writer.variable(self.by.name, letter(STEP))
        return self.writer.key(self.by)

    @property
    def of_shape(self) -> int:
        """The number of axes of what is differentiated."""
        return len(self.model.declaration(self.of.name).shape)

    @property
    def is_row(self) -> bool:
        """Whether the answer is written as a row: a scalar by a vector, as a quotient."""
        by = self.model.declaration(self.by.name)
        return self.notation.gradient == "partial" and not self.of_shape and len(by.shape) == 1

    @property
    def has_nabla(self) -> bool:
        """Whether the left side is a gradient with a nabla: of the loss alone."""
        return self.notation.gradient == "nabla" and not self.of_shape

    def left(self, of: Node, by: Node, *, nabla: bool) -> Node:
        """Return the left side as the notation has it."""
        made = self.writer
        return made.gradient(of, by) if nabla and self.has_nabla else made.derivative(of, by)

    def at_length(self) -> int:
        """Return tau; raises ConfigError where the question leaves it open."""
        if self.tau is None:
            raise ConfigError("this form is for a number of steps; give tau")
        return self.tau

    def checked_sizes(self) -> dict[str, int]:
        """Return the size of every dimension, 2 or its least where none is given."""
        known = {d.name: max(2, d.minimum) for d in self.model.dimensions}
        for name, value in self.sizes.items():
            if name not in known:
                message = f"{self.model.name} has no dimension {name!r}{nearest(name, known)}"
                raise ConfigError(message)
            if value < 1:
                raise ConfigError(f"dimension {name} is {value}; expected 1 or more")
        return known | dict(self.sizes)


@dataclass(slots=True)
class Material:
    """The paths of a question and their adjoints, computed when they are first needed."""

    question: Question
    net: Unrolled
    among: Paths
    jacobians: Jacobians
    _known: dict[Path, Adjoint] = field(default_factory=dict)

    def paths(self) -> tuple[Path, ...]:
        """Return the paths in the order of time; ConfigError where there are too many."""
        return self.among.all(most=None) if self.question.force else self.among.all()

    def adjoint(self, path: Path) -> Adjoint:
        """Return the product of the Jacobians along a path."""
        return along(self.jacobians, self.among, self._known, path)

    def joint(self, path: Path) -> Adjoint:
        """Return the adjoint of a path with the indices that all paths share."""
        return self.jacobians.renamed(self.adjoint(path), self.of_indices, self.by_indices)

    @property
    def of_indices(self) -> tuple[Index, ...]:
        """The indices of what is differentiated."""
        return self.jacobians.named_indices("of", self.question.of)

    @property
    def by_indices(self) -> tuple[Index, ...]:
        """The indices of what it is differentiated by."""
        return self.jacobians.named_indices("by", self.question.by)

    def layout(self) -> Layout:
        """Return what lays expressions out as matrices."""
        return Layout(self.question.writer, self.jacobians.algebra, no_derivative)


def no_derivative(e: Derivative) -> Leaf:
    """Refuse: values along paths hold no derivatives."""
    raise TypeError("a derivative among values")


def material(question: Question, *, assume: bool = True) -> Material:
    """Return the material of a question at its length.

    Without ``assume`` nothing is assumed of targets, and the result is longer.
    """
    net = Unrolled(question.model, question.at_length())
    among = paths(net, question.of, question.by, every_node=question.every_node)
    known = facts(question.model)
    if not assume:
        known = Algebra(known.sum_to_one - known.assumed)
    return Material(question, net, among, Jacobians(net, known))


def letters_of(scribe: Scribe, indices: tuple[Index, ...]) -> tuple[Node, ...]:
    """Return the letters of indices, given out in order."""
    return tuple(scribe.name(index) for index in indices)


def is_copy(model: Model, key: NodeKey) -> bool:
    """Whether a key is the copy of a parameter at a step."""
    return model.declaration(key.name).role is Role.PARAMETER and key.step is not None
