"""The page on ``gradproof latex``: its output is what is printed, its tables are those of the code.

GRADPROOF_WRITE=1 in the environment writes the output into the page anew.
"""

from __future__ import annotations

import dataclasses
import doctest
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from checks.cli import main
from checks.latex_command import GRAPH
from checks.pages.render import FORMATS
from symbolic.expand.result import NAMES
from symbolic.notation import Notation, names, notation
from symbolic.notation.table import CHOICES

PAGE = Path(__file__).parents[2] / "docs" / "latex.md"
TEXT = PAGE.read_text(encoding="utf-8")
README = (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(\$ gradproof .*)\n((?:(?!```).*\n)*)```$", TEXT, re.MULTILINE)


def rows(header: str) -> list[list[str]]:
    """Return the rows of the table with that header."""
    table = TEXT.partition(f"{header}\n")[2].partition("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table]


@pytest.mark.parametrize(("command", "output"), BLOCKS)
def test_the_output_on_the_page_is_that_of_its_command(command, output):
    arguments = command.removeprefix("$ gradproof ").split()
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    if "GRADPROOF_WRITE" in os.environ:
        page = PAGE.read_text(encoding="utf-8")
        written = page.replace(f"{command}\n{output}```", f"{command}\n{result.output}```")
        PAGE.write_text(written, encoding="utf-8")
        return
    assert result.exit_code == (2 if output.startswith("gradproof: ") else 0)
    assert result.output == output


def test_the_formula_in_the_readme_is_that_of_its_command():
    (command,) = re.findall(r"^    gradproof (latex .*) -o graph.svg$", README, re.MULTILINE)
    arguments = command.replace("--form graph", "--form matrix").split()
    result = CliRunner().invoke(main, [*arguments, "--fragment"], catch_exceptions=False)
    assert "--form matrix" in " ".join(arguments)
    assert f"```math\n{result.output}```\n" in README


def test_the_page_shows_enough():
    assert len(BLOCKS) >= 9
    assert TEXT.count("```console") == len(BLOCKS)


def test_the_code_on_the_page_runs():
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False)
    assert attempted >= 7
    assert failed == 0


def test_every_form_format_and_notation_is_listed():
    assert [row[0] for row in rows("| form | what it is |")] == [
        f"`{name}`" for name in (*NAMES, GRAPH)
    ]
    assert [row[0] for row in rows("| format | what it is |")] == [
        f"`{name}`" for name in (*FORMATS[False], *FORMATS[True])
    ]
    assert rows("| notation | what is particular to it |") == [
        [f"`{name}`", notation(name).title] for name in names()
    ]


def test_every_key_of_a_notation_is_listed_with_its_values():
    listed = {row[0].strip("`"): row[1] for row in rows("| key | values | meaning |")}
    assert list(listed) == [f.name for f in dataclasses.fields(Notation) if f.name != "name"]
    for key, values in CHOICES.items():
        assert listed[key] == ", ".join(f'`"{value}"`' for value in values)


def test_the_notation_on_the_page_is_one(tmp_path):
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    file = tmp_path / "mine.toml"
    file.write_text(shown, encoding="utf-8")
    found = notation(file)
    assert (found.steps, found.gradient, found.elementwise) == ("argument", "partial", "odot")
    assert set(found.names) == {"h", "yhat"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('stepz = "angle"', "notation mine has no 'stepz'; did you mean 'steps'?"),
        ('steps = "angel"', "notation mine: steps is 'angel'; expected 'superscript' or 'angle'"),
        ("bold = 1", "notation mine: bold is 1; expected true or false"),
        ('letter = "a b"', "notation mine: letter is written 'a b'; expected one symbol"),
        ('letter = "h"', "notation mine writes a step as h, which is a quantity of elman-softmax"),
        ("steps = ", "mine.toml is no TOML table"),
        ('[names]\nh = "a + b"', "notation mine: h is written 'a + b'; expected one symbol"),
    ],
)
def test_what_is_wrong_with_a_notation_is_said(text, message, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    arguments = ["latex", "elman-softmax", "--wrt", "W", "--notation", str(file)]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 2
    assert message in result.stderr
