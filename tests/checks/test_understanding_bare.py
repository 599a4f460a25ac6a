"""Steps above without brackets, a plus above the sign of a derivative, numbers as labels.

Wrong lines stand beside right ones.
"""

from __future__ import annotations

from support.stated import Stated, check, judged, parameters

VECTORS = (
    r"$h^t = \tanh(W h^{t-1} + U x^t)$ with $W \in \mathbb{R}^{n \times n}$ and"
    r" $L = \sum_{t=1}^T \frac12 \|h^t - y^t\|^2$"
)
ENTRIES = (
    r"$a_i^t = \sum_j w_{ij} h_j^{t-1} + \sum_k u_{ik} x_k^t$, $h_i^t = f(a_i^t)$,"
    r" $z_k^t = \sum_i v_{ki} h_i^t$, $E = \sum_t \sum_k \frac12 (z_k^t - d_k^t)^2$"
    r" and $\delta_i^t = \frac{\partial E}{\partial a_i^t}$"
)
CASES: dict[str, Stated] = {
    "vectors": (
        VECTORS,
        {
            r"\nabla_{h^t} L = h^t - y^t + W^\top ((1 - (h^{t+1})^2) \odot \nabla_{h^{t+1}} L)": (
                "holds"
            ),
            r"\nabla_W L = \sum_t ((1 - (h^t)^2) \odot \nabla_{h^t} L) (h^{t-1})^\top": "holds",
            r"\nabla_W L = \sum_{t=1}^T ((1 - (h^t)^2) \odot \nabla_{h^t} L) (h^t)^\top": "fails",
            r"\frac{\partial h^T}{\partial h^{T-1}} = \operatorname{diag}(1 - (h^T)^2) W": "holds",
            r"\frac{\partial h^T}{\partial h^{T-1}} = \operatorname{diag}(1 - h^{T-1} \odot"
            r" h^{T-1}) W": "fails",
        },
    ),
    "entries": (
        ENTRIES,
        {
            r"\delta_i^t = f'(a_i^t) \left( \sum_k v_{ki} (z_k^t - d_k^t) +"
            r" \sum_j w_{ji} \delta_j^{t+1} \right)": "holds",
            r"\delta_i^t = f'(a_i^t) \left( \sum_k v_{ki} (z_k^t - d_k^t) +"
            r" \sum_j w_{ij} \delta_j^{t+1} \right)": "fails",
            r"\frac{\partial E}{\partial w_{ij}} = \sum_t \delta_i^t h_j^{t-1}": "holds",
            r"\frac{\partial E}{\partial w_{ij}} = \sum_t \delta_j^t h_i^{t-1}": "fails",
        },
    ),
    "a power of a matrix or a number, with steps above": (
        r"$h^t = W h^{t-1} + U x^t$ with $W \in \mathbb{R}^{n \times n}$ and"
        r" $L = \frac12 \|h^T - y\|^2$, $t = 1, \dots, T$",
        {
            r"\frac{\partial h^t}{\partial h^k} = W^{t-k}": "holds",
            r"\frac{\partial h^t}{\partial h^k} = W^{t-k+1}": "fails",
        },
    ),
    "the immediate derivative": (
        r"$h_t = W \phi(h_{t-1}) + U x_t$, $W \in \mathbb{R}^{n \times n}$,"
        r" $E = \sum_{1 \le t \le T} E_t$, $E_t = \ell(h_t)$",
        {
            r"\frac{\partial E_t}{\partial \theta} = \sum_{1 \le k \le t} \frac{\partial E_t}"
            r"{\partial h_t} \frac{\partial h_t}{\partial h_k} \frac{\partial^+ h_k}"
            r"{\partial \theta}": "holds",
            r"\frac{\partial h_t}{\partial W} = \frac{\partial^+ h_t}{\partial W} +"
            r" \frac{\partial h_t}{\partial h_{t-1}} \frac{\partial h_{t-1}}{\partial W}": "holds",
            r"\frac{\partial h_t}{\partial W} = \frac{\partial^+ h_t}{\partial W}": "fails",
            r"\frac{\partial E_t}{\partial \theta} = \frac{\partial E_t}{\partial h_t}"
            r" \frac{\partial^{+} h_t}{\partial \theta}": "fails",
        },
    ),
    "two layers with numbers below their weights": (
        r"$s_t = \tanh(W_1 x_t + R_1 s_{t-1} + b_1)$, $q_t = \tanh(W_2 s_t + R_2 q_{t-1})$, with"
        r" $L = \frac12 \sum_t \|q_t - y_t\|^2$, $\delta_t = (1 - s_t^2) \odot \nabla_{s_t} L$,"
        r" $\epsilon_t = (1 - q_t^2) \odot \nabla_{q_t} L$",
        {
            r"\nabla_{s_t} L = W_2^\top \epsilon_t + R_1^\top \delta_{t+1}": "holds",
            r"\nabla_{s_t} L = W_2^\top \epsilon_t + R_2^\top \delta_{t+1}": "fails",
            r"\nabla_{R_1} L = \sum_t \delta_t s_{t-1}^\top": "holds",
            r"\nabla_{W_2} L = \sum_t \epsilon_t q_t^\top": "fails",
            r"\nabla_{b_1} L = \sum_t \delta_t": "holds",
            r"\nabla_{b_1} L = \delta_1": "fails",
        },
    ),
    "a power with steps below": (
        r"All quantities are scalars. $h_t = w h_{t-1} + u x_t$, $L = \frac12 (h_T - y)^2$,"
        r" and $w^t = w w^{t-1}$",
        {
            r"\frac{\partial h_t}{\partial h_1} = w^{t-1}": "holds",
            r"\frac{\partial h_t}{\partial h_1} = w^t": "fails",
        },
    ),
}


@parameters(CASES)
def test_the_verdict_is_the_stated_one(text, equations, equation, verdict):
    check(judged(text, equations)[equation], verdict)
