"""The ids of records: no two are the same, rows of one number are its parts, --only finds each."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from itertools import count
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import verify, verify_equation
from checks.cli import main
from checks.numbering import Numbers
from checks.records import Record, Verification
from symbolic.errors import ConfigError
from symbolic.source import Span

NETWORK = r"""Let $W \in \mathbb{R}^{n \times n}$, $u \in \mathbb{R}^n$ and $h_t \in \mathbb{R}^n$.

$$h_t = \tanh(W h_{t-1}) \tag{1}$$ $$L = u^\top h_T \tag{2}$$

"""
RIGHT, TWICE = r"L &= h_T^\top u", r"L &= h_T^\top u = u^\top h_T"
WRONG, NUMBERS = r"L &= 2 u^\top h_T", "2 &= 1 + 1 = 3 - 1"
UNREADABLE, REMARK = r"L &= \oint u", r"t &= 1, \dots, T"


def display(*rows: str, number: str = "5", environment: str = "aligned") -> str:
    """Return rows in an environment under one number."""
    body = r" \\ ".join(rows)
    return rf"$$\begin{{{environment}}} {body} \end{{{environment}}} \tag{{{number}}}$$" + "\n\n"


@cache
def judged(*displays: str, only: tuple[str, ...] = ()) -> Verification:
    return verify(NETWORK + "".join(displays), only=only)


def shown(found: Verification, number: str = "5") -> list[tuple[str, str, str]]:
    return [(r.id, r.kind, r.verdict) for r in found if r.id.split("/")[0] == number]


def are_unique(found: Verification) -> bool:
    return max(Counter(record.id for record in found).values()) == 1


@pytest.mark.parametrize("environment", ["aligned", "gathered", "split"])
def test_rows_of_one_number_are_its_parts(environment: str) -> None:
    found = judged(display(RIGHT, WRONG, environment=environment))
    assert are_unique(found)
    assert shown(found) == [
        ("5", "claim", "fails"),
        ("5/1", "claim", "holds"),
        ("5/2", "claim", "fails"),
    ]
    whole = next(record for record in found if record.id == "5")
    assert whole.parts == ("5/1", "5/2")
    assert whole.span == found.records[-2].span
    assert all(r.latex == whole.latex for r in found if r.id.startswith("5"))


def test_claims_and_worked_numbers_of_a_row_count_on() -> None:
    found = judged(display(RIGHT, TWICE, NUMBERS, UNREADABLE, REMARK, WRONG))
    assert are_unique(found)
    assert shown(found) == [
        ("5", "claim", "fails"),
        ("5/1", "claim", "holds"),
        ("5/2", "claim", "holds"),
        ("5/3", "claim", "holds"),
        ("5/4", "claim", "holds"),
        ("5/5", "claim", "holds"),
        ("5/6", "claim", "undecided"),
        ("5/7", "statement", "not-a-claim"),
        ("5/8", "claim", "fails"),
    ]


def test_a_chain_goes_on_over_the_rows_of_a_number() -> None:
    found = judged(display(RIGHT, "&= 2 u^\\top h_T", "&= u^\\top h_T"))
    assert [(r.id, r.verdict, r.follows) for r in found.records[-3:]] == [
        ("5/1", "holds", None),
        ("5/2", "fails", False),
        ("5/3", "holds", False),
    ]


def test_rows_that_claim_nothing_have_ids_too() -> None:
    found = verify(display(r"h_t &= \tanh(w h_{t-1})", "L &= h_T") + "All quantities are scalars.")
    assert shown(found) == [
        ("5", "definition", "not-a-claim"),
        ("5/1", "definition", "not-a-claim"),
        ("5/2", "definition", "not-a-claim"),
    ]


def test_one_claim_alone_has_the_number_itself() -> None:
    assert shown(judged(display(RIGHT))) == [("5", "claim", "holds")]


def test_rows_without_a_number_have_numbers_of_their_own() -> None:
    rows = display(RIGHT, TWICE).replace(r"\tag{5}", "")
    found = judged(rows)
    assert [r.id for r in found.records[-4:]] == ["#4", "#5", "#5/1", "#5/2"]


def test_rows_with_numbers_of_their_own_are_no_parts() -> None:
    rows = display(RIGHT + r"\tag{6}", WRONG + r"\tag{7}").replace(r"\tag{5}", "")
    assert [(r.id, r.parts) for r in judged(rows).records[-2:]] == [("6", ()), ("7", ())]


def test_labels_are_counted_through_the_rows() -> None:
    def labelled(label: str) -> str:
        return rf"L &= \underbrace{{u^\top h_T}}_{{{label}}}"

    found = judged(display(labelled("L"), labelled("2 L"), r"L &= \underbrace{u^\top h_T}"))
    assert [(r.id, r.verdict) for r in found if "label" in r.id] == [
        ("5/label-1", "holds"),
        ("5/label-2", "fails"),
    ]
    assert shown(found)[0] == ("5", "claim", "holds")


def test_a_number_that_is_printed_again_is_told_apart() -> None:
    found = judged(display(RIGHT), "$$L = h_T^\\top u$$ (6)\n\n", display(WRONG, RIGHT))
    assert are_unique(found)
    assert [record.id for record in found.records[-5:]] == ["5", "6", "5#2", "5#2/1", "5#2/2"]


def test_a_section_without_a_network_has_parts_too() -> None:
    found = verify(display(r"\nabla_Q L &= 0", r"\nabla_P L &= 0"))
    assert found.sections[0].problem is not None
    assert shown(found) == [
        ("5", "claim", "undecided"),
        ("5/1", "claim", "undecided"),
        ("5/2", "claim", "undecided"),
    ]
    assert found.records[0].reason


# What is chosen -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "ids"),
    [
        (("5",), ["5", "5/1", "5/2", "5/3"]),
        (("5/2",), ["5/2"]),
        (("5/3", "5/1"), ["5/1", "5/3"]),
        (("5/2", "5"), ["5", "5/1", "5/2", "5/3"]),
        (("1", "5/3"), ["1", "5/3"]),
    ],
)
def test_only_selects_a_number_or_a_part_of_it(only: tuple[str, ...], ids: list[str]) -> None:
    rows = display(RIGHT, WRONG, "&= u^\\top h_T")
    found, whole = judged(rows, only=only), judged(rows)
    assert [record.id for record in found] == ids
    assert list(found) == [record for record in whole if record.id in ids]


def test_only_selects_all_that_are_printed_under_a_number() -> None:
    text = display(RIGHT), "$$L = h_T^\\top u$$ (6)\n\n", display(RIGHT)
    assert [r.id for r in judged(*text, only=("5",))] == ["5", "5#2"]
    assert [r.id for r in judged(*text, only=("5#2",))] == ["5#2"]


def test_a_label_is_selected_alone() -> None:
    text = r"$$L = \underbrace{u^\top h_T}_{L} \tag{5}$$"
    assert [r.id for r in judged(text, only=("5/label-1",))] == ["5/label-1"]


def test_a_part_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"no equation '5/4'; did you mean '5/"):
        judged(display(RIGHT, WRONG), only=("5/4",))


def test_the_command_line_takes_parts() -> None:
    text = NETWORK + display(RIGHT, WRONG)
    arguments = ["verify", "-", "--jobs", "1", "--format", "json", "--only"]
    for only, status in (("5/1", 0), ("5/2", 1), ("5/3", 2)):
        result = CliRunner().invoke(main, [*arguments, only], input=text)
        assert result.exit_code == status
        if status < 2:
            assert [e["id"] for e in json.loads(result.stdout)["equations"]] == [only]


def test_a_directive_about_a_number_holds_for_its_parts() -> None:
    text = "<!-- gradproof: ignore (5) -->\n" + NETWORK + display(RIGHT, WRONG)
    assert [r.verdict for r in verify(text).records[-3:]] == ["not-a-claim"] * 3


def test_one_equation_of_several_rows_has_one_record() -> None:
    rows = r"\begin{aligned} L &= \sum_t L_t \\ &= \sum_t 2 L_t \end{aligned} \tag{5}"
    record = verify_equation(rows, model="vector-softmax")
    assert (record.id, record.verdict, record.parts) == ("5", "fails", ("5/1", "5/2"))


# Whatever is printed ------------------------------------------------------------------------------

PRINTED = st.sampled_from(["1", "1/1", "1/2", "1#2", "1#2/1", "1/label-1", "#1", "#2", None])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(PRINTED, max_size=12))
def test_no_two_records_have_the_same_id(printed: list[str | None]) -> None:
    numbers, place = Numbers(), count(1)
    rows = [
        Record(
            numbers.of(SimpleNamespace(tag=tag, is_rest=False)),  # type: ignore[arg-type]
            0,
            Span("x", next(place)),
            "",
            "statement",
            "not-a-claim",
        )
        for tag in printed
    ]
    entries = list(numbers.entries(rows))
    assert [row for entry in entries for row in entry.rows] == rows
    ids = [id_ for entry in entries for id_ in entry.ids]
    assert len(ids) == len(set(ids))
    for entry in entries:
        assert entry.id.startswith(entry.number)
        assert len(entry.parts) == len(entry.rows)
