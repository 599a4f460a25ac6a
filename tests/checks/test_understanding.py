"""What a text leaves out and how it is completed: shapes, labels, functions, steps, limits.

Each case is a text and the verdicts on its numbered equations; wrong ones stand beside right ones.
"""

from __future__ import annotations

import pytest

from checks.pipeline import verify

SQUARE = r"$W \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times m}$"
PLAIN = rf"$h_t = \tanh(W h_{{t-1}} + U x_t)$, {SQUARE}, $L = \frac12 \|h_T - y\|^2$"
BOLD = r"""$\mathbf{h}_t = \tanh(\mathbf W \mathbf h_{t-1} + \mathbf U \mathbf x_t + \mathbf b)$,
$\mathbf o_t = \mathbf V \mathbf h_t + \mathbf c$,
$\hat{\mathbf y}_t = \mathrm{softmax}(\mathbf o_t)$,
$L = -\sum_t \sum_i y_{t,i} \log \hat y_{t,i}$"""
WITH_Z = r"""$h_t = \tanh(z_t)$, $z_t = W h_{t-1} + U x_t + b$, $o_t = V h_t$,
$L = \sum_t \frac12 \|o_t - y_t\|^2$, $W \in \mathbb{R}^{n \times n}$"""
LABELS = r"""$h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h)$, $\hat y_t = W_{hy} h_t + b_y$,
$L = \sum_t \frac12 \|\hat y_t - y_t\|^2$"""
WORDS = r"""$h_t = \tanh(W_{\text{rec}} h_{t-1} + W_{\text{in}} x_t + b)$,
$\hat y_t = W_{\mathrm{out}} h_t$, $L_t = \frac12 \|\hat y_t - y_t\|^2$"""
GATES = r"""$f_t = \sigma(W_f h_{t-1} + U_f x_t + b_f)$,
$i_t = \sigma(W_i h_{t-1} + U_i x_t + b_i)$,
$\tilde c_t = \tanh(W_c h_{t-1} + U_c x_t + b_c)$,
$c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t$,
$h_t = \tanh(c_t)$, $L = \sum_t \frac12 \|h_t - y_t\|^2$"""
SCALARS = "All quantities are scalars. "

