r"""Names that a text defines by a derivative, such as \delta_t = \partial L / \partial z_t.

They are no part of the network: wherever such a name stands, it is its derivative at that step,
and every further equation for it is a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symbolic.latex.definitions import has_derivative, left_entries, left_name
from symbolic.latex.derivatives import is_derivative, joined, under_signs
from symbolic.latex.lexicon import ABOVE, ANGLE, ARGUMENT, BELOW, Derived, Lexicon, written_name
from symbolic.latex.names import EMPTY, Use, uses
from symbolic.latex.scripts import affine, sort_scripts
from symbolic.latex.sums import substituted
from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Factors,
    Fraction,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    unscripted,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it occurs: its step, its positions, and the power or transpose on it."""

    derived: Derived
    step: Node | None
    positions: Node | None
    power: Node | None
    transpose: bool


def derived_in(chains: Iterable[Chain], lexicon: Lexicon) -> Iterator[tuple[str, Derived, Chain]]:
    """Yield the names that are defined by a derivative, the first definition of each.

    One that is made of such names is one of them.
    """
    found: set[str] = set()
    given: set[str] = set()
    seen: set[str] = set()
    for chain in chains:
        before = frozenset(seen)
        sides = (item for item in chain.items if item is not None)
        seen |= {use.name for side in sides for use in uses(side, lexicon.slot, lexicon.steps)}
        if chain.relations[:1] not in (("=",), (":=",), ("equiv",)):
            continue
        one, two = chain.items[0], chain.items[1]
        if one is None or two is None:
            continue
        for name, body in ((one, two), (two, one)):
            use = left_name(name, lexicon.slot, lexicon.steps)
            if use is None and (whole := _of_entries(name, body, lexicon)) is not None:
                use, body = whole
            if use is None or use.name in found or _is_known(use.name, name, lexicon):
                continue
            if name is two and use.step is None and use.name in before:
                # It stands in an equation of its own before: the derivative is one that is claimed.
                continue
            own = {u.name for u in uses(body, lexicon.slot, lexicon.steps)}
            is_derived = has_derivative(body) or (body is two and not found.isdisjoint(own))
            if not is_derived or has_derivative(name) or use.name in own:
                continue
            step = affine(use.step, EMPTY) if use.step is not None else None
            if step is None or len(step.letters) == 1:
                found.add(use.name)
                yield use.name, Derived(step, body, use.name in given), chain
                break
        else:
            use = left_name(one, lexicon.slot, lexicon.steps)
            given |= {use.name} if use is not None else set()


def _of_entries(name: Node, body: Node, lexicon: Lexicon) -> tuple[Use, Node] | None:
    r"""Return the name and the gradient for \delta_{t,i} = \partial L / \partial a_{t,i}.

    None where the positions on both sides are not the same letters.
    """
    found = left_entries(name, lexicon.slot, lexicon.steps)
    if found is None or not isinstance(body, Fraction) or not is_derivative(body):
        return None
    below, above = under_signs(body.below), under_signs(body.above)
    by = left_entries(below[0], lexicon.slot, lexicon.steps) if len(below) == 1 else None
    if by is None or by[1] != found[1] or not isinstance(below[0], Scripted) or not above:
        return None
    steps = sort_scripts(below[0]).below[: -len(by[1])]
    rest = Listed(steps) if len(steps) > 1 else steps[0] if steps else None
    whole = replace(below[0], below=rest)
    bare = whole if whole.below is not None or whole.above is not None else whole.base
    return found[0], Factors((Scripted(Symbol("nabla"), bare), joined(above)), ("",))


def _is_known(name: str, node: Node, lexicon: Lexicon) -> bool:
    """Whether a name means something already: a variable, a function, the identity, a size.

    What stands with a bracket behind it, or with a prime, is no new name either.
    """
    is_applied = isinstance(node, Factors) or name.endswith("'")
    functions = lexicon.functions | lexicon.letters_of_functions.keys()
    is_other = name in functions or name in lexicon.sizes or name.split("_")[0] in ("I", "1", "e")
    is_letter = lexicon.is_step_letter(name) or (len(name) == 1 and name in "ijklmnpq")
    return lexicon.variable(name) is not None or is_applied or is_other or is_letter


def mention(node: Node, lexicon: Lexicon, argument: Node | None = None) -> Mention | None:
    """Return the defined name that a symbol with its scripts is; None if it is none."""
    base = unscripted(node)
    name = written_name(base)
    derived = lexicon.derived.get(name) if name is not None else None
    if derived is None or not isinstance(base, Symbol):
        return None
    if not isinstance(node, Scripted):
        return Mention(derived, argument, None, None, False)
    scripts = sort_scripts(node)
    step, below = argument, scripts.below
    if derived.step is not None and lexicon.slot == BELOW and below:
        step, below = below[0], below[1:]
    elif derived.step is not None and lexicon.slot in (ABOVE, ANGLE) and scripts.steps_above:
        step = scripts.steps_above[0]
    positions = Listed(below) if len(below) > 1 else below[0] if below else None
    return Mention(derived, step, positions, scripts.power, scripts.transpose)


def body_at(found: Mention) -> Node:
    """Return the derivative that a name stands for, at its step."""
    step = found.derived.step
    if step is None or found.step is None or not step.letters:
        return found.derived.body
    (letter,) = step.letters
    by: Node = found.step
    if step.constant:
        sign = "-" if step.constant > 0 else "+"
        by = Terms((by, Numeral(str(abs(step.constant)))), ("+", sign))
    return substituted(found.derived.body, letter, by)


def is_argument(first: Node, second: Node, lexicon: Lexicon) -> bool:
    """Whether a bracket behind a defined name is its step."""
    is_name = written_name(unscripted(first)) in lexicon.derived
    return lexicon.slot == ARGUMENT and is_name and isinstance(second, Bracket)
