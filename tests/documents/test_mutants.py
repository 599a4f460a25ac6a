"""Every true claim of the bundled derivations, its right side changed in one place.

The product must not say that a changed line holds, unless it is as true as before. Whether it is
rests on the tests alone: their own reader of the notation, the complex step through networks that
are written as NumPy functions, under the reading and the assumption that the product reports.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from documents.truth.rnn_by_hand_numbers import (
    EXAMPLES,
    LAST_EXACT,
    LAST_PRINTED,
    mean_of_squares,
    states,
)
from documents.truth.written import MODULES, table_of
from support.derivation_claims import claims, plain
from support.derivation_judge import Derivation, remembering, without_vote
from support.derivation_mutants import edits
from support.formula_equations import holds
from support.formulas import Unreadable, read
from support.judged_mutants import (
    equation,
    has_meaning,
    judged,
    mutants,
    true_claims,
    undeserved,
)
from support.judging import FAILS, HOLDS
from support.notation import readings

SEED = 4
#: Mutants of each true claim in the slow test.
EACH = 6
#: Mutants of all derivations in the quick test.
QUICK = 40
#: So many of a hundred mutants that say anything, at most, may be left open.
OPEN = 40


@pytest.fixture(scope="module", autouse=True)
def _remembering():
    with remembering():
        yield


@cache
def derivation(name):
    return Derivation(name)


@cache
def drawn(name):
    """Return the mutants of the claims that the product confirms as they are printed."""
    found = mutants(derivation(name), EACH, SEED)
    confirmed = {
        written: (record := derivation(name).record(written)) and record.verdict == HOLDS
        for written in dict.fromkeys(mutant.written for mutant in found)
    }
    return [mutant for mutant in found if confirmed[mutant.written]]


def check(chosen):
    """Assert that no mutant holds undeserved, and that most of those that say anything are decided.

    Whether a mutant says anything is for the tests' own reader to tell: an edit that leaves a name
    without meaning, or half an operator, is rightly left open and is not counted.
    """
    found = [judged(mutant) for mutant in chosen]
    verdicts = Counter(one.verdict for one in found)
    if wrong := [str(one) for one in found if one.undeserved]:
        pytest.fail("\n".join(wrong), pytrace=False)
    assert verdicts[FAILS] > len(found) // 3, verdicts
    decided = verdicts[FAILS] + verdicts[HOLDS]
    undecided = [one.mutant for one in found if one.verdict not in (FAILS, HOLDS)]
    left_open = [str(mutant) for mutant in undecided if has_meaning(mutant)]
    counted = decided + len(left_open)
    assert counted * 2 >= len(found), "the tests' own reader reads less than half"
    assert len(left_open) * 100 <= OPEN * counted, left_open
    return verdicts


#: How many mutants of each derivation the quick test judges.
SHARES = {
    "forum282752": 12,
    "huang2019": 4,
    "rnn-by-hand": 7,
    "rnn-notes": 4,
    "simple-rnn-slides": 13,
}


def test_no_mutant_of_a_small_draw_holds_undeserved():
    chosen = []
    for name, count in SHARES.items():
        found = mutants(derivation(name), 2, SEED)
        chosen += found[:: len(found) // count][:count]
    assert len(chosen) >= QUICK
    with without_vote():
        check(chosen)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_no_mutant_holds_undeserved(name):
    assert check(drawn(name))[FAILS] > 0


@pytest.mark.slow
def test_there_are_a_thousand_mutants():
    found = [str(mutant) for name in MODULES for mutant in drawn(name)]
    assert len(set(found)) >= 1000


# What the verdicts rest on ------------------------------------------------------------------------

LONG = ("huang2019", "rnn-notes")
#: What the tests' reader does not read: a dot for an argument, a time and an entry in one script.
UNREAD = {("rnn-notes", "42"), ("rnn-by-hand", "L #2/2")}


def reads_as_transcribed(name, written, claim, entry):
    """Whether a line is as true for the tests' reader as it is by its transcription."""
    side = plain(derivation(name).latex(written)[written.start : written.end])
    printed = equation(written, side, claim.section)
    if entry["verdict"] == FAILS:
        strongest = claim.section.assumptions[-1]
        return not any(holds(printed, claim.section, r, strongest) for r in readings())
    reading = next(r for r in readings() if str(r) == entry.get("reading", ""))
    return holds(printed, claim.section, reading, entry.get("assumes", ""))


def test_the_product_takes_no_part_in_the_reading():
    support = Path(__file__).parents[1] / "support"
    own = sorted([*support.glob("formula*.py"), support / "derivation_names.py"])
    assert len(own) >= 6
    for path in own:
        lines = re.findall(r"^\s*(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE)
        found = set(lines)
        assert found <= {"support", "documents", "numpy"} | sys.stdlib_module_names, path


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n in LONG else n for n in MODULES]
)
def test_the_reader_of_the_tests_finds_the_transcribed_verdicts(name):
    table = table_of(name)
    unread, read_otherwise, found = set(), [], set()
    for written in derivation(name).claims:
        key = written.key + written.part
        if key not in table.claimed:
            continue
        claim, entry = table.claimed[key], table.entries[key]()
        try:
            if not reads_as_transcribed(name, written, claim, entry):
                read_otherwise.append(key)
        except Unreadable:
            unread.add((name, key))
        found.add(key)
    assert read_otherwise == []
    assert unread <= UNREAD
    # The rows of a distinction of cases are read with the whole of it.
    written = {one.key + one.part for one in derivation(name).claims}
    assert {key.rpartition("/")[0] for key in table.claimed.keys() - found} <= written


