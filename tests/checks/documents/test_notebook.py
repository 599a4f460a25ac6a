"""Notebooks: which cells are read, where things stand in them, what is said of broken ones."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from checks import verify
from checks.cli import main
from checks.documents import messages
from checks.documents.open import place_of, read_document
from checks.documents.record import Directive, Formula, Heading
from symbolic.errors import ReadError

Cell = tuple[str, Any]


def notebook(*cells: Cell, indent: int | None = 1) -> str:
    """Return a notebook with cells of these types and sources."""
    content = [{"cell_type": type_, "metadata": {}, "source": text} for type_, text in cells]
    whole = {"cells": content, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent)


def formulas(text: str, name: str = "n.ipynb") -> list[Formula]:
    return [item for item in read_document(name, text).items if isinstance(item, Formula)]


RECURRENCE = r"""# A layer

Let $W \in \mathbb{R}^{n \times n}$, $u \in \mathbb{R}^n$ and $h_t \in \mathbb{R}^n$.
"""
FORWARD = r"$$h_t = \tanh(W h_{t-1}) \tag{1}$$ $$L = u^\top h_T \tag{2}$$"
RIGHT = r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W"
WRONG = RIGHT.replace("W", r"W^\top")
LAYER = notebook(
    ("markdown", RECURRENCE.splitlines(keepends=True)),
    ("code", ["# $$x = 1$$\n", "x = 1"]),
    ("markdown", FORWARD),
    ("raw", "$$x = 2$$"),
    (
        "markdown",
        f"So\r\n\r\n  $${RIGHT} \\tag{{3}}$$\r\n\r\nand not\r\n\r\n$${WRONG} \\tag{{4}}$$",
    ),
)


# What is read -------------------------------------------------------------------------------------


def test_markdown_cells_are_read_and_no_others() -> None:
    text = notebook(("code", "$a$"), ("markdown", "$b$"), ("raw", "$c$"), ("heading", "$d$"))
    assert [f.latex for f in formulas(text)] == ["b"]


@pytest.mark.parametrize("source", ["so\n\n$$a = b$$\n", ["so\n", "\n", "$$a = ", "b$$\n"]])
def test_a_source_is_a_string_or_a_list_of_them(source: str | list[str]) -> None:
    (formula,) = formulas(notebook(("markdown", source)))
    assert (formula.latex, str(formula.span)) == ("a = b", "n.ipynb:cell 1:3:3")


def test_places_are_those_in_the_cell() -> None:
    text = notebook(("code", ""), ("markdown", "# A"), ("markdown", "x\n> $$a\n> = b$$"))
    (formula,) = formulas(text)
    assert formula.span.cell == 3
    assert str(formula.span) == "n.ipynb:cell 3:2:5"
    assert str(place_of(formula, 2)) == "n.ipynb:cell 3:3:3"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_count_as_lines(end: str) -> None:
    whole = end.join(["a", "", "b $x$"])
    for source in (whole, [f"a{end}", end, "b $x$"], ["a\r", "\n\r", "\nb $x$"]):
        (formula,) = formulas(notebook(("markdown", source)))
        assert str(formula.span) == "n.ipynb:cell 1:3:4"
    crlf = notebook(("markdown", whole)).replace("\n", "\r\n")
    assert str(formulas(crlf)[0].span) == "n.ipynb:cell 1:3:4"


def test_attachments_and_other_keys_do_not_matter() -> None:
    cell = {"cell_type": "markdown", "source": "![a $x$](attachment:a.png) $y$", "id": "1"}
    cell["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}  # type: ignore[assignment]
    assert [f.latex for f in formulas(json.dumps({"cells": [cell], "nbformat": 4}))][-1] == "y"


def test_macros_and_directives_go_on_in_later_cells() -> None:
    text = notebook(
        ("markdown", r"$\newcommand{\R}{\mathbb{R}}$"),
        ("markdown", r"<!-- gradproof: shape W: (n, n) --> $W \in \R^n$"),
    )
    document = read_document("n.ipynb", text)
    assert document.macros["R"] == (0, r"\mathbb{R}")
    (directive,) = (item for item in document.items if isinstance(item, Directive))
    assert str(directive.span) == "n.ipynb:cell 2:1:17"


def test_what_a_cell_leaves_open_ends_with_it() -> None:
    text = notebook(("markdown", "<!-- a\n\n$$b"), ("markdown", "# C\n\n$d$"))
    items = read_document("n.ipynb", text).items
    assert any(isinstance(item, Heading) for item in items)
    assert formulas(text)[-1].latex == "d"


def test_half_a_surrogate_pair_is_no_character() -> None:
    (formula,) = formulas(
        '{"cells": [{"cell_type": "markdown", "source": "$\\ud83d\\ude00 \\ud800$"}]}'
    )
    assert formula.latex.encode() == "\U0001f600 \ufffd".encode()


@pytest.mark.parametrize("name", ["a.ipynb", "a.IPYNB", "a", "a.json", "-"])
def test_suffix_or_content_tells_a_notebook(name: str) -> None:
    assert [f.latex for f in formulas(notebook(("markdown", "$b$")), name)] == ["b"]


def test_other_suffixes_are_what_they_say() -> None:
    text = notebook(("code", "$a$"))
    assert [f.latex for f in formulas(text, "a.md")] == ["a"]


# What is said of broken ones ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "name", "text"),
    [(message, *example) for message in messages.IN_NOTEBOOKS for example in message.examples],
)
def test_every_message_is_what_its_examples_give(
    message: messages.Message, name: str, text: str
) -> None:
    with pytest.raises(ReadError) as raised:
        read_document(name, text)
    words = [part.partition("}")[2] for part in f"}}{message.template}".split("{")]
    assert all(part in raised.value.message for part in words)
    span = raised.value.span
    assert span is not None
    assert (span.file, span.cell) == (name, None)
    assert 1 <= span.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"nbformat": 4,\n "cells" :\n  {}}', "3:3"),
        ('\n {"nbformat": 4}', "2:2"),
        ('{"a": [1, {"cells": 2}], "cells": [\n{},\t"b"]}', "2:5"),
        ('{"cells": 1, "cells": [{}, 3]}', "1:28"),
        ('{"cells": [{"cell_type": "markdown", "a\\"": 1e9,\n"source" : [\n]}, null]}', "3:5"),
        ('{"cells": [{"cell_type": "markdown",\n"source" : {}}]}', "2:12"),
    ],
)
def test_the_place_is_that_of_the_value(text: str, place: str) -> None:
    with pytest.raises(ReadError) as raised:
        read_document("n.ipynb", text)
    assert str(raised.value.span) == f"n.ipynb:{place}"


def test_numbers_of_any_length_are_no_matter() -> None:
    assert formulas('{"nbformat": ' + "9" * 5000 + ', "cells": []}') == []


# On the command line ------------------------------------------------------------------------------


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["verify", *arguments], input=text, catch_exceptions=False)


@pytest.fixture
def layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("layer.ipynb").write_text(LAYER, encoding="utf-8")
    return "layer.ipynb"


def test_all_cells_are_one_document(layer: str) -> None:
    found = verify(layer)
    assert {record.id: record.verdict for record in found if record.kind == "claim"} == {
        "3": "holds",
        "4": "fails",
    }
    assert str(found.records[-1]).startswith("(4) cell 5, line 7: fails")
    (section,) = found.sections
    assert (section.problem, section.cells) == (None, (1, 5))
    assert (section.first_line, section.last_line) == (1, 7)


def test_json_has_the_cell_beside_the_line(layer: str) -> None:
    result = run(layer, "--format", "json")
    assert result.exit_code == 1
    content = json.loads(result.stdout)
    places = {e["id"]: (e["cell"], e["line"], e["column"]) for e in content["equations"]}
    assert places["#1"] == (1, 3, 6)
    assert places["1"] == (3, 1, 3)
    assert places["3"] == (5, 3, 5)
    assert places["4"] == (5, 7, 3)
    assert content["sections"][0]["cells"] == [1, 5]
    assert content["sections"][0]["lines"] == [1, 7]


def test_the_report_names_cells_and_shows_their_lines(layer: str) -> None:
    lines = run(layer).stdout.splitlines()
    assert "Section 1, cell 1, line 1 to cell 5, line 7" in lines
    assert "  (4)  cell 5, line 7: fails, certified" in lines
    assert any(line.startswith(f"        7 | $${WRONG} ") for line in lines)


def test_what_is_not_judged_is_shown_in_its_cell(layer: str) -> None:
    text = notebook(
        ("markdown", RECURRENCE + FORWARD),
        ("markdown", "x\n\n$$L = \\oint 3$$"),
        ("markdown", "# B\n\n<!-- gradproof: modle x -->\n\n" + FORWARD + f"\n\n$${RIGHT}$$"),
    )
    Path(layer).write_text(text)
    lines = [line.strip() for line in run(layer).stdout.splitlines()]
    at = lines.index(f"{layer}:cell 2:3:7")
    assert lines[at + 1 : at + 3] == [r"3 | $$L = \oint 3$$", "|       ^^^^^"]
    at = lines.index("3 | <!-- gradproof: modle x -->")
    assert lines[at - 1] == f"{layer}:cell 3:3:17"
    assert any(line.startswith("Section 2, cell 3, lines 1 to 7") for line in lines)


def test_a_section_begins_at_a_cell(layer: str) -> None:
    directives = Path("side")
    directives.write_text("scope cell 4\nassume one-hot\n")
    found = json.loads(run(layer, "--directives", "side", "--format", "json").stdout)
    assert [section["cells"] for section in found["sections"]] == [[1, 3], [5, 5]]
    for text, message in (
        ("scope line 3", "counted by cell; expected scope cell N, found line"),
        ("scope cell 6", "nothing stands in cell 6 or below; expected an earlier cell"),
    ):
        directives.write_text(text)
        result = run(layer, "--directives", "side")
        assert result.exit_code == 2
        assert message in result.stderr


def test_a_heading_that_stands_twice_is_named_by_cells(layer: str) -> None:
    Path(layer).write_text(notebook(("markdown", "# A\n\n$x$"), ("markdown", "\n\n# A")))
    Path("side").write_text("scope A")
    result = run(layer, "--directives", "side")
    assert "stands in cell 1, line 1 and in cell 2, line 3; expected scope cell N" in result.stderr


def test_a_broken_notebook_is_unusable_input(layer: str) -> None:
    Path(layer).write_text(LAYER[:-40])
    result = run(layer)
    assert result.exit_code == 2
    assert result.stdout == ""
    first, line, carets = result.stderr.rstrip("\n").split("\n")
    last = LAYER[:-40].split("\n")
    assert first.startswith(f"gradproof: {layer}:{len(last)}:")
    assert first.endswith("; expected JSON")
    assert (line, carets.strip()) == (last[-1], "^")


def test_of_a_long_line_only_a_part_is_shown(layer: str) -> None:
    text = notebook(("markdown", "a" * 10_000), ("markdown", 3), indent=None)
    Path(layer).write_text(text)
    result = run(layer)
    assert result.exit_code == 2
    first, line, carets = result.stderr.rstrip("\n").split("\n")
    assert first.startswith(f"gradproof: {layer}:1:{text.index('3}') + 1}: cell 2 ")
    assert len(line) < 250
    assert line[carets.index("^")] == "3"


def test_standard_input_may_be_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("-", "--only", "1", text=LAYER).exit_code == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"nbformat": 4')))
    with pytest.raises(ReadError, match="standard input:1:15"):
        read_document("-")


def test_the_same_text_in_one_file_has_the_same_verdicts(layer: str) -> None:
    cells = json.loads(LAYER)["cells"]
    texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    whole = verify("\n\n".join(texts))
    one, two = ([(r.id, r.verdict, r.claim) for r in found] for found in (verify(layer), whole))
    assert one == two
