"""The README: its output is what the command prints, its code runs, its model parses."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from checks.bench import FIELD_POINTS
from checks.cli import main
from checks.decide import BALL_BITS, BALL_POINTS, PRECISIONS
from checks.oracle import WHOLE_LEAVES
from numeric.functions import FIRST_DERIVATIVE
from numeric.rings.balls import RADIUS_BITS
from numeric.rings.field import P
from symbolic.model_parser import read_model

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def without_measurements(text: str) -> list[str]:
    """Lines without times, rounding errors and the widths that follow from them."""
    masked = re.sub(r"─+", "─", re.sub(r"\d+e-\d+|\d+\.\d+ s", "#", text))
    return [" ".join(line.split()) for line in masked.strip().splitlines()]


@pytest.mark.parametrize("shown", blocks("console"))
def test_the_output_in_the_readme_is_that_of_its_command(shown):
    command, _, output = shown.partition("\n")
    arguments = command.removeprefix("$ gradproof ").split()
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert without_measurements(result.stdout) == without_measurements(output)


def test_the_picture_in_the_readme_is_what_its_command_draws(tmp_path):
    (command,) = re.findall(r"^    gradproof (latex .*) -o graph.svg$", README, flags=re.MULTILINE)
    drawn = tmp_path / "graph.svg"
    result = CliRunner().invoke(main, [*command.split(), "-o", str(drawn)], catch_exceptions=False)
    assert result.exit_code == 0
    assert drawn.read_bytes() == (ROOT / "docs" / "graph.svg").read_bytes()


def test_the_code_in_the_readme_runs():
    failed, attempted = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert attempted >= 10
    assert failed == 0


def test_the_model_in_the_readme_parses():
    (text,) = blocks("model")
    model = read_model(text, "README.md")
    assert model.loss == "L"
    assert [equation.name for equation in model.equations] == ["h", "yhat", "L"]


def test_links_in_the_readme_and_docs_lead_somewhere():
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", prose):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_figures_in_the_page_on_evidence_are_those_of_the_code():
    page = " ".join((ROOT / "docs" / "evidence.md").read_text(encoding="utf-8").split())
    for figure in (
        f"more than {WHOLE_LEAVES} leaves",
        f"radii below 2^-{RADIUS_BITS} of the largest term",
        f"up to {PRECISIONS[-1]} bits",
        f"below 2^-{BALL_BITS} do",
        f"k = {FIELD_POINTS} is",
        f"a table of {['ten', 'eleven'][len(FIRST_DERIVATIVE) - 10]} derivatives",
    ):
        assert figure in page, figure
    assert BALL_POINTS == 8
    assert P == 2**127 - 1
