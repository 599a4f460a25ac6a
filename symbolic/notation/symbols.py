"""The symbol of each variable and size of a model in a notation; no two are written alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symbolic.errors import ConfigError
from symbolic.latex.syntax import Node, Scripted, Symbol, Word, unscripted
from symbolic.latex.vocabulary import SYMBOLS
from symbolic.model import Model
from symbolic.notation.table import Notation

#: Letters for indices and for steps that run, in the order in which they are tried.
INDEX_LETTERS = tuple("ijklpqruvgmnab")
STEP_LETTERS = tuple("kslr")


@dataclass(frozen=True, slots=True)
class Symbols:
    """How the names of one model are written."""

    variables: Mapping[str, Node]
    sizes: Mapping[str, Node]
    index_letters: tuple[str, ...]
    step_letters: tuple[str, ...]


def own_symbol(name: str) -> Node:
    r"""Return how a name is written where no table says: yhat as \hat{y}, W_a with its subscript.

    >>> own_symbol("yhat")
    Symbol(name='y', style='', accents=('hat',), primes=0, span=None)
    """
    if len(name) == 1 or name in SYMBOLS:
        return Symbol(name)
    if name.endswith("hat") and len(name) == 4:
        return Symbol(name[0], accents=("hat",))
    base, _, label = name.partition("_")
    if len(base) != 1 and base not in SYMBOLS:
        base, label = name[0], name[1:].strip("_")
    if label.isdigit():
        return Symbol(base)
    return Scripted(Symbol(base), below=Symbol(label) if len(label) == 1 else Word(label))


def symbols(model: Model, notation: Notation) -> Symbols:
    """Return the symbols of a model; where two would be one, the later keeps a name of its own."""
    taken: dict[tuple[str, bool], str] = {}
    variables: dict[str, Node] = {}
    own = {d.name: own_symbol(d.name) for d in model.declarations}
    for declared in model.declarations:
        wanted = notation.names.get(declared.name)
        others = [own[d.name] for d in model.declarations if d.name != declared.name]
        is_pair = declared.name == model.loss or wanted == own.get(model.loss or "")
        if wanted is None or (not is_pair and wanted in others):
            wanted = own[declared.name]
        if (_key(wanted), declared.timed) in taken or _is_taken(wanted, taken, declared.timed):
            wanted = _unlike(declared.name, own[declared.name], taken)
        taken[_key(wanted), declared.timed] = declared.name
        styled = _bold(wanted) if notation.bold and declared.shape else wanted
        variables[declared.name] = styled
    used = {_key(node) for node in variables.values()}
    for letter in (notation.letter, notation.horizon):
        if letter in used:
            raise ConfigError(
                f"notation {notation.name} writes a step as {letter}, which is a quantity of"
                f" {model.name}; take another letter"
            )
    used |= {notation.letter, notation.horizon}
    used |= set(model.functions)
    sizes = _sizes(model, used)
    used |= {_key(node) for node in sizes.values()}
    return Symbols(
        variables,
        sizes,
        tuple(x for x in INDEX_LETTERS if x not in used),
        tuple(x for x in STEP_LETTERS if x not in used),
    )


def _is_taken(node: Node, taken: Mapping[tuple[str, bool], str], timed: bool) -> bool:
    """Whether a symbol is used; a loss may share its letter with the loss of a step."""
    return (_key(node), not timed) in taken and _key(node) not in ("E", "L", "J")


def _unlike(name: str, own: Node, taken: Mapping[tuple[str, bool], str]) -> Node:
    used = {key for key, _ in taken}
    base = unscripted(own)
    assert isinstance(base, Symbol)
    for accent in ("", "tilde", "bar", "check", "breve"):
        candidate = replace(base, accents=(*base.accents, accent) if accent else base.accents)
        if _key(candidate) not in used:
            return candidate
    return Scripted(base, below=Word(name))


def _sizes(model: Model, used: set[str]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for dimension in model.dimensions:
        written = {_key(node) for node in found.values()} | used
        candidates = (dimension.name, dimension.name.upper(), dimension.name.lower())
        free = next((c for c in candidates if c not in written), dimension.name)
        found[dimension.name] = own_symbol(free)
    return found


def _key(node: Node) -> str:
    """Return what tells a symbol from others, its style aside."""
    match node:
        case Symbol(name=name, accents=accents):
            return name + "".join(accents)
        case Scripted(base=base, below=Symbol() | Word() as below):
            return f"{_key(base)}_{_key(below)}"
        case Word(text=text):
            return text
        case _:
            return repr(node)


def _bold(node: Node) -> Node:
    match node:
        case Symbol(style=""):
            return replace(node, style="bold")
        case Scripted(base=base):
            return replace(node, base=_bold(base))
        case _:
            return node
