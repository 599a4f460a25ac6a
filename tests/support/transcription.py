"""Derivations written down line by line as functions, with the verdict on each line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from support.judging import (
    FAILS,
    HOLDS,
    NOT_A_CLAIM,
    Lines,
    Outcome,
    Section,
    conforms,
    judge,
)

#: A decorator of lines.
Register = Callable[[Lines], Lines]


@dataclass(frozen=True)
class Claim:
    """A left side and one of the right sides that its lines yield; ``zero`` if that is zero."""

    section: Section
    lines: Lines
    part: int = 1
    zero: bool = False

    def outcome(self) -> Outcome:
        return judge(self.section, self.lines, self.part, zero=self.zero)


@dataclass
class Table:
    """The verdicts of one derivation, in the order of its lines.

    An entry is computed when it is asked for. ``claimed`` has what the claims compare.
    """

    entries: dict[str, Callable[[], dict[str, Any]]] = field(default_factory=dict)
    claimed: dict[str, Claim] = field(default_factory=dict)

    def compute(self) -> dict[str, dict[str, Any]]:
        """Return all verdicts."""
        return {key: entry() for key, entry in self.entries.items()}

    def add(self, key: str, entry: Callable[[], dict[str, Any]]) -> None:
        """Add an entry, which is computed once."""
        assert key not in self.entries, key
        self.entries[key] = cache(entry)

    def append(self, other: Table) -> None:
        """Add the entries of a table that goes on where this one ends."""
        for key, entry in other.entries.items():
            self.add(key, entry)
        self.claimed.update(other.claimed)

    def stated(self, why: str, *keys: str) -> None:
        """Add lines that claim nothing, for one reason."""
        for key in keys:
            self.add(key, lambda: {"verdict": NOT_A_CLAIM, "why": why})

    def claims(self, section: Section, whys: dict[str, str], *, zero: bool = False) -> Register:
        """Add claims with one left side; the lines yield it, then one right side for each key."""

        def register(lines: Lines) -> Lines:
            for part, (key, why) in enumerate(whys.items(), start=1):
                self.claimed[key] = Claim(section, lines, part, zero)
                self.add(key, partial(self._claim, key, why))
            return lines

        return register

    def _claim(self, key: str, why: str) -> dict[str, Any]:
        return self.claimed[key].outcome().entry() | {"why": why}

    def combined(self, key: str, parts: tuple[str, ...], why: str) -> None:
        """Add an equation whose parts have entries of their own; it fails if one of them fails."""

        def entry() -> dict[str, Any]:
            found = [self.entries[f"{key}/{part}"]() for part in parts]
            order = (FAILS, HOLDS, NOT_A_CLAIM)
            worst = min((part["verdict"] for part in found), key=order.index)
            needs = {
                name: "; ".join(dict.fromkeys(part[name] for part in found if part.get(name)))
                for name in ("reading", "assumes")
            }
            return Outcome(worst, **(needs if worst == HOLDS else {})).entry() | {"why": why}

        self.add(key, entry)

    def bare(self, section: Section, key: str, why: str) -> Register:
        """Add an expression without relation: it fails only if its parts do not conform."""

        def register(lines: Lines) -> Lines:
            def entry() -> dict[str, Any]:
                verdict = NOT_A_CLAIM if conforms(section, lines) else FAILS
                return {"verdict": verdict, "why": why}

            self.add(key, entry)
            return lines

        return register

    def damaged(
        self, section: Section, key: str, why: str, repairs: tuple[str, ...], *, literal: bool
    ) -> Register:
        """Add a line that fails as printed, with what each repaired line is worth.

        The lines yield the left side, then the right side as printed if it can be read so
        (``literal``; it has to fail), then one for each repair.
        """

        def register(lines: Lines) -> Lines:
            def entry() -> dict[str, Any]:
                assert not literal or judge(section, lines).verdict == FAILS
                worth = worths(section, lines, repairs, 2 if literal else 1)
                return {"verdict": FAILS, "repairs": worth, "why": why}

            self.add(key, entry)
            return lines

        return register

    def slip(self, section: Section, key: str, why: str, repairs: tuple[str, ...]) -> Register:
        """Add a line that is worth what each of its repairs is worth, which has to be the same."""

        def register(lines: Lines) -> Lines:
            def entry() -> dict[str, Any]:
                worth = worths(section, lines, repairs, 1)
                (verdict,) = set(worth.values())
                return {"verdict": verdict, "repairs": worth, "why": why}

            self.add(key, entry)
            return lines

        return register

    def worked(self, key: str, why: str, printed: str, exact: float, rounded: float) -> None:
        """Add a number, right to half a unit of its last digit from either of two values.

        One value is computed exactly, the other one from the rounded numbers printed above it.
        """
        half = 10.0 ** -len(printed.partition(".")[2]) / 2
        ways = {"from the exact values": exact, "from the printed values": rounded}
        right = [way for way, value in ways.items() if abs(value - float(printed)) <= half]
        reading = right[0] if len(right) == 1 else ""
        self.add(key, lambda: Outcome(HOLDS if right else FAILS, reading).entry() | {"why": why})

    def otherwise(self, section: Section, key: str, how: str) -> Register:
        """Add what a line would be worth if it were read as some readers may read it."""

        def register(lines: Lines) -> Lines:
            self._note(key, "otherwise", lambda: {how: judge(section, lines).verdict})
            return lines

        return register

    def disputed(self, key: str, reason: str) -> None:
        """Note why some readers may think otherwise, where no other reading can be computed."""
        self._note(key, "disputed", lambda: reason)

    def _note(self, key: str, name: str, note: Callable[[], Any]) -> None:
        entry = self.entries[key]
        self.entries[key] = cache(lambda: entry() | {name: note()})


def worths(section: Section, lines: Lines, repairs: tuple[str, ...], first: int) -> dict[str, str]:
    """Return the verdict on each repaired right side, the first of which has a number."""
    return {
        repair: judge(section, lines, part).verdict
        for part, repair in enumerate(repairs, start=first)
    }
