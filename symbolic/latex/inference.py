"""The variables of a section, and the shapes that follow from right sides that are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.affine import Affine
from symbolic.arrays import Shape
from symbolic.errors import GradproofError
from symbolic.latex.context import Context
from symbolic.latex.definitions import (
    Definition,
    bound_letters,
)
from symbolic.latex.lexicon import Lexicon, Variable
from symbolic.latex.meaning import meaning
from symbolic.latex.names import script_letters, uses, whole_variables
from symbolic.latex.shapes import UNKNOWN, key_of
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Symbol, Terms, Word


def variables_of(
    definitions: list[Definition],
    chains: list[Chain],
    known: Mapping[str, Shape],
    lexicon: Lexicon,
    *,
    all_scalars: bool,
) -> dict[str, Variable]:
    """Return every variable; what has no shape yet has one that fits nothing."""
    slot, steps = lexicon.slot, lexicon.steps
    found_uses = [use for d in definitions for use in d.uses(slot, steps)]
    if lexicon.counts_to_t:
        # A T without a step is the number of steps.
        found_uses = [use for use in found_uses if use.name != "T" or use.step is not None]
    indices = script_letters(chains)
    whole = whole_variables(chains, slot, steps)
    differentiated = whole
    whole -= {u.name for d in definitions if not d.fixed for u in d.uses(slot, steps)}
    timed: dict[str, set[bool]] = {}
    for d in definitions:
        timed.setdefault(d.name, set()).add(d.step is not None)
    bound = {letter_ for d in definitions for letter_ in bound_letters(d)}
    for use in found_uses:
        is_function = use.name in lexicon.functions or use.name in lexicon.letters_of_functions
        # A letter for a size is a variable where it has a step: d_t with values in R^d.
        is_size = use.name in lexicon.sizes and use.step is None
        if (is_function or is_size or use.name in bound) and use.name not in known:
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
        elif is_leaf and kinds == {True, False} and name in differentiated:
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


def with_inferred(
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
            shape = None if d.positions else _shape_of_value(d.body, lexicon, d.step)
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
    if not _has_unknown(node, lexicon):
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


def _has_unknown(node: Node, lexicon: Lexicon) -> bool:
    """Whether an expression reads a name whose shape is unknown."""
    found = (
        lexicon.variable(use.name, timed=use.step is not None)
        for use in uses(node, lexicon.slot, lexicon.steps)
    )
    return any(variable is not None and variable.shape == UNKNOWN for variable in found)
