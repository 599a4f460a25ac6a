"""The gradients of the RNN notes in closed form: an Elman network with biases, softmax outputs.

Its lines one by one are in the modules beside this one. The document fixes the class 1 while it
derives; yhat_t - y_t is its dL/do_t for every class.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Targets, Variant
from numeric.closed_forms.rnn_notes_registry import REGISTRY

_form = partial(REGISTRY.form, model="elman-softmax")
_normalised = partial(_form, targets=Targets.NORMALISED)


# The nodes ---------------------------------------------------------------------------------------


@_form("dL-dyhat", Variant.CORRECTED, of="L", by="yhat[t]")
def d_loss_d_yhat(net: Network) -> Array:
    """dL/dyhat_t = -y_t / yhat_t, entry by entry; (tau, c). The document goes straight to (22)."""
    return -net["y"] / net["yhat"]


@_normalised("dL-do", Variant.CORRECTED, of="L", by="o[t]")
def d_loss_d_o(net: Network) -> Array:
    """dL/do_t = yhat_t - y_t; (tau, c). Equation (22)."""
    return net["yhat"] - net["y"]


def _backward(net: Network, d_o: Array) -> Array:
    """delta_t = W^T diag(1 - h_{t+1}^2) delta_{t+1} + V^T d_o_t, from the last step; (tau, n)."""
    W, slope = net["W"], 1 - net["h"] ** 2
    result = d_o @ net["V"]
    for t in reversed(range(net.tau - 1)):
        result[t] += W.T @ (slope[t + 1] * result[t + 1])
    return result


@_normalised("dL-dh-last", Variant.CORRECTED, of="L", by="h[tau]")
def d_loss_d_last_h(net: Network) -> Array:
    """dL/dh_tau = V^T dL/do_tau; (n). Equation (33)."""
    return net["V"].T @ d_loss_d_o(net)[-1]


@_normalised("dE-dh", Variant.CORRECTED, of="E[tau]", by="h[t]")
def d_last_step_loss_d_h(net: Network) -> Array:
    """dL_tau/dh_t = W^T diag(1 - h_{t+1}^2) dL_tau/dh_{t+1}, backward from (33); (tau, n).

    Equation (44), one step back from the end, has its first two factors in the wrong order.
    """
    d_o = d_loss_d_o(net)
    d_o[:-1] = 0
    return _backward(net, d_o)


@_normalised("dL-dh", Variant.CORRECTED, of="L", by="h[t]")
def d_loss_d_h(net: Network) -> Array:
    """dL/dh_t = W^T diag(1 - h_{t+1}^2) dL/dh_{t+1} + V^T dL/do_t, backward; (tau, n).

    Equation (45), with (33) at the last step.
    """
    return _backward(net, d_loss_d_o(net))


@_normalised("dL-da", Variant.CORRECTED, of="L", by="a[t]")
def d_loss_d_a(net: Network) -> Array:
    """dL/da_t = diag(1 - h_t^2) dL/dh_t; (tau, n). The common factor of (85), (87) and (88)."""
    return (1 - net["h"] ** 2) * d_loss_d_h(net)


# The copies of the parameters --------------------------------------------------------------------


@_normalised("dL-dc0_t", Variant.CORRECTED, of="L", by="c0[t]")
def d_loss_d_copies_of_c0(net: Network) -> Array:
    """dL/dc0_t = dL/do_t; (tau, c). Equation (49)."""
    return d_loss_d_o(net)


@_normalised("dL-db_t", Variant.CORRECTED, of="L", by="b[t]")
def d_loss_d_copies_of_b(net: Network) -> Array:
    """dL/db_t = diag(1 - h_t^2) dL/dh_t; (tau, n).

    Equations (60) and (62), printed for the last two steps with the step at L, where it means b.
    """
    return d_loss_d_a(net)


@_normalised("dL-dV_t", Variant.CORRECTED, of="L", by="V[t]")
def d_loss_d_copies_of_v(net: Network) -> Array:
    """dL/dV_t = (dL/do_t) h_t^T; (tau, c, n). Equation (74)."""
    return np.einsum("ti,tj->tij", d_loss_d_o(net), net["h"])


@_normalised("dL-dW_t", Variant.CORRECTED, of="L", by="W[t]")
def d_loss_d_copies_of_w(net: Network) -> Array:
    """dL/dW_t = diag(1 - h_t^2) dL/dh_t h_{t-1}^T; (tau, n, n).

    Equations (79) and (80), with dL/dh_t by (45) and the transpose that (80) drops.
    """
    return np.einsum("ti,tj->tij", d_loss_d_a(net), net.before("h"))


# The parameters ----------------------------------------------------------------------------------


@_normalised("dL-dc0", Variant.CORRECTED, of="L", by="c0")
def d_loss_d_c0(net: Network) -> Array:
    """dL/dc0 = sum_t dL/do_t; (c). Equations (50) and (84)."""
    return d_loss_d_o(net).sum(axis=0)


@_normalised("dL-db", Variant.CORRECTED, of="L", by="b")
def d_loss_d_b(net: Network) -> Array:
    """dL/db = sum_t diag(1 - h_t^2) dL/dh_t; (n). Equations (63) and (85)."""
    return d_loss_d_a(net).sum(axis=0)


@_normalised("dL-dV", Variant.CORRECTED, of="L", by="V")
def d_loss_d_v(net: Network) -> Array:
    """dL/dV = sum_t (dL/do_t) h_t^T; (c, n). Equation (86)."""
    return d_loss_d_o(net).T @ net["h"]


@_normalised("dL-dW", Variant.CORRECTED, of="L", by="W")
def d_loss_d_w(net: Network) -> Array:
    """dL/dW = sum_t diag(1 - h_t^2) dL/dh_t h_{t-1}^T; (n, n). Equations (81) and (87)."""
    return d_loss_d_a(net).T @ net.before("h")


@_normalised("dL-dU", Variant.CORRECTED, of="L", by="U")
def d_loss_d_u(net: Network) -> Array:
    """dL/dU = sum_t diag(1 - h_t^2) dL/dh_t x_t^T; (n, m). Equations (83) and (88)."""
    return d_loss_d_a(net).T @ net["x"]
