"""The page of pairs: each row of its tables is a line of a document, judged as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from checks.pipeline import verify
from checks.records import Record, Verification

PAGE = (Path(__file__).parents[2] / "docs" / "pairs.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| (?P<id>[DE]\d+) \| \$(?P<this>.*?)\$ \| \$(?P<that>.*?)\$ \| (?P<why>.*) \|")


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: two expressions, or two whole equations, which differ or are equal."""

    id: str
    this: str
    that: str
    why: str

    @property
    def claims(self) -> dict[str, str]:
        """The lines that the row stands for, by number."""
        if " = " in self.this:
            return {f"{self.id}a": self.this, f"{self.id}b": self.that}
        return {self.id: f"{self.this} = {self.that}"}

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What the page promises of them: the first of two equations always holds."""
        last = "holds" if self.id.startswith("E") else "fails"
        return ("holds", last) if len(self.claims) == 2 else (last,)


def sections() -> Iterator[tuple[str, tuple[Pair, ...]]]:
    """Yield the text before the tables of each section, and the rows of its tables."""
    for section in PAGE.split("\n## ")[1:]:
        before, *_ = section.partition("\n### ")
        yield f"# {before}\n", tuple(Pair(**row.groupdict()) for row in ROW.finditer(section))


SECTIONS = tuple(sections())
PAIRS = [(number, pair) for number, (_, pairs) in enumerate(SECTIONS) for pair in pairs]


@cache
def found(number: int) -> Verification:
    """Return the verdicts on all rows of a section, read as one document."""
    before, pairs = SECTIONS[number]
    lines = [f"$${claim} \\tag{{{id_}}}$$" for p in pairs for id_, claim in p.claims.items()]
    return verify("pairs.md", text="\n\n".join([before, *lines, ""]))


def judged(number: int, pair: Pair) -> list[Record]:
    by_id = {record.id: record for record in found(number).records}
    return [by_id[id_] for id_ in pair.claims]


@pytest.mark.parametrize(("number", "pair"), [pytest.param(*row, id=row[1].id) for row in PAIRS])
def test_a_pair_is_judged_as_the_page_says(number: int, pair: Pair) -> None:
    records = judged(number, pair)
    said = [(record.verdict, record.reason) for record in records]
    assert tuple(record.verdict for record in records) == pair.verdicts, said
    for record in records:
        is_shape = record.verdict == "fails" and record.reason.startswith("shape: ")
        assert record.evidence in ("certified", "balls") or is_shape
        assert record.counterexample is not None or is_shape or record.verdict == "holds"


def test_the_page_has_as_many_pairs_as_it_should_and_each_has_a_reason() -> None:
    numbers = [pair.id for _, pair in PAIRS]
    rows = [line for line in PAGE.splitlines() if re.match(r"\| [DE]\d", line)]
    assert len(rows) == len(PAIRS)
    for kind in "DE":
        own = [number for number in numbers if number.startswith(kind)]
        assert own == [f"{kind}{n}" for n in range(1, len(own) + 1)]
        assert len(own) >= 60
    assert all(len(pair.why) > 5 for _, pair in PAIRS)
    assert len({(number, pair.this, pair.that) for number, pair in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("number", range(len(SECTIONS)))
def test_the_sections_are_understood(number: int) -> None:
    (section,) = found(number).sections
    assert section.problem is None


UNKNOWN_FUNCTION = r"""# A function that nothing is known of

All quantities are scalars. For $t = 1, \dots, T$:

$$a_t = w h_{t-1} + x_t$$

$$h_t = f(a_t)$$

$$L = \frac{1}{2} (h_T - y)^2$$

"""


def test_what_every_known_function_obeys_is_not_established_for_an_unknown_one() -> None:
    """tanh, the identity and sine are odd, the other two factors are for sigmoid and softplus."""
    factors = "(f(a_t) + f(-a_t)) (f(a_t) + f(-a_t) - 1) (f(a_t) - f(-a_t) - a_t)"
    claim = f"$$h_t + {factors} = h_t$$\n"
    record = verify("unknown.md", text=UNKNOWN_FUNCTION + claim).records[-1]
    assert record.verdict == "undecided"
    assert "some concrete functions" in (record.reason or "")
