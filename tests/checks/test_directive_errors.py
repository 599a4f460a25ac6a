"""Directives that are wrong: what is said of them, where, and what becomes of the document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from checks.cli import main
from checks.documents.directive_messages import IN_DIRECTIVES, IN_SIDE_FILES
from checks.documents.directives import directives_of
from checks.documents.messages import Message
from checks.documents.open import read_document
from checks.library import verify
from checks.statements import blocks_of
from symbolic.errors import ReadError

SHEET = r"$$\nabla_{o_t} L = \hat y_t - y_t$$"


def comment(directives: str) -> str:
    return f"<!-- gradproof: {directives.rstrip()} -->\n\n"


#: The section in which the examples of the messages stand.
AROUND = r"""All quantities are scalars.

$$h_t = \tanh(W h_{t-1} + U x_t) \tag{1}$$

$$L = h_T \tag{2}$$

# Gradients

$$\nabla_W L = 1$$

# Twice

# Twice
"""
CASES = [pytest.param(m, text, id=text) for m in IN_DIRECTIVES for _, text in m.examples]


def is_of(message: Message, found: str) -> bool:
    """Whether all words of a template between its values stand in a message."""
    words = [part.partition("}")[2] for part in f"}}{message.template}".split("{")]
    return all(part in found for part in words)


@pytest.mark.parametrize(("message", "directives"), CASES)
def test_messages_in_a_document(message, directives):
    found = verify(comment(directives) + AROUND)
    problem = found.sections[0].problem
    assert problem is not None
    assert re.match(r"text:\d:\d+: ", problem)
    assert is_of(message, problem)
    assert found.summary["undecided"] == sum(r.kind == "claim" for r in found) > 0
    assert found.decided == ()


@pytest.mark.parametrize(("message", "directives"), CASES)
def test_messages_in_a_file(tmp_path, message, directives):
    file = tmp_path / "side"
    file.write_text(directives)
    with pytest.raises(ReadError) as raised:
        verify(AROUND, directives=file)
    assert is_of(message, raised.value.message)
    span = raised.value.span
    assert span is not None
    assert span.file == str(file)
    line = directives.split("\n")[span.line - 1]
    assert 1 <= span.column <= span.column + span.length - 1 <= max(1, len(line))


@pytest.mark.parametrize(
    ("message", "directives"),
    [pytest.param(m, text, id=text) for m in IN_SIDE_FILES for _, text in m.examples],
)
def test_messages_about_places(message, directives):
    with pytest.raises(ReadError) as raised:
        verify(AROUND, directives=directives)
    assert is_of(message, raised.value.message)
    assert str(raised.value.span).startswith("directives:1:")


def test_every_message_has_examples():
    assert all(message.examples for message in (*IN_DIRECTIVES, *IN_SIDE_FILES))


@pytest.mark.parametrize(
    ("directives", "place", "length", "hint"),
    [
        ("model elman-sofmax", "1:7", 12, "'elman-softmax'"),
        ("  shape W, Wx: (n, n)", "1:12", 2, None),
        ("assume one-hot\nassume one-hto", "2:8", 7, "'one-hot'"),
        ("per-step W, h", "1:13", 1, "expected one of U, W"),
        ("ignore (1), (22)", "1:13", 4, "(1), (2), #1"),
        ("shape\tW: (n", "1:7", 5, "W: (n, m)"),
        ("perstep W", "1:1", 7, "'per-step'"),
    ],
)
def test_the_place_is_that_of_the_part_that_is_wrong(directives, place, length, hint):
    with pytest.raises(ReadError) as raised:
        verify(AROUND, directives=directives)
    span = raised.value.span
    assert span is not None
    assert (str(span), span.length) == (f"directives:{place}", length)
    assert hint is None or hint in raised.value.message


def test_a_nearest_name_is_given():
    with pytest.raises(ReadError, match=r"name 'alfa'; did you mean 'alpha'\?"):
        verify(r"$$s_t = \alpha s_{t-1}$$", directives="shape alfa: ()")


def test_an_error_keeps_its_section_from_being_judged_and_no_other():
    text = (
        f"{comment('model elman-softmax')}{comment('asume one-hot')}{SHEET}\n\n"
        f"{comment('scope')}{comment('model elman-softmax')}{SHEET}\n"
    )
    found = verify(text)
    assert [r.verdict for r in found] == ["undecided", "holds"]
    assert (found.records[0].reason or "").startswith("text:3:17: unknown directive 'asume'")
    assert found.sections[1].problem is None


@pytest.mark.parametrize(
    "text", ["<!-- gradproof: ignore -->", "<!-- gradproof: ignore -->\n\nEnd."]
)
def test_an_ignore_that_nothing_follows_is_an_error(text):
    found = verify(f"{comment('model elman-softmax')}{SHEET}\n\n{text}\n")
    assert "no formula follows" in (found.sections[0].problem or "")


def test_a_document_without_formulas_reports_its_directives():
    found = verify("<!-- gradproof: modle x -->\n")
    assert "unknown directive 'modle'" in (found.sections[0].problem or "")
    assert len(found) == 0


def test_a_directive_for_all_sections_needs_one_that_has_the_name():
    first = f"# One\n\n{comment('model elman-softmax')}{SHEET}\n\n"
    text = f"{first}# Two\n\n{comment('model linear-mse')}$$L = 1$$"
    assert verify(text, directives="per-step W_a").sections[1].conventions["per-step"] == "W_a"
    with pytest.raises(ReadError, match="has the name 'Q'"):
        verify(text, directives="per-step Q")


def test_an_own_shape_comes_before_one_for_the_whole_document():
    text = r"$s_t \in \mathbb{R}$, $w \in \mathbb{R}$ $$s_t = w s_{t-1}, \quad L = s_T$$ $$L = 1$$"
    assert verify(text, directives="shape s, w: (n)").sections[0].problem is None


def test_a_file_that_is_not_included_is_reported():
    text = (
        "\\input{rows}\n% gradproof: model elman-softmax\n\\[\\nabla_{o_t} L = \\hat y_t - y_t\\]\n"
    )
    found = verify("\\documentclass{article}\n" + text)
    assert [r.verdict for r in found] == ["holds"]
    assert "cannot include 'rows'" in found.sections[0].notes[0]
    assert "cannot include 'rows'" in str(found)


# The command line ---------------------------------------------------------------------------------


def run(*arguments: str, text: str | None = None):
    return CliRunner().invoke(main, ["verify", *arguments], input=text, catch_exceptions=False)


@pytest.mark.parametrize(
    ("directives", "status"),
    [
        ("model elman-softmax\n", 0),
        ("model elman-softmax\nassume none\n", 1),
        ("", 2),
        ("model elman\n", 2),
        ("modle elman-softmax\n", 2),
        ("model elman-softmax\nshape Q: (n)\n", 2),
        ("model elman-softmax\nper-step h\n", 2),
        ("scope Nowhere\nmodel elman-softmax\n", 2),
        ("scope line 1\nmodel elman\n", 2),
    ],
)
def test_exit_statuses(tmp_path, directives, status):
    file = tmp_path / "notes.directives"
    file.write_text(directives)
    result = run("-", "--directives", str(file), text=SHEET)
    assert result.exit_code == status
    assert bool(result.stderr) is (status == 2 and bool(directives))


def test_an_error_in_a_file_is_shown_with_its_line(tmp_path):
    file = tmp_path / "notes.directives"
    file.write_text("# beside the notes\nmodel elman-sofmax  # misspelt\n")
    result = run("-", "--directives", str(file), text=SHEET)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"gradproof: {file}:2:7: unknown model 'elman-sofmax'" in result.stderr
    assert result.stderr.endswith("model elman-sofmax  # misspelt\n      ^^^^^^^^^^^^\n")


def test_a_file_of_directives_that_is_missing(tmp_path):
    result = run("-", "--directives", str(tmp_path / "none"), text=SHEET)
    assert result.exit_code == 2
    assert "cannot read" in result.stderr


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (f"<!-- gradproof: modle x -->\n{SHEET}", 2),
        (
            f"<!-- gradproof: modle x -->\n{SHEET}\n\n<!-- gradproof: scope -->"
            f"<!-- gradproof: model elman-softmax -->\n{SHEET}",
            0,
        ),
    ],
)
def test_an_error_in_a_document_leaves_undecided_what_it_is_about(text, status):
    result = run("-", text=text)
    assert result.exit_code == status
    assert "unknown directive 'modle'" in result.stdout
    assert run("-", "--fail-on", "undecided", text=text).exit_code == (status or 1)


# Laws ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.md", "x.tex"])
@pytest.mark.parametrize("directive", ["model elman-softmax", "assume one-hot", "per-step b"])
def test_comments_of_both_languages_say_the_same(name, directive):
    mark = ("<!-- ", " -->") if name == "x.md" else ("% ", "")
    text = f"{mark[0]}gradproof: {directive}{mark[1]}\n\n$$x = 1$$\n"
    (block,) = blocks_of(read_document(name, text))
    ((count, found),) = block.directives
    (same,) = directives_of(directive, "side")
    assert (count, found.word, found.text) == (0, same.word, same.text)


def test_directives_in_any_nonsense_are_errors_and_no_crash(tmp_path: Path):
    pieces = [
        "shape",
        "W",
        ":",
        "(n",
        ")",
        ",",
        "\\frac",
        "{",
        "}",
        "$",
        "^",
        "1",
        "#2",
        "per-step",
    ]
    for number in range(len(pieces)):
        for word in ("shape", "assume", "per-step", "model", "ignore"):
            text = f"{word} {' '.join(pieces[number:])} {''.join(pieces[:number])}"
            found = verify(comment(text) + AROUND)
            assert found.sections[0].problem is not None, text
