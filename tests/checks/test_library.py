"""``verify`` and ``verify_equation`` for programs and notebooks."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import checks
from checks import pipeline, verify, verify_equation
from checks.library import model_of
from checks.records import Record
from symbolic.errors import ConfigError, ModelError, ReadError
from symbolic.models import load
from symbolic.resize import resized, sizes_of

TEXT = r"""Let $W \in \mathbb{R}^{n \times n}$, $b \in \mathbb{R}^n$, $u \in \mathbb{R}^n$. With

$$h_t = \tanh(W h_{t-1} + b), \quad L = u^\top h_T$$

$$\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W \tag{2}$$

$$\frac{\partial h_t}{\partial h_{t-1}} = W \operatorname{diag}(1 - h_t^2) \tag{3}$$
"""
RIGHT = r"\nabla_V L = \sum_t (\hat y_t - y_t) h_t^\top"
WRONG = r"\nabla_V L = \sum_t (\hat y_t - y_t) h_{t-1}^\top"


def verdicts(found) -> dict[str, str]:
    return {record.id: record.verdict for record in found}


# verify -------------------------------------------------------------------------------------------


def test_a_text_and_a_file_have_the_same_records(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(TEXT)
    text, file, name = verify(TEXT), verify(path), verify(str(path))
    assert verdicts(text) == verdicts(file) == verdicts(name)
    assert verdicts(text)["2"] == "holds"
    assert verdicts(text)["3"] == "fails"
    assert (text.document, file.document) == ("text", str(path))
    assert all(isinstance(record, Record) for record in text)
    assert len(text) == len(text.records) == len(list(text))


def test_it_is_what_the_command_line_says(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(TEXT)
    assert verify(path) == pipeline.verify(path)


@pytest.mark.parametrize("name", ["none.md", "none.tex", "NONE.TXT", Path("none"), Path("a.md")])
def test_a_file_that_is_missing_is_an_error_and_no_text(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="cannot read"):
        verify(name)


@pytest.mark.parametrize("text", ["", "notes", "a.md\n", "$x.md", "nothing to judge here.", "\0"])
def test_any_other_string_is_a_text(text):
    found = verify(text)
    assert found.document == "text"
    assert found.claims == ()


def test_only_some_equations():
    assert verdicts(verify(TEXT, only=("3",))) == {"3": "fails"}
    with pytest.raises(ConfigError, match="no equation '33'; did you mean '3'"):
        verify(TEXT, only=("33",))


def test_the_seed_is_used():
    one, again, other = (verify(TEXT, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert (one.seed, other.seed) == (1, 2)


def test_a_model_and_directives_stand_beside_a_text(tmp_path):
    side = tmp_path / "side"
    side.write_text("assume none\n")
    sheet = f"$${RIGHT}$$"
    assert [r.verdict for r in verify(sheet, model="elman-softmax")] == ["holds"]
    assert [r.verdict for r in verify(sheet, directives="model elman-softmax")] == ["holds"]
    for beside in (side, "assume none"):
        found = verify(sheet, model="elman-softmax", directives=beside)
        assert [r.verdict for r in found] == ["fails"]


# verify_equation ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("latex", "verdict"), [(RIGHT, "holds"), (WRONG, "fails")])
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "$${}$$",
        "\\[\n{}\n\\]",
        "\\begin{equation}{}\\end{equation}",
        "  {}  ",
        "${}$",
        "{} % as in the notes",
    ],
)
def test_one_equation(latex, verdict, form):
    record = verify_equation(form.replace("{}", latex), model="elman-softmax")
    assert isinstance(record, Record)
    assert (record.id, record.kind, record.verdict) == ("#1", "claim", verdict)
    assert record.span.file == "equation"
    assert (record.counterexample is None) is (verdict == "holds")


@pytest.mark.parametrize(
    ("rows", "verdict", "parts"),
    [
        (r"\nabla_{o_t} L = \hat y_t - y_t = -(y_t - \hat y_t)", "holds", 2),
        (r"\nabla_{o_t} L = \hat y_t - y_t = y_t - \hat y_t", "fails", 2),
        (r"\nabla_{o_t} L &= \hat y_t - y_t \\ &= -(y_t - \hat y_t)", "holds", 2),
        (r"\nabla_{o_t} L &= \hat y_t - y_t \\ &= y_t - \hat y_t \\ &= \hat y_t - y_t", "fails", 3),
        (r"\nabla_{o_t} L &= \hat y_t - y_t \\ &= q_t", "undecided", 2),
        (r"\nabla_{o_t} L &= \hat y_t - y_t \\ &= \frac{1}{", "undecided", 2),
    ],
)
def test_a_chain_has_one_record(rows, verdict, parts):
    latex = rows if "\\\\" not in rows else rf"\begin{{align}} {rows} \end{{align}}"
    record = verify_equation(latex, model="elman-softmax")
    assert (record.verdict, len(record.parts)) == (verdict, parts)


def test_a_directive_in_a_comment_of_the_equation_is_read():
    latex = "\\nabla_{o_t} L = \\hat y_t - y_t % gradproof: assume none"
    assert verify_equation(latex, model="elman-softmax").verdict == "fails"
    latex = latex.replace("assume", "asume")
    record = verify_equation(latex, model="elman-softmax")
    assert record.verdict == "undecided"
    place = f"equation:1:{latex.index('asume') + 1}"
    assert (record.reason or "").startswith(f"{place}: unknown directive 'asume'")


@pytest.mark.parametrize("latex", ["", "  \n ", "% only a comment"])
def test_no_equation_is_an_error(latex):
    with pytest.raises(ConfigError, match="no equation is given"):
        verify_equation(latex, model="elman-softmax")


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        ("\\nabla_V L =\n\\frac{1}{", "'{' is never closed"),
        ("\\nabla_V L = q", "'q' is not known here"),
        ("\\oint x = y", None),
        ("\x00 = \ud800", None),
        ("}{" * 1000 + "=", None),
    ],
)
def test_what_cannot_be_read_is_undecided(latex, reason):
    record = verify_equation(latex, model="elman-softmax")
    assert record.verdict == "undecided"
    assert reason is None or reason in (record.reason or "")


def test_a_bare_expression_is_no_claim():
    assert verify_equation(r"\hat y_t - y_t", model="elman-softmax").verdict == "not-a-claim"


# Models -------------------------------------------------------------------------------------------

MODEL = "model m\nparameter w\ns[t] = w * s[t-1]\nL = s[tau]\nloss L\n"


def test_a_model_is_a_name_a_path_or_a_model(tmp_path):
    path = tmp_path / "one.model"
    path.write_text(MODEL)
    claim = r"\frac{\partial s_t}{\partial s_k} = w^{t-k}"
    model = model_of(path)
    assert verify_equation(claim, model=path).verdict == "holds"
    assert model is not None
    assert verify_equation(claim, model=model).verdict == "holds"
    assert model_of("linear-mse") is load("linear-mse")
    assert model_of(None) is None


def test_an_unknown_model_is_an_error_with_the_nearest(tmp_path):
    with pytest.raises(ConfigError, match="did you mean 'linear-mse'"):
        verify_equation("a = b", model="linear-mes")
    with pytest.raises(ReadError, match="No such file"):
        verify_equation("a = b", model=tmp_path / "none.model")
    broken = tmp_path / "broken.model"
    broken.write_text(MODEL.replace("w *", "v *"))
    with pytest.raises(ModelError, match="'v' is not declared"):
        verify("$a$", model=broken)


def test_the_sizes_of_a_model_may_be_swapped():
    """All at once: n becomes m, m becomes n, and no letter stands for both."""
    model = load("elman-softmax")
    shapes = {name: model.declaration(name).shape for name in ("U", "V")}
    (n, m), (c, _) = shapes["U"], shapes["V"]
    swapped = resized(model, sizes_of(model, {"U": (m, n)}))
    assert swapped.declaration("U").shape == (m, n)
    assert swapped.declaration("V").shape == (c, m)
    assert resized(swapped, sizes_of(swapped, shapes)) == model
    taken = resized(model, sizes_of(model, {"W": (m, m)}))
    assert str(taken.declaration("U")) == "U: (m, m1)"
    assert {d.name: d.minimum for d in taken.dimensions} == {"m": 1, "m1": 1, "c": 2}


# Notebooks ----------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags and attributes of a page; raises AssertionError where they are not balanced."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)
        self.found += [name for name, _ in attrs]
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data


ALLOWED = {"div", "p", "b", "br", "table", "tr", "td", "code", "style"}


def test_records_display_themselves():
    found = verify(TEXT)
    page = Tags(found._repr_html_())
    assert set(page.found) <= ALLOWED
    assert "judged 2 of 2 claims" in page.text
    assert "smallest counterexample found" in page.text
    assert r"W \operatorname{diag}(1 - h_t^2)" in page.text
    for record in found:
        single = Tags(record._repr_html_())
        assert record.verdict in single.text
        assert set(single.found) <= ALLOWED
        assert record.verdict in str(record)
    assert str(found).startswith("text: judged 2 of 2 claims")


HOSTILE = [
    "<script>alert(1)</script>",
    "\\text{<img src=x onerror=alert(1)>} = y",
    "\"><svg onload='x'> = &lt;b&gt; & </code></td>",
    "a < b & c > d = <!-- gradproof: <i>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_all_text_is_escaped(text):
    records = [verify_equation(text, model="elman-softmax")]
    found = verify(f"<!-- gradproof: model {text.replace('--', '')} -->\n\n$${text}$$\n")
    for page in (*(r._repr_html_() for r in (*records, *found)), found._repr_html_()):
        assert set(Tags(page).found) <= ALLOWED


def test_a_record_in_a_directive_is_escaped_in_the_problem():
    found = verify("<!-- gradproof: <b>bold</b> -->\n$$x = y$$")
    assert "unknown directive '<b>bold</b>'" in Tags(found._repr_html_()).text


# The package --------------------------------------------------------------------------------------


def test_the_package_names_what_is_public():
    assert checks.__all__ == ["verify", "verify_equation"]
    assert callable(checks.verify)
    assert checks.verify is verify
    with pytest.raises(AttributeError, match="has no attribute 'verfy'"):
        getattr(checks, "verfy")  # noqa: B009


def test_importing_the_package_imports_nothing_else():
    program = (
        "import sys, checks; before = set(sys.modules)\n"
        "assert not {'sympy', 'numpy', 'flint', 'checks.pipeline'} & before\n"
        "checks.verify\n"
        "assert 'checks.pipeline' in sys.modules\n"
        "import checks.pipeline, checks.suite, checks.library\n"
        "assert callable(checks.verify)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
