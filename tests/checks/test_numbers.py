"""Worked numbers: right to half a unit of the last digit, from exact or from printed values."""

from __future__ import annotations

import pytest

from checks.pipeline import verify

NETWORK = """All quantities are scalars.

$$s_t = \\tanh(w s_{t-1} + u x_t) \\tag{1}$$
$$L = s_T^2 \\tag{2}$$

"""


def judged(*lines: str):
    text = NETWORK + "\n\n".join(f"$${line} \\tag{{{n}}}$$" for n, line in enumerate(lines, 3))
    found = verify("n.md", text=text)
    return {record.id: record for record in found.records}


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"\tanh(1 \cdot 0 + 1 \cdot 1) = 0.76", "holds"),
        (r"\tanh(1 \cdot 0 + 1 \cdot 1) = 0.77", "fails"),
        (r"\tanh(1) = 0.7616", "holds"),
        (r"\tanh(1) = 0.7615", "fails"),
        (r"\frac{2}{3} \left[(0.94 - 2) + (0.96 - 3)\right] = -2.07", "holds"),
        (r"\frac{2}{3} \left[(0.94 - 2) + (0.96 - 3)\right] = -1.36", "fails"),
        (r"\exp(0) = 1", "holds"),
        (r"\tanh(1) \approx 0.76", "holds"),
        (r"2 \cdot 3 = 6", "holds"),
        (r"2 \cdot 3 = 7", "fails"),
        (r"\tanh(0.5 + 0.5) = \tanh(1)", "holds"),
        (r"\tanh(0.5 + 0.5) = \tanh(1.5)", "fails"),
        (r"0.0012 = 1.2 \cdot 10^{-3}", "holds"),
        # A whole number may be exact or rounded: nothing is said.
        (r"2.1 \cdot 3 = 6", "undecided"),
    ],
)
def test_numbers_are_checked_in_themselves(line, verdict):
    record = judged(line)["3"]
    assert record.verdict == verdict, record.reason
    assert (record.counterexample is not None) == (verdict == "fails")


def test_a_name_given_to_a_number_claims_nothing_and_enters_no_model():
    found = judged(
        r"s_1 = \tanh(1) = 0.76 = \hat{y}", r"w = 2", r"\frac{\partial L}{\partial s_T} = 2 s_T"
    )
    assert [found[f"3/{n}"].verdict for n in (1, 2, 3)] == ["not-a-claim", "holds", "not-a-claim"]
    assert found["3"].verdict == "holds"
    assert found["4"].verdict == "not-a-claim"
    assert found["5"].verdict == "holds"


def test_a_rounded_number_stands_for_its_exact_value_too():
    # tanh(0.9640...) = 0.7461..., tanh(0.96) = 0.7443...
    first = r"s_1 = \tanh(2) = 0.96"
    from_exact, from_printed, wrong = (
        judged(first, rf"s_2 = \tanh(1 \cdot 0.96) = {number}")["4/2"]
        for number in ("0.7461", "0.7443", "0.7450")
    )
    assert (from_exact.verdict, from_exact.reading) == ("holds", "from the exact values")
    assert from_printed.verdict == "holds"
    assert "rounded" in from_printed.reading
    assert wrong.verdict == "fails"


def test_a_derivative_that_is_a_number_is_a_claim_about_the_network():
    found = judged(r"\frac{\partial L}{\partial L} = 1", r"\frac{\partial s_t}{\partial s_t} = 2")
    assert [found["3"].verdict, found["4"].verdict] == ["holds", "fails"]
