"""What stands under one number, and the ids of its records: ``63``; ``63/1``, ``63/2``, its parts.

The id is the printed number, or ``#n`` for the n-th equation without one. Rows of one display under
one number are parts of it, in order, and so are several claims in a row. No two records have the
same id: where a number is printed again further below, the second equation is ``63#2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, groupby

from checks.chains import Claim
from checks.numbers import Worked
from checks.records import Record
from checks.statements import Statement, counted


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one row, and those of the labels of its braces; None is one without a label.

    ``defined`` are the relations of the row before its claims that define something.
    """

    number: str
    statement: Statement
    claims: tuple[Claim, ...]
    labels: tuple[Claim | None, ...] = ()
    defined: int = 0


#: One row: its claims, its worked numbers, or the record of one that is not judged.
Row = Claims | Worked | Record


@dataclass(frozen=True, slots=True)
class Entry:
    """The rows under one number; ``wanted`` are the ids of the records to be made, None is all."""

    number: str
    id: str
    rows: tuple[Row, ...]
    wanted: frozenset[str] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of its parts in order; where there is only one, that has the id of the whole.

        A definition at the head of a chain is counted: the second sign of equality is part 2.
        """
        if sum(_count(row) for row in self.rows) == 1:
            return (self.id,)
        found: list[str] = []
        place = 0
        for row in self.rows:
            place += row.defined if isinstance(row, Claims) else 0
            found += [f"{self.id}/{place + k}" for k in range(1, _count(row) + 1)]
            place += _count(row)
        return tuple(found)

    @property
    def labels(self) -> dict[str, Claim]:
        """The claims of labels by their ids."""
        found = [label for row in self.rows if isinstance(row, Claims) for label in row.labels]
        pairs = ((f"{self.id}/label-{k}", label) for k, label in enumerate(found, start=1))
        return {id_: replace(label, id=id_) for id_, label in pairs if label is not None}

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all its records."""
        return frozenset({self.id, *self.parts, *self.labels})

    def wants(self, id_: str) -> bool:
        """Whether a record is to be made."""
        return self.wanted is None or id_ in self.wanted

    def only(self, chosen: Iterable[str]) -> Entry | None:
        """Return what is chosen of it: all of a number, or some parts; None for nothing."""
        if {self.id, self.number} & set(chosen):
            return self
        wanted = self.ids & set(chosen)
        return replace(self, wanted=wanted) if wanted else None


def number_of(row: Row) -> str:
    """Return the number that a row stands under."""
    return row.number if isinstance(row, Claims) else row.id


def _count(row: Row) -> int:
    match row:
        case Claims(claims=claims):
            return len(claims)
        case Worked(relations=relations):
            return len(relations)
        case _:
            return 1


class Numbers:
    """The numbers of a document: those of equations without one, and the ids that are taken."""

    def __init__(self) -> None:
        self.of = counted()
        self._taken: set[str] = set()

    def entries(self, rows: Iterable[Row]) -> Iterator[Entry]:
        """Yield the rows of a section by their numbers: those that follow each other are one."""
        for number, found in groupby(rows, key=number_of):
            entry = Entry(number, number, tuple(found))
            for k in count(2):
                if not entry.ids & self._taken:
                    break
                entry = replace(entry, id=f"{number}#{k}")
            self._taken |= entry.ids
            yield entry
