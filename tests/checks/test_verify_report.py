"""The report of ``gradproof verify`` as its reader sees it, and the same as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from click.testing import CliRunner

from checks import derivations
from checks.cli import main
from checks.pipeline import verify
from checks.records import VERDICTS, Verification
from checks.report import undecided, verify_json, verify_terminal
from checks.report.excerpt import excerpt, passage
from symbolic.source import Span

LAYER = r"""# A layer

Let $W \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times m}$, $x_t \in \mathbb{R}^m$
and $u \in \mathbb{R}^n$.

$$h_t = \tanh(W h_{t-1} + U x_t) \tag{1}$$

$$L = u^\top h_T \tag{2}$$

"""

BODY = r"""$$
\nabla_W L = \sum_{t=1}^{T}
  \left((1 - h_t^2) \odot
  \nabla_{h_t} L\right) h_t^\top \tag{3}
$$

$$\nabla_U L = \sum_t (\nabla_{h_t} L) Q x_t^\top \tag{4}$$

$$\nabla_U L = \frac{1}{ \tag{5}$$

$$\nabla_{h_t} L = U \nabla_{h_{t+1}} L, \quad \nabla_{h_T} L = u \tag{6}$$

$$\frac{\partial h_t}{\partial h_k} = \prod_{i=k+1}^{t} \operatorname{diag}(1 - h_i^2) W \tag{7}$$

$$\nabla_{h_T} L = u, \quad \frac{\partial L}{\partial h_T} = u^\top \tag{8}$$
"""


@cache
def found() -> Verification:
    return verify("notes.md", text=LAYER + BODY)


def report() -> str:
    return verify_terminal.render(found())


def lines() -> list[str]:
    return report().split("\n")


def after(beginning: str) -> list[str]:
    """Return the lines from the one that begins so to the next one that is indented as little."""
    start = next(n for n, line in enumerate(lines()) if line.startswith(beginning))
    indent = len(beginning) - len(beginning.lstrip())
    first, *rest = lines()[start:]
    block = [first]
    for line in rest:
        if len(line) - len(line.lstrip()) <= indent:
            break
        block.append(line)
    return block


def test_the_first_lines_say_what_was_judged_and_what_is_wrong() -> None:
    assert lines()[0] == "notes.md: judged 6 of 8 claims; 2 not: (4), (5)"
    assert lines()[1] == "2 are wrong: (3), (6/1)"


def test_what_was_not_judged_is_shown_at_its_place() -> None:
    block = after("not judged: (4)")
    number = (LAYER + BODY).split("\n").index(BODY.split("\n")[6]) + 1
    line, under = next((a, b) for a, b in pairwise(block) if "Q x_t" in a)
    assert line.strip().startswith(f"{number} | ")
    assert line[under.index("^")] == "Q"
    assert block[0] == "not judged: (4): 'Q' is not known here"
    assert block[-1].strip() == "<!-- gradproof: ignore -->"


def test_malformed_latex_has_a_caret_at_the_bracket() -> None:
    line, under = after("not judged: (5)")[2:4]
    assert line[: under.index("^")].endswith(r"\frac{1}")
    assert line[under.index("^")] == "{"


def test_the_section_is_told_as_it_was_understood() -> None:
    assert after("Section 1")[1:] == [
        "  nodes: h[t] (n); L scalar",
        "  parameters: W (n, n); U (n, m)",
        "  inputs: x[t] (m)",
        "  targets: u (n)",
        "  loss: L",
        "  layout: the derivative of the loss by a vector is a row, its gradient a column",
    ]


def test_an_erratum_has_its_lines_its_claim_its_counterexample_and_its_evidence() -> None:
    block = [line.strip() for line in after("  (3)")]
    assert block[0] == "(3)    line 11: fails, certified"
    assert block[1:4] == [
        r"11 | \nabla_W L = \sum_{t=1}^{T}",
        r"12 |   \left((1 - h_t^2) \odot",
        r"13 |   \nabla_{h_t} L\right) h_t^\top \tag{3}",
    ]
    assert block[4].startswith(r"claims \nabla_W L = \sum_{t = 1}^T")
    assert block[5].startswith("smallest counterexample found: tau = 1, ")
    assert any(line.startswith("they differ by at least ") for line in block)
    assert block[-1] == "evidence: a theorem about this point; every reading of the line fails"


def test_shapes_that_do_not_fit_are_told_in_words() -> None:
    assert after("  (6/1)")[0].endswith(
        "fails: the shapes do not fit: cannot multiply (n, m) by (n, 1)"
    )


def test_the_reading_that_was_needed_is_told() -> None:
    assert after("  (7)")[0].endswith(
        "holds, certified; read so: the product over time has its latest factor first"
    )


def test_parts_are_listed_only_where_they_say_more_than_their_number() -> None:
    numbers = [m[1] for line in lines() if (m := re.match(r"  (\(\S+\)|#\d+) ", line))]
    assert numbers == ["(3)", "(4)", "(5)", "(6)", "(6/1)", "(7)", "(8)"]


def test_the_last_lines_count_and_explain() -> None:
    end = " ".join(lines()[-4:])
    assert "4 hold, 2 fail, 2 are undecided, " in end
    assert "seed 0." in end
    bounds = [r.certificate.error_bound for r in found().records if r.certificate is not None]
    weakest = max(float(bound.removeprefix("2^")) for bound in bounds if bound)
    assert f"chance of an accident at most 2^{weakest:.0f}" in end


@pytest.mark.parametrize("width", [50, 72, 100, 180])
def test_nothing_but_the_first_lines_is_wider_than_the_page(width: int) -> None:
    shown = verify_terminal.render(found(), width=width).split("\n")
    assert all(len(line) <= width or " " not in line.strip() for line in shown[2:])
    assert " ".join(" ".join(shown).split()).count("claims") == report().count("claims")


def test_colour_changes_nothing_but_colour() -> None:
    coloured = verify_terminal.render(found(), colour=True)
    assert ["\x1b[" in text for text in (coloured, report())] == [True, False]
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.split("\n")] == lines()


def test_the_command_prints_the_report_without_colour_into_a_pipe(tmp_path) -> None:
    file = tmp_path / "notes.md"
    file.write_text(LAYER + BODY)
    result = CliRunner().invoke(main, ["verify", str(file)], catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stdout.replace(str(file), "notes.md").split("\n")[:2] == lines()[:2]
    assert "\x1b" not in result.stdout


def test_a_derivation_without_errata_says_so_first() -> None:
    text = derivations.text("simple-rnn-slides")
    shown = verify_terminal.render(verify("slides.md", text=text, only=("#12", "#13")))
    first, _, section, *_ = shown.split("\n")
    assert first == "slides.md: judged 3 of 3 claims; none is wrong"
    assert section.startswith("Section 1, lines 1 to ")
    assert "arbitrary smooth functions: f" in shown
    assert "(#12)" not in shown


# What would help ---------------------------------------------------------------------------------

BARE = r"""# Bare

$$h_t = W h_{t-1} + x_t, \quad o_t = \sum_i h_{t,i}$$

$$\frac{\partial h_t}{\partial h_{t-2}} = W W \tag{9}$$
"""
GRADIENT = "$$\\nabla_V L = \\sum_t (\\hat{y}_t - y_t) h_t^\\top \\tag{9}$$\n"

#: Of each kind of reason: a document in which (9) is undecided for it.
EXAMPLES = {
    "shapes that are declared nowhere": BARE,
    "no network": GRADIENT,
    "a forward equation that is not read": "$h_t = \\tanh(\\mathbf W h_{t-1} + |x_t|)$ gives"
    "\n\n$$\\frac{\\partial h_t}{\\partial h_{t-1}} = W \\tag{9}$$",
    "a directive that cannot be used": LAYER
    + "<!-- gradproof: assume luck -->\n\n$$\\nabla_U L = x_1 \\tag{9}$$",
    "LaTeX that is malformed": LAYER + "$$\\nabla_U L = \\frac{1}{ \\tag{9}$$",
    "names that the section": LAYER + "$$\\nabla_U L = Q x_T^\\top \\tag{9}$$",
    "a variable without its step": LAYER + "$$\\nabla_U L = x h_1^\\top h_2 \\tag{9}$$",
    "nothing is claimed": LAYER + "$$U x_t = \\sum_{k=-1}^{t} U x_k \\tag{9}$$",
    "both sides are zero": LAYER + "$$h_t - h_t = 2 h_t - 2 h_t \\tag{9}$$",
    "it continues a line": LAYER + "$$\\nabla_U L = \\oint x_1$$\n\n$$= x_1 \\tag{9}$$",
    "notation that is not read yet": LAYER + "$$\\nabla_U L = |x_1| \\tag{9}$$",
}


@pytest.mark.parametrize("summary", EXAMPLES)
def test_reasons_are_of_the_kind_that_the_table_says(summary: str) -> None:
    found = verify("notes.md", text=EXAMPLES[summary])
    (group,) = (g for g in undecided.groups(found) if any(r.id == "9" for r in g.records))
    assert group.kind.summary.startswith(summary)
    shown = verify_terminal.render(found)
    assert f"to help: {group.kind.help.split(',')[0]}" in shown


def test_every_kind_has_an_example() -> None:
    kinds = [kind.summary for kind in undecided.KINDS]
    missing = [kind for kind in kinds if not any(map(kind.startswith, EXAMPLES))]
    assert missing == ["an error of gradproof itself"]


def test_an_error_of_ours_is_said_to_be_one() -> None:
    reason = "an internal error, please report it: KeyError: 1"
    record = replace(found().records[-1], verdict="undecided", reason=reason)
    (group,) = undecided.groups(replace(found(), records=(record,)))
    assert group.kind.summary == "an error of gradproof itself"
    assert group.directive("notes.md") == ""


def decided(text: str) -> bool:
    return all(record.verdict != "undecided" for record in verify("notes.md", text=text).records)


def test_the_directives_that_are_proposed_do_help() -> None:
    (group,) = undecided.groups(verify("notes.md", text=BARE))
    sizes = {"h": "n", "W": "n, n", "x": "n"}
    assert set(sizes) <= set(group.names)
    proposed = group.directive("notes.md")
    assert proposed == "<!-- gradproof: shape h: (SIZE, ...) -->"
    given = [
        proposed.replace("h: (SIZE, ...)", f"{name}: ({size})") for name, size in sizes.items()
    ]
    assert decided("\n".join([*given, "", BARE]))

    (group,) = undecided.groups(verify("notes.md", text=GRADIENT))
    assert group.directive("notes.md") == "<!-- gradproof: model NAME -->"
    assert decided(group.directive("notes.md").replace("NAME", "elman-softmax") + "\n\n" + GRADIENT)


@pytest.mark.parametrize("summary", EXAMPLES)
def test_ignore_leaves_an_equation_out(summary: str) -> None:
    text = EXAMPLES[summary]
    groups = undecided.groups(verify("notes.md", text=text))
    (group,) = (g for g in groups if any(r.id == "9" for r in g.records))
    proposed = group.directive("notes.md")
    if "ignore" in proposed:
        before, dollars, formula = text.rpartition("\n$$")
        assert decided(f"{before}\n\n{proposed}\n{dollars}{formula}")


def test_in_latex_a_directive_is_a_comment_of_latex() -> None:
    document = "\\begin{equation}\\nabla_W L = h_1\\end{equation}\n"
    assert "% gradproof: model NAME" in verify_terminal.render(verify("n.tex", text=document))


# Excerpts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", [1, 5, 90, 180, 200])
def test_a_long_line_is_cut_around_the_place(column: int) -> None:
    line = "".join(str(n % 10) for n in range(200))
    shown, under = excerpt([line], Span("n.md", 1, column, 3), 60)
    assert len(shown) <= 60
    place = shown[under.index("^")]
    assert place in (line[column - 1], ".")
    assert place == line[column - 1] or column in (1, 200)


def test_no_line_gives_no_excerpt() -> None:
    assert excerpt(["a"], Span("n.md", 2, 1, 1), 60) == []
    assert passage(["a"], Span("n.md", 9, 1, 1), 60) == []


def test_a_row_ends_where_the_next_begins() -> None:
    lines = ["$$", r"a &= b \\", "&= c", "$$", "more"]
    assert passage(lines, Span("n.md", 2), 60) == [r"2 | a &= b \\"]
    assert passage(lines, Span("n.md", 3), 60) == ["3 | &= c"]


# JSON --------------------------------------------------------------------------------------------

TEXT, WHOLE, FLAG = (str, type(None)), int, (bool, type(None))
#: Every key of an equation, in order, and what it may be; ``claim`` is beyond the schema.
EQUATION = {
    "id": str,
    "parts": list,
    "section": WHOLE,
    "line": WHOLE,
    "column": WHOLE,
    "cell": (int, type(None)),
    "latex": str,
    "claim": TEXT,
    "kind": str,
    "verdict": str,
    "evidence": TEXT,
    "certificate": (dict, type(None)),
    "reading": TEXT,
    "note": TEXT,
    "when": list,
    "equals_head": FLAG,
    "follows": FLAG,
    "counterexample": (dict, type(None)),
    "where": TEXT,
    "repairs": list,
    "reason": TEXT,
}
CERTIFICATE = ["rings", "points", "dims", "taus", "precision", "radius", "error_bound"]
COUNTEREXAMPLE = ["shapes", "tau", "t", "letters", "entry", "left", "right", "gap_at_least"]


def content() -> dict:
    return json.loads(verify_json.render([found()]))


def test_the_document_has_the_keys_of_the_schema() -> None:
    shown = content()
    assert list(shown) == ["schema", "document", "seed", "sections", "equations", "summary"]
    assert (shown["schema"], shown["document"], shown["seed"]) == (1, "notes.md", 0)
    (section,) = shown["sections"]
    assert list(section)[:3] == ["lines", "model", "conventions"]
    first, last = section["lines"]
    assert all(first <= e["line"] <= last for e in shown["equations"])
    assert section["model"]["variables"]["W"] == "(n, n) parameter"


@pytest.mark.parametrize("id_", ["#1", "1", "3", "4", "5", "6", "6/1", "6/2", "7", "8"])
def test_an_equation_has_the_keys_of_the_schema(id_: str) -> None:
    (equation,) = (e for e in content()["equations"] if e["id"] == id_)
    assert list(equation) == list(EQUATION)
    for key, kinds in EQUATION.items():
        assert isinstance(equation[key], kinds), key
    assert equation["kind"] in ("definition", "shape", "claim", "statement")
    assert equation["verdict"] in VERDICTS
    assert equation["evidence"] in ("proved", "certified", "balls", "sampled", None)
    assert equation["section"] == 0
    if equation["certificate"] is not None:
        assert list(equation["certificate"]) == CERTIFICATE
    if equation["counterexample"] is not None:
        assert list(equation["counterexample"])[: len(COUNTEREXAMPLE)] == COUNTEREXAMPLE


@pytest.mark.parametrize("id_", ["#1", "1", "3", "4", "5", "6", "6/1", "6/2", "7", "8"])
def test_a_verdict_has_what_belongs_to_it(id_: str) -> None:
    (equation,) = (e for e in content()["equations"] if e["id"] == id_)
    match equation["verdict"]:
        case "holds":
            assert equation["reason"] is None
            assert equation["parts"] or equation["certificate"] is not None
        case "fails":
            word = equation["reason"].partition(":")[0]
            assert word in ("layout", "typographical", "shape", "value")
            is_value = word == "value" and not equation["parts"]
            assert is_value is (equation["counterexample"] is not None)
        case "undecided":
            assert equation["reason"]
        case "not-a-claim":
            assert equation["certificate"] is equation["counterexample"] is None
        case other:
            raise AssertionError(other)


def test_parts_are_records_of_their_own() -> None:
    by_id = {equation["id"]: equation for equation in content()["equations"]}
    assert by_id["6"]["parts"] == ["6/1", "6/2"]
    assert all(part in by_id for equation in by_id.values() for part in equation["parts"])


def test_the_summary_counts_the_equations() -> None:
    shown = content()
    assert list(shown["summary"]) == list(VERDICTS)
    for verdict, count in shown["summary"].items():
        assert count == sum(e["verdict"] == verdict for e in shown["equations"])


def test_several_documents_are_an_array() -> None:
    assert json.loads(verify_json.render([found(), found()])) == [content(), content()]


def test_the_same_seed_prints_the_same_bytes() -> None:
    again = verify("notes.md", text=LAYER + BODY)
    assert verify_json.render([again]) == verify_json.render([found()])
    assert verify_terminal.render(again) == report()


def test_a_record_is_shown_alone() -> None:
    first, second, *_ = str(next(r for r in found().records if r.id == "3")).split("\n")
    assert first == "(3) line 11: fails, certified"
    assert second.startswith("    claims ")
