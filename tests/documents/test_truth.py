"""The verdicts that the other tests rely on: worked out from numbers, and complete.

Nothing of the product takes part. The files of the verdicts are written by
``python -m tests.documents.truth``.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from documents.truth import written
from support.judging import FAILS, HOLDS
from support.tensors import tensor
from support.transcription import Claim

ROOT = Path(__file__).parents[2]
DERIVATIONS = ROOT / "checks" / "derivations"
NAMES = sorted(written.MODULES)
OWN_FILES = sorted((ROOT / "tests" / "documents" / "truth").glob("*.py")) + [
    ROOT / "tests" / "support" / f"{name}.py"
    for name in (
        "differentiation",
        "judging",
        "notation",
        "points",
        "tensors",
        "transcription",
    )
]


def in_file(name):
    return json.loads(written.file_of(name).read_text(encoding="utf-8"))


def test_each_derivation_has_its_truth():
    assert {path.stem for path in DERIVATIONS.glob("*.md")} == set(NAMES)
    assert {path.stem for path in written.HERE.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_verdicts_in_the_file_are_the_computed_ones(name):
    computed = json.loads(written.as_text(name))
    stale = {key for key, entry in in_file(name).items() if computed.get(key) != entry}
    assert stale == set()
    assert written.as_text(name) == written.file_of(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.stem)
def test_the_product_takes_no_part(path):
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    own = {"support", "documents", "numpy"}
    assert {name.split(".")[0] for name in found} <= own | sys.stdlib_module_names


# Complete -----------------------------------------------------------------------------------------

FORMULA = re.compile(r"\$\$(.*?)\$\$|\$(.*?)\$", re.DOTALL)
RELATION = re.compile(r"=|\\in\b")


def depths(latex):
    """Yield each character of a formula with the depth of the brackets that it stands in."""
    depth = 0
    for character in latex:
        depth -= character in "})]"
        yield character, depth
        depth += character in "{(["


def relations(latex):
    """Return how many equations a formula has, beside those inside brackets."""
    body = re.sub(r"\\(begin|end)\{aligned\}", "", latex)
    body = re.sub(r"\\begin\{(\w+)\}.*?\\end\{\1\}", "", body, flags=re.DOTALL)
    return sum(character == "=" and depth == 0 for character, depth in depths(body))


def parts(latex):
    """Return the keys of the parts of an equation, after its own key."""
    cases = re.search(r"\\begin\{cases\}(.*?)\\end\{cases\}", latex, re.DOTALL)
    count = cases.group(1).count(r"\\") + 1 if cases else relations(latex)
    rows = [f"/{i}" for i in range(1, count + 1)] if count > 1 else []
    labels = len(re.findall(r"\\underbrace", latex))
    return rows + [f"/label-{i}" for i in range(1, labels + 1)]


def keys(text):
    """Return the keys of all equations of a derivation, in their order.

    A number is a key; without one, it is the left side and how many times it has stood there. A
    formula that begins with its relation has the left side of the one before. A formula in the
    text without relation has no key.
    """
    seen, last = Counter(), ""
    for display, inline in FORMULA.findall(text):
        latex = " ".join((display or inline).split())
        tag = re.search(r"\\tag\{(.*?)\}", latex)
        if not display and not RELATION.search(latex):
            continue
        left = latex.split("=")[0].strip() or last
        last = left
        if not tag:
            seen[left] += 1
        key = tag.group(1) if tag else f"{left} #{seen[left]}"
        yield key
        yield from (key + part for part in parts(re.sub(r"\\tag\{.*?\}", "", latex)))


@pytest.mark.parametrize("name", NAMES)
def test_every_equation_has_a_verdict(name):
    text = (DERIVATIONS / f"{name}.md").read_text(encoding="utf-8")
    expected = list(keys(text))
    assert len(expected) > 20
    assert len(set(expected)) == len(expected)
    assert set(expected) == set(in_file(name))


def test_keys_of_equations():
    text = (
        r"$n$, $x \in \mathbb{R}$. $$a = b = c$$ $$= d \tag{2}$$ $$= e$$"
        r"$$f = \underbrace{\sum_{i=1}^n g(i=1)}_{h}, \quad k = 2 \tag{3}$$"
        r"$$m = \begin{cases} 1 & i = j \\ 0 & i \ne j \end{cases}$$"
    )
    assert list(keys(text)) == [
        r"x \in \mathbb{R} #1",
        *("a #1", "a #1/1", "a #1/2", "2", "a #2"),
        *("3", "3/1", "3/2", "3/label-1"),
        *("m #1", "m #1/1", "m #1/2"),
    ]


# Sharp --------------------------------------------------------------------------------------------


def changed_side(right, change):
    """Return a right side changed."""
    return change(tensor(right() if callable(right) else right))


def changed(claim, change):
    """Return a claim with its right side changed."""

    def lines(n):
        for sides in claim.lines(n):
            yield sides[0], partial(changed_side, sides[claim.part], change)

    return Claim(claim.section, lines)


@pytest.mark.parametrize("name", NAMES)
def test_what_holds_does_not_hold_with_another_factor(name):
    table = written.table_of(name)
    true = [key for key in table.claimed if table.entries[key]()["verdict"] == HOLDS]
    assert len(true) >= 15
    for key in true:
        claim = table.claimed[key]
        if not claim.zero:
            twin = changed(claim, lambda right: right * 1.00001)
            assert twin.outcome().verdict == FAILS, key


@pytest.mark.parametrize("name", NAMES)
def test_what_claims_zero_does_not_hold_with_another_number(name):
    table = written.table_of(name)
    for key, claim in table.claimed.items():
        if claim.zero:
            assert changed(claim, lambda right: right + 1).outcome().verdict == FAILS, key


@pytest.mark.parametrize(
    ("name", "key", "change"),
    [
        ("huang2019", "44", lambda right: right.T),
        ("huang2019", "54", lambda right: right.T),
        ("huang2019", "70", lambda right: right.T),
        ("huang2019", "100", lambda right: right.T),
        ("rnn-notes", "33", lambda right: right.T),
        ("rnn-notes", "81", lambda right: right.T),
    ],
)
def test_what_holds_does_not_hold_transposed(name, key, change):
    assert changed(written.table_of(name).claimed[key], change).outcome().verdict == FAILS
