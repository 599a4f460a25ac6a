"""Derivations damaged at random: nothing crashes or hangs, and damage stays where it is.

What may be asserted of verdicts? A damaged definition, declaration or phrase changes what is true
of every equation of its section, so nothing is said of these. But an equation whose left side is a
derivative defines nothing, whatever its right side says. If that alone is damaged, every other
equation is as true as before. Its verdict may become "undecided" or be decided now, since a display
may continue the damaged one, and since all equations of a section choose its layout and the meaning
of a dot. But what held must not fail, what failed must not hold, and most verdicts stay.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from support.damage import Spoilt, damaged, places, spoilt

from checks import derivations
from checks.pipeline import verify
from checks.records import FAILS, HOLDS, HOLDS_WHEN, VERDICTS, Verification

SEED = 6
#: Seconds of the two sweeps over damaged documents in ``make test-all``.
SWEEP, SPOILT_SWEEP = 200, 200
#: No document may take longer, in seconds, on a busy machine.
PATIENCE = 120
#: Places that are damaged in one document, at most.
MOST = 6
SHORT = "simple-rnn-slides"
#: So many of a hundred verdicts, at least, stay where another equation is damaged.
KEPT = 90
#: Those that are judged fast stand here more than once.
DRAWN = (SHORT, "forum282752", "rnn-by-hand") * 3 + ("huang2019", "rnn-notes")
QUICK = 5


class Hangs(BaseException):
    """A document took too long; nothing of the product may catch this."""


@contextmanager
def in_time() -> Iterator[None]:
    def stop(number: int, frame: object) -> None:
        raise Hangs(f"more than {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@cache
def judged(name: str) -> Verification:
    return verify(f"{name}.md", text=derivations.text(name))


def check_records(found: Verification) -> None:
    """Assert that each record has a verdict, an honest reason, and a place in the text."""
    lines = found.text.split("\n")
    for record in found.records:
        assert record.verdict in VERDICTS
        assert "internal error" not in (record.reason or ""), (record.latex, record.reason)
        span = record.span
        assert 1 <= span.line <= len(lines), span
        line = lines[span.line - 1]
        assert 1 <= span.column <= span.column + span.length - 1 <= max(1, len(line)), (span, line)
    for section in found.sections:
        assert 1 <= section.first_line <= section.last_line <= len(lines)


def check_damaged(name: str, number: int) -> None:
    text = damaged(derivations.text(name), random.Random(f"{SEED} {name} {number}"), MOST)
    try:
        with in_time():
            found = verify(f"{name}.md", text=text)
        check_records(found)
    except BaseException:
        print(f"{name}, damage {number} of seed {SEED}")
        raise


def verdicts(found: Verification, document: Spoilt) -> dict[tuple[int, int, str], str]:
    """Return the verdicts on the equations that are not damaged, by their places."""
    lines = range(document.first_line, document.last_line + 1)
    return {
        (r.span.line, r.span.column, r.id.partition("/")[2]): r.verdict
        for r in found.records
        if r.span.line not in lines
    }


def check_spoilt(name: str, number: int) -> tuple[int, int]:
    """Assert that no equation changes sides where another one is damaged.

    Returns how many other equations there are, and how many verdicts on them are the same.
    """
    rng = random.Random(f"{SEED} {name} {number}")
    document = spoilt(derivations.text(name), rng, 3)
    with in_time():
        found = verify(f"{name}.md", text=document.text)
    check_records(found)
    before, after = verdicts(judged(name), document), verdicts(found, document)
    assert {place[:2] for place in before} == {place[:2] for place in after}
    lines = document.text.split("\n")[document.first_line - 1 : document.last_line]
    for place in before.keys() & after.keys():
        sides = {FAILS if v == HOLDS_WHEN else v for v in (before[place], after[place])}
        assert sides != {HOLDS, FAILS}, (name, number, place, "\n".join(lines))
    return len(before), sum(before[place] == after.get(place) for place in before)


@pytest.mark.parametrize("number", range(QUICK))
def test_a_damaged_derivation_is_judged(number: int) -> None:
    check_damaged(SHORT, number)


@pytest.mark.parametrize("number", range(QUICK))
def test_damage_of_one_equation_contradicts_no_other(number: int) -> None:
    count, kept = check_spoilt(SHORT, number)
    assert count > 10
    assert kept * 100 >= KEPT * count


def test_right_sides_are_damaged_alone() -> None:
    text = derivations.text(SHORT)
    assert len(places(text)) >= 7
    for number in range(200):
        document = spoilt(text, random.Random(number), 3)
        before, after = text.split("\n"), document.text.split("\n")
        first, last = document.first_line - 1, document.last_line
        assert len(before) == len(after)
        assert before[:first] == after[:first]
        assert before[last:] == after[last:]
        assert document.text.count("$") == text.count("$")


@pytest.mark.slow
def test_damaged_derivations_are_judged_for_some_minutes() -> None:
    rng, start, number = random.Random(SEED), time.monotonic(), QUICK
    while time.monotonic() - start < SWEEP:
        check_damaged(rng.choice(DRAWN), number)
        number += 1
    assert number > QUICK + 10


@pytest.mark.slow
def test_damage_of_one_equation_contradicts_no_other_for_some_minutes() -> None:
    rng, start, number = random.Random(SEED), time.monotonic(), QUICK
    count = kept = 0
    while time.monotonic() - start < SPOILT_SWEEP:
        others, same = check_spoilt(rng.choice(DRAWN), number)
        count, kept, number = count + others, kept + same, number + 1
    assert number > QUICK + 10
    assert kept * 100 >= KEPT * count
