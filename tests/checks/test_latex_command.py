"""``gradproof latex``: pages, files, and what is refused with which words."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from checks.cli import main
from checks.pages import pdf
from symbolic.expand.result import NAMES
from symbolic.model import Role
from symbolic.models import load, names
from symbolic.notation import names as notations


def run(*arguments: str):
    return CliRunner().invoke(main, ["latex", *arguments], catch_exceptions=False)


def printed(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


@pytest.mark.parametrize("model", names())
def test_every_model_is_printed(model):
    by = load(model).named(Role.PARAMETER)[0].name
    page = printed(model, "--wrt", by, "--tau", "2")
    assert page.startswith("\\documentclass")
    assert page.rstrip().endswith("\\end{document}")
    assert "\\frac{\\partial" in page


@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize(
    ("format_", "first"), [("tex", "\\documentclass"), ("md", "# "), ("html", "<!DOCTYPE html>")]
)
def test_every_form_has_every_format(form, format_, first):
    page = printed(
        "scalar-sigmoid", "--wrt", "W", "--tau", "2", "--form", form, "--format", format_
    )
    assert page.startswith(first)


def test_a_fragment_is_the_bare_mathematics():
    arguments = ("elman-softmax", "--wrt", "V", "--tau", "1", "--form", "matrix", "--fragment")
    bare = r"\nabla_V L = (\hat{y}^{(1)} - y^{(1)}) h^{(1) \top}"
    assert printed(*arguments) == bare + "\n"
    assert printed(*arguments, "--format", "md") == f"$$\n{bare}\n$$\n"
    assert "<html" not in printed(*arguments, "--format", "html")


def test_the_default_is_the_sum_over_paths_of_three_steps():
    page = printed("elman-softmax", "--wrt", "W")
    assert page == printed("elman-softmax", "--wrt", "W", "--form", "paths", "--tau", "3")
    assert page.count("E^{(3)}") == 3


def test_notations_differ_and_one_can_be_a_file(tmp_path):
    arguments = ("elman-softmax", "--wrt", "W", "--tau", "2", "--form", "matrix", "--fragment")
    pages = {printed(*arguments, "--notation", name) for name in notations()}
    assert len(pages) == len(notations())
    own = tmp_path / "mine.toml"
    own.write_text('steps = "angle"\n[names]\nh = "\\\\alpha"\n', encoding="utf-8")
    assert r"\alpha^{<1>}" in printed(*arguments, "--notation", str(own))


def test_a_model_file_of_ones_own(tmp_path):
    file = tmp_path / "one.model"
    file.write_text("model one\nparameter k\ninput x[t]\nL = sum[t](k * x[t])\nloss L\n")
    page = printed("--model-file", str(file), "--wrt", "k", "--form", "closed", "--fragment")
    assert page == "\\frac{\\partial L}{\\partial k} = \\sum_{t = 1}^\\tau x^{(t)}\n"


def test_a_file_is_written_in_the_format_of_its_suffix(tmp_path):
    for suffix, first in (("tex", "\\doc"), ("md", "# "), ("html", "<!DOCTYPE")):
        file = tmp_path / f"page.{suffix}"
        assert printed("linear-mse", "--wrt", "W_a", "-o", str(file)) == ""
        assert file.read_text(encoding="utf-8").startswith(first)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "page.md", "page.tex"]


def test_same_arguments_same_bytes():
    """Over processes, for the order of sets of strings differs from one to the next."""
    command = [sys.executable, "-c", "from checks.cli import main; main()", "latex"]
    command += ["elman-softmax", "--wrt", "W", "--form", "derivation", "--format", "html"]
    one, two = (
        subprocess.run(
            command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    )
    assert one
    assert one == two


W = ("elman-softmax", "--wrt", "W")
REFUSED = [
    (("elman-sofmax", "--wrt", "W"), "unknown model 'elman-sofmax'; did you mean 'elman-softmax'"),
    ((), "no model is given; expected one of batch-softmax"),
    (("elman-softmax",), "--wrt NAME; elman-softmax has the parameters U, W, b, V, c0"),
    (("elman-softmax", "--wrt", "w"), "no variable 'w'; did you mean 'W'?"),
    (("elman-softmax", "--wrt", "h"), "h has a value at every step; write h[3]"),
    (("elman-softmax", "--wrt", "h[9]"), "has no h[9]; steps run over 1..3"),
    (("elman-softmax", "--wrt", "h[9"), "'h[9' is no node; expected a name with a step"),
    ((*W, "--of", "V"), "V is computed by no equation"),
    ((*W, "--form", "patsh"), "unknown form 'patsh'; did you mean 'paths'?"),
    ((*W, "--format", "txe"), "unknown format 'txe'; did you mean 'tex'?"),
    ((*W, "--format", "svg"), "the form 'paths' is not written as svg"),
    ((*W, "--notation", "plian"), "unknown notation 'plian'; did you mean 'plain'?"),
    ((*W, "--tau", "0"), "--tau is 0; expected 1 or more"),
    ((*W, "--tau", "0", "--form", "closed"), "--tau is 0; expected 1 or more"),
    ((*W, "--dims", "n=-2"), "dimension n is -2; expected 1 or more"),
    ((*W, "--dims", "q=2"), "elman-softmax has no dimension 'q'"),
    ((*W, "--dims", "n2"), "--dims has 'n2'; expected NAME=NUMBER"),
    ((*W, "--dims", "n=2,n=3"), "--dims gives n twice"),
    ((*W, "--format", "pdf"), "a PDF is no text; give -o FILE"),
    ((*W, "--form", "closed", "--of", "x[3]"), "x is computed by no equation"),
    (("elman-softmax", "--wrt", "W[0]", "--form", "closed"), "elman-softmax has no W[0]"),
    (("many-to-one", "--wrt", "v[1]", "--form", "closed"), "v is used at no step"),
    ((*W, "--tau", "99"), "is a sum of 4950 paths; more than 2000 are not written out"),
    ((*W, "--tau", "50", "--form", "matrix"), "more than 1500 are not multiplied out"),
    (
        (*W, "--tau", "4", "--form", "entries", "--dims", "n=5,m=4,c=3"),
        "entry by entry would have about 149850 symbols; the limit is 60000",
    ),
    (
        (*W, "--tau", "50", "--form", "full"),
        "in full would have about 7.9e+32 symbols; the limit is 60000. Take the form 'closed'",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_wrong_use_is_refused_with_a_message(arguments, message, tmp_path):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("place", ["missing/page.tex", "file/page.tex", "."])
def test_a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(place, tmp_path):
    (tmp_path / "file").write_text("here before")
    result = run(*W, "-o", str(tmp_path / place))
    assert result.exit_code == 2
    assert "gradproof: cannot write" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "here before"


def test_an_error_leaves_the_file_that_was_there(tmp_path):
    file = tmp_path / "page.tex"
    file.write_text("here before")
    assert run(*W, "--tau", "0", "-o", str(file)).exit_code == 2
    assert file.read_text() == "here before"


def test_without_an_engine_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "ENGINES", {})
    result = run(*W, "-o", str(tmp_path / "page.pdf"))
    assert result.exit_code == 2
    assert "install latexmk, pdflatex, lualatex or tectonic" in result.stderr
    assert list(tmp_path.iterdir()) == []
