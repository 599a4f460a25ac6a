"""Scripts of a symbol: which is a step, which a position, which a power or a transpose."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbolic.affine import Affine, integer, letter
from symbolic.errors import UnsupportedNotation
from symbolic.latex.lexicon import (
    ABOVE,
    ANGLE,
    ARGUMENT,
    BELOW,
    Lexicon,
    Occurrence,
    Variable,
    written_name,
)
from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Factors,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
    unscripted,
)
from symbolic.latex.vocabulary import OPERATORS
from symbolic.model import HORIZON

#: Signs that stand for themselves in a script; they are no letters.
_MARKS = frozenset({*OPERATORS.values(), "+", "-", "bullet", "star", "dagger"}) - {"*"}


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts of a symbol, sorted: what is below, steps above, and what acts on the value."""

    below: tuple[Node, ...] = ()
    steps_above: tuple[Node, ...] = ()
    power: Node | None = None
    transpose: bool = False
    star: bool = False


@dataclass(frozen=True, slots=True)
class Atom:
    """A variable as it occurs, with the power and the transpose that are written on it."""

    occurrence: Occurrence
    power: Node | None = None
    transpose: bool = False


def affine(node: Node, lexicon: Lexicon) -> Affine | None:
    """Return a step, size or position as it is written; None for anything that is none.

    The letters for the last step give the core's letter for it.
    """
    match node:
        case Numeral(text=text):
            return integer(int(text)) if text.isdigit() else None
        case Symbol(accents=(), primes=0, name=name) if name not in _MARKS:
            return letter(HORIZON) + lexicon.beyond if name in lexicon.horizon else letter(name)
        case Bracket(kind="(" | "<" | "[" | "{", items=(inner,)):
            return affine(inner, lexicon)
        case Terms(terms=terms, signs=signs):
            total = integer(0)
            for term, sign in zip(terms, signs, strict=True):
                value = affine(term, lexicon)
                if value is None:
                    return None
                total = total + (value if sign == "+" else -value)
            return total
        case Factors(factors=(Numeral(text=text), Symbol() as symbol), operators=("",)):
            inner_value = affine(symbol, lexicon)
            return inner_value * int(text) if inner_value and text.isdigit() else None
        case _:
            return None


def is_transpose(node: Node) -> bool:
    """Whether a superscript is a transpose."""
    return isinstance(node, Symbol | Word) and written_name(node) in ("top", "T", "intercal")


def is_hermitian(node: Node, lexicon: Lexicon) -> bool:
    """Whether a superscript is the sign of a conjugate transpose: a dagger, or an H with no sense.

    An H that is a size or a variable here is a power.
    """
    name = written_name(node) if isinstance(node, Symbol | Word) else None
    if name == "H":
        is_known = name in lexicon.sizes or lexicon.is_step_letter(name)
        return not is_known and lexicon.variable(name) is None
    return name == "dagger"


def sort_scripts(node: Scripted) -> Scripts:
    """Return the scripts of a node by kind."""
    below = _items(node.below)
    star = any(_is_star(item) for item in below)
    scripts = Scripts(below=tuple(i for i in below if not _is_star(i)), star=star)
    if node.above is None:
        return scripts
    if is_transpose(node.above):
        return replace(scripts, transpose=True)
    if _is_star(node.above):
        return replace(scripts, star=True)
    above = _items(node.above)
    brackets = tuple(i for i in above if isinstance(i, Bracket))
    others = tuple(i for i in above if not isinstance(i, Bracket))
    if brackets and all(is_transpose(i) or _is_star(i) for i in others):
        return replace(
            scripts,
            steps_above=brackets,
            transpose=any(is_transpose(i) for i in others),
            star=star or any(_is_star(i) for i in others),
        )
    return replace(scripts, power=node.above)


def _items(node: Node | None) -> tuple[Node, ...]:
    match node:
        case None:
            return ()
        case Listed(items=items):
            return tuple(part for item in items for part in _letters(item))
        case Factors(factors=factors, operators=operators) if set(operators) == {""}:
            return factors
        case _:
            return (node,)


def _letters(node: Node) -> tuple[Node, ...]:
    """Return letters side by side behind a comma, as in A_{t,ij}; anything else is one item."""
    match node:
        case Factors(factors=factors, operators=operators) if set(operators) == {""}:
            return factors if all(isinstance(f, Symbol) for f in factors) else (node,)
        case _:
            return (node,)