CASES: dict[str, tuple[str, dict[str, str]]] = {
    "shapes follow from declared ones": (
        PLAIN,
        {
            r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W": "holds",
            r"\frac{\partial h_t}{\partial h_{t-1}} = W \operatorname{diag}(1 - h_t^2)": "fails",
            r"\frac{\partial h_t}{\partial x_t} = \operatorname{diag}(1 - h_t^2) U": "holds",
            r"\frac{\partial L}{\partial U} = \sum_t x_t \frac{\partial L}{\partial h_t}": "fails",
        },
    ),
    "bold letters are vectors and matrices": (
        BOLD,
        {
            r"\frac{\partial L}{\partial \mathbf V} = \sum_t (\hat{\mathbf y}_t - \mathbf y_t)"
            r" \mathbf h_t^\top": "holds",
            r"\frac{\partial L}{\partial \mathbf V} = \sum_t \mathbf h_t (\hat{\mathbf y}_t"
            r" - \mathbf y_t)^\top": "fails",
        },
    ),
    "a batch, and a power of what is not square is by entries": (
        r"$S_t = \tanh(X_t U + S_{t-1} W)$, $L = \frac12 \|S_T - Y\|_F^2$",
        {
            r"\frac{\partial L}{\partial U} = \sum_t X_t^\top \left(\frac{\partial L}{\partial S_t}"
            r" \circ (1 - S_t^2)\right)": "holds",
            r"\frac{\partial L}{\partial U} = \sum_t X_t^\top \left(\frac{\partial L}{\partial S_t}"
            r" \circ (1 + S_t^2)\right)": "fails",
        },
    ),
    "a product of two vectors is a number, and d is a desired output": (
        r"$h_t = f(W h_{t-1} + U x_t)$, $y_t = v^\top h_t$, $L = \sum_t \frac12 (y_t - d_t)^2$",
        {
            r"\nabla_v L = \sum_t (y_t - d_t) h_t": "holds",
            r"\nabla_v L = \sum_t (y_t + d_t) h_t": "fails",
        },
    ),
    "nothing says whether letters are numbers or arrays": (
        r"$h_t = \tanh(w h_{t-1} + u x_t)$",
        {
            r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t^2)": "holds-when",
            r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 + h_t^2)": "fails",
            r"h_t - h_t = 0 h_t + (w - w) u": "undecided",
        },
    ),
    "letters below a name that nothing binds": (
        LABELS,
        {
            r"\frac{\partial L}{\partial W_{hy}} = \sum_t (\hat y_t - y_t) h_t^\top": "holds",
            r"\frac{\partial L}{\partial W_{hy}} = \sum_t \hat y_t h_t^\top": "fails",
            r"\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) W_{hh}": "holds",
            r"\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) W_{xh}": "fails",
        },
    ),
    "words below a name": (
        WORDS,
        {
            r"\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) W_{\text{rec}}": (
                "holds"
            ),
            r"\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) W_{\text{in}}": (
                "fails"
            ),
        },
    ),
    "gates; a sigma that is not defined may be the sigmoid": (
        GATES,
        {
            r"\frac{\partial c_t}{\partial f_t} = \operatorname{diag}(c_{t-1})": "holds",
            r"\frac{\partial c_t}{\partial f_t} = \operatorname{diag}(c_t)": "fails",
            r"\frac{\partial c_t}{\partial b_f} ="
            r" \frac{\partial c_t}{\partial f_t} \operatorname{diag}(f_t \odot (1 - f_t))": (
                "undecided"
            ),
        },
    ),
    "a text that calls sigma the sigmoid": (
        SCALARS + r"With the sigmoid $\sigma$, $s_t = \sigma(w s_{t-1})$, $L = (s_T - y)^2$",
        {
            r"\frac{\partial s_t}{\partial s_{t-1}} = w s_t (1 - s_t)": "holds",
            r"\frac{\partial s_t}{\partial s_{t-1}} = w (1 - s_t^2)": "fails",
        },
    ),
    "a function with its formula": (
        SCALARS
        + r"$\sigma(u) = \frac{1}{1 + e^{-u}}$, $s_t = \sigma(w s_{t-1})$, $L = (s_T - y)^2$",
        {
            r"\frac{\partial s_t}{\partial s_{t-1}} = w s_t (1 - s_t)": "holds",
            r"\frac{\partial s_t}{\partial s_{t-1}} = w (1 - s_t^2)": "fails",
            r"\sigma'(w s_{t-1}) = s_t (1 - s_t)": "holds",
        },
    ),
    "a function that is another name for one": (
        SCALARS + r"$s_t = \phi(w s_{t-1})$ with $\phi = \tanh$, $L = (s_T - y)^2$",
        {
            r"\frac{\partial s_t}{\partial s_{t-1}} = w (1 - s_t^2)": "holds",
            r"\frac{\partial s_t}{\partial s_{t-1}} = w s_t (1 - s_t)": "fails",
        },
    ),
    "a function with a formula that is no function of ours": (
        SCALARS + r"$g(u) = u^2$, $s_t = g(w s_{t-1})$, $L = (s_T - y)^2$",
        {
            r"\frac{\partial s_t}{\partial s_{t-1}} = w g'(w s_{t-1})": "holds",
            r"\frac{\partial s_t}{\partial s_{t-1}} = 2 w^2 s_{t-1}": "undecided",
        },
    ),
    "a name defined by a derivative": (
        WITH_Z + r", $\delta_t = \nabla_{z_t} L$",
        {
            r"\delta_t = (1 - h_t^2) \circ (V^\top (o_t - y_t) + W^\top \delta_{t+1})": "holds",
            r"\delta_t = (1 - h_t^2) \circ (V^\top (o_t - y_t) + W \delta_{t+1})": "fails",
            r"\delta_T = (1 - h_T^2) \circ (V^\top (o_T - y_T))": "holds",
            r"\frac{\partial L}{\partial W} = \sum_t \delta_t h_{t-1}^\top": "holds",
            r"\frac{\partial L}{\partial W} = \sum_t \delta_t h_t^\top": "fails",
        },
    ),
    "a recursion that runs backward, with what it computes": (
        WITH_Z
        + r", $\delta_T = (1 - h_T^2) \circ (V^\top (o_T - y_T))$, $\nabla_{z_t} L = \delta_t$",
        {
            r"\delta_t = (1 - h_t^2) \circ (V^\top (o_t - y_t) + W^\top \delta_{t+1})": "holds",
            # Which of the equations for it is wrong, nothing says.
            r"\delta_t = (1 - h_t) \circ (V^\top (o_t - y_t) + W^\top \delta_{t+1})": "undecided",
        },
    ),
    "the step of a sum is not that of its equation": (
        rf"$h_t = \tanh(W h_{{t-1}} + U x_t)$, $o_t = V h_t$, {SQUARE},"
        r" $E_t = \frac12 \|o_t - y_t\|^2$",
        {
            r"\frac{\partial E}{\partial V} = \sum_t (o_t - y_t) h_t^\top": "holds",
            r"\frac{\partial E}{\partial W} = \sum_t \frac{\partial E_t}{\partial W}": "holds",
            r"\frac{\partial E}{\partial V} = \sum_t (o_t - y_t) h_{t-1}^\top": "fails",
        },
    ),
    "a formula beside its name is one node with it": (
        SCALARS
        + r"$a_t = w h_{t-1} + b$, $h_t = \tanh(w h_{t-1} + b)$, $L = \sum_t (h_t - y_t)^2$",
        {
            r"\frac{\partial h_t}{\partial a_t} = 1 - h_t^2": "holds",
            r"\frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial a_t}": "holds",
            r"\frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial h_t}": "fails",
        },
    ),
    "a matrix that is called as losses are": (
        rf"$h_t = \tanh(W h_{{t-1}} + U x_t)$, {SQUARE}, $o_t = C h_t$,"
        r" $L = \sum_t \frac12 \|o_t - y_t\|^2$",
        {
            r"\nabla_C L = \sum_t (o_t - y_t) h_t^\top": "holds",
            r"\nabla_C L = \sum_t o_t h_t^\top": "fails",
        },
    ),
    "a matrix before a bracket": (
        r"$r_t = \tanh(A h_{t-1} + B x_t)$, $h_t = \tanh(W x_t + U (r_t \odot h_{t-1}))$,"
        r" $E = \frac12 \|h_T - y\|^2$, $A \in \mathbb{R}^{n \times n}$",
        {
            r"\nabla_{r_t} E = h_{t-1} \odot (U^\top ((1 - h_t^2) \odot \nabla_{h_t} E))": "holds",
            r"\nabla_{r_t} E = h_{t-1} \odot (U^\top ((1 - h_t) \odot \nabla_{h_t} E))": "fails",
        },
    ),
    "the number of steps as a number": (
        SCALARS + r"$h_t = \sin(w h_{t-1} + u x_t)$, $L = \frac1T \sum_t (h_t - y_t)^2$",
        {
            r"\frac{\partial L}{\partial h_T} = \frac2T (h_T - y_T)": "holds",
            r"\frac{\partial L}{\partial h_T} = 2 (h_T - y_T)": "fails",
        },
    ),
    "the copy of a vector": (
        WITH_Z + r", $b \in \mathbb{R}^n$",
        {
            r"\nabla_{b_t} L = \nabla_{z_t} L": "holds",
            r"\nabla_{b_t} L = \nabla_{z_{t-1}} L": "fails",
        },
    ),
    "scripts above that are no powers": (
        WITH_Z,
        {
            r"z^i_t = \sum_j W_{ij} h^j_{t-1} + \sum_j U_{ij} x^j_t + b_i": "undecided",
            r"z_i^t = \sum_j W_{ij} h_j^{t-1} + \sum_j U_{ij} x_j^t + b_i": "undecided",
        },
    ),
    "conditions beside an equation": (
        WITH_Z,
        {
            r"\frac{\partial h_{t,i}}{\partial z_{t,j}} = 0 \quad (i \neq j)": "undecided",
            r"\nabla_{h_t} L = V^\top (o_t - y_t), \quad t = T": "undecided",
            r"\nabla_{h_t} L = V^\top (o_t - y_t) \quad \text{if } t = T": "undecided",
            r"\nabla_{z_t} L = (1 - h_t^2) \circ \nabla_{h_t} L \quad \text{if } t = T": "holds",
            r"\nabla_{h_t} L = V^\top (o_t - y_t) \quad \text{for all } t": "fails",
            r"\nabla_{h_t} L = V^\top (o_t - y_t), \quad t = 1, \dots, T": "fails",
            r"\frac{\partial h_t}{\partial h_k} = \frac{\partial h_t}{\partial h_{k+1}}"
            r" \frac{\partial h_{k+1}}{\partial h_k}, \quad k < t": "holds",
            r"\frac{\partial h_t}{\partial h_k} = \frac{\partial h_t}{\partial h_{k+1}}"
            r", \quad k < t": "fails",
        },
    ),
    "a state that is zero at first": (
        PLAIN + ", with $h_0 = 0$",
        {
            r"h_1 = \tanh(U x_1)": "holds-when",
            r"h_2 = \tanh(U x_2)": "fails",
            r"h_t = \tanh(U x_t + W h_{t-1})": "holds",
        },
    ),
    "a transpose or a power": (
        rf"$h_t = W h_{{t-1}} + U x_t$ for $t = 1, \dots, T$, {SQUARE},"
        r" $L = \frac12 \|h_T - y\|^2$",
        {
            r"\frac{\partial h_T}{\partial h_0} = W^T": "undecided",
            r"\frac{\partial h_T}{\partial h_0} = W^\top": "fails",
            r"\nabla_{h_{t-1}} L = W^T \nabla_{h_t} L": "holds",
        },
    ),
    "an identity": (
        WITH_Z,
        {
            r"\frac{\partial z_t}{\partial b} = I": "holds",
            r"\frac{\partial h_t}{\partial z_t} = I": "fails",
            r"\frac{\partial h_t}{\partial h_{t-1}} ="
            r" \frac{\partial h_t}{\partial z_t} I W": "holds",
            r"\frac{\partial L}{\partial z_T} = 0": "fails",
        },
    ),
    "limits that run back": (
        PLAIN,
        {
            r"\frac{\partial h_t}{\partial h_k} = \prod_{i=t}^{k+1} \operatorname{diag}(1 - h_i^2)"
            r" W": "holds",
            r"\frac{\partial h_t}{\partial h_k} = \prod_{i=t}^{k+1} W \operatorname{diag}(1 -"
            r" h_i^2)": "fails",
        },
    ),
    "T is the last step": (
        SCALARS + r"$s_t = w s_{t-1} + u x_t$ for $t = 1, \dots, T$, $L = \frac12 (s_T - y)^2$",
        {
            r"\frac{\partial s_T}{\partial s_0} = w^T": "holds",
            r"\frac{\partial s_T}{\partial s_0} = w^{T-1}": "fails",
        },
    ),
}
EXPECTED = [
    pytest.param(text, equation, verdict, id=f"{name}: {equation[:60]}")
    for name, (text, equations) in CASES.items()
    for equation, verdict in equations.items()
]


