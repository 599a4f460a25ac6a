"""Which names a section uses, where it writes its steps, what it declares: before any meaning."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from symbolic.affine import Affine, letter
from symbolic.arrays import Shape
from symbolic.latex.lexicon import (
    ABOVE,
    ANGLE,
    ARGUMENT,
    BELOW,
    DIAG_WORDS,
    FUNCTION_WORDS,
    SOFTMAX_WORDS,
    Lexicon,
    written_name,
)
from symbolic.latex.scripts import affine, sort_scripts
from symbolic.latex.syntax import (
    Big,
    Bracket,
    Chain,
    Factors,
    Fraction,
    Node,
    Scripted,
    Symbol,
    Terms,
    unscripted,
)
from symbolic.latex.walk import children, nodes_of, walk
from symbolic.model import HORIZON

#: A lexicon that knows no name, to read steps with.
EMPTY = Lexicon({}, BELOW, frozenset())
#: One in which T is the last step.
_WITH_T = Lexicon({}, BELOW, frozenset(), horizon=frozenset({"T"}))
#: Signs of a derivative.
_D = frozenset({"partial", "d"})
#: Letters that are no variables.
SIGNS = frozenset({"partial", "nabla", "d", "top", "1", "*", "infty"})


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a name: what stands at its step, if anything does, and how it was written."""

    name: str
    step: Node | None
    node: Node


def steps_of(node: Node, slot: str, argument: Node | None = None) -> Node | None:
    """Return what stands at the step of a symbol, in one slot; None if nothing does."""
    if slot == ARGUMENT:
        inner = unscripted(argument)
        if not (isinstance(inner, Bracket) and inner.kind == "(" and len(inner.items) == 1):
            return None
        return inner if affine(inner, EMPTY) is not None else None
    if not isinstance(node, Scripted):
        return None
    scripts = sort_scripts(node)
    if slot in (ABOVE, ANGLE):
        first = scripts.steps_above[0] if scripts.steps_above else None
        is_angle = isinstance(first, Bracket) and first.kind == "<"
        return first if slot == ABOVE or is_angle else None
    return scripts.below[0] if scripts.below else None


def is_lagged(node: Node) -> bool:
    """Whether something is a letter and a number, as in t - 1 or t + 1."""
    inner = node.items[0] if isinstance(node, Bracket) and len(node.items) == 1 else node
    value = affine(inner, EMPTY) if isinstance(inner, Terms) else None
    return value is not None and len(value.coefficients) == 1 and value.constant != 0


def find_slot(chains: list[Chain]) -> tuple[str, frozenset[str]]:
    """Return where a section writes its steps, and the letters that it uses for them.

    The slot is the one in which a letter stands with a lag, t - 1, most often.
    """
    votes: Counter[str] = Counter()
    letters: dict[str, Counter[str]] = {slot: Counter() for slot in (BELOW, ABOVE, ARGUMENT)}
    for slot, step in (found for chain in chains for found in _all_steps(chain)):
        value = affine(step, EMPTY) if is_lagged(step) else None
        if value is not None:
            votes[slot] += 1
            letters[slot].update(value.letters)
    order = (ABOVE, ARGUMENT, BELOW)
    slot = max(order, key=lambda s: votes[s]) if votes else _numbered(chains)
    found = frozenset(letters[slot]) | {"t", "tau"}
    return (ANGLE if slot == ABOVE and _in_angles(chains) else slot), found


def _in_angles(chains: list[Chain]) -> bool:
    """Whether steps above with a lag stand in angle brackets."""
    kinds = Counter(
        step.kind
        for chain in chains
        for slot, step in _all_steps(chain)
        if slot == ABOVE and isinstance(step, Bracket) and is_lagged(step)
    )
    return bool(kinds) and kinds.most_common(1)[0][0] == "<"


def _numbered(chains: list[Chain]) -> str:
    """Return the slot of a section whose steps are numbers alone, as in s_0 and s_1."""
    above = any(slot == ABOVE for chain in chains for slot, _ in _all_steps(chain))
    return ABOVE if above else BELOW


