r"""Labels above a name, as in W^{(z)} or \delta^{o}_t, and those before a step below.

What stands above is a label where it is no step, no index, no power and no transpose: a word; what
is in brackets beside steps below; a letter that nothing binds. A name and its label are one name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symbolic.latex.definitions import has_derivative
from symbolic.latex.lexicon import ABOVE, ANGLE, BELOW, HORIZON_LETTERS, written_name
from symbolic.latex.names import EMPTY, SIGNS, find_slot
from symbolic.latex.scripts import affine, is_transpose
from symbolic.latex.sums import summed_letters
from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Factors,
    Listed,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Word,
    unscripted,
)
from symbolic.latex.walk import map_children, map_row, walk

#: Letters that are indices or counts where nothing says that they are labels.
_INDICES = frozenset("ijklmnpqrsuvKMN")
#: Letters that are exponents where no bracket stands around them.
_COUNTS = frozenset("kmnpqdtKMN") | frozenset(HORIZON_LETTERS)
#: Letters that are steps in every section.
_STEPS = frozenset({"t", "k", *HORIZON_LETTERS})
#: A mark in the name of a symbol between it and the label above it.
MARK = "^"

#: A name, and the label of it as it is spelled.
Label = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """A label as it may be: the symbol, the label, whether it is in brackets, and what is left."""

    symbol: Symbol
    node: Node
    is_bracketed: bool
    rest: Scripted | Symbol

    @property
    def name(self) -> str:
        """The name as it is spelled."""
        return written_name(self.symbol) or ""

    @property
    def label(self) -> str:
        """The label as it is spelled, with the bracket around it."""
        text = _spelled(self.node) or ""
        kind = self.node.kind if isinstance(self.node, Bracket) else ""
        return {"(": f"({text})", "[": f"[{text}]"}.get(kind, text)

    @property
    def joined(self) -> Scripted | Symbol:
        """The name with its label as one symbol."""
        symbol = replace(self.symbol, name=f"{self.symbol.name}{MARK}{self.label}")
        return replace(self.rest, base=symbol) if isinstance(self.rest, Scripted) else symbol


def with_labels_above(rows: list[Row]) -> list[Row]:
    """Return the rows of a section in which names and the labels above them are one symbol."""
    chains = [chain for row in rows for chain in row.chains]
    scripts = [s for chain in chains for s in _scripts(chain.items)]
    if not scripts:
        return rows
    labels = _Section.of(chains).labels(scripts)
    if not labels:
        return rows

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        script = _script(inner)
        return script.joined if script and (script.name, script.label) in labels else inner

    return [map_row(row, change) for row in rows]


@dataclass(frozen=True, slots=True)
class _Section:
    """What tells labels from steps, positions and powers in a section."""

    slot: str
    steps: frozenset[str]
    #: Letters under a sum, and those that stand with a lag in a bracket above.
    running: frozenset[str]
    #: Chains that may be forward equations.
    forward: tuple[Chain, ...]
    #: Names on the left of an equation, as they stand, and those without a label.
    lefts: frozenset[str]
    plain: frozenset[str]
    #: Names with a position above them, and names with their labels on the left of an equation.
    indexed: frozenset[str]
    defined: frozenset[Label]
    sizes: frozenset[str]

    @staticmethod
    def of(chains: Sequence[Chain]) -> _Section:
        slot, steps = find_slot(list(chains))
        equations = [c for c in chains if c.relations[:1] == ("=",) and len(c.items) > 1]
        forward = tuple(c for c in equations if not any(i and has_derivative(i) for i in c.items))
        lefts = [c.items[0] for c in equations]
        running = frozenset(_running(chains))
        return _Section(
            slot,
            steps | _STEPS,
            running,
            forward,
            frozenset(n for left in lefts if left and (n := written_name(unscripted(left)))),
            frozenset(_plain(forward)) | frozenset(_declared(chains)),
            _indexed(chains, running - steps - _STEPS),
            frozenset((x.name, x.label) for left in lefts if left and (x := _script(left))),
            frozenset(_sizes(chains)),
        )

    def labels(self, scripts: Sequence[Script]) -> frozenset[Label]:
        """Return the names with labels above them."""
        read = frozenset(_read_forward(self))
        numbered = {name for name, label in read if label.strip("()[]").isdigit()}
        return frozenset(
            (s.name, s.label)
            for s in scripts
            if (s.name, s.label) in read
            or (s.name in numbered and isinstance(_inside(s.node), Numeral))
            or self.is_label(s)
        )

    def is_label(self, script: Script) -> bool:
        """Whether a script is a label wherever it stands."""
        inner = _inside(script.node)
        if isinstance(inner, Word):
            return True
        letters = _letters(inner)
        is_plain = script.name in self.plain and (script.name, script.label) not in self.defined
        if is_plain or script.name in self.indexed or not letters or self.slot != BELOW:
            return False
        if script.is_bracketed:
            return letters.isdisjoint(self.steps | self.running | _INDICES)
        is_known = letters <= self.lefts and self.has_step(script.rest)
        return is_known and letters.isdisjoint(self.steps | self.running | _INDICES | self.sizes)

    def has_step(self, node: Node) -> bool:
        """Whether a step stands below a name."""
        below = node.below if isinstance(node, Scripted) else None
        step = below.items[0] if isinstance(below, Listed) else below
        value = affine(step, EMPTY) if step is not None else None
        return value is not None and value.letters <= self.steps

    def is_read_so(self, script: Script, bound: frozenset[str], *, is_left: bool) -> bool:
        """Whether a script in a forward equation is a label: nothing there binds it."""
        inner = _inside(script.node)
        if isinstance(inner, Symbol) and inner.name == "*":
            return self.slot == BELOW and self.has_step(script.rest) and script.name.islower()
        if isinstance(inner, Numeral):
            is_layer = script.is_bracketed or inner.text == "1"
            is_step = self.slot == ABOVE and _kind(script.node) in ("", "(")
            return is_layer and not is_step and self.slot in (BELOW, ANGLE, ABOVE)
        if is_left or script.name in self.plain | self.indexed:
            return self.is_label(script)
        letters = _letters(inner)
        # Where steps stand below, a letter of theirs above is no step.
        above = _STEPS if self.slot == BELOW else self.steps
        if not letters or not letters.isdisjoint(above | bound):
            return False
        return script.is_bracketed or letters.isdisjoint(_COUNTS | self.sizes)


def _read_forward(section: _Section) -> Iterator[Label]:
    """Yield the names with labels in the forward equations for every step, or for none."""
    for chain in section.forward:
        left, right = chain.items[:2]
        if left is None or right is None or not _is_general(left):
            continue
        bound = summed_letters(right) | frozenset(_in_scripts(left))
        for side in (left, right):
            for script in _scripts((side,)):
                if section.is_read_so(script, bound, is_left=side is left):
                    yield script.name, script.label


def _is_general(left: Node) -> bool:
    """Whether no number stands at the step of a left side."""
    below = left.below if isinstance(left, Scripted) else None
    first = below.items[0] if isinstance(below, Listed) else below
    return not isinstance(first, Numeral)


def _in_scripts(left: Node) -> Iterator[str]:
    """Yield the letters in the scripts of a left side: steps, positions, a general layer."""
    parts = (left.below, left.above) if isinstance(left, Scripted) else ()
    for part in (p for p in parts if p is not None):
        yield from (n.name for n in walk(part) if isinstance(n, Symbol))


def _running(chains: Iterable[Chain]) -> Iterator[str]:
    """Yield the letters under sums, and those in a bracket above with a lag: h^{(l-1)}."""
    for item in (i for chain in chains for i in chain.items if i is not None):
        yield from summed_letters(item)
        for node in walk(item):
            above = node.above if isinstance(node, Scripted) else None
            inner = _inside(above) if isinstance(above, Bracket) else None
            value = affine(inner, EMPTY) if inner is not None else None
            if value is not None and value.constant:
                yield from value.letters


def _indexed(chains: Iterable[Chain], running: frozenset[str]) -> frozenset[str]:
    """Return the names with a running letter above: what stands there is a position or a layer."""
    found = (s for chain in chains for s in _scripts(chain.items))
    return frozenset(s.name for s in found if not _letters(_inside(s.node)).isdisjoint(running))


def _plain(forward: Iterable[Chain]) -> Iterator[str]:
    """Yield the names that an equation defines without a label."""
    for chain in forward:
        left = chain.items[0]
        above = left.above if isinstance(left, Scripted) else None
        is_step = isinstance(above, Bracket) or above is None
        name = written_name(unscripted(left)) if left is not None and is_step else None
        if name is not None and (left is None or _script(left) is None):
            yield name


def _declared(chains: Iterable[Chain]) -> Iterator[str]:
    """Yield the names whose shape is declared without a script."""
    for chain in chains:
        if chain.relations[:1] in (("in",), ("colon",)) and chain.items[0] is not None:
            name = written_name(chain.items[0])
            if name is not None:
                yield name


def _sizes(chains: Iterable[Chain]) -> Iterator[str]:
    """Yield the letters of declared sizes."""
    for chain in chains:
        if chain.relations[:1] in (("in",), ("colon",)):
            for item in (i for i in chain.items[1:] if i is not None):
                yield from (n.name for n in walk(item) if isinstance(n, Symbol))


def _scripts(items: Iterable[Node | None]) -> Iterator[Script]:
    for item in items:
        for node in walk(item) if item is not None else ():
            if (script := _script(node)) is not None:
                yield script


def _script(node: Node) -> Script | None:
    """Return what may be a label above a symbol; a transpose or a power may stand behind it."""
    if not isinstance(node, Scripted) or not isinstance(node.base, Symbol) or node.above is None:
        return None
    name = node.base.name
    if name in SIGNS | {"e", "I"} or node.base.style == "bb":
        return None
    above = node.above
    parts = above.factors if isinstance(above, Factors) and not any(above.operators) else (above,)
    if len(parts) > 2 or (len(parts) == 2 and not is_transpose(parts[1])):
        parts = (above,)
    first = parts[0]
    if is_transpose(first) or _spelled(first) is None:
        return None
    left_over = parts[1] if len(parts) == 2 else None
    rest = node.base if node.below is None and left_over is None else replace(node, above=left_over)
    return Script(node.base, first, isinstance(first, Bracket), rest)


def _inside(node: Node) -> Node:
    """Return what is in a bracket, or the node itself."""
    return node.items[0] if isinstance(node, Bracket) and len(node.items) == 1 else node


def _kind(node: Node) -> str:
    return node.kind if isinstance(node, Bracket) else ""


def _letters(node: Node) -> frozenset[str]:
    """Return the letters of a label."""
    parts = node.factors if isinstance(node, Factors) else (node,)
    return frozenset(p.name for p in parts if isinstance(p, Symbol))


def _spelled(node: Node) -> str | None:
    """Return a label as it is spelled: a word, letters, a number in round or square brackets."""
    if isinstance(node, Bracket):
        is_label = node.kind in ("(", "[") and len(node.items) == 1
        return (
            _spelled(node.items[0]) if is_label and not isinstance(node.items[0], Bracket) else None
        )
    match node:
        case Word(text=text, primes=0):
            return text
        case Numeral(text=text):
            return text if text.isdigit() else None
        case Symbol(name="prime" | "dagger" | "+" | "-" | "circ" | "odot"):
            return None
        case Symbol(primes=0):
            return written_name(node)
        case Factors(factors=factors, operators=operators) if not any(operators):
            names = [written_name(f) if isinstance(f, Symbol) else None for f in factors]
            return None if None in names else "".join(n for n in names if n)
        case _:
            return None