@pytest.mark.parametrize(("text", "equation", "verdict"), EXPECTED)
def test_an_equation_is_judged_right(text: str, equation: str, verdict: str) -> None:
    found = verify("notes.md", text=f"{text}\n\n$${equation} \\tag{{1}}$$\n").records
    record = next(record for record in found if record.id == "1")
    assert record.verdict == verdict, record.reason


def test_a_product_goes_on_in_the_next_row() -> None:
    rows = r"""
\begin{align}
\frac{\partial h_t}{\partial h_{t-2}} &= \operatorname{diag}(1 - h_t^2) W \notag \\
&\quad \times \operatorname{diag}(1 - h_{t-1}^2) W \tag{1}
\end{align}"""
    for text, verdict in ((rows, "holds"), (rows.replace("{t-1}^2) W", "{t-1}^2)"), "fails")):
        records = verify("notes.tex", text=f"{PLAIN}\n{text}\n").records
        assert [r.verdict for r in records if r.id == "1"] == [verdict]


def test_the_first_formula_of_a_function_defines_it_and_a_second_one_is_a_claim() -> None:
    text = rf"{SCALARS} $s_t = f(w s_{{t-1}})$, $f(u) = \tanh(u)$, $L = (s_T - y)^2$"
    records = verify("notes.md", text=rf"{text}, $f(u) = \sinh(u)$").records
    assert [r.verdict for r in records][1] == "not-a-claim"
    assert records[-1].verdict != "holds"