@lru_cache(maxsize=4096)
def _all_steps(chain: Chain) -> tuple[tuple[str, Node], ...]:
    """Return what stands where a step may stand, with its slot; below, what has a lag alone.

    Kept, since a section is asked for its slot at each of several passes over its rows.
    """
    found: list[tuple[str, Node]] = []
    for item in (i for i in chain.items if i is not None):
        for node in walk(item):
            if isinstance(node, Factors):
                pairs = zip(node.factors, node.factors[1:], strict=False)
                names = ((a, b) for a, b in pairs if isinstance(a, Symbol | Scripted))
                steps = (steps_of(a, ARGUMENT, b) for a, b in names)
                found += [(ARGUMENT, step) for step in steps if step is not None]
            elif isinstance(node, Scripted):
                for slot in (BELOW, ABOVE):
                    step = steps_of(node, slot)
                    if step is not None and (slot != BELOW or is_lagged(step)):
                        found.append((slot, step))
    return tuple(found)


def uses(
    node: Node, slot: str, steps: frozenset[str], indices: frozenset[str] = frozenset()
) -> list[Use]:
    """Return the uses of names in an expression, in the order in which they are written.

    ``indices`` are letters that stand at positions and not at steps.
    """
    found: list[Use] = []
    pending: list[tuple[Node, Node | None]] = [(node, None)]
    while pending:
        current, following = pending.pop()
        if isinstance(current, Factors):
            pending.extend(reversed(_with_following(current, slot)))
            continue
        base = unscripted(current)
        name = written_name(base)
        if name is not None and isinstance(base, Symbol):
            is_reals = name == "R" and base.style == "bb"
            # A d with a step is a variable, the desired output.
            is_sign = name in SIGNS and not (name == "d" and isinstance(current, Scripted))
            if not is_sign and not is_reals:
                found.append(_use(current, name, following, slot, steps, indices))
            below = current.below if isinstance(current, Scripted) else None
            if base.name == "nabla" and below is not None:
                pending.append((below, None))
            continue
        if isinstance(current, Scripted) and _is_norm(base):
            # A 2 or an F below it is the kind of norm.
            current = base
        pending.extend((child, None) for child in reversed(children(current)))
    return found


def _is_norm(node: Node) -> bool:
    return isinstance(node, Bracket) and node.kind == "||"


def _with_following(node: Factors, slot: str) -> list[tuple[Node, Node | None]]:
    """Return the factors, each with what follows it; a bracket that is a step is left out."""
    found: list[tuple[Node, Node | None]] = []
    taken = False
    for factor, following in zip(node.factors, (*node.factors[1:], None), strict=True):
        if taken:
            taken = False
            continue
        is_name = isinstance(factor, Symbol | Scripted)
        taken = slot == ARGUMENT and is_name and steps_of(factor, slot, following) is not None
        found.append((factor, following))
    return found


def _use(
    node: Node,
    name: str,
    following: Node | None,
    slot: str,
    steps: frozenset[str],
    indices: frozenset[str],
) -> Use:
    step = steps_of(node, slot, following)
    is_index = isinstance(step, Symbol) and step.name in indices
    if step is not None and slot == BELOW and (is_index or not _is_step(step, steps)):
        below = sort_scripts(node).below if isinstance(node, Scripted) else ()
        label = written_name(below[0]) if len(below) == 1 else None
        known = label is not None and len(label) == 1 and label not in "ijklmnpq"
        return Use(f"{name}_{label}" if known else name, None, node)
    if step is None and slot != BELOW and isinstance(node, Scripted):
        below = sort_scripts(node).below
        label = written_name(below[0]) if len(below) == 1 else None
        if label is not None and len(label) == 1 and label in "abcxyzh":
            return Use(f"{name}_{label}", None, node)
    return Use(name, step, node)


def _is_step(node: Node, steps: frozenset[str]) -> bool:
    value: Affine | None = affine(node, EMPTY)
    if value is None:
        return False
    return value.is_constant or bool(value.letters <= steps | {"k", "tau", "T"})


def shape_of(node: Node) -> Shape | None:
    """Return a shape as it is written, D x M or R^{D x M} or R^D; a trailing 1 is dropped.

    >>> from symbolic.latex.syntax import Numeral
    >>> [str(size) for size in shape_of(Factors((Symbol("D"), Numeral("1")), ("times",)))]
    ['D']
    """
    if isinstance(node, Scripted) and written_name(node.base) == "R" and node.above is not None:
        return _sizes(node.above)
    return () if isinstance(node, Symbol) and node.name == "R" else _sizes(node)


