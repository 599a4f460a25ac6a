"""The pipeline of ``gradproof verify``, from a text to the verdict on each of its equations."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from checks.cli import main
from checks.pipeline import verify

ELMAN = r"""# A recurrent layer

Let $W \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times m}$,
$V \in \mathbb{R}^{c \times n}$, $x_t \in \mathbb{R}^m$, $y_t \in \mathbb{R}^c$.
For $t = 1, \dots, T$:

$$h_t = \tanh(W h_{t-1} + U x_t) \tag{1}$$
$$\hat{y}_t = \operatorname{softmax}(V h_t) \tag{2}$$
$$L_t = -y_t^\top \log \hat{y}_t \tag{3}$$
$$L = \sum_{t=1}^{T} L_t \tag{4}$$

The targets are one-hot. Then

"""


def verdicts(text: str, before: str = ELMAN) -> dict[str, str]:
    found = verify("notes.md", text=before + text)
    assert all(section.problem is None for section in found.sections), found.sections
    return {record.id: record.verdict for record in found.records}


def judged(claim: str, before: str = ELMAN):
    found = verify("notes.md", text=before + f"$${claim} \\tag{{9}}$$\n")
    (record,) = [record for record in found.records if record.id == "9"]
    return record


def test_definitions_and_shapes_are_no_claims():
    found = verdicts("")
    assert {found[str(n)] for n in (1, 2, 3, 4)} == {"not-a-claim"}


RIGHT = [
    r"\frac{\partial L}{\partial V} = \sum_{t=1}^T (\hat{y}_t - y_t) h_t^\top",
    r"\nabla_V L = \sum_t (\hat{y}_t - y_t) h_t^\top",
    r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W",
    r"\frac{\partial h_t}{\partial h_k} = \prod_{i=k+1}^{t} \frac{\partial h_i}{\partial h_{i-1}}",
    r"\frac{\partial h_t}{\partial h_k} = \frac{\partial h_t}{\partial h_{t-1}}"
    r"\frac{\partial h_{t-1}}{\partial h_{t-2}} \cdots \frac{\partial h_{k+1}}{\partial h_k}",
    r"\frac{\partial L_t}{\partial W} = \sum_{k=1}^t \frac{\partial L_t}{\partial h_t}"
    r"\frac{\partial h_t}{\partial h_k} \frac{\partial h_k}{\partial W}",
    r"\nabla_{h_t} L = W^\top \operatorname{diag}(1 - h_{t+1}^2) \nabla_{h_{t+1}} L"
    r" + V^\top (\hat{y}_t - y_t)",
    r"\nabla_W L = \sum_{t=1}^T ((1 - h_t^2) \odot \nabla_{h_t} L) h_{t-1}^\top",
    r"\frac{\partial \hat{y}_{t,i}}{\partial h_{t,j}} = \hat{y}_{t,i} (V_{i,j} -"
    r" \sum_{k=1}^c \hat{y}_{t,k} V_{k,j})",
    r"\frac{\partial L}{\partial U} = \sum_t \operatorname{diag}(1 - h_t^2)"
    r" \left(\nabla_{h_t} L\right) x_t^T",
]
WRONG = [
    r"\frac{\partial L}{\partial V} = \sum_{t=1}^T (\hat{y}_t - y_t) h_{t-1}^\top",
    r"\nabla_V L = \sum_t h_t (\hat{y}_t - y_t)^\top",
    r"\frac{\partial h_t}{\partial h_{t-1}} = W \operatorname{diag}(1 - h_t^2)",
    r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 + h_t^2) W",
    r"\frac{\partial h_t}{\partial h_k} = W^{t-k}",
    r"\nabla_{h_t} L = W \operatorname{diag}(1 - h_{t+1}^2) \nabla_{h_{t+1}} L"
    r" + V^\top (\hat{y}_t - y_t)",
    r"\nabla_{h_t} L = V^\top (\hat{y}_t - y_t)",
    r"\nabla_W L = \sum_{t=1}^T (\nabla_{h_t} L) h_{t-1}^\top",
    r"\frac{\partial \hat{y}_{t,i}}{\partial h_{t,j}} = \hat{y}_{t,i} (V_{j,i} -"
    r" \sum_{k=1}^c \hat{y}_{t,k} V_{k,j})",
]


@pytest.mark.parametrize("claim", RIGHT)
def test_a_right_claim_holds(claim):
    record = judged(claim)
    assert (record.verdict, record.reason) == ("holds", None)
    assert record.evidence == "certified"


@pytest.mark.parametrize("claim", WRONG)
def test_a_wrong_claim_fails(claim):
    record = judged(claim)
    assert record.verdict == "fails"
    assert record.counterexample is not None or record.reason.startswith("shape")


UNREADABLE = [
    r"\frac{\partial L}{\partial Q} = 0",
    r"\nabla_W L = \oint h_t",
    r"\nabla_W L = \frac{1}{",
]


@pytest.mark.parametrize("claim", UNREADABLE)
def test_what_cannot_be_read_is_undecided_and_stops_nothing(claim):
    text = f"$${claim} \\tag{{9}}$$\n\n$$\\frac{{\\partial L}}{{\\partial L_t}} = 1 \\tag{{10}}$$\n"
    found = verify("notes.md", text=ELMAN + text)
    assert [r.verdict for r in found.records[-2:]] == ["undecided", "holds"]
    assert found.records[-2].reason


REMARKS = [
    r"h_{t+1} = h_T",
    r"t = T - 1",
    r"W = W - \frac{\partial L}{\partial W}",
    r"k = t, \dots, 1",
]


@pytest.mark.parametrize("remark", REMARKS)
def test_remarks_and_updates_are_no_claims(remark):
    assert judged(remark).verdict == "not-a-claim"


PHRASES = [
    ("The targets are one-hot.", "holds"),
    ("Let the class be 1.", "holds"),
    ("We assume that the class of each step is 1.", "holds"),
    ("The class is 2.", "fails"),
    ("Nothing is said.", "fails"),
]


@pytest.mark.parametrize(("phrase", "verdict"), PHRASES[1:])
def test_a_class_is_fixed_by_the_words_of_the_document_alone(phrase, verdict):
    before = ELMAN.replace("The targets are one-hot.", phrase)
    claim = r"\frac{\partial L_t}{\partial \hat{y}_{t,1}} = -\frac{1}{\hat{y}_{t,1}}"
    assert judged(claim, before).verdict == verdict


def test_words_count_only_for_what_comes_after_them():
    claim = r"$$\frac{\partial L_t}{\partial \hat{y}_{t,1}} = -\frac{1}{\hat{y}_{t,1}}$$"
    text = (
        ELMAN.replace("The targets are one-hot.", "") + f"{claim}\n\nThe class is 1.\n\n{claim}\n"
    )
    assert [r.verdict for r in verify("n.md", text=text).records[-2:]] == ["fails", "holds"]


def test_a_chain_is_judged_line_by_line():
    text = r"""$$\begin{aligned}
