"""Slopes of an arbitrary function by its argument, where the text has no equation for that one.

In d f / d a_t, where f stands at one place of the network and a is not known, a is what f is of.
"""

from __future__ import annotations

from symbolic.expr import Apply
from symbolic.latex.abbreviations import with_fresh_indices
from symbolic.latex.context import Context
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import uses
from symbolic.latex.restep import at_step
from symbolic.latex.scripts import affine, sort_scripts
from symbolic.latex.syntax import Node, Scripted
from symbolic.latex.tensor import Tensor, diagonal
from symbolic.model import STEP
from symbolic.traverse import walk


def slope_by_argument(above: Node, below: Node, context: Context) -> Tensor | None:
    """Return f' at a step for d f / d a_t; None where f or a is anything else."""
    lexicon = context.lexicon
    name = written_name(above)
    if name is None or name not in lexicon.functions or lexicon.variable(name) is not None:
        return None
    found = uses(below, lexicon.slot, lexicon.steps)
    if len(found) != 1 or not _is_new_name(found[0].name, below, context):
        return None
    written = found[0].step or (below.below if isinstance(below, Scripted) else None)
    step = affine(written, lexicon) if written is not None else None
    place = _only_place(name, context)
    if step is None or place is None:
        return None
    slope = at_step(Apply(name, place.argument, 1), STEP, step)
    value = with_fresh_indices(slope, context)
    context.notes.append(f"{found[0].name} is read as the argument of {name}")
    return value if value.is_scalar else diagonal(value, context.fresh)


def _is_new_name(name: str, node: Node, context: Context) -> bool:
    """Whether a symbol is a name without a meaning, with nothing but a step at it."""
    lexicon = context.lexicon
    if not isinstance(node, Scripted) or lexicon.variable(name) or name in lexicon.derived:
        return False
    scripts = sort_scripts(node)
    is_bare = scripts.power is None and not scripts.transpose and not scripts.star
    return is_bare and len(scripts.below) + len(scripts.steps_above) == 1


def _only_place(name: str, context: Context) -> Apply | None:
    """Return the one use of a function in the forward equations, if that has a step."""
    found = {
        (equation.name, node)
        for equation in context.equations
        for node in walk(equation.body)
        if isinstance(node, Apply) and node.function == name
    }
    if len(found) != 1:
        return None
    ((owner, place),) = found
    variable = context.lexicon.variable(owner, timed=True)
    return place if variable is not None and variable.timed else None
