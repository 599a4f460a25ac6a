"""Documents made by hypothesis: nothing crashes or hangs, and what is not understood is not judged.

The documents have a network that is read, and equations made of its names: some well-formed, some
of pieces in any order. Into equations that are judged something is put that nobody can know; then
there is no verdict on them but that they are misprinted.
"""

from __future__ import annotations

import re
import time

import pytest
from documents.test_damage import check_records, in_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.pipeline import verify
from checks.records import FAILS, HOLDS, HOLDS_WHEN, UNDECIDED

#: Seconds of the sweep over documents in ``make test-all``.
SWEEP = 200
#: Seconds for each claim.
TIMEOUT = 5

NETWORKS = (
    r"All quantities are scalars. $h_t = \tanh(w h_{t-1} + u x_t)$, $L = \frac12 (h_T - y)^2$.",
    r"$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(W h_{t-1} + x_t)$, $p_t = V h_t$,"
    r" $L_t = \frac12 \|p_t - y_t\|^2$, $L = \sum_t L_t$.",
    r"$$h^{(t)} = \sigma(W h^{(t-1)} + U x^{(t)}) \tag{1}$$ $L = \sum_t \|h^{(t)} - y^{(t)}\|^2$",
    r"$H(t) = \tanh(X(t) U + H(t-1) W)$, $X(t): N \times m$, $L = \sum_t \sum_{i,j} H(t)_{i,j}^2$.",
    r"<!-- gradproof: model elman-softmax -->",
    "",
)
NAMES = ("h_t", "h_{t-1}", "x_t", "h^{(t)}", "H(t)", "W", "w", "u", "y", "L", "h_T", "h_{t,i}", "2")
#: What stands alone, or in the middle of something that is not closed.
PIECES = (
    *NAMES,
    *("=", "+", "-", r"\cdot", r"\odot", "(", ")", r"\left(", r"\right)", "{", "}", "^", "_", "'"),
    *(r"\frac", r"\partial", r"\frac{\partial L}{\partial W}", r"\frac{\partial}{\partial}"),
    *(r"\nabla_{h_t} L", r"\sum_t", r"\sum_{i=1}^n", r"\prod_{k=1}^t", r"\cdots", r"\dots", "^T"),
    *(r"\begin{cases}", r"\end{cases}", r"\begin{pmatrix}", r"\end{pmatrix}", "&", r"\\", ","),
    *(r"\boxed{\quad}", r"\underbrace{W}_{n}", r"\rightarrow", r"\leftarrow", r"\quad", "(a)"),
    *(r"\theta", r"\mathbb{1}", r"\text{if }", r"\tag{3}", r"\label{x}", r"\unknown", "0.5", "<3>"),
)
WORDS = ("So", "we have", "where", "for", "one-hot", "instead", "# Another network", "\n\n", "- ")


def _joined(parts: tuple[str, str]) -> str:
    return " ".join(parts)


def _extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(" + ".join),
        pairs.map(_joined),
        pairs.map(r" \odot ".join),
        pairs.map(lambda two: rf"\frac{{\partial {two[0]}}}{{\partial {two[1]}}}"),
        pairs.map(lambda two: rf"\frac{{{two[0]}}}{{{two[1]}}}"),
        inner.map(lambda one: f"({one})^2"),
        inner.map(lambda one: rf"({one})^\top"),
        inner.map(lambda one: rf"\operatorname{{diag}}({one})"),
        inner.map(lambda one: rf"\sum_t {one}"),
        inner.map(lambda one: rf"\prod_{{k=2}}^t {one}"),
        inner.map(lambda one: rf"\tanh({one})"),
    )


expressions = st.recursive(st.sampled_from(NAMES), _extended, max_leaves=6)
equations = st.lists(expressions, min_size=2, max_size=3).map(" = ".join)
pieces = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
formulas = st.one_of(
    st.one_of(equations, pieces).map(lambda latex: f"$${latex}$$\n\n"),
    st.one_of(equations, pieces).map(lambda latex: f"${latex}$ "),
    pieces.map(lambda latex: f"\\begin{{align}}\n{latex}\n\\end{{align}}\n\n"),
    pieces.map(lambda latex: f"```math\n{latex}\n```\n\n"),
    st.sampled_from(WORDS),
    st.text(max_size=20),
)
documents = st.tuples(st.sampled_from(NETWORKS), st.lists(formulas, max_size=5).map("".join)).map(
    "\n\n".join
)

#: Documents with one claim, which is judged.
JUDGED = (
    NETWORKS[0] + r"$$\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t^2) \tag{7}$$",
    NETWORKS[0] + r"$$\frac{\partial h_t}{\partial x_t} = w (1 - h_t^2) \tag{7}$$",
    NETWORKS[1] + r"$$\nabla_V L = \sum_t (p_t - y_t) h_t^\top \tag{7}$$",
    NETWORKS[1] + r"$$\frac{\partial h_t}{\partial h_{t-1}} = W \operatorname{diag}(h_t) \tag{7}$$",
)
#: What no reader can know: a command, a name, a function, a bracket that is never closed.
UNKNOWN = (r"\unheard ", r"\Xi_{q} ", r"\operatorname{zzz}(h_t) ", r"\left\lfloor ")
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.")


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """Return a document in whose claim something stands that nobody can know."""
    document = draw(st.sampled_from(JUDGED))
    head, relation, rest = document.rpartition(" = ")
    right, tag, end = rest.partition(r" \tag")
    tokens = _TOKEN.findall(right)
    place = draw(st.integers(0, len(tokens)))
    unknown = draw(st.sampled_from(UNKNOWN))
    return "".join((head, relation, *tokens[:place], " ", unknown, *tokens[place:], tag, end))


def check(text: str) -> None:
    with in_time():
        check_records(verify("made.md", text=text, timeout=TIMEOUT))


def check_spoilt(text: str) -> None:
    with in_time():
        records = {record.id: record for record in verify("made.md", text=text).records}
    for record in (r for id_, r in records.items() if id_.partition("/")[0] == "7"):
        is_misprint = record.verdict == FAILS and "typographical" in (record.reason or "")
        assert is_misprint or record.verdict == UNDECIDED, (text, record.verdict, record.reason)


FEW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
MANY = settings(FEW, max_examples=1_000_000, derandomize=False, database=None)


@given(documents)
@FEW
def test_a_document_that_was_made_up_is_judged(text: str) -> None:
    check(text)


@given(spoilt())
@FEW
def test_what_is_not_understood_has_no_verdict(text: str) -> None:
    check_spoilt(text)


def test_the_claims_are_judged_as_they_stand() -> None:
    found = [verify("made.md", text=text).records[-1].verdict for text in JUDGED]
    assert {HOLDS, FAILS} <= set(found) <= {HOLDS, HOLDS_WHEN, FAILS}


@pytest.mark.slow
def test_documents_that_were_made_up_are_judged_for_some_minutes() -> None:
    end, count = time.monotonic() + SWEEP, 0

    class Over(BaseException):
        """The time is up."""

    @given(
        st.one_of(
            documents.map(lambda text: (check, text)), spoilt().map(lambda t: (check_spoilt, t))
        )
    )
    @MANY
    def sweep(made: tuple) -> None:
        nonlocal count
        if time.monotonic() > end:
            raise Over
        made[0](made[1])
        count += 1

    with pytest.raises(Over):
        sweep()
    assert count > 20