LOST = rf"{PLAIN}, with the entries $h_{{t,i}}$"


@pytest.mark.parametrize(
    "equation",
    [
        r"\frac{\partial h_t}{\partial z_t} = \operatorname{diag}(1 - h_{t,1}^2, 1 + h_{t,2}^2,"
        r" \dots, 1 - h_{t,n}^2)",
        r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_{(t 1)}^2) W",
        r"\frac{\partial h_{t,i}}{\partial h_{t,j}} = \mathbf{1} \odot (i = j)",
        r"\frac{\partial h_t}{\partial h_{t-1}} ="
        r" \frac{\partial}{\partial h_{t-1}} \odot \tanh(W h_{t-1} + U x_t)",
    ],
)
def test_a_part_that_is_not_understood_is_never_left_out(equation: str) -> None:
    found = verify("notes.md", text=f"{LOST}\n\n$${equation} \\tag{{1}}$$\n").records
    assert found[-1].verdict in ("undecided", "fails"), found[-1]


ADDED = rf"""{SCALARS}

$$s_t = w s_{{t-1}} + u x_t$$

$$s_{{t+1}} = w s_t \tag{{1}}$$
"""


@pytest.mark.parametrize(
    ("following", "verdict"),
    [
        ("$$+ u x_{t+1}$$", "holds"),
        ("$$+ u x_t$$", "fails"),
        # With words between them they are two.
        ("Then\n\n$$+ u x_{t+1}$$", "fails"),
    ],
)
def test_a_display_that_begins_with_a_sign_goes_on_from_the_one_before(
    following: str, verdict: str
) -> None:
    records = verify("notes.md", text=f"{ADDED}\n{following}\n").records
    assert [r.verdict for r in records if r.id == "1"] == [verdict]


