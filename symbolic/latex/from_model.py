"""A section whose network is given beside the text: a model, and the names it may be written by.

The text then holds equations alone: gradients, and forward equations, which become claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symbolic.arrays import Shape
from symbolic.errors import GradproofError, UnsupportedNotation
from symbolic.expr import Apply, Entry, Expr, Multiply, TimeSum
from symbolic.latex.context import Context
from symbolic.latex.declared import declared_shapes
from symbolic.latex.definitions import Definition
from symbolic.latex.lexicon import ARGUMENT, BELOW, HORIZON_LETTERS, LOSS_NAMES, Lexicon, Variable
from symbolic.latex.meaning import meaning
from symbolic.latex.names import find_slot, uses
from symbolic.latex.restep import restepped, without_steps
from symbolic.latex.section import Section
from symbolic.latex.syntax import Chain
from symbolic.latex.system import definitions_in
from symbolic.model import HORIZON, Declaration, Equation, Model, Role, build_model, entries_of
from symbolic.resize import resized, sizes_of
from symbolic.traverse import free_indices, walk

#: The letter of the loss, where a model calls it otherwise.
LOSS_LETTER = "L"

#: A text may define at most so many names of its own.
MAX_DEFINITIONS = 200

#: Letters for functions that have no word of their own.
FUNCTION_LETTERS = {"sigma": "sigmoid"}

#: Names that are written with a subscript: c0 for c_0, Whh for W_{hh}.
_NUMBERED = re.compile(r"(?P<base>[A-Za-z]+)_?(?P<label>[0-9]+)")
_LABELLED = re.compile(r"(?P<base>[A-Za-z])(?P<label>[A-Za-z]{1,2})")


def section_from(
    model: Model, rows: list[tuple[Chain, ...]], shapes: Mapping[str, Shape] | None = None
) -> Section:
    r"""Return the section of a text whose network is ``model``.

    Where steps are written is found from the text. Forward equations of names that the model has
    are no definitions; those of other names are, where they follow from the model. Shapes that the
    text declares, and ``shapes`` for variables of the model, say what the sizes are called; raises
    ModelError where the model has others.

    >>> from symbolic.latex.reader import read
    >>> from symbolic.models import load
    >>> (row,) = read(r"\nabla_{h^{(t-1)}} L = 0")
    >>> section_from(load("elman-softmax"), [row.chains]).lexicon.slot
    'above'
    """
    own = written_names(model)
    chains = [chain for row in rows for chain in row]
    slot, steps = _slot(chains, own)
    known = {own[n].name: s for n, s in declared_shapes(rows, slot).items() if n in own}
    model = resized(model, sizes_of(model, {**known, **(shapes or {})}))
    variables = written_names(model)
    step = step_loss(model)
    if step is not None and _has_whole_loss(chains, model, slot, steps):
        # Where L is the whole, E without a step is one that leaves out its step.
        variables.pop(f"{step} ", None)
    sizes = frozenset(dimension.name for dimension in model.dimensions)
    lexicon = Lexicon(
        variables,
        slot,
        steps,
        sizes,
        frozenset(model.functions),
        model.first_step,
        frozenset(HORIZON_LETTERS) - variables.keys() - sizes,
        letters_of_functions=_letters(model, variables),
    )
    section = Section(lexicon, model, losses_of(model), ())
    return _with_definitions(section, chains)


def _has_whole_loss(chains: list[Chain], model: Model, slot: str, steps: frozenset[str]) -> bool:
    """Whether a text writes the whole loss by a letter that is not that of one step."""
    letters = {model.loss, LOSS_LETTER}
    items = (item for chain in chains for item in chain.items if item is not None)
    found = (use for item in items for use in uses(item, slot, steps))
    return any(use.step is None and use.name in letters for use in found)


def _slot(chains: list[Chain], own: Mapping[str, Variable]) -> tuple[str, frozenset[str]]:
    """Return where steps are written; without a lag, where variables with steps have letters."""
    slot, steps = find_slot(chains)
    items = [item for chain in chains for item in chain.items if item is not None]

    def has_steps(slot: str) -> bool:
        found = (use for item in items for use in uses(item, slot, steps))
        return any(u.step is not None and u.name in own and own[u.name].timed for u in found)

    is_argument = slot == BELOW and not has_steps(BELOW) and has_steps(ARGUMENT)
    return (ARGUMENT if is_argument else slot), steps


def _with_definitions(section: Section, chains: list[Chain]) -> Section:
    """Return the section with what the text defines from variables of the model."""
    lexicon = section.lexicon
    found = definitions_in(chains, lexicon.slot, lexicon.steps)
    pending = [d for d in found if lexicon.variable(d.name) is None][:MAX_DEFINITIONS]
    while True:
        left: list[Definition] = []
        for d in pending:
            try:
                section = _defined(section, d)
            except GradproofError:
                left.append(d)
        if len(left) == len(pending):
            return section
        pending = left


def _defined(section: Section, d: Definition) -> Section:
    """Return the section with one name more; raises GradproofError where it does not follow."""
    lexicon, model = section.lexicon, section.model
    if d.step is not None and (d.fixed or HORIZON in d.step.letters or len(d.step.letters) != 1):
        raise UnsupportedNotation(f"{d.name} is defined at one step alone", d.chain.span)
    value = meaning(d.body, Context(lexicon, section.losses, default_step=d.step))
    body = value.entry if d.step is None else restepped(value.entry, d.step)
    body = without_steps(body, {v.name for v in lexicon.variables.values() if v.is_parameter})
    if set(free_indices(body)) - set(value.axes):
        raise UnsupportedNotation(f"{d.name} is defined by entries", d.chain.span)
    shape = tuple(axis.size for axis in value.axes)
    new = Declaration(d.name, shape, Role.NODE, timed=d.step is not None)
    model = build_model(
        name=model.name,
        title=model.title,
        source=model.source,
        first_step=model.first_step,
        dimensions=model.dimensions,
        functions=model.functions,
        declarations=(*model.declarations, new),
        equations=(*model.equations, Equation(d.name, value.axes, body, d.name)),
        loss=model.loss,
    )
    variable = Variable(d.name, shape, new.timed)
    is_loss = not shape and d.name in LOSS_NAMES
    return Section(
        lexicon.with_variables({**lexicon.variables, d.name: variable}),
        model,
        section.losses | ({d.name} if is_loss else set()),
        (*section.definitions, d.chain),
    )


def written_names(model: Model) -> dict[str, Variable]:
    r"""Return the variables of a model by the names that they may be written by.

    That is the name itself, ``yhat`` for a y with a hat; c_0 and c for ``c0``, where the model has
    no c; W_{hh} for ``Whh``; L for the loss, and each letter of the loss without a step for the
    whole, with a step for the loss of that step.

    >>> from symbolic.models import load
    >>> found = written_names(load("elman-softmax"))
    >>> found["c_0"] is found["c"], found["L"].name, found["L "].name
    (True, 'E', 'L')
    """
    own = {
        declared.name: Variable(
            declared.name,
            declared.shape,
            declared.timed,
            declared.role is Role.PARAMETER,
        )
        for declared in model.declarations
    }
    others: dict[str, list[Variable]] = {}
    for name, variable in own.items():
        for written in _written(name, own):
            others.setdefault(written, []).append(variable)
    # A name that two variables could be written by is the name of neither.
    found = own | {name: both[0] for name, both in others.items() if len(both) == 1}
    return found | _of_loss(model, own)


def _written(name: str, own: dict[str, Variable]) -> Iterator[str]:
    """Yield the other names that a variable may be written by."""
    if match := _NUMBERED.fullmatch(name):
        if match["base"] not in own:
            yield match["base"]
            yield f"{match['base']}_{match['label']}"
    elif (match := _LABELLED.fullmatch(name)) and match["base"] not in own:
        yield f"{match['base']}_{match['label']}"


def _letters(model: Model, variables: Mapping[str, Variable]) -> dict[str, str]:
    """Return the letters for functions: sigma is the sigmoid of a model that has one."""
    used = {n.function for e in model.equations for n in walk(e.body) if isinstance(n, Apply)}
    free = FUNCTION_LETTERS.keys() - variables.keys() - set(model.functions)
    return {name: FUNCTION_LETTERS[name] for name in free if FUNCTION_LETTERS[name] in used}


def _of_loss(model: Model, own: dict[str, Variable]) -> dict[str, Variable]:
    """Return the entries of the loss: the letters are of the whole, and with a step, of one."""
    if model.loss is None:
        return {}
    step = step_loss(model)
    letters = [model.loss, *([LOSS_LETTER] if LOSS_LETTER not in own else [])]
    if step is None:
        return dict.fromkeys(letters, own[model.loss])
    found: dict[str, Variable] = {}
    for letter in (*letters, step):
        found |= {letter: own[step], f"{letter} ": own[model.loss]}
    return found


def losses_of(model: Model) -> frozenset[str]:
    """Return the names of the loss, and of what it is the sum of, up to a factor."""
    return frozenset(name for name in (model.loss, _step_of_loss(model)) if name is not None)


def step_loss(model: Model) -> str | None:
    """Return the scalar that the loss is the sum of, over all steps, where nothing else reads it.

    >>> from symbolic.models import load
    >>> step_loss(load("vector-softmax")), step_loss(load("linear-mse"))
    ('E', None)
    """
    loss = model.equation(model.loss) if model.loss is not None else None
    return _step_of_loss(model) if loss and isinstance(loss.body, TimeSum) else None


def _step_of_loss(model: Model) -> str | None:
    """Return the scalar that the loss is the sum of, up to a factor, where nothing else reads it.

    With a factor it is a loss too, though not that of one step: L = -sum of l_t has the step -l_t.
    """
    loss = model.equation(model.loss) if model.loss is not None else None
    summed = _summed(loss.body) if loss is not None else None
    if summed is None or model.declaration(summed.name).shape:
        return None
    readers = {e.name for e in model.equations for n in entries_of(e.body) if n.name == summed.name}
    return summed.name if readers == {model.loss} else None


def _summed(body: Expr) -> Entry | None:
    """Return what a right side sums over the steps, if that is one variable, up to a factor."""
    match body:
        case TimeSum(body=Entry(step=step) as entry) if step is not None:
            return entry
        case Multiply(factors=factors):
            sums = [f for f in factors if any(isinstance(n, Entry) for n in walk(f))]
            return _summed(sums[0]) if len(sums) == 1 else None
        case _:
            return None
