"""The network of a section as a model: its equations, roles, sizes, and its loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symbolic.affine import Affine, letter
from symbolic.arrays import show
from symbolic.defined import reaches, reads_of
from symbolic.errors import ModelError
from symbolic.expr import Entry, Expr, Power, Sum, TimeProduct, TimeSum
from symbolic.latex.context import Context, Layout
from symbolic.latex.definitions import (
    Definition,
)
from symbolic.latex.entrywise import value_of_definition
from symbolic.latex.extent import DEFAULT, Extent
from symbolic.latex.lexicon import Lexicon, Variable, is_loss_name
from symbolic.latex.restep import restepped, without_steps
from symbolic.latex.shapes import key_of
from symbolic.latex.syntax import Chain
from symbolic.latex.tensor import Tensor
from symbolic.model import (
    HORIZON,
    STEP,
    Declaration,
    Dimension,
    Equation,
    Model,
    Role,
    build_model,
)
from symbolic.traverse import children, walk

#: The sum of the losses of the steps in the model, where the section leaves its equation out.
TOTAL = "total L"

#: More steps than any number that is printed as a step.
_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Section:
    """What a section says of its network: names, shapes, the model, the chains that define it."""

    lexicon: Lexicon
    model: Model
    losses: frozenset[str]
    definitions: tuple[Chain, ...]
    #: The number of steps, where the text gives the equations of each step.
    tau: int | None = None
    #: Where shapes are inferred: the other ways in which the forward equations fit together.
    alternatives: tuple[Lexicon, ...] = ()
    #: Functions whose formula the text gives and that are none of the core's.
    opaque: frozenset[str] = frozenset()
    #: Networks of their own, of names without steps: y = W x, with any loss of y.
    lemmas: tuple[Section, ...] = ()
    #: How derivatives by vectors are laid out, as far as declared shapes say so.
    layout: Layout = Layout.ROWS
    #: The first and the last step, and how the recurrence is written.
    extent: Extent = DEFAULT
    #: Where only a sum says that steps begin with 0: the section whose steps begin with 1.
    from_one: Section | None = None

    def defines(self, chain: Chain) -> bool:
        """Whether a chain is one of the definitions."""
        return any(chain is d for d in self.definitions)


def build(name: str, lexicon: Lexicon, definitions: list[Definition]) -> Section:
    """Return the section of a lexicon whose shapes are known and of its forward equations.

    Raises ModelError where they do not make a model.
    """
    losses, total = _losses(lexicon, definitions)
    equations = [_equation(d, lexicon, losses) for d in definitions]
    defined = {e.name for e in equations}
    reads = {e.name: {n.name for n in walk(e.body) if isinstance(n, Entry)} for e in equations}
    scalar_losses = {e.name for e in equations if e.name in losses}
    roles = {v.name: _role(v, defined, reads, scalar_losses) for v in lexicon.variables.values()}
    if any(roles[v.name] is Role.TARGET and v.timed for v in lexicon.variables.values()):
        # Beside a target at each step, what a loss alone reads without one is a weight of it.
        weights = {v.name for v in lexicon.variables.values() if not v.timed}
        weights = {name for name in weights if roles[name] is Role.TARGET}
        roles |= dict.fromkeys(weights, Role.PARAMETER)
    declarations = [
        Declaration(v.name, v.shape, roles[v.name], v.timed) for v in lexicon.variables.values()
    ]
    total_equation = _total(lexicon, losses, defined)
    if total_equation is not None:
        equations.append(total_equation)
        declarations.append(Declaration(total_equation.name, (), Role.NODE, timed=False))
        total = total_equation.name
        whole = Variable(total, (), timed=False)
        keys = _total_keys(lexicon, losses)
        lexicon = lexicon.with_variables({**lexicon.variables, **dict.fromkeys(keys, whole)})
        losses = losses | {total}
    model = build_model(
        name=name,
        title="read from the text",
        source=name,
        first_step=lexicon.first_step,
        dimensions=_dimensions(lexicon, equations),
        functions=tuple(sorted(lexicon.functions)),
        declarations=tuple(declarations),
        equations=tuple(equations),
        loss=total,
        has_outer_leaves=True,
    )
    steps = {step for d in definitions for step in d.fixed}
    given = tuple(chain for d in definitions for chain in (d.chain, *d.others))
    tau = len(steps) or _printed_steps(equations, declarations, lexicon.first_step)
    _check_reads(model, tau)
    return Section(lexicon, model, losses, given, tau)


def _check_reads(model: Model, tau: int | None) -> None:
    """Raise ModelError where a quantity without steps reads a node at a step that it has not."""
    first = model.first_step
    steps = range(first, first + (tau or _LENGTH))
    for equation in model.equations:
        if model.declaration(equation.name).timed:
            continue
        reads = reads_of(equation.body, reach=reaches(model))
        free = sorted(reads.letters - {HORIZON})
        if free:
            raise ModelError(f"{equation.name} reads a step {free[0]}, for which it gives no range")
        missing = reads.undefined({HORIZON: steps.stop - 1}, steps)
        if missing is not None:
            name, at = missing
            raise ModelError(
                f"{equation.name} reads {name}[{at}]; steps begin with {first} here, and {name} has"
                " no value at that one"
            )


def _printed_steps(
    equations: list[Equation], declarations: list[Declaration], first: int
) -> int | None:
    """Return the number of steps where a quantity without steps reads one that is a number: h_3.

    None where it reads the last one too, whichever that is.
    """
    timed = {d.name for d in declarations if d.timed}
    bodies = [equation.body for equation in equations if equation.name not in timed]
    read = [step for body in bodies for step in _steps_read(body, {})]
    if any(step is None for step in read):
        return None
    return max((step - first + 1 for step in read if step is not None), default=0) or None


def _steps_read(e: Expr, last: Mapping[str, int]) -> Iterator[int | None]:
    """Yield the steps that an expression reads, of a sum the last ones; None where one is open.

    ``last`` are the ends of the sums around it that are numbers.
    """
    match e:
        case Entry(step=Affine() as step):
            yield step.value(last) if step.letters <= last.keys() else None
        case TimeSum() | TimeProduct() if e.first.is_constant and e.last.is_constant:
            yield from _steps_read(e.body, {**last, e.letter: e.last.constant})
        case _:
            for child in children(e):
                yield from _steps_read(child, last)


def _total_keys(lexicon: Lexicon, losses: frozenset[str]) -> set[str]:
    """Return what the sum of the losses of the steps is written with: E for E_t, and L."""
    keys = {f"{name} " for name, v in lexicon.variables.items() if v.name in losses and v.timed}
    return keys | ({"L"} if "L" not in lexicon.variables else set())


def _total(lexicon: Lexicon, losses: frozenset[str], defined: set[str]) -> Equation | None:
    """Return L as the sum of the losses of the steps, where the section leaves it out."""
    timed = [v for v in lexicon.variables.values() if v.name in losses and v.timed]
    untimed = [v for v in lexicon.variables.values() if v.name in losses and not v.timed]
    if untimed or len(timed) != 1:
        return None
    if "L" in lexicon.variables and lexicon.variables["L"].name != timed[0].name:
        return None
    body = TimeSum(
        "s", Affine((), lexicon.first_step), letter("tau"), Entry(timed[0].name, (), letter("s"))
    )
    return None if TOTAL in defined else Equation(TOTAL, (), body, "L = sum_t L_t")


def _losses(lexicon: Lexicon, definitions: list[Definition]) -> tuple[frozenset[str], str | None]:
    """Return the names of the losses, and the one that is differentiated by whole parameters."""
    read: set[str] = set()
    for d in definitions:
        if d.step is not None:
            for use in d.uses(lexicon.slot, lexicon.steps):
                found = lexicon.variable(use.name, timed=use.step is not None)
                if found is not None:
                    read.add(found.name)
    variables = [lexicon.variables[key_of(d, lexicon)] for d in definitions]
    found_losses = [
        v
        for v in variables
        if not v.shape and v.name not in read and is_loss_name(v.name.removeprefix("total "))
    ]
    bodies = [u.name for d in definitions for u in d.uses(lexicon.slot, lexicon.steps)]
    whole = [v.name for v in found_losses if not v.timed]
    # Of several, as L_data and L_total, the total is the one that none of them reads.
    whole = [name for name in whole if name not in bodies] or whole
    return frozenset(v.name for v in found_losses), whole[0] if whole else None


def _role(
    variable: Variable,
    defined: set[str],
    reads: Mapping[str, set[str]],
    losses: set[str],
) -> Role:
    if variable.name in defined:
        return Role.NODE
    readers = {name for name, found in reads.items() if variable.name in found}
    if readers and (readers <= losses or (variable.timed and readers & losses)):
        # What a loss compares with may be an input of another step too.
        return Role.TARGET
    return Role.INPUT if variable.timed else Role.PARAMETER


def _equation(d: Definition, lexicon: Lexicon, losses: frozenset[str]) -> Equation:
    variable = lexicon.variables[key_of(d, lexicon)]
    context = Context(lexicon, losses, default_step=d.step)
    value = value_of_definition(d, variable, context)
    _check_shape(variable, value, d)
    body = value.entry
    if d.step is not None and d.step != letter(STEP):
        body = restepped(body, d.step)
    parameters = {v.name for v in lexicon.variables.values() if v.is_parameter}
    body = without_steps(body, parameters)
    return Equation(variable.name, value.axes, body, variable.name)


def _check_shape(variable: Variable, value: Tensor, d: Definition) -> None:
    shape = tuple(axis.size for axis in value.axes)
    if shape != variable.shape:
        raise ModelError(
            f"{variable.name} is declared {show(variable.shape)}; its equation gives {show(shape)}",
            d.chain.span,
        )


def _dimensions(lexicon: Lexicon, equations: list[Equation]) -> tuple[Dimension, ...]:
    """Return the sizes, those that a softmax runs over at least 2."""
    names = sorted(
        {x for v in lexicon.variables.values() for size in v.shape for x in size.letters}
    )
    wide = set()
    for equation in equations:
        for node in walk(equation.body):
            if isinstance(node, Power) and not node.exponent.letters and node.exponent.constant < 0:
                sums = [n for n in walk(node.base) if isinstance(n, Sum)]
                wide |= {x for n in sums for x in n.index.size.letters}
    return tuple(Dimension(n, 2 if n in wide else 1) for n in names)