def index_pair(node: Node) -> tuple[Symbol, Symbol] | None:
    """Return the two letters of a subscript such as ij; None where it is anything else."""
    match _items(node):
        case (Symbol() as one, Symbol() as other):
            return one, other
        case _:
            return None


def _is_star(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name == "*"


def atom(node: Node, lexicon: Lexicon, argument: Node | None = None) -> Atom | None:
    """Return the variable that a symbol with its scripts is; None if it is none.

    ``argument`` is the bracket that follows it, where the section writes steps so. Raises
    UnsupportedNotation for scripts that fit no reading.
    """
    base = unscripted(node)
    scripts = sort_scripts(node) if isinstance(node, Scripted) else Scripts()
    if isinstance(argument, Scripted):
        own = sort_scripts(argument)
        scripts = replace(own, below=scripts.below + own.below, star=scripts.star or own.star)
    name = written_name(base)
    if name is None:
        return None
    name, below = _labelled(name, scripts.below, lexicon)
    inner = unscripted(argument)
    is_timed = bool(scripts.steps_above) or inner is not None or bool(below)
    found = lexicon.variable(name, timed=is_timed) or _entries_of(name, below, lexicon)
    if found is None:
        return None
    if found.timed and name in lexicon.sizes and node is base and argument is None:
        return None
    steps = (inner,) if inner is not None else scripts.steps_above
    step, positions = _place(found, below, steps, lexicon)
    occurrence = Occurrence(found, step, positions, scripts.star)
    if scripts.power is not None and found.timed and _is_no_power(scripts.power, found, lexicon):
        raise UnsupportedNotation("a script above that is no power", scripts.power.span)
    is_number = not found.shape or bool(positions) or lexicon.t_is_power
    if lexicon.counts_to_t and scripts.transpose and is_number:
        above = node.above if isinstance(node, Scripted) else None
        if above == Symbol("T"):
            # A number has no transpose.
            return Atom(occurrence, above)
    return Atom(occurrence, scripts.power, scripts.transpose)


def _is_no_power(node: Node, variable: Variable, lexicon: Lexicon) -> bool:
    """Whether a script above a state has a letter for a step, or one for a position of a vector."""
    value = affine(node, lexicon)
    letters = value.letters if value is not None else frozenset()
    is_step = any(lexicon.is_running_step(name) for name in letters)
    return is_step or (len(variable.shape) == 1 and bool(letters))


def _labelled(name: str, below: tuple[Node, ...], lexicon: Lexicon) -> tuple[str, tuple[Node, ...]]:
    """Return a name with the label below it that belongs to it, W_hh or c_0, and what is left."""
    spelled = [n.text if isinstance(n, Numeral) else written_name(n) or " " for n in below]
    for count in range(len(below), 0, -1):
        longer = f"{name}_{''.join(spelled[:count])}"
        if not longer.endswith(" ") and lexicon.variable(longer):
            return longer, below[count:]
    return name, below


def _entries_of(name: str, below: tuple[Node, ...], lexicon: Lexicon) -> Variable | None:
    """Return the matrix or vector W for its entries w_ij."""
    if below and len(name) == 1 and name.islower():
        found = lexicon.variable(name.upper())
        if found is not None and found.shape:
            return found
    return None


def _place(
    variable: Variable, below: tuple[Node, ...], above: tuple[Node, ...], lexicon: Lexicon
) -> tuple[Affine | None, tuple[Node, ...]]:
    """Return the step and the positions of an occurrence."""
    rank = len(variable.shape)
    if slices := [node for node in below if isinstance(node, Chain)]:
        raise UnsupportedNotation("a part of an array, as 1:n", slices[0].span)
    no_step_above = _has_no_step(above, lexicon) or (
        len(above) == rank and _has_step_below(variable, below, above, lexicon)
    )
    step = affine(above[0], lexicon) if above and not no_step_above else None
    extra = tuple(_inside(node) for node in (above if no_step_above else above[1:]))
    if above and not no_step_above and step is None:
        raise UnsupportedNotation("a step that cannot be read", getattr(above[0], "span", None))
    if step is None and lexicon.slot == BELOW:
        step, below = _step_below(variable, below, rank, lexicon)
    positions = _split(below, rank - len(extra)) + extra
    if len(positions) == 1 and _is_single_row(variable):
        positions = (Numeral("1"), *positions)
    if len(positions) not in (0, rank):
        raise UnsupportedNotation(
            f"{variable.name} has {rank} axes; found {len(positions)} positions"
        )
    return step, positions


def _has_no_step(above: tuple[Node, ...], lexicon: Lexicon) -> bool:
    """Whether what stands above is in another bracket than the steps of the section."""
    first = above[0] if above else None
    is_other = isinstance(first, Bracket) and first.kind != "<"
    return lexicon.slot == ANGLE and is_other


def _has_step_below(
    variable: Variable, below: tuple[Node, ...], above: tuple[Node, ...], lexicon: Lexicon
) -> bool:
    """Whether the step stands below, and what is in brackets above is a position."""
    if lexicon.slot != BELOW or not variable.timed or len(below) != 1 or not above:
        return False
    here, there = affine(below[0], lexicon), affine(above[0], lexicon)
    if here is None or any(not lexicon.is_running_step(name) for name in here.letters):
        return False
    return (
        there is None
        or not there.letters
        or any(not lexicon.is_running_step(x) for x in there.letters)
    )


def _step_below(
    variable: Variable, below: tuple[Node, ...], rank: int, lexicon: Lexicon
) -> tuple[Affine | None, tuple[Node, ...]]:
    if not below:
        return None, below
    split = _split(below, rank + 1) if variable.timed else below
    is_copy = not variable.timed and variable.is_parameter and len(_split(below, rank)) != rank
    is_copy = is_copy or (variable.is_parameter and rank == 1 and _is_running(below, lexicon))
    if _is_single_row(variable) and not _is_running(below, lexicon):
        is_copy = is_copy and len(below) != 1
        rank = rank - 1 if len(split) == rank else rank
    if variable.timed and len(split) in (1, rank + 1):
        step = affine(split[0], lexicon)
        if step is None:
            raise UnsupportedNotation("a step that cannot be read", getattr(split[0], "span", None))
        return step, split[1:]
    if is_copy and len(below) in (1, rank + 1):
        step = affine(below[0], lexicon)
        if step is None:
            raise UnsupportedNotation("a step that cannot be read", getattr(below[0], "span", None))
        return step, below[1:]
    return None, below


def _is_single_row(variable: Variable) -> bool:
    """Whether a matrix has one row, so that one position says where an entry is."""
    return len(variable.shape) == 2 and variable.shape[0] == integer(1)


def _is_running(below: tuple[Node, ...], lexicon: Lexicon) -> bool:
    """Whether one step stands below, by the letter that is never a position: b_t."""
    value = affine(below[0], lexicon) if len(below) == 1 else None
    letters = value.letters if value is not None else frozenset()
    return bool(letters) and letters <= {"t", HORIZON}


def _inside(node: Node) -> Node:
    return node.items[0] if isinstance(node, Bracket) and len(node.items) == 1 else node


def _split(below: tuple[Node, ...], wanted: int) -> tuple[Node, ...]:
    """Split one numeral such as 31 into as many digits as there are positions.

    Positions count from 1: 100 is a step alone.
    """
    if len(below) == 1 and isinstance(below[0], Numeral) and len(below[0].text) == wanted > 1:
        if "0" in below[0].text[1:]:
            return below
        return tuple(Numeral(digit, below[0].span) for digit in below[0].text)
    if len(below) < wanted and any(isinstance(b, Numeral) and len(b.text) > 1 for b in below):
        flat: list[Node] = []
        for item in below:
            if isinstance(item, Numeral):
                flat += [Numeral(digit, item.span) for digit in item.text]
            else:
                flat.append(item)
        if len(flat) == wanted:
            return tuple(flat)
    return below


def takes_argument(node: Node, lexicon: Lexicon) -> bool:
    """Whether a bracket after a symbol is its step and no factor."""
    if lexicon.slot != ARGUMENT:
        return False
    base = unscripted(node)
    name = written_name(base)
    found = lexicon.variable(name, timed=True) if name else None
    return found is not None and (found.timed or found.is_parameter)


__all__ = ["ABOVE", "Atom", "Scripts", "affine", "atom", "is_transpose", "takes_argument"]