def _sizes(node: Node) -> Shape | None:
    """Return the sizes between signs of multiplication; a light R is one of them."""
    parts = node.factors if isinstance(node, Factors) else (node,)
    if isinstance(node, Factors) and not set(node.operators) <= {"times", "*", "cdot"}:
        return None
    sizes = [affine(part, EMPTY) for part in parts]
    if any(size is None for size in sizes):
        return None
    known = [size for size in sizes if size is not None]
    if len(known) > 1 and known[-1] == Affine((), 1):
        known = known[:-1]
    return tuple(known)


def script_letters(chains: list[Chain]) -> frozenset[str]:
    """Return the letters that stand in scripts or in limits: steps, indices, powers."""
    found: set[str] = set()
    for node in nodes_of(chains):
        parts: tuple[Node | None, ...] = ()
        if isinstance(node, Scripted | Big):
            parts = (node.below, node.above)
        for part in (p for p in parts if p is not None):
            found |= {name for n in walk(part) if (name := written_name(n)) is not None}
    return frozenset(found)


def counts_to_t(chains: list[Chain], slot: str, steps: frozenset[str]) -> bool:
    """Whether T stands where steps do: at a variable, or as the limit of a sum."""
    last = letter(HORIZON)
    for node in nodes_of(chains):
        if isinstance(node, Big) and node.above is not None:
            found = affine(node.above, _WITH_T)
            if found is not None and last.letters <= found.letters:
                return True
    used = (use for c in chains for i in c.items if i is not None for use in uses(i, slot, steps))
    values = (affine(use.step, _WITH_T) for use in used if use.step is not None)
    return any(value is not None and last.letters <= value.letters for value in values)


def whole_variables(chains: list[Chain], slot: str, steps: frozenset[str]) -> frozenset[str]:
    """Return the names that something is differentiated by, or is itself, without a step."""
    found: set[str] = set()
    for node in nodes_of(chains):
        if isinstance(node, Factors):
            pairs = zip(node.factors, node.factors[1:], strict=False)
            behind = [b for a, b in pairs if isinstance(a, Symbol) and a.name in ("partial", "d")]
            for factor in behind:
                used = uses(factor, slot, steps)
                found |= {use.name for use in used[:1] if use.step is None}
    return frozenset(found)


def arrays_in(chains: list[Chain], slot: str, steps: frozenset[str]) -> frozenset[str]:
    """Return the names that something is differentiated by or that are transposed."""
    found: set[str] = set()
    for node in nodes_of(chains):
        if isinstance(node, Scripted) and node.above in (Symbol("T"), Symbol("top")):
            found |= {name} if (name := written_name(node.base)) is not None else set()
        parts: tuple[Node, ...] = ()
        if isinstance(node, Fraction) and isinstance(node.below, Factors):
            parts = node.below.factors[1:2] if written_name(node.below.factors[0]) in _D else ()
        elif isinstance(node, Scripted) and written_name(node.base) == "nabla" and node.below:
            parts = (node.below,)
        found |= {use.name for part in parts for use in uses(part, slot, steps)[:1]}
    return frozenset(found)


def undefined_functions(chains: list[Chain], variables: frozenset[str]) -> frozenset[str]:
    """Return the names that only ever stand before a bracket and are no variables: f, func."""
    called: set[str] = set()
    alone: set[str] = set()
    builtin = FUNCTION_WORDS.keys() | SOFTMAX_WORDS | DIAG_WORDS
    for chain in chains:
        for item in (i for i in chain.items if i is not None):
            for node in walk(item):
                if not isinstance(node, Factors):
                    continue
                pairs = zip(node.factors, (*node.factors[1:], None), strict=True)
                for first, second in pairs:
                    name = written_name(first)
                    if name is None or name in variables or name in builtin or name in SIGNS:
                        continue
                    is_call = isinstance(second, Bracket) and second.kind == "("
                    (called if is_call else alone).add(name)
    return frozenset(called - alone)