def test_what_the_product_would_confirm_by_mistake_is_noticed():
    """A product that confirms every mutant is caught at each one that it refutes."""
    with without_vote():
        found = mutants(derivation("simple-rnn-slides"), 1, SEED + 1)
        wrong = [judged(mutant) for mutant in found]
    refuted = [one for one in wrong if one.verdict == FAILS]
    assert len(refuted) >= 5
    for one in refuted:
        nodding = replace(one.record, verdict=HOLDS, reading=None, note=None)
        assert undeserved(one.mutant, nodding), str(one)


def test_every_true_right_side_is_mutated():
    for name in MODULES:
        true = [written for written, _ in true_claims(derivation(name))]
        found = mutants(derivation(name), 1, SEED)
        assert {mutant.written for mutant in found} == set(true)
        for mutant in found:
            latex, end = derivation(name).latex(mutant.written), mutant.written.end
            assert mutant.latex != latex
            assert mutant.latex[: mutant.written.start] == latex[: mutant.written.start]
            assert mutant.latex.endswith(latex[end:])


# Printed numbers ----------------------------------------------------------------------------------


#: Further changes of a number, in units of its last digit; 0 leaves it as it is.
FURTHER = (-2, -1, 0, 2, 10)


def worked_numbers():
    """Yield each printed number of the examples with its exact value and that from the page."""
    for number, (inputs, printed) in enumerate(EXAMPLES, start=1):
        exact, rounded = states(inputs, printed)
        for t, text in enumerate(printed, start=1):
            yield rf"\alpha^{{<{t}>}} #{number}/2", text, exact[t - 1], rounded[t - 1]
    loss = mean_of_squares(LAST_EXACT), mean_of_squares(LAST_PRINTED)
    yield "L #1/2", "1.82", *loss


@pytest.mark.parametrize("change", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in FURTHER)])
@pytest.mark.parametrize(("key", "text", "exact", "rounded"), list(worked_numbers()))
def test_no_changed_number_holds_undeserved(key, text, exact, rounded, change):
    by_hand = derivation("rnn-by-hand")
    (written,) = [w for w in by_hand.claims if w.key + w.part == key]
    latex, digits = by_hand.latex(written), len(text.partition(".")[2])
    number = float(text) + change * 10**-digits
    start = latex.index(text, written.start)
    changed = latex[:start] + f"{number:.{digits}f}" + latex[start + len(text) :]
    is_true = any(abs(found - number) <= 10**-digits / 2 for found in (exact, rounded))
    assert (by_hand.record(written, changed).verdict == HOLDS) == is_true


# The edits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (
            "a = W h_{t-1}",
            ["a = U h_{t-1}", "a = W^\\top  h_{t-1}", "a = W h_{t-0}", "a = h_{t-1} W"],
        ),
        ("a = W^T x", ["a = W x", "a = - W^T x", r"a = W^T \odot x", "a = x W^T"]),
        ("a = 1 - h^2", ["a = 1 + h^2", "a = 1 - h", "a = 1 - h^3", "a = 1 - x^2", "a = 2 - h^2"]),
        (r"a = \sum_{k=1}^t h_k", [r"a = \sum_{k=2}^t h_k", r"a = \sum_{k=1}^{t-1} h_k"]),
        (r"a = \hat{y}_i x_j", [r"a = y _i x_j", r"a = \hat{y}_j x_j", r"a = x_j \hat{y}_i"]),
        (r"a = \frac{u}{w}", [r"a = \frac{w}{u}", r"a = 2 \frac{u}{w}"]),
    ],
)
def test_edits_of_a_right_side(latex, expected):
    found = [edit.apply(latex) for edit in edits(latex, 3, len(latex), "W U h x u w")]
    assert len(found) == len(set(found))
    assert {" ".join(text.split()) for text in expected} <= {" ".join(t.split()) for t in found}


def test_right_sides_of_formulas():
    texts = [r"a = b = c \tag{1}", "= d", r"e &= \underbrace{f(i=1)}_{g}, \quad k = 2"]
    found = [
        (w.key + w.part, w.left, texts[w.formula][w.start : w.end].strip())
        for w in claims((text, False) for text in texts)
    ]
    assert found == [
        ("1/1", "a", "b"),
        ("1/2", "a", "c"),
        ("a #1", "a", "d"),
        ("e & #1/1", "e", r"\underbrace{f(i=1)}_{g}"),
        ("e & #1/2", "k", "2"),
        ("e & #1/label-1", "f(i=1)", "g"),
    ]


@pytest.mark.parametrize(
    "latex", ["W h *", "a_{", r"\frac{\partial a}{2", "(a", "a ^ ^ b", "a + ", "z^{<t}", ""]
)
def test_what_is_malformed_is_not_read(latex):
    with pytest.raises(Unreadable):
        read(latex)
