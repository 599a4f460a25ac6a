"""A section's forward equations, declarations and loss, read into a lexicon and a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from symbolic.affine import Affine, letter
from symbolic.arrays import Shape, show
from symbolic.errors import GradproofError, ModelError
from symbolic.expr import Entry, Power, Sum, TimeSum
from symbolic.latex import elaborate as _rules
from symbolic.latex.activations import Activations, activations_in
from symbolic.latex.context import Context, Layout
from symbolic.latex.definitions import (
    Definition,
    bound_letters,
    closes_recurrence,
    declared_shapes,
    definitions_in,
    is_called,
    is_worked,
    without_lemmas,
)
from symbolic.latex.derived import derived_in
from symbolic.latex.lexicon import LOSS_NAMES, Lexicon, Variable
from symbolic.latex.meaning import meaning
from symbolic.latex.names import (
    Use,
    counts_to_t,
    find_slot,
    script_letters,
    step_bracket,
    undefined_functions,
    uses,
    whole_variables,
)
from symbolic.latex.restep import restepped, without_steps
from symbolic.latex.shapes import ALTERNATIVES, UNKNOWN, key_of, solutions, speaks_of_arrays
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Symbol, Terms, Word
from symbolic.latex.tensor import Tensor
from symbolic.model import (
    STEP,
    Declaration,
    Dimension,
    Equation,
    Model,
    Role,
    build_model,
)
from symbolic.traverse import walk


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
    #: How derivatives by vectors are laid out, as far as declared shapes say so.
    layout: Layout = Layout.ROWS


def read_section(
    rows: list[tuple[Chain, ...]],
    *,
    name: str,
    shapes: Mapping[str, Shape] | None = None,
    all_scalars: bool = False,
    letters: Mapping[str, str] | None = None,
) -> Section:
    """Return the network of a section.

    ``shapes`` are given beside the text; ``all_scalars`` says that the text declares every quantity
    to be a scalar; ``letters`` are functions of the core by the letters that the text calls them.
    Raises ModelError where the forward equations do not make a model.
    """
    chains = [chain for row in rows for chain in row]
    activations = activations_in(chains)
    chains = [chain for chain in chains if not any(chain is c for c in activations.chains)]
    slot, steps = find_slot(chains)
    known = {**declared_shapes(rows, slot), **(shapes or {})}
    definitions = definitions_in(chains, slot, steps)
    definitions = without_lemmas(definitions, slot, steps)
    if not definitions:
        raise ModelError("no forward equations are found here")
    found_uses = [use for d in definitions for use in uses(d.body, slot, steps)]
    defined = {(d.name, d.step is not None) for d in definitions}
    names = frozenset(n for n, _ in defined) | known.keys()
    names |= {use.name for use in found_uses if use.step is not None}
    functions = undefined_functions([d.chain for d in definitions], names)
    sizes = frozenset(letter_ for shape in known.values() for s in shape for letter_ in s.letters)
    functions -= {d.name for d in definitions} | activations.known.keys()
    letters = {name: core for name, core in (letters or {}).items() if name in functions}
    functions -= letters.keys()
    lefts = [(d.name, d.chain.items[0]) for d in definitions]
    called = frozenset(n for n, left in lefts if left and is_called(left, slot, steps))
    fixed = [step for d in definitions for step in d.fixed]
    first_step = min(fixed, default=1)
    lexicon = Lexicon({}, slot, steps, sizes, functions, first_step, called=called)
    has_t = counts_to_t(chains, slot, steps)
    lexicon = replace(lexicon, bracket=step_bracket(chains), counts_to_t=has_t)
    lexicon = replace(lexicon, letters_of_functions={**letters, **activations.known})
    indices = script_letters(chains)
    whole = whole_variables(chains, slot, steps)
    whole -= {u.name for d in definitions if not d.fixed for u in uses(d.body, slot, steps)}
    variables = _variables(
        definitions, found_uses, known, lexicon, indices, whole, all_scalars=all_scalars
    )
    lexicon = replace(lexicon, variables=variables, horizon=_horizon(lexicon, frozenset(variables)))
    lexicon = _with_inferred(lexicon, definitions, known, all_scalars=all_scalars)
    section = _fitted(name, lexicon, definitions, chains, all_scalars)
    return _with_derived(_with_activations(section, activations), chains, known)


def _with_derived(section: Section, chains: list[Chain], known: Mapping[str, Shape]) -> Section:
    """Return the section with the names that its text defines by derivatives.

    One that is declared a vector is a column, and so are all derivatives of the loss by vectors.
    """
    found = list(derived_in(chains, section.lexicon))
    if not found:
        return section
    lexicon = replace(section.lexicon, derived={name: derived for name, derived, _ in found})
    is_column = any(len(known.get(name, ())) == 1 for name, _, _ in found)
    return replace(
        section,
        lexicon=lexicon,
        definitions=(*section.definitions, *(chain for _, _, chain in found)),
        layout=Layout.COLUMNS if is_column else section.layout,
    )


def _with_activations(section: Section, activations: Activations) -> Section:
    """Return the section with what the text says of its functions."""
    given = (*section.definitions, *activations.chains)
    return replace(section, definitions=given, opaque=activations.opaque)


def _fitted(
    name: str,
    lexicon: Lexicon,
    definitions: list[Definition],
    chains: list[Chain],
    all_scalars: bool,
) -> Section:
    """Return the section, with shapes from its equations where it declares none."""
    missing = [v.name for v in lexicon.variables.values() if v.shape == UNKNOWN]
    if not missing:
        return _build(name, lexicon, definitions)
    found = [] if all_scalars else _unified(lexicon, definitions, chains)
    if not found:
        raise ModelError(
            f"the shape of {', '.join(missing)} is not declared; write it, or say that all"
            " quantities are scalars"
        )
    return replace(_build(name, found[0], definitions), alternatives=tuple(found[1:]))


def _unified(lexicon: Lexicon, definitions: list[Definition], chains: list[Chain]) -> list[Lexicon]:
    """Return the lexicon with shapes that follow from the equations, and the other ways to fit."""
    is_array = any(v.shape not in ((), UNKNOWN) for v in lexicon.variables.values())
    if not is_array and not speaks_of_arrays(chains):
        return []
    return list(islice(solutions(lexicon, definitions), 1 + ALTERNATIVES))


def _horizon(lexicon: Lexicon, names: frozenset[str]) -> frozenset[str]:
    return frozenset(x for x in lexicon.horizon if x not in names and x not in lexicon.sizes)


def _variables(
    definitions: list[Definition],
    found_uses: list[Use],
    known: Mapping[str, Shape],
    lexicon: Lexicon,
    indices: frozenset[str],
    whole: frozenset[str],
    *,
    all_scalars: bool,
) -> dict[str, Variable]:
    """Return every variable; what has no shape yet has one that fits nothing."""
    timed: dict[str, set[bool]] = {}
    for d in definitions:
        timed.setdefault(d.name, set()).add(d.step is not None)
    bound = {letter_ for d in definitions for letter_ in bound_letters(d)} | lexicon.sizes
    for use in found_uses:
        if use.name in lexicon.functions or (use.name in bound and use.name not in known):
            continue
        timed.setdefault(use.name, set()).add(use.step is not None)
    defined = {d.name for d in definitions}
    result: dict[str, Variable] = {}
    for name, kinds in timed.items():
        is_leaf = name not in defined
        if len(name) == 1 and name in "ijkl" and is_leaf and name in indices - known.keys():
            continue
        if is_leaf and kinds == {True} and name in whole:
            # u_0 beside u is the copy of step 0.
            kinds = {False}
        # A step may be left out where it is clear; two meanings take two definitions.
        own = {d.step is not None for d in definitions if d.name == name}
        kinds = own or ({True} if True in kinds else kinds)
        for is_timed in sorted(kinds, reverse=True):
            key = name if is_timed or kinds == {False} else name + " "
            core = name if key == name else f"total {name}"
            # Where a text says scalars, leaves without a shape are; nodes follow from equations.
            is_scalar = all_scalars and name not in defined
            shape = known.get(name, () if is_scalar else UNKNOWN)
            is_parameter = name not in defined and not is_timed
            result[key] = Variable(core, shape, is_timed, is_parameter)
    return result


def _with_inferred(
    lexicon: Lexicon,
    definitions: list[Definition],
    known: Mapping[str, Shape],
    *,
    all_scalars: bool,
) -> Lexicon:
    """Return the lexicon with the shapes of defined names that follow from their right sides."""
    for _ in range(len(definitions) + 1):
        changed = False
        for d in definitions:
            key = key_of(d, lexicon)
            if lexicon.variables[key].shape != UNKNOWN:
                continue
            shape = _shape_of_value(d.body, lexicon, d.step)
            if shape is not None:
                new = replace(lexicon.variables[key], shape=shape)
                lexicon = lexicon.with_variables({**lexicon.variables, key: new})
                changed = True
        if not changed:
            break
    if all_scalars:
        scalars = {
            key: replace(v, shape=()) if v.shape == UNKNOWN else v
            for key, v in lexicon.variables.items()
        }
        lexicon = lexicon.with_variables(scalars)
    return lexicon


def _shape_of_value(node: Node, lexicon: Lexicon, step: Affine | None) -> Shape | None:
    """Return the shape of a right side, from as much of it as is known."""
    if not any(use_is_unknown(node, lexicon)):
        try:
            context = Context(lexicon, frozenset(), default_step=step)
            return tuple(i.size for i in meaning(node, context).axes)
        except GradproofError:
            return None
    candidates: tuple[Node, ...] = ()
    match node:
        case Terms(terms=terms):
            candidates = terms
        case Bracket(items=(inner,)):
            candidates = (inner,)
        case Factors(factors=(Word() | Symbol(), Bracket(items=(inner,)))):
            candidates = (inner,)
        case Factors(factors=factors, operators=operators) if set(operators) <= {"circ", "odot"}:
            candidates = factors
    shapes = (_shape_of_value(candidate, lexicon, step) for candidate in candidates)
    return next((shape for shape in shapes if shape), None)


def use_is_unknown(node: Node, lexicon: Lexicon) -> list[bool]:
    """Return, use by use, whether the shape of a name is unknown."""
    found = []
    for use in uses(node, lexicon.slot, lexicon.steps):
        variable = lexicon.variable(use.name, timed=use.step is not None)
        found.append(variable is not None and variable.shape == UNKNOWN)
    return [one for one in found if one]


def _build(name: str, lexicon: Lexicon, definitions: list[Definition]) -> Section:
    losses, total = _losses(lexicon, definitions)
    equations = [_equation(d, lexicon, losses) for d in definitions]
    defined = {e.name for e in equations}
    reads = {e.name: {n.name for n in walk(e.body) if isinstance(n, Entry)} for e in equations}
    scalar_losses = {e.name for e in equations if e.name in losses}
    declarations = [
        Declaration(v.name, v.shape, _role(v, defined, reads, scalar_losses), v.timed)
        for v in lexicon.variables.values()
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
    )
    steps = {step for d in definitions for step in d.fixed}
    given = tuple(chain for d in definitions for chain in (d.chain, *d.others))
    return Section(lexicon, model, losses, given, len(steps) or None)


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
    name = "total L"
    return None if name in defined else Equation(name, (), body, "L = sum_t L_t")


def _losses(lexicon: Lexicon, definitions: list[Definition]) -> tuple[frozenset[str], str | None]:
    """Return the names of the losses, and the one that is differentiated by whole parameters."""
    read: set[str] = set()
    for d in definitions:
        if d.step is not None:
            for use in uses(d.body, lexicon.slot, lexicon.steps):
                found = lexicon.variable(use.name, timed=use.step is not None)
                if found is not None:
                    read.add(found.name)
    variables = [lexicon.variables[key_of(d, lexicon)] for d in definitions]
    found_losses = [
        v
        for v in variables
        if not v.shape and v.name not in read and v.name.removeprefix("total ") in LOSS_NAMES
    ]
    whole = [v.name for v in found_losses if not v.timed]
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
    if readers and readers <= losses:
        return Role.TARGET
    return Role.INPUT if variable.timed else Role.PARAMETER


def _equation(d: Definition, lexicon: Lexicon, losses: frozenset[str]) -> Equation:
    variable = lexicon.variables[key_of(d, lexicon)]
    context = Context(lexicon, losses, default_step=d.step)
    value = meaning(d.body, context)
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


#: Importing the rules is what gives the syntax its meaning.
__all__ = ["Section", "_rules", "closes_recurrence", "is_worked", "read_section"]
