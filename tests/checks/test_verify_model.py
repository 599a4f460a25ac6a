"""Sheets of gradients whose network is named beside them: by a bundled model, or by a model file.

``tests/documents/gradients`` has a sheet for each bundled model, of well-known gradients and of the
same with one thing wrong.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from checks import derivations, pipeline
from checks.cli import main
from checks.library import verify, verify_equation
from checks.records import Record, Verification
from symbolic.models import load, names

SHEETS = Path(__file__).parents[1] / "documents" / "gradients"


def test_every_model_has_a_sheet():
    assert sorted(path.stem for path in SHEETS.glob("*.md")) == sorted(names())


@pytest.mark.parametrize("name", names())
def test_a_sheet_is_judged_right(name):
    path = SHEETS / f"{name}.md"
    found = verify(path, model=name)
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong_from = lines.index("# Fails") + 1
    right = [r for r in found if r.span.line < wrong_from]
    wrong = [r for r in found if r.span.line > wrong_from]
    assert len(right) + len(wrong) == len(lines) - 2 - sum(not line for line in lines)
    assert len(right) >= 2
    assert len(wrong) >= 2
    assert [(r.latex, r.reason) for r in right if r.verdict != "holds"] == []
    assert [(r.latex, r.reason) for r in wrong if r.verdict != "fails"] == []
    assert all(r.evidence == "certified" for r in right)
    assert all(r.counterexample or (r.reason or "").startswith("shape") for r in wrong)


@pytest.mark.parametrize("name", names())
def test_a_sheet_for_another_network_does_not_hold(name):
    """The gradients of the Elman network with its biases hold of no network that lacks them."""
    claim = r"\nabla_b L = \sum_t (1 - h_t^2) \odot \nabla_{h_t} L"
    record = verify_equation(claim, model=name)
    assert record.verdict == ("holds" if name == "elman-softmax" else "undecided")


FORWARD = [
    ("elman-softmax", r"h_t = \tanh(W h_{t-1} + U x_t + b)", "holds"),
    ("elman-softmax", r"h_t = \tanh(b + U x_t + W h_{t-1})", "holds"),
    ("elman-softmax", r"h_t = \tanh(W h_{t-1} + U x_t)", "fails"),
    ("elman-softmax", r"h_t = \tanh(W h_t + U x_t + b)", "fails"),
    ("elman-softmax", r"h_t = \tanh(W^\top h_{t-1} + U x_t + b)", "fails"),
    ("elman-softmax", r"\hat y_t = \operatorname{softmax}(c + V h_t)", "holds"),
    ("elman-softmax", r"\hat y_t = \operatorname{softmax}(V h_t)", "fails"),
    ("elman-softmax", r"L_t = -\sum_i y_{t,i} \log \hat y_{t,i}", "holds"),
    ("elman-softmax", r"L = -\sum_t y_t^\top \log \hat y_t", "holds"),
    ("elman-softmax", r"L = -\sum_t \hat y_t^\top \log y_t", "fails"),
    ("elman-softmax", r"L = L_T", "fails"),
    ("many-to-one", r"z_t = u x_t + w s_{t-1} + k", "holds"),
    ("many-to-one", r"z_t = u x_t + w s_t + k", "fails"),
    ("many-to-one", r"L = -\sum_{i=1}^c y_i \log o_i", "holds"),
    ("linear-mse", r"L = \frac{1}{n} \sum_{i=1}^n (\alpha_{\tau,i} - y_i)^2", "holds"),
    ("linear-mse", r"L = \sum_{i=1}^n (\alpha_{\tau,i} - y_i)^2", "fails"),
    ("linear-mse", r"\alpha_t = \tanh(z_t)", "fails"),
    ("scalar-generic", r"s_t = f(U x_t + W s_{t-1})", "holds"),
    ("scalar-generic", r"s_t = \tanh(U x_t + W s_{t-1})", "fails"),
]


@pytest.mark.parametrize(("model", "claim", "verdict"), FORWARD)
def test_forward_equations_are_claims(model, claim, verdict):
    record = verify_equation(claim, model=model)
    assert (record.kind, record.verdict) == ("claim", verdict), record.reason


#: One equation in many hands; {t} is the step, {s} the one before.
HANDS = [
    r"\nabla_W L = \sum_t ((1 - h_t^2) \odot \nabla_{h_t} L) STATE^\top|h_{t-1}|h_t",
    r"\frac{\partial L}{\partial W} = \sum_t \operatorname{diag}(1 - h_t^2) (\nabla_{h_t} L)"
    r" STATE^T|h_{t-1}|h_{t}",
    r"\nabla_{\mathbf W} \mathcal L = \sum_{t=1}^T \operatorname{diag}(1 - \mathbf h_t^2)"
    r" (\nabla_{\mathbf h_t} \mathcal L) STATE^\top|\mathbf h_{t-1}|\mathbf h_{t}",
    r"\nabla_W L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L)"
    r" (STATE)^\top|h^{(t-1)}|h^{(t)}",
    r"\nabla_W L = \sum_t \operatorname{diag}(1 - h(t) \odot h(t)) (\nabla_{h(t)} L)"
    r" STATE^\top|h(t-1)|h(t)",
    r"\nabla_W L = \sum_{k=1}^\tau \operatorname{diag}(1 - h_k^2) (\nabla_{h_k} L)"
    r" STATE^\top|h_{k-1}|h_k",
    r"\nabla_W E = \sum_{t=1}^\tau \operatorname{diag}(1 - h_t^2) (\nabla_{h_t} E)"
    r" STATE^\top|h_{t-1}|h_t",
]


@pytest.mark.parametrize("written", HANDS)
def test_one_equation_in_many_hands(written):
    claim, before, at = written.split("|")
    right = verify_equation(claim.replace("STATE", before), model="elman-softmax")
    wrong = verify_equation(claim.replace("STATE", at), model="elman-softmax")
    assert (right.verdict, wrong.verdict) == ("holds", "fails"), (right.reason, wrong.reason)


BIASES = [r"c", r"c_0", r"\mathbf{c}", r"\mathbf{c}_0"]


@pytest.mark.parametrize("name", BIASES)
def test_a_numbered_name_may_be_written_with_and_without_its_number(name):
    right = rf"\nabla_{{{name}}} L = \sum_t (\hat y_t - y_t)"
    wrong = rf"\nabla_{{{name}}} L = \hat y_1 - y_1"
    assert verify_equation(right, model="elman-softmax").verdict == "holds"
    assert verify_equation(wrong, model="elman-softmax").verdict == "fails"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"\frac{\partial L_t}{\partial V} = (\hat y_t - y_t) h_t^\top", "holds"),
        (r"\frac{\partial L_t}{\partial V} = \sum_t (\hat y_t - y_t) h_t^\top", "fails"),
        (r"\frac{\partial L}{\partial V} = (\hat y_t - y_t) h_t^\top", "fails"),
        (r"\frac{\partial E}{\partial V} = \sum_t (\hat y_t - y_t) h_t^\top", "holds"),
        (r"\frac{\partial E}{\partial V} = (\hat y_t - y_t) h_t^\top", "fails"),
        (r"\frac{\partial L}{\partial L_t} = 1", "holds"),
        (r"L = \sum_t E_t", "holds"),
    ],
)
def test_the_loss_and_the_loss_of_one_step(claim, verdict):
    assert verify_equation(claim, model="elman-softmax").verdict == verdict


def test_beside_the_whole_loss_the_other_letter_is_that_of_one_step():
    text = r"""$$L = \sum_t E_t$$ $$\frac{\partial E}{\partial V} = (\hat y_t - y_t) h_t^\top$$