\frac{\partial L_t}{\partial V} &= (\hat{y}_t - y_t) h_t^\top \\
&= h_t (\hat{y}_t - y_t)^\top \\
&= (\hat{y}_t - y_t) h_t^\top
\end{aligned}$$
"""
    found = verify("notes.md", text=ELMAN + text)
    last = found.records[-3:]
    assert [r.verdict for r in last] == ["holds", "fails", "holds"]
    assert [r.follows for r in last] == [None, False, False]


def run(*arguments: str, text: str | None = None):
    return CliRunner().invoke(main, ["verify", *arguments], input=text, catch_exceptions=False)


def test_the_command_line_prints_json_with_the_schema(tmp_path):
    file = tmp_path / "notes.md"
    file.write_text(ELMAN + f"$${RIGHT[0]} \\tag{{5}}$$\n\n$${WRONG[0]} \\tag{{6}}$$\n")
    result = run(str(file), "--format", "json")
    assert result.exit_code == 1
    content = json.loads(result.stdout)
    assert content["schema"] == 1
    by_id = {equation["id"]: equation for equation in content["equations"]}
    assert by_id["5"]["verdict"] == "holds"
    assert by_id["6"]["verdict"] == "fails"
    assert by_id["6"]["counterexample"]["gap_at_least"]
    assert content["summary"]["fails"] == 1


def test_exit_statuses(tmp_path):
    good, nothing = tmp_path / "good.md", tmp_path / "nothing.md"
    good.write_text(ELMAN + f"$${RIGHT[0]} \\tag{{5}}$$\n")
    nothing.write_text("$$\\nabla_W L = x$$\n")
    assert run(str(good)).exit_code == 0
    assert run(str(nothing)).exit_code == 2
    assert run().exit_code == 2
    assert run(str(tmp_path / "absent.md")).exit_code == 2


LSTM = r"""# A cell with gates, in a notation of its own

