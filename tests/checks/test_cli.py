"""The command line: exit statuses, messages, JSON, the same bytes for the same seed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import numeric.closed_forms
from checks import suite
from checks.cli import main
from numeric.closed_forms import all_forms

MODELS = Path(__file__).parent.parent / "models"
SMALL = ("--cases", "4", "--jobs", "1")


def gradproof(*arguments: str):
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def test_a_model_whose_forms_hold_exits_with_0():
    result = gradproof("check", "linear-mse", *SMALL)
    assert result.exit_code == 0
    count = sum(form.model.startswith("linear-mse") for form in all_forms().values())
    assert f"{count} of {count} forms of 2 models behave as expected" in result.stdout


def test_json_has_the_schema_that_others_rely_on():
    result = gradproof("check", "huang2019/100/printed", "--format", "json", *SMALL)
    content = json.loads(result.stdout)
    (form,) = content["forms"]
    assert content["schema"] == 1
    assert content["seed"] == 0
    assert form["id"] == "huang2019/100/printed"
    assert form["model"] == "batch-softmax"
    assert form["expected"] == form["verdict"] == "holds"
    assert form["cases"] == 4 + 2
    assert form["evidence"] == "certified"
    assert form["certificate"]["points"] == 9  # three at each of three sizes
    assert form["certificate"]["error_bound"].startswith("2^-3")
    assert form["counterexample"] is None
    assert form["worst_error"] < 1e-12


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_jobs():
    arguments = ("check", "linear-mse", "--cases", "4", "--format", "json")
    one, again, two = (gradproof(*arguments, "--jobs", jobs).stdout for jobs in ("1", "1", "2"))
    assert one == again == two
    assert gradproof(*arguments, "--jobs", "1", "--seed", "1").stdout != one


def wrong(monkeypatch, id_: str, compute, **changes):
    forms = all_forms()
    forms[id_] = replace(forms[id_], compute=compute, **changes)
    for module in (numeric.closed_forms, suite):
        monkeypatch.setattr(module, "all_forms", lambda: dict(forms))


def without_last_step(net):
    """dL/dW without its last step."""
    return (net["yhat"] - net["y"])[:-1].T @ net["h"][:-1]


def test_a_wrong_form_exits_with_1_and_a_smallest_counterexample(monkeypatch):
    wrong(monkeypatch, "rnn-notes/dL-dV/corrected", without_last_step)
    result = gradproof("check", "rnn-notes/dL-dV/corrected", "--format", "json", *SMALL)
    assert result.exit_code == 1
    (form,) = json.loads(result.stdout)["forms"]
    assert (form["verdict"], form["expected"], form["evidence"]) == ("fails", "holds", "certified")
    found = form["counterexample"]
    assert found["tau"] == 1
    assert found["shapes"] == {"n": 1, "m": 1, "c": 2}
    assert float(found["gap_at_least"]) > 0
    assert set(found["values"]) == {"U", "W", "b", "V", "c0", "x[1]", "y[1]", "h[0]"}
    text = gradproof("check", "rnn-notes/dL-dV/corrected", *SMALL)
    assert text.exit_code == 1
    assert "smallest counterexample found: tau = 1, n = 1, m = 1, c = 2" in text.stdout
    assert "0 of 1 form of 1 model behaves as expected" in text.stdout


def test_a_wrong_shape_is_wrong_even_where_it_would_broadcast(monkeypatch):
    wrong(monkeypatch, "rnn-notes/dL-dc0/corrected", lambda net: (net["yhat"] - net["y"]).sum())
    result = gradproof("check", "rnn-notes/dL-dc0/corrected", "--format", "json", *SMALL)
    (form,) = json.loads(result.stdout)["forms"]
    assert result.exit_code == 1
    assert "shape" in form["counterexample"]["left"]


def test_a_form_that_is_expected_to_fail_and_fails_exits_with_0(monkeypatch):
    wrong(monkeypatch, "rnn-notes/dL-dV/corrected", without_last_step, expected="fails")
    assert gradproof("check", "rnn-notes/dL-dV/corrected", *SMALL).exit_code == 0


def test_a_form_that_is_expected_to_fail_and_holds_exits_with_1(monkeypatch):
    right = all_forms()["rnn-notes/dL-dV/corrected"].compute
    wrong(monkeypatch, "rnn-notes/dL-dV/corrected", right, expected="fails")
    assert gradproof("check", "rnn-notes/dL-dV/corrected", *SMALL).exit_code == 1


USAGE = [
    (("elman-sofmax",), "unknown model or form 'elman-sofmax'; did you mean 'elman-softmax'"),
    (("huang2019/100/printd",), "did you mean 'huang2019/100/printed'"),
    (("--max-tau", "0"), "--max-tau is 0; expected 1 or more"),
    (("--max-dim", "-3"), "--max-dim is -3; expected 1 or more"),
    (("--cases", "1000000000"), "--cases is 1,000,000,000; expected at most 10,000"),
    (("--cases", "0"), "--cases is 0; expected 1 or more"),
    (("--jobs", "0"), "--jobs is 0; expected 1 or more"),
    (("--max-dim", "100000"), "30,005,000,009 numbers, 10,000,000,000 of them in U: (n, m)"),
    (("linear-mse", "--max-tau", "10000000"), "the limit is 5,000,000"),
    (("--model-file", "nowhere.model"), "nowhere.model: No such file or directory"),
    (("linear-mse", "--model-file", str(MODELS / "gru.model")), "name no model or form beside it"),
    (("huang2019/dL-dW-vector", "--printed-only"), "no form of huang2019/dL-dW-vector is printed"),
    (("--cases", "many"), "'many' is not a valid integer"),
    (("--fromat", "json"), "--fromat"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_wrong_use_exits_with_2_and_says_what_was_expected(arguments, message):
    result = gradproof("check", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


FILES = [
    ("model m\nh[t]: (n) = x\nloss h\n", 2, "found 'n'; expected a dimension"),
    (
        "model m\ndimensions n, m\nparameter W: (n, m)\nparameter v: (n)\nL = sum(W @ v)\nloss L\n",
        5,
        "cannot multiply (n, m) by (n): inner sizes m and n differ",
    ),
    ("model m\nparameter w\na[t] = w * b[t]\nb[t] = a[t]\nloss a\n", 3, "the loss"),
    (
        "model m\nparameter w\na[t] = w * b[t]\nb[t] = a[t]\nL = a[tau]\nloss L\n",
        3,
        "a cycle within a step: a reads b reads a",
    ),
    ("model m\nparameter w\nL = w * (2\nloss L\n", None, "found"),
    ("model m\nparameter w\nL = w\n", None, "m has no loss; expected a line 'loss NAME'"),
]


@pytest.mark.parametrize(("text", "line", "message"), FILES)
def test_a_bad_model_file_exits_with_2_and_names_its_place(tmp_path, text, line, message):
    file = tmp_path / "bad.model"
    file.write_text(text)
    result = gradproof("check", "--model-file", file)
    assert result.exit_code == 2
    assert message in result.stderr
    if line is not None:
        assert f"{file}:{line}:" in result.stderr
        assert text.splitlines()[line - 1] in result.stderr
        assert "^" in result.stderr


SLOW_LSTM = pytest.param("lstm", marks=pytest.mark.slow)


@pytest.mark.parametrize("name", ["gru", SLOW_LSTM, "two_layer"])
def test_a_model_of_the_users_goes_through_both_oracles(name):
    file = MODELS / f"{name}.model"
    result = gradproof("check", "--model-file", file, "--format", "json", *SMALL)
    content = json.loads(result.stdout)
    assert result.exit_code == 0
    assert len(content["forms"]) >= 5
    for form in content["forms"]:
        assert form["evidence"] == "certified"
        assert form["certificate"]["rings"] == ["prime field", "balls", "SymPy"]


def test_the_list_names_every_form_once():
    lines = gradproof("check", "--list").stdout.split()
    for id_ in all_forms():
        assert lines.count(id_) == 1


def test_no_progress_bar_and_no_colour_in_a_pipe():
    result = gradproof("check", "scalar-sigmoid-full", *SMALL)
    assert result.stderr == ""
    assert "\x1b" not in result.stdout


def test_printed_only_leaves_out_what_is_ours():
    result = gradproof("check", "rnn-by-hand", "--printed-only", "--format", "json", *SMALL)
    ids = [form["id"] for form in json.loads(result.stdout)["forms"]]
    assert ids == [
        form.id
        for form in all_forms().values()
        if form.document.key == "rnn-by-hand" and form.variant.value == "printed"
    ]


def test_the_errata_say_place_reason_correction_condition_and_counterexample():
    result = gradproof("check", "huang2019/63-2", "huang2019/54", "--errata", *SMALL)
    assert result.exit_code == 0
    text = result.stdout
    assert "Huang (2019): 1 wrong of 2 printed formulas" in text
    assert "(63), part 2: W^(t-k) is taken out of a product of matrices" in text
    assert "printed: ds_t/ds_k = W^(t-k) prod_{i=k+1..t} ds_i/dz_i" in text
    assert "correct: ds_t/ds_k = prod_{i=t..k+1} ds_i/dz_i W" in text
    assert "it would hold when D = 1" in text
    assert "smallest counterexample found: tau = 2, M = 1, D = 2, C = 2" in text
    assert "(disjoint balls)" in text
    assert "(54)" not in text


def test_errata_as_json_are_the_wrong_lines_alone():
    arguments = ("check", "huang2019/63-2", "huang2019/54", "--errata", "--format", "json")
    (form,) = json.loads(gradproof(*arguments, *SMALL).stdout)["forms"]
    assert (form["id"], form["verdict"]) == ("huang2019/63-2/printed", "fails")
    assert form["when"] == ["D = 1"]
    assert form["error"]
    assert form["corrected"]
    assert form["counterexample"]["letters"] == {"k": 1}


def test_junit_has_a_case_for_every_form_and_a_failure_for_each_surprise(tmp_path, monkeypatch):
    file = tmp_path / "out.xml"
    assert gradproof("check", "huang2019/63-2", "--junit", file, *SMALL).exit_code == 0
    root = ElementTree.parse(file).getroot()
    assert root.attrib == {"tests": "2", "failures": "0", "errors": "0"}
    names = [case.attrib["name"] for case in root.iter("testcase")]
    assert names == ["huang2019/63-2/printed", "huang2019/63-2/corrected"]
    wrong(monkeypatch, "rnn-notes/dL-dV/corrected", without_last_step)
    arguments = ("check", "rnn-notes/dL-dV", "huang2019/63-2", "--junit", file)
    assert gradproof(*arguments, *SMALL).exit_code == 1
    root = ElementTree.parse(file).getroot()
    assert (root.attrib["tests"], root.attrib["failures"]) == ("3", "1")
    (failure,) = root.iter("failure")
    assert failure.attrib["message"] == "expected holds, found fails"
    assert "smallest counterexample found" in failure.text
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_lost(tmp_path):
    file = tmp_path / "nowhere" / "out.xml"
    result = gradproof("check", "huang2019/54", "--junit", file, *SMALL)
    assert result.exit_code == 2
    assert f"cannot write {file}: No such file or directory" in result.stderr


SCALAR_SOFTMAX = """model scalar-softmax
function f
input x[t]
target y[t]
parameter W
parameter V: (1)
s[t] = f(W * s[t-1] + x[t])
o[t]: (1) = softmax(V * s[t])
E[t] = -sum(y[t] * log(o[t]))
L = sum[t](E[t])
loss L
"""


def test_a_softmax_of_a_scalar_is_vacuous_and_no_pass(tmp_path):
    """It is 1 whatever comes in, so every gradient is zero and every formula would agree."""
    file = tmp_path / "scalar.model"
    file.write_text(SCALAR_SOFTMAX)
    result = gradproof("check", "--model-file", file, "--format", "json", *SMALL)
    assert result.exit_code == 1
    forms = json.loads(result.stdout)["forms"]
    assert {form["verdict"] for form in forms} == {"undecided"}
    assert all(form["reason"].startswith("vacuous") for form in forms)
    assert "0 of 2 forms" in gradproof("check", "--model-file", file, *SMALL).stdout


def test_a_line_that_no_instance_is_long_enough_for_is_undecided():
    result = gradproof("check", "huang2019/8/printed", "--max-tau", "2", "--format", "json", *SMALL)
    (form,) = json.loads(result.stdout)["forms"]
    assert result.exit_code == 1
    assert form["verdict"] == "undecided"
    assert "long enough" in form["reason"]


def test_help_and_version():
    assert gradproof("--version").exit_code == 0
    assert "Proof-read" in gradproof("--help").stdout
