"""Derivations written otherwise: the verdicts follow the mathematics, not how it is written.

Each rule of ``support.rewriting`` is applied to each derivation that it changes. A verdict may turn
into "undecided" now and then, but a line that holds must not fail in other letters, nor a line that
fails hold. The claims are matched by their numbers, or by their places.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

import pytest
from support.rewriting import RULES, SHIFT, sections_in_another_order, tokens
from support.seeds import as_it_stands, document

from checks import derivations
from checks.pipeline import verify
from checks.records import FAILS, HOLDS, NOT_A_CLAIM, Verification

SEED = 5
BUNDLED = ("forum282752", "huang2019", "rnn-by-hand", "rnn-notes", "simple-rnn-slides")
#: With documents as they are found, by the first characters of their names.
SHORT = ("forum282752", "rnn-by-hand", "simple-rnn-slides", "000", "002", "003")
LONG = (("huang2019", "004"), ("001", "rnn-notes"))
#: Those whose sections of the second level each declare what they need.
INDEPENDENT = ("huang2019", "rnn-by-hand")
#: Bold letters say of this one what it leaves open: that they are arrays.
UNDECLARED = {("003", "other_type"), ("003", "several")}
#: So many of a hundred verdicts, at least, are the same.
SAME = 95

#: The heading before a claim, and its number or its place among those without one.
Key = tuple[str, str]


@cache
def text_of(name: str) -> str:
    if name in BUNDLED:
        return derivations.text(name)
    return document(name).read_text(encoding="utf-8")


@cache
def judged(name: str) -> Verification:
    return verify(f"{name}.md", text=text_of(name))


def verdicts(found: Verification, shift: int = 0) -> dict[Key, str]:
    """Return the verdicts on claims by heading and number; ``shift`` was added to the numbers."""
    lines = found.text.split("\n")
    headings = [n for n, line in enumerate(lines, start=1) if line.startswith("## ")]
    places: dict[str, dict[str, int]] = {}
    by_key: dict[Key, str] = {}
    for record in found.records:
        id_, slash, part = record.id.partition("/")
        before = [n for n in headings if n <= record.span.line]
        heading = lines[before[-1] - 1] if before else ""
        if id_.startswith("#"):
            known = places.setdefault(heading, {})
            key = heading, f"#{known.setdefault(id_, len(known) + 1)}{slash}{part}"
        else:
            number = str(int(id_) - shift) if shift and id_.isdigit() else id_
            key = "", number + slash + part
        by_key[key] = record.verdict
    return by_key


def differences(name: str, written: str, shift: int = 0) -> tuple[int, list[str], list[str]]:
    """Return how many claims there are, what is judged otherwise, and what the opposite way."""
    before = verdicts(judged(name))
    after = verdicts(verify(f"{name}.md", text=written), shift)
    claims = [key for key, verdict in before.items() if verdict != NOT_A_CLAIM]
    otherwise, opposite = [], []
    for key in claims:
        was, has_become = before[key], after.get(key, "lost")
        said = f"{name} {' '.join(key).strip()}: {was}, rewritten {has_become}"
        if as_it_stands(was) != as_it_stands(has_become):
            otherwise.append(said)
        if {as_it_stands(was), as_it_stands(has_become)} == {HOLDS, FAILS}:
            opposite.append(said)
    return len(claims), otherwise, opposite


def check(name: str, written: str, shift: int = 0) -> None:
    count, otherwise, opposite = differences(name, written, shift)
    assert count >= 10
    assert opposite == []
    assert len(otherwise) * 100 <= (100 - SAME) * count, otherwise


def rewritten(name: str, rule: str, seed: int = SEED) -> str:
    return RULES[rule](text_of(name), random.Random(f"{seed} {name} {rule}"))


@pytest.mark.parametrize("rule", ["other_letters", "steps_above", "derivatives_in_line"])
def test_the_verdicts_of_a_short_derivation_follow_a_rewriting(rule: str) -> None:
    check("simple-rnn-slides", rewritten("simple-rnn-slides", rule))


def pairs() -> Iterator[tuple[str, str]]:
    """Yield documents and rules that change them: a long derivation and its raw text take turns."""
    for number, rule in enumerate(RULES):
        for name in (*SHORT, *(names[number % 2] for names in LONG)):
            if (name, rule) in UNDECLARED:
                continue
            if name not in BUNDLED or rewritten(name, rule) != text_of(name):
                yield name, rule


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rule"), list(pairs()))
def test_the_verdicts_follow_a_rewriting(name: str, rule: str) -> None:
    written = rewritten(name, rule)
    if written == text_of(name):
        pytest.skip(f"nothing to rewrite in {name}")
    check(name, written, SHIFT if rule == "other_numbers" else 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", INDEPENDENT)
def test_the_verdicts_do_not_depend_on_the_order_of_sections(name: str) -> None:
    check(name, sections_in_another_order(text_of(name)))


# The rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_rewrites_some_derivation(rule: str) -> None:
    assert any(rewritten(name, rule) != text_of(name) for name in BUNDLED)


@pytest.mark.parametrize(
    ("rule", "written", "expected"),
    [
        ("steps_above", r"$h_t = W h_{t-1}$", r"$h^{(t)} = W h^{(t-1)}$"),
        ("steps_above", r"$s_{t,i}^2 + \sum_{t} s_1$", r"$(s_{i}^{(t)})^2 + \sum_{t} s^{(1)}$"),
        ("steps_above", r"$a_0 = x_t$", r"$a_0 = x_t$"),
        ("steps_below", r"$h_i^{(t-1)} + \mathbf{h}^{(t)}$", r"$h_{t-1,i} + \mathbf{h}_{t}$"),
        ("other_type", r"$\mathbf{h} = \mathbf{y}$", r"$h = \mathbf{y}$"),
        ("other_type", r"$h_t = f(a_t)$", r"$\mathbf{h}_t = f(\mathbf{a}_t)$"),
        ("other_transposes", r"$W^T x^{\top}$", r"$W^{\intercal} x^T$"),
        ("other_products", r"$a * b \circ c$", r"$a \cdot  b \odot c$"),
        ("without_dots", r"$W \cdot h + 2 \cdot 3$", r"$W h + 2 \cdot 3$"),
        ("derivatives_in_line", r"$\frac{\partial a}{\partial b}$", r"$(\partial a/\partial b)$"),
        ("derivatives_in_line", r"$\partial a_1/db$", r"$\frac{\partial a_1}{\partial b}$"),
        ("derivatives_in_line", r"$\frac{\partial}{\partial b}$", r"$\frac{\partial}{\partial b}$"),
        ("other_numbers", r"By (3): $$a = b \tag{4}$$", r"By (203): $$a = b \tag{204}$$"),
        ("other_numbers", r"$$a = f(3) \quad (4)$$", r"$$a = f(3) \quad (204)$$"),
        ("sizes_as_numbers", r"$x \in \mathbb{R}^{n}$, $n$", r"$x \in \mathbb{R}^{2}$, $2$"),
    ],
)  # fmt: skip
def test_a_rule(rule: str, written: str, expected: str) -> None:
    assert RULES[rule](written, random.Random(SEED)) == expected


@pytest.mark.parametrize("rule", ["other_letters", "other_greek", "other_indices", "other_steps"])
def test_letters_are_permuted(rule: str) -> None:
    """Letters that differ differ again, and nothing else changes."""
    written = r"$$W_a x_t + w_{ij} = \text{a word} \tanh(\alpha) \tag{a}$$"
    found = RULES[rule](written, random.Random(SEED))
    assert found != written
    assert tokens(written) - tokens(found)
    assert len(tokens(found)) == len(tokens(written))
    assert [t for t in (r"\text{a word}", r"\tanh", r"\tag{a}") if t not in found] == []


def test_sections_change_their_order() -> None:
    text = "# A\n\n## One\n\n$a$\n\n## Two\n\n$b$\n"
    assert sections_in_another_order(text) == "# A\n\n## Two\n\n$b$\n\n## One\n\n$a$\n"