$$\frac{\partial E}{\partial V} = \sum_t (\hat y_t - y_t) h_t^\top$$"""
    assert [r.verdict for r in verify(text, model="elman-softmax")] == [
        "holds",
        "holds",
        # The t of the sum is bound there; it is no step of E.
        "undecided",
    ]


SCALED = """model scaled
input x[t]
parameter w
s[t] = w * s[t-1] + x[t]
l[t] = s[t] ** 2
L = -2 * sum[t](l[t]) / 3
loss L
"""


def test_a_term_of_a_scaled_loss_is_a_loss_and_not_that_of_a_step(tmp_path):
    path = tmp_path / "scaled.model"
    path.write_text(SCALED)
    total = r"\frac{\partial l_t}{\partial w} = 2 s_t \frac{\partial s_t}{\partial w}"
    per_step = r"\frac{\partial l_t}{\partial w} = 2 s_t s_{t-1}"
    assert verify_equation(total, model=path).verdict == "holds"
    assert verify_equation(per_step, model=path).verdict == "fails"
    assert (
        verify_equation(r"\frac{\partial L_t}{\partial s_t} = 2 s_t", model=path).verdict != "holds"
    )


def by_id(found: Verification) -> dict[str, Record]:
    return {record.id: record for record in found}


def test_other_names_may_be_defined_from_those_of_the_model():
    found = by_id(
        verify(
            r"""$$g_t = V^\top \delta_t \tag{1}$$ where $\delta_t = \hat y_t - y_t$. Then
