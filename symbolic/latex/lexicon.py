"""The names of a section: its variables as they are written, its letters for steps and indices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symbolic.affine import Affine
from symbolic.arrays import Shape
from symbolic.latex.syntax import Node, Scripted, Symbol, Word
from symbolic.model import HORIZON

#: Where a section writes the step: s_t, h^{(t)}, a^{<t>}, S(t). With the third, (i) is a position.
BELOW, ABOVE, ANGLE, ARGUMENT = "below", "above", "above in angle brackets", "argument"

#: Letters that stand for the last step, where a section does not use them otherwise.
HORIZON_LETTERS = ("tau", "T")


#: Letters by which a loss is called, where nothing else tells it from another scalar.
LOSS_NAMES = frozenset(
    {"L", "E", "J", "C", "ell", "loss", "Loss", "cost", "Cost", "error", "Error"}
)
LOSS_NAMES |= {"MSE", "SSE", "NLL", "CE", "BCE"}


def is_loss_name(name: str) -> bool:
    """Whether a loss may be called so: L, and with a word as its label, as in L_total.

    >>> is_loss_name("L_total"), is_loss_name("L_x")
    (True, False)
    """
    letter, _, label = name.partition("_")
    return letter in LOSS_NAMES and (not label or (len(label) > 1 and letter != "C"))


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the section: its name in the model, its shape, whether it has steps."""

    name: str
    shape: Shape
    timed: bool
    is_parameter: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """What a name stands for that is defined by a derivative, and the step it is defined at."""

    step: Affine | None
    body: Node
    #: Whether an equation before the derivative gives the name otherwise, such as a recursion.
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that decides what a letter of a section means.

    ``variables`` is keyed by the written name; a name with and without steps (L_t and L) has two
    entries, the second under the key with a trailing space. ``slot`` is where steps are written;
    ``steps`` are the letters used for them; ``functions`` are undefined ones.
    """

    variables: Mapping[str, Variable]
    slot: str
    steps: frozenset[str]
    sizes: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    first_step: int = 1
    horizon: frozenset[str] = frozenset(HORIZON_LETTERS)
    #: How many steps after the last one these letters stand for: 1 for t = 0, ..., T - 1.
    beyond: int = 0
    #: Other names of variables, and what they stand for.
    aliases: tuple[tuple[Node, Node], ...] = ()
    #: Names that stand for a derivative.
    derived: Mapping[str, Derived] = field(default_factory=dict)
    #: Names that stand with what they depend on in brackets: L(o) is L.
    called: frozenset[str] = frozenset()
    #: Whether T is the last step, so that a number to the T is a power.
    counts_to_t: bool = False
    #: Pairs of names, a state and a parameter, between which d stands in a section that has a curly
    #: sign of derivative too: d is then the total one.
    totals: frozenset[tuple[str, str]] = frozenset()
    #: Whether a section has a sign for immediate derivatives, so that all others are total.
    has_immediate: bool = False
    #: Whether a matrix to the T is a power too, and no transpose.
    t_is_power: bool = False
    #: Functions of the core by the letters that they are written with, as sigma for sigmoid.
    letters_of_functions: Mapping[str, str] = field(default_factory=dict)
    #: Parameters of which a plain derivative of a state is by the copy at its step.
    per_step: frozenset[str] = frozenset()
    #: The size of arrays of which an equation without an index is about one entry: one example.
    examples: Affine | None = None

    def variable(self, name: str, *, timed: bool | None = None) -> Variable | None:
        """Return the variable of a written name, preferring the one with steps if asked for."""
        candidates = [
            found for key in (name, name + " ") if (found := self.variables.get(key)) is not None
        ]
        if timed is not None:
            candidates = [c for c in candidates if c.timed is timed] or candidates
        return candidates[0] if candidates else None

    def with_variables(self, variables: Mapping[str, Variable]) -> Lexicon:
        """Return the lexicon with other variables."""
        return replace(self, variables=variables)

    def is_running_step(self, name: str) -> bool:
        """Whether a letter as the core has it stands for a step."""
        return name in self.steps or name == HORIZON

    def is_step_letter(self, name: str) -> bool:
        """Whether a letter stands for a step."""
        return name in self.steps or name in self.horizon


def written_name(node: Node) -> str | None:
    """Return the name that a symbol spells, its style aside: ``yhat`` for a y with a hat.

    >>> written_name(Symbol("y", accents=("hat",)))
    'yhat'
    """
    match node:
        case Symbol(name=name, accents=accents, primes=primes):
            return name + "".join(accents) + "'" * primes
        case Word(text=text, primes=primes):
            return text + "'" * primes
        case Scripted() | _:
            return None


#: Functions by the words they are written with.
FUNCTION_WORDS: dict[str, str] = {
    "tanh": "tanh",
    "exp": "exp",
    "log": "log",
    "ln": "log",
    "sin": "sin",
    "cos": "cos",
    "sinh": "sinh",
    "cosh": "cosh",
    "sigmoid": "sigmoid",
    "sigm": "sigmoid",
    "softplus": "softplus",
}
#: Words for what takes a whole vector or matrix.
SOFTMAX_WORDS = frozenset({"softmax", "soft"})
DIAG_WORDS = frozenset({"diag", "Diag"})


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A variable as it occurs: at a step, whole or at positions; ``star`` marks a per-step copy."""

    variable: Variable
    step: Affine | None = None
    positions: tuple[Node, ...] = ()
    star: bool = False