def test_a_sign_of_equality_behind_an_expression_of_another_shape_has_lost_its_left_side() -> None:
    text = rf"{PLAIN}\n\n$$\nabla_{{h_T}} L = h_T - y$$\n\n$$= \frac12 \|h_T - y\|^2 \tag{{1}}$$"
    record = verify("notes.md", text=text.replace(r"\n\n", "\n\n")).records[-1]
    assert record.verdict == "undecided"
    assert record.reason is not None
    assert record.reason.startswith("left side missing")


@pytest.mark.parametrize(
    ("said", "verdict"), [("$(1, 0, 0)^T$", "holds"), ("$(0, 1, 0)^T$", "fails")]
)
def test_a_printed_target_is_the_word_for_its_class(said: str, verdict: str) -> None:
    network = (
        r"$o_t = V h_t$, $\hat y_t = \mathrm{softmax}(o_t)$,"
        r" $L_t = -\sum_i y_{t,i} \log \hat y_{t,i}$"
    )
    shapes = r"$V \in \mathbb{R}^{3 \times n}$, $h_t = \tanh(W h_{t-1})$"
    claim = r"$$\frac{\partial L_t}{\partial \hat y_{t,1}} = -\frac{1}{\hat y_{t,1}} \tag{1}$$"
    found = verify("notes.md", text=f"{shapes}, {network}. The target is {said}.\n\n{claim}")
    assert found.records[-1].verdict == verdict