The sizes are $A, B, C, D \in \mathbb{R}^{p \times q}$, $E, F, G, H \in \mathbb{R}^{p \times p}$,
$u^{(t)} \in \mathbb{R}^q$ and $r \in \mathbb{R}^p$.

$$\begin{aligned}
\iota^{(t)} &= \sigma(A u^{(t)} + E m^{(t-1)}) \\
\phi^{(t)} &= \sigma(B u^{(t)} + F m^{(t-1)}) \\
\omega^{(t)} &= \sigma(C u^{(t)} + G m^{(t-1)}) \\
\gamma^{(t)} &= \tanh(D u^{(t)} + H m^{(t-1)}) \\
c^{(t)} &= \phi^{(t)} \odot c^{(t-1)} + \iota^{(t)} \odot \gamma^{(t)} \\
m^{(t)} &= \omega^{(t)} \odot \tanh(c^{(t)})
\end{aligned}$$

The loss is $L = r^\top m^{(\tau)}$.

"""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (
            r"\frac{\partial m^{(t)}}{\partial c^{(t)}} ="
            r" \operatorname{diag}(\omega^{(t)} \odot (1 - \tanh^2(c^{(t)})))",
            "holds",
        ),
        (
            r"\frac{\partial m^{(t)}}{\partial c^{(t)}} ="
            r" \operatorname{diag}(\omega^{(t)} \odot (1 - \tanh(c^{(t)})))",
            "fails",
        ),
        (
            r"\frac{\partial c^{(t)}}{\partial \gamma^{(t)}} = \operatorname{diag}(\iota^{(t)})",
            "holds",
        ),
        (
            r"\frac{\partial c^{(t)}}{\partial \gamma^{(t)}} = \operatorname{diag}(\phi^{(t)})",
            "fails",
        ),
        (r"\nabla_{\gamma^{(t)}} L = \iota^{(t)} \odot \nabla_{c^{(t)}} L", "holds"),
        (
            r"\nabla_H L = \sum_t ((1 - (\gamma^{(t)})^2) \odot \nabla_{\gamma^{(t)}} L)"
            r" (m^{(t-1)})^\top",
            "holds",
        ),
        (
            r"\nabla_H L = \sum_t ((1 - (\gamma^{(t)})^2) \odot \nabla_{\gamma^{(t)}} L)"
            r" (m^{(t)})^\top",
            "fails",
        ),
    ],
)
def test_a_cell_that_the_tool_has_never_seen(claim, verdict):
    record = judged(claim, LSTM)
    assert record.verdict == verdict, record.reason


def test_jobs_change_nothing_and_a_limit_of_time_leaves_a_claim_undecided(tmp_path):
    file = tmp_path / "good.md"
    file.write_text(ELMAN + "".join(f"$${claim}$$\n\n" for claim in RIGHT[:4]))
    one, two = (run(str(file), "--format", "json", "--jobs", n).stdout for n in ("1", "2"))
    assert one == two
    short = run(str(file), "--format", "json", "--timeout", "0.0001", "--jobs", "1")
    assert short.exit_code == 2
    reasons = {e["reason"] for e in json.loads(short.stdout)["equations"] if e["kind"] == "claim"}
    assert reasons == {"took longer than 0.0001 s; --timeout gives it more"}
    assert run(str(file), "--timeout", "0").exit_code == 2
    assert run(str(file), "--jobs", "0").exit_code == 2
