"""Huang (2019), section 3: a batch, one row per example.

Every gradient has the shape of its variable, so (108) and (109) carry it back step by step; the
document's dZ(t)/dS(k) in (110) and (113) stands for dZ(t)/dZ(k).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Targets, Variant
from numeric.closed_forms.huang2019_registry import REGISTRY, only_last

_form = partial(REGISTRY.form, model="batch-softmax")
_normalised = partial(_form, targets=Targets.NORMALISED)


# The output at one step --------------------------------------------------------------------------


@_form("dLt-dYhat-batch", Variant.CORRECTED, of="E[tau]", by="Yhat[tau]")
def d_step_loss_d_yhat(net: Network) -> Array:
    """dL(t)/dYhat(t) = -Y(t) / Yhat(t), entry by entry; (N, C). Equation (85)."""
    return -net["Y"][-1] / net["Yhat"][-1]


@_form("dLt-dG-batch-free", Variant.CORRECTED, of="E[tau]", by="G[tau]")
def d_step_loss_d_g_for_any_targets(net: Network) -> Array:
    """dL(t)/dG(t)_{ij} = -sum_n Y(t)_{in} (1(n = j) - Yhat(t)_{ij}); (N, C). Equation (90)."""
    Y = net["Y"][-1]
    return Y.sum(axis=1, keepdims=True) * net["Yhat"][-1] - Y


@_normalised("dLt-dG-batch", Variant.CORRECTED, of="E[tau]", by="G[tau]")
def d_step_loss_d_g(net: Network) -> Array:
    """dL(t)/dG(t) = Yhat(t) - Y(t); (N, C). Equations (91) and (92)."""
    return net["Yhat"][-1] - net["Y"][-1]


@_normalised("dLt-dV-batch", Variant.CORRECTED, of="E[tau]", by="V")
def d_step_loss_d_v(net: Network) -> Array:
    """dL(t)/dV = S(t)^T (Yhat(t) - Y(t)); (M, C). Equation (100)."""
    return net["S"][-1].T @ d_step_loss_d_g(net)


@_normalised("dLt-dS-batch", Variant.CORRECTED, of="E[tau]", by="S[tau]")
def d_step_loss_d_last_s(net: Network) -> Array:
    """dL(t)/dS(t) = (Yhat(t) - Y(t)) V^T; (N, M). Equation (104)."""
    return d_step_loss_d_g(net) @ net["V"].T


@_normalised("dLt-dZ-batch", Variant.CORRECTED, of="E[tau]", by="Z[tau]")
def d_step_loss_d_last_z(net: Network) -> Array:
    """dL(t)/dZ(t)_{ij} = dL(t)/dS(t)_{ij} (1 - S(t)_{ij}^2); (N, M). Equation (107)."""
    return d_step_loss_d_last_s(net) * (1 - net["S"][-1] ** 2)


# Through time ------------------------------------------------------------------------------------


def _delta_g(net: Network) -> Array:
    """dL/dG(t) = Yhat(t) - Y(t); (tau, N, C)."""
    return net["Yhat"] - net["Y"]


def _delta_s(net: Network, delta_g: Array) -> Array:
    """delta_t = delta_g_t V^T + (delta_{t+1} * (1 - S(t+1)^2)) W^T, backward; (tau, N, M)."""
    W, slope = net["W"], 1 - net["S"] ** 2
    result = delta_g @ net["V"].T
    for t in reversed(range(net.tau - 1)):
        result[t] += (result[t + 1] * slope[t + 1]) @ W.T
    return result


@_normalised("dLt-dS_k-batch", Variant.CORRECTED, of="E[tau]", by="S[t]")
def d_step_loss_d_s(net: Network) -> Array:
    """dL(t)/dS(k-1) = dL(t)/dZ(k) W^T, k = t, ..., 2; (tau, N, M).

    Equation (109), printed for one step back, with (104) at the last step.
    """
    return _delta_s(net, only_last(_delta_g(net)))


@_normalised("dLt-dZ_k-batch", Variant.CORRECTED, of="E[tau]", by="Z[t]")
def d_step_loss_d_z(net: Network) -> Array:
    """dL(t)/dZ(k) = dL(t)/dS(k) * (1 - S(k) * S(k)), entry by entry; (tau, N, M).

    Equation (108), whose brackets are broken and whose I means ones, for every step.
    """
    return d_step_loss_d_s(net) * (1 - net["S"] ** 2)


@_normalised("dLt-dW_k-batch", Variant.CORRECTED, of="E[tau]", by="W[t]")
def d_step_loss_d_copies_of_w(net: Network) -> Array:
    """dL(t)/dZ(k) dZ(k)/dW_* = S(k-1)^T dL(t)/dZ(k); (tau, M, M). Equation (112)."""
    return np.einsum("tni,tnj->tij", net.before("S"), d_step_loss_d_z(net))


@_normalised("dLt-dW-batch", Variant.CORRECTED, of="E[tau]", by="W")
def d_step_loss_d_w(net: Network) -> Array:
    """dL(t)/dW = sum_k S(k-1)^T dL(t)/dZ(k); (M, M).

    Equations (101), (102), (110) and (111), with dZ(t)/dZ(k) for the dZ(t)/dS(k) of (110).
    """
    return np.einsum("tni,tnj->ij", net.before("S"), d_step_loss_d_z(net))


@_normalised("dLt-dU_k-batch", Variant.CORRECTED, of="E[tau]", by="U[t]")
def d_step_loss_d_copies_of_u(net: Network) -> Array:
    """dL(t)/dZ(k) dZ(k)/dU_* = X(k)^T dL(t)/dZ(k); (tau, D, M). Equation (114)."""
    return np.einsum("tni,tnj->tij", net["X"], d_step_loss_d_z(net))


@_normalised("dLt-dU-batch", Variant.CORRECTED, of="E[tau]", by="U")
def d_step_loss_d_u(net: Network) -> Array:
    """dL(t)/dU = sum_k X(k)^T dL(t)/dZ(k); (D, M).

    Equation (113), with dZ(t)/dZ(k) for its dZ(t)/dS(k).
    """
    return np.einsum("tni,tnj->ij", net["X"], d_step_loss_d_z(net))


# The loss of all steps, which the document leaves out --------------------------------------------


@_form("dL-dYhat-batch", Variant.CORRECTED, of="L", by="Yhat[t]")
def d_loss_d_yhat(net: Network) -> Array:
    """dL/dYhat(t) = -Y(t) / Yhat(t), entry by entry; (tau, N, C)."""
    return -net["Y"] / net["Yhat"]


@_normalised("dL-dG-batch", Variant.CORRECTED, of="L", by="G[t]")
def d_loss_d_g(net: Network) -> Array:
    """dL/dG(t) = Yhat(t) - Y(t); (tau, N, C)."""
    return _delta_g(net)


@_normalised("dL-dS-batch", Variant.CORRECTED, of="L", by="S[t]")
def d_loss_d_s(net: Network) -> Array:
    """dL/dS(t) = (Yhat(t) - Y(t)) V^T + dL/dZ(t+1) W^T, backward; (tau, N, M)."""
    return _delta_s(net, _delta_g(net))


@_normalised("dL-dZ-batch", Variant.CORRECTED, of="L", by="Z[t]")
def d_loss_d_z(net: Network) -> Array:
    """dL/dZ(t) = dL/dS(t) * (1 - S(t)^2), entry by entry; (tau, N, M)."""
    return d_loss_d_s(net) * (1 - net["S"] ** 2)


@_normalised("dL-dV-batch", Variant.CORRECTED, of="L", by="V")
def d_loss_d_v(net: Network) -> Array:
    """dL/dV = sum_t S(t)^T (Yhat(t) - Y(t)); (M, C)."""
    return np.einsum("tni,tnj->ij", net["S"], _delta_g(net))


@_normalised("dL-dW-batch", Variant.CORRECTED, of="L", by="W")
def d_loss_d_w(net: Network) -> Array:
    """dL/dW = sum_t S(t-1)^T dL/dZ(t); (M, M)."""
    return np.einsum("tni,tnj->ij", net.before("S"), d_loss_d_z(net))


@_normalised("dL-dU-batch", Variant.CORRECTED, of="L", by="U")
def d_loss_d_u(net: Network) -> Array:
    """dL/dU = sum_t X(t)^T dL/dZ(t); (D, M)."""
    return np.einsum("tni,tnj->ij", net["X"], d_loss_d_z(net))
