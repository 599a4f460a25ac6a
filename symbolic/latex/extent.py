"""The first and the last step of a section, as its ranges, its sums and its recurrence say.

By default steps run from 1 to T. They run from 0 where the losses are summed from there, or a range
says so, and no equation gives the state there. A recurrence for h_{t+1} from the input of step t
gives states one step after its range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symbolic.affine import Affine, letter
from symbolic.latex.definitions import Definition, has_derivative, left_name
from symbolic.latex.last_step import step_ranges
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import EMPTY, uses
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Big, Chain, Listed, Node, Symbol
from symbolic.latex.walk import walk
from symbolic.model import HORIZON


@dataclass(frozen=True, slots=True)
class Extent:
    """The first step; how far T lies beyond the last one; how the recurrence is written.

    ``is_ahead``: the recurrence is written for a later step and reads inputs before it.
    ``is_open``: nothing says which step its first one is, or only that a sum begins with 0.
    """

    first: int = 1
    beyond: int = 0
    is_ahead: bool = False
    is_open: bool = False


#: Steps from 1 to T.
DEFAULT = Extent()


@dataclass(frozen=True, slots=True)
class _Section:
    """What is looked at: forward equations of steps by name, ranges (from, T + how much), chains.

    ``whole`` are the equations of quantities without steps.
    """

    timed: dict[str, Definition]
    whole: list[Definition]
    ranges: frozenset[tuple[int, int]]
    chains: list[Chain]
    slot: str
    steps: frozenset[str]

    def reads(self, d: Definition) -> Iterator[tuple[str, int]]:
        """Yield what an equation of a step reads, and how many steps before its own."""
        for use in d.uses(self.slot, self.steps):
            step = affine(use.step, EMPTY) if use.step is not None else None
            if d.step is not None and step is not None and (d.step - step).is_constant:
                yield use.name, (d.step - step).constant

    def carried(self) -> set[str]:
        """Return the names of a recurrence: those that depend on themselves."""
        reads = {name: {n for n, _ in self.reads(d)} for name, d in self.timed.items()}
        found: set[str] = set()
        for name in reads:
            reached: set[str] = set()
            pending = list(reads[name])
            while pending:
                one = pending.pop()
                if one not in reached:
                    reached.add(one)
                    pending += reads.get(one, ())
            found |= {name} & reached
        return found

    def given(self, names: set[str]) -> set[int]:
        """Return the fixed steps at which a state is given, declared or spoken of by itself."""
        found: set[int] = set()
        for chain in self.chains:
            left = chain.items[0]
            if left is None or chain.relations[:1] not in ((), ("=",), ("in",)):
                continue
            # Where a state stands by itself, the text is about it: from h_0, or h_0, ..., h_T.
            left = left.items[0] if isinstance(left, Listed) else left
            use = None if has_derivative(left) else left_name(left, self.slot, self.steps)
            step = affine(use.step, EMPTY) if use is not None and use.step is not None else None
            if use is not None and use.name in names and step is not None and step.is_constant:
                found.add(step.constant)
        return found

    def summed(self) -> tuple[int, int] | None:
        """Return the first step, and T + how much, at which sums of a whole read nodes."""
        found: list[tuple[int, int]] = []
        for big in (n for d in self.whole for n in walk(d.body) if isinstance(n, Big)):
            limits = _limits(big)
            if limits is not None:
                name, first, last = limits
                lags = [step.constant for step in self.node_steps(big.body, letter(name))]
                found += [(first + lag, last + lag) for lag in lags]
        return (min(a for a, _ in found), max(b for _, b in found)) if found else None

    def last_read(self) -> int | None:
        """Return how far beyond T the equations of a whole read a node at a step by itself."""
        steps = (s for d in self.whole for s in self.node_steps(d.body, letter(HORIZON)))
        return max((step.constant for step in steps), default=None)

    def node_steps(self, node: Node, of: Affine) -> Iterator[Affine]:
        """Yield the distances from a letter of the steps at which nodes are read."""
        for use in uses(node, self.slot, self.steps):
            step = affine(use.step, EMPTY) if use.step is not None else None
            if use.name in self.timed and step is not None and (step - of).is_constant:
                yield step - of

    def reads_at(self, at: int) -> bool:
        """Whether anything stands at a fixed step."""
        for item in (i for chain in self.chains for i in chain.items if i is not None):
            for use in uses(item, self.slot, self.steps):
                step = affine(use.step, EMPTY) if use.step is not None else None
                if step is not None and step.is_constant and step.constant == at:
                    return True
        return False


def extent(
    rows: Sequence[Sequence[Chain]], definitions: list[Definition], slot: str, steps: frozenset[str]
) -> Extent:
    """Return the first and the last step of a section."""
    timed = {
        d.name: d
        for d in definitions
        if d.step is not None and len(d.step.letters) == 1 and not d.fixed
    }
    section = _Section(
        timed,
        [d for d in definitions if d.step is None],
        frozenset(),
        [chain for row in rows for chain in row],
        slot,
        steps,
    )
    if any(d.fixed for d in definitions):
        return Extent(min(step for d in definitions for step in d.fixed))
    carried = section.carried()
    written = [timed[name] for name in carried]
    section = replace(section, ranges=_ranges(rows, definitions, written, steps))
    recurrent = [d for d in written if any(n in carried and k > 0 for n, k in section.reads(d))]
    shifts = {d.step.constant for d in recurrent if d.step is not None}
    if len(shifts) > 1:
        return Extent()
    shift = max(shifts, default=0)
    if shift <= 0:
        return _plain(section, section.given(carried))
    is_ahead = any(n not in timed and k > 0 for d in written for n, k in section.reads(d))
    if is_ahead:
        return _ahead(section, section.given(carried), shift)
    ends = {end for first, end in section.ranges if first == 0}
    return Extent(shift, -(ends.pop() + shift)) if len(ends) == 1 else Extent()


def _plain(section: _Section, given: set[int]) -> Extent:
    """Return the steps of a section whose recurrence gives the state of its letter."""
    summed = section.summed()
    if 0 in given or any(first == 1 for first, _ in section.ranges):
        return Extent()
    ends = {end for first, end in section.ranges if first == 0}
    last = section.last_read()
    if summed is not None and summed[0] == 0:
        is_open = not ends and -1 not in given
        return Extent(0, -max(summed[1], summed[1] if last is None else last), is_open=is_open)
    if summed is None and len(ends) == 1 and (last is None or last <= min(ends)):
        return Extent(0, -min(ends))
    return Extent(0) if -1 in given and (summed is None or summed[0] == 0) else Extent()


def _ahead(section: _Section, given: set[int], shift: int) -> Extent:
    """Return the steps of a section whose recurrence gives a later state from inputs before it."""
    summed = section.summed()
    after = max(0, summed[1] if summed is not None else 0)
    from_zero = {end for first, end in section.ranges if first == 0}
    if len(given) == 1:
        first = max(given) + 1
        ends = {end for start, end in section.ranges if start + shift == first}
        end = ends.pop() + shift if len(ends) == 1 else after
        return Extent(first, -end, is_ahead=True)
    if len(from_zero) == 1:
        return Extent(shift, -(from_zero.pop() + shift), is_ahead=True)
    if len(section.ranges) == 1:
        ((first, end),) = section.ranges
        return Extent(first + shift, -(end + shift), is_ahead=True)
    is_said = section.reads_at(0) or (summed is not None and summed[0] == 0)
    return Extent(1, -after, is_ahead=True, is_open=not is_said)


def _ranges(
    rows: Sequence[Sequence[Chain]],
    definitions: list[Definition],
    recurrence: list[Definition],
    steps: frozenset[str],
) -> frozenset[tuple[int, int]]:
    """Return the ranges of steps of a recurrence, from a number to T or near it.

    They stand in its row, in the row before it, or behind it where no claim follows.
    """
    used = [_are_any(row, recurrence) for row in rows]
    found: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        following = rows[number + 1] if number + 1 < len(rows) else ()
        is_before = number + 1 < len(rows) and used[number + 1]
        is_behind = number > 0 and used[number - 1]
        is_behind = is_behind and not _claims(following, definitions)
        if not (used[number] or is_before or is_behind):
            continue
        for chain in row:
            for _, low, high in step_ranges(chain, steps):
                first, end = affine(low, EMPTY), _end(high)
                if first is not None and first.is_constant and end is not None:
                    found.add((first.constant, end))
    return frozenset(found)


def _claims(row: Sequence[Chain], definitions: list[Definition]) -> bool:
    """Whether a row has a derivative, or an equation that defines nothing."""
    lefts = [d.chain.items[:2] for d in definitions]
    return any(
        any(has_derivative(item) for item in chain.items if item is not None)
        or ("=" in chain.relations and chain.items[:2] not in lefts)
        for chain in row
    )


def _are_any(row: Sequence[Chain], definitions: list[Definition]) -> bool:
    """Whether one of these equations stands in a row."""
    lefts = [d.chain.items[:2] for d in definitions]
    return any(chain.items[:2] in lefts for chain in row)


def _end(written: Node | None) -> int | None:
    """Return how far beyond T a range ends; a number that ends one is the last step."""
    last = affine(written, EMPTY) if written is not None else None
    if last is not None and last.is_constant:
        return 0
    end = last - letter(HORIZON) if last is not None else None
    return end.constant if end is not None and end.is_constant else None


def _limits(big: Big) -> tuple[str, int, int] | None:
    """Return the letter of a sum from a number to T or near it, and both ends."""
    match big.below:
        case Chain(items=(Symbol() as name, low), relations=("=",)) if low is not None:
            first, end = affine(low, EMPTY), _end(big.above)
            if first is None or not first.is_constant or end is None:
                return None
            return written_name(name) or "", first.constant, end
        case _:
            return None
