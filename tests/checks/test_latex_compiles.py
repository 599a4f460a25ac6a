"""Pages of ``gradproof latex`` as TeX compiles them: no error, no line wider than the text block.

Every page has the same head and no definitions of its own, so that pages which are put behind one
another, with the head once, compile as each of them does alone; and one run of TeX is enough.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import cycle
from pathlib import Path

import pytest
from click.testing import CliRunner

from checks.cli import main
from checks.pages import pdf, tex
from symbolic.errors import ConfigError
from symbolic.expand import gradient
from symbolic.expand.result import ANY_TAU, NAMES
from symbolic.model import Role
from symbolic.model_parser import read_model_file
from symbolic.models import load, names
from symbolic.notation import names as notations

MODELS = Path(__file__).parents[1] / "models"
END = "\\end{document}\n"
BEGIN = "\\begin{document}\n"
HEAD = tex.render(gradient("linear-lemma", wrt="W", tau=1)).partition(BEGIN)[0] + BEGIN
FAULTS = ("Overfull", "Missing character", "LaTeX Warning")


def needs(program: str = "pdflatex", package: str | None = None) -> None:
    """Skip a test, and say so, where TeX or a package of it is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"no {program} is installed, so that no page is compiled")
    if package is None or shutil.which("kpsewhich") is None:
        return
    if not subprocess.run(["kpsewhich", package], capture_output=True, check=False).stdout:
        pytest.skip(f"{package} is not installed, so that no picture is compiled")


def log_of(page: str, directory: Path, *options: str) -> str:
    """Compile a document and return the log."""
    (directory / "page.tex").write_text(page, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", *options, "page.tex"]
    done = subprocess.run(command, cwd=directory, capture_output=True, timeout=600, check=False)
    log = (directory / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, re.findall(r"^(?:! .*|PAGE .*)", log, re.MULTILINE)[-2:]
    return log


def faults(log: str) -> list[str]:
    """Return what TeX complains of, each with the name of the page."""
    page, found = "", []
    for line in log.splitlines():
        page = line if line.startswith("PAGE ") else page
        if line.startswith(FAULTS):
            found.append(f"{page}: {line}")
    return found


def joined(pages: dict[str, str]) -> str:
    """Return pages behind one another, each with its name in the log."""
    parts = [HEAD]
    for name, page in pages.items():
        assert page.startswith(HEAD)
        assert page.endswith(END)
        assert "\\documentclass" not in page.removeprefix(HEAD)
        body = page.removeprefix(HEAD).removesuffix(END)
        parts.append(f"\\typeout{{PAGE {name}}}\n{body}\\clearpage\n")
    return "".join([*parts, END])


def check(pages: dict[str, str], directory: Path) -> None:
    log = log_of(joined(pages), directory, "-draftmode")
    assert log.count("PAGE ") >= len(pages) > 0
    assert faults(log) == []


def test_a_document_of_each_model_compiles_and_no_line_is_too_wide(tmp_path):
    needs()
    turns = cycle(notations())
    pages = {}
    for model in names():
        by = load(model).named(Role.PARAMETER)[0].name
        page = gradient(model, wrt=by, form="derivation", notation=next(turns))
        pages[f"{model} {by}"] = tex.render(page)
    check(pages, tmp_path)


def test_a_document_compiles_as_it_is_with_amsmath_alone(tmp_path):
    needs()
    page = tex.render(gradient("elman-softmax", wrt="W", form="derivation"))
    assert re.findall(r"\\usepackage.*", page) == ["\\usepackage{amsmath}"]
    assert faults(log_of(page, tmp_path)) == []
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")


def test_a_pdf_is_one_and_the_same_each_time(tmp_path, monkeypatch):
    if pdf.engine() is None:
        pytest.skip("no TeX engine is installed, so that no PDF is made")
    files = [tmp_path / name for name in ("one.pdf", "two.pdf")]
    for file, zone in zip(files, ("UTC0", "XXX-9"), strict=True):
        monkeypatch.setenv("TZ", zone)
        arguments = ["latex", "elman-softmax", "--wrt", "W", "-o", str(file)]
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert (result.exit_code, result.output) == (0, "")
    one, two = (file.read_bytes() for file in files)
    assert one.startswith(b"%PDF-")
    assert one == two
    assert sorted(tmp_path.iterdir()) == files


@pytest.mark.skipif(pdf.engine() is None, reason="no TeX engine is installed")
def test_a_page_that_does_not_compile_is_an_error():
    with pytest.raises(ConfigError, match=r"failed: ! Undefined control sequence"):
        pdf.render(f"{HEAD}\\nosuchmacro\n{END}")


@pytest.mark.slow
@pytest.mark.parametrize("notation", notations())
@pytest.mark.parametrize("model", names())
def test_every_document_compiles_and_no_line_is_too_wide(model, notation, tmp_path):
    needs()
    pages, refused = {}, {}
    for declared in load(model).named(Role.PARAMETER):
        for form in NAMES:
            for tau in (None,) if form in ANY_TAU else (1, 2, 3, 4):
                asked = {"wrt": declared.name, "form": form, "tau": tau, "notation": notation}
                try:
                    pages[f"{declared.name} {form} {tau}"] = tex.render(gradient(model, **asked))
                except ConfigError as error:
                    refused[declared.name, form, tau] = str(error)
    assert all(form == "full" for _, form, _ in refused)
    assert all("the limit is" in message for message in refused.values())
    assert len(pages) > 4 * len(refused)
    check(pages, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["gru", "lstm", "two_layer"])
def test_documents_of_larger_models_compile_and_no_line_is_too_wide(model, tmp_path):
    needs()
    loaded = read_model_file(MODELS / f"{model}.model")
    pages = {}
    for declared in loaded.named(Role.PARAMETER):
        for form in ("closed", "derivation", "paths", "matrix"):
            tau = None if form in ANY_TAU else 2
            found = gradient(loaded, wrt=declared.name, form=form, tau=tau)
            pages[f"{declared.name} {form}"] = tex.render(found)
    check(pages, tmp_path)


@pytest.mark.parametrize("by", ["W", None])
def test_a_picture_compiles_where_tikz_is_installed(by, tmp_path):
    needs(package="tikz.sty")
    arguments = ["latex", "elman-softmax", "--form", "graph", "--format", "tikz"]
    arguments += [] if by is None else ["--wrt", by]
    page = CliRunner().invoke(main, arguments, catch_exceptions=False).stdout
    assert faults(log_of(page, tmp_path)) == []