$$\nabla_V L = \sum_t \delta_t h_t^\top \tag{2}$$
$$\nabla_V L = \sum_t \delta_t h_{t-1}^\top \tag{3}$$
$$\nabla_{h_T} L = g_T \tag{4}$$
$$\nabla_{h_t} L = g_t \tag{5}$$
$$\delta_t = y_t - \hat y_t \tag{6}$$
""",
            model="elman-softmax",
        )
    )
    assert (found["1"].kind, found["1"].verdict) == ("definition", "not-a-claim")
    verdicts = {id_: found[id_].verdict for id_ in ("2", "3", "4", "5", "6")}
    assert verdicts == {"2": "holds", "3": "fails", "4": "holds", "5": "fails", "6": "fails"}


@pytest.mark.parametrize(
    "definition",
    [
        r"\epsilon_T = \hat y_T - y_T",  # at one step alone
        r"\epsilon_t = \epsilon_{t+1}",  # from the future, and from itself
        r"\epsilon_t = q_t - y_t",  # from a name that stands nowhere
        r"\epsilon_{t,i} = \hat y_{t,i} - y_{t,i}",  # entry by entry
        r"\epsilon_t = V \hat y_t",  # of shapes that do not fit
    ],
)
def test_what_does_not_follow_from_the_model_defines_nothing(definition):
    text = f"$${definition}$$\n\n$$\\nabla_{{o_t}} L = \\epsilon_t$$\n\n$$\\nabla_{{o_t}} L = y_t$$"
    assert [r.verdict for r in verify(text, model="elman-softmax")][1:] == ["undecided", "fails"]


SIZES = r"""Let $W \in \mathbb{R}^{D \times D}$, $V \in \mathbb{R}^{n \times D}$.
$$\frac{\partial o_{t,i}}{\partial h_{t-1,j}} = \sum_{k=1}^{D} V_{ik} (1 - h_{t,k}^2) W_{kj}$$
$$\frac{\partial o_{t,i}}{\partial h_{t-1,j}} = \sum_{k=1}^{n} V_{ik} (1 - h_{t,k}^2) W_{kj}$$
$$L_t = -\sum_{i=1}^{n} y_{t,i} \log \hat y_{t,i}$$
"""


def test_the_letters_for_sizes_are_those_of_the_text():
    """The n of the text counts outputs, that of the model is called D."""
    found = verify(SIZES, model="elman-softmax")
    (section,) = found.sections
    assert section.model["variables"]["V"] == "(n, D) parameter"
    assert section.model["variables"]["U"] == "(D, m) parameter"
    claims = [r for r in found if r.kind == "claim"]
    assert [r.verdict for r in claims] == ["holds", "fails", "holds"]
    assert claims[1].reason == "shape: the index k runs to n and to D"


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (r"$W \in \mathbb{R}^{n}$", "W is declared (n); in the model elman-softmax it is (n, n)"),
        (r"$W \in \mathbb{R}^{n \times m}$", "W is declared (n, m)"),
        (
            r"$W \in \mathbb{R}^{d \times d}$ and $V \in \mathbb{R}^{d \times c}$",
            "V is declared (d, c); in the model elman-softmax it is (c, n), with d for n",
        ),
    ],
)
def test_a_text_that_contradicts_the_model_is_not_judged(shapes, message):
    found = verify(
        f"With {shapes}\n\n$$\\nabla_V L = \\sum_t (\\hat y_t - y_t) h_t^\\top$$\n",
        model="elman-softmax",
    )
    assert message in (found.sections[0].problem or "")
    assert found.records[-1].verdict == "undecided"
    assert message in (found.records[-1].reason or "")


def test_the_report_names_the_model():
    found = verify(r"$$\nabla_V L = 1$$", model="elman-softmax")
    assert found.sections[0].conventions["model"] == "elman-softmax"


LSTM = """model cell
dimensions n, m
input x[t]: (m)
parameter Wxf: (n, m)
parameter Whf: (n, n)
parameter b_f: (n)
parameter W_xg: (n, m)
parameter W_hg: (n, n)
parameter r: (n)
f[t]: (n) = sigmoid(Wxf @ x[t] + Whf @ h[t-1] + b_f)
g[t]: (n) = tanh(W_xg @ x[t] + W_hg @ h[t-1])
c[t]: (n) = f[t] * c[t-1] + g[t]
h[t]: (n) = tanh(c[t])
L = r @ h[tau]
loss L
"""
CLAIMS = [
    (r"\nabla_{h_T} L = r", "holds"),
    (r"\nabla_{h_t} L = r", "fails"),
    (r"f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)", "holds"),
    (r"f_t = \sigma(W_{hf} x_t + W_{xf} h_{t-1} + b_f)", "fails"),
    (r"\nabla_{f_t} L = c_{t-1} \odot \nabla_{c_t} L", "holds"),
    (r"\nabla_{f_t} L = c_t \odot \nabla_{c_t} L", "fails"),
    (
        r"\nabla_{W_{hf}} L = \sum_t (f_t \odot (1 - f_t) \odot \nabla_{f_t} L) h_{t-1}^\top",
        "holds",
    ),
    (r"\nabla_{W_{hf}} L = \sum_t (f_t \odot \nabla_{f_t} L) h_{t-1}^\top", "fails"),
    (r"\nabla_{W_{hg}} L = \sum_t ((1 - g_t^2) \odot \nabla_{c_t} L) h_{t-1}^\top", "holds"),
    (
        r"\nabla_{\mathbf W_{hg}} L = \sum_t ((1 - g_t^2) \odot \nabla_{h_t} L) h_{t-1}^\top",
        "fails",
    ),
    (
        r"\nabla_{b_f} L = \sum_t \sigma'(W_{xf} x_t + W_{hf} h_{t-1} + b_f) \odot \nabla_{f_t} L",
        "holds",
    ),
    (
        r"\nabla_{b_f} L = \sum_t \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f) \odot \nabla_{f_t} L",
        "fails",
    ),
    (r"\nabla_{b_f} L = \sum_t f_t \odot (1 - f_t) \odot \nabla_{f_t} L", "holds"),
    (r"\nabla_{b_f} L = \sum_t (1 - f_t) \odot \nabla_{f_t} L", "fails"),
]


@pytest.mark.parametrize(("claim", "verdict"), CLAIMS)
def test_a_model_file(tmp_path, claim, verdict):
    path = tmp_path / "cell.model"
    path.write_text(LSTM)
    record = verify_equation(claim, model=path)
    assert record.verdict == verdict, record.reason


def run(*arguments: str, text: str | None = None):
    return CliRunner().invoke(main, ["verify", *arguments], input=text, catch_exceptions=False)


RIGHT, WRONG = r"$$\nabla_{o_t} L = \hat y_t - y_t$$", r"$$\nabla_{o_t} L = y_t$$"


@pytest.mark.parametrize(("text", "status"), [(RIGHT, 0), (WRONG, 1), (RIGHT + "\n\n" + WRONG, 1)])
def test_exit_statuses_with_a_model(text, status):
    result = run("-", "--model", "elman-softmax", "--format", "json", text=text)
    assert result.exit_code == status
    content = json.loads(result.stdout)
    assert content["sections"][0]["conventions"]["model"] == "elman-softmax"
    assert content["summary"]["undecided"] == 0


def test_the_model_file_on_the_command_line(tmp_path):
    model, sheet = tmp_path / "cell.model", tmp_path / "sheet.md"
    model.write_text(LSTM)
    sheet.write_text("\n\n".join(f"$${claim}$$" for claim, verdict in CLAIMS if verdict == "holds"))
    assert run(str(sheet), "--model-file", str(model)).exit_code == 0
    assert run(str(sheet), "--model", "elman-softmax").exit_code in (1, 2)


def test_wrong_use_of_the_options(tmp_path):
    broken = tmp_path / "broken.model"
    broken.write_text(LSTM.replace("tanh(c[t])", "tahn(c[t])"))
    for arguments, message in [
        (
            ["--model", "elman-sofmax"],
            "unknown model 'elman-sofmax'; did you mean 'elman-softmax'",
        ),
        (["--model", ""], "unknown model ''"),
        (["--model", "linear-mse", "--model-file", str(broken)], "expected one of them"),
        (["--model-file", str(tmp_path / "none.model")], "No such file"),
        (["--model-file", str(broken)], f"{broken}:13:13: "),
    ]:
        result = run("-", *arguments, text=RIGHT)
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr
    assert (
        "h[t]: (n) = tahn(c[t])\n            ^^^^"
        in run("-", "--model-file", str(broken), text=RIGHT).stderr
    )


#: The forward equations of the derivation, which become claims.
DEFINITIONS = ("1", "2", "3", "4", "11", "13")


@pytest.mark.slow
def test_a_derivation_has_the_same_verdicts_with_its_model_beside_it():
    """The network that the text defines is in the box: only its definitions become claims."""
    truth = json.loads((SHEETS.parent / "truth" / "rnn-notes.json").read_text(encoding="utf-8"))
    text = derivations.text("rnn-notes")
    found = by_id(pipeline.verify("rnn-notes.md", text=text, model=load("elman-softmax")))
    assert {found[id_].verdict for id_ in DEFINITIONS} == {"holds"}
    judged = {id_: r.verdict for id_, r in found.items() if r.verdict != "undecided"}
    wrong = {
        id_: (verdict, truth[id_]["verdict"])
        for id_, verdict in judged.items()
        if id_ in truth and id_ not in DEFINITIONS and verdict != truth[id_]["verdict"]
    }
    assert wrong == {}
    assert len(judged.keys() & truth.keys()) >= 94
