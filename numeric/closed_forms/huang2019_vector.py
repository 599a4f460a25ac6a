"""Huang (2019), section 2: columns.

The document collects ds_t/ds_k as W^(t-k) times the product of the diagonal slopes. Matrices do
not commute: the factors diag(1 - s_i^2) W stand in turn, the latest first.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Targets, Variant
from numeric.closed_forms.huang2019_registry import REGISTRY, only_last

_form = partial(REGISTRY.form, model="vector-softmax")
_normalised = partial(_form, targets=Targets.NORMALISED)


# The output at one step --------------------------------------------------------------------------


@_form("dLt-dyhat-vector", Variant.CORRECTED, of="E[tau]", by="yhat[tau]")
def d_step_loss_d_yhat(net: Network) -> Array:
    """dL_t/dyhat_t = -y_t / yhat_t, entry by entry; (C). Equation (32)."""
    return -net["y"][-1] / net["yhat"][-1]


@_form("dLt-dg-vector-free", Variant.CORRECTED, of="E[tau]", by="g[tau]")
def d_step_loss_d_g_for_any_targets(net: Network) -> Array:
    """dL_t/dg_t = (sum_k y_{t,k}) yhat_t - y_t; (C). Equation (42)."""
    y = net["y"][-1]
    return y.sum() * net["yhat"][-1] - y


@_normalised("dLt-dg-vector", Variant.CORRECTED, of="E[tau]", by="g[tau]")
def d_step_loss_d_g(net: Network) -> Array:
    """dL_t/dg_t = yhat_t - y_t; (C). Equations (43) and (44)."""
    return net["yhat"][-1] - net["y"][-1]


@_normalised("dLt-dV-vector", Variant.CORRECTED, of="E[tau]", by="V")
def d_step_loss_d_v(net: Network) -> Array:
    """dL_t/dV = (yhat_t - y_t) s_t^T; (C, D). Equation (54)."""
    return np.outer(d_step_loss_d_g(net), net["s"][-1])


@_normalised("dLt-ds-vector", Variant.CORRECTED, of="E[tau]", by="s[tau]")
def d_step_loss_d_s(net: Network) -> Array:
    """dL_t/ds_t = (yhat_t - y_t)^T V; (D). Equation (56)."""
    return d_step_loss_d_g(net) @ net["V"]


# Through time ------------------------------------------------------------------------------------


@_form("dst-ds-vector", Variant.CORRECTED, of="s[tau]", by="s[t]")
def d_last_state_d_s(net: Network) -> Array:
    """ds_t/ds_k = prod_{i=t..k+1} diag(1 - s_i^2) W, the latest factor first; (tau, D, D).

    Equations (58)-(63), with the factors in the order in which they multiply.
    """
    W, slope = net["W"], 1 - net["s"] ** 2
    result = [np.diag(np.ones_like(slope[-1]))]
    for i in reversed(range(1, net.tau)):
        result.append((result[-1] * slope[i]) @ W)
    return np.stack(result[::-1])


def _delta_g(net: Network) -> Array:
    """dL/dg_t = yhat_t - y_t; (tau, C)."""
    return net["yhat"] - net["y"]


def _delta_s(net: Network, delta_g: Array) -> Array:
    """delta_t = V^T delta_g_t + W^T diag(1 - s_{t+1}^2) delta_{t+1}, backward; (tau, D)."""
    W, slope = net["W"], 1 - net["s"] ** 2
    result = delta_g @ net["V"]
    for t in reversed(range(net.tau - 1)):
        result[t] += W.T @ (slope[t + 1] * result[t + 1])
    return result


def _d_step_loss_d_z(net: Network) -> Array:
    """dL_t/dz_k = diag(1 - s_k^2) (ds_t/ds_k)^T V^T (yhat_t - y_t); (tau, D)."""
    return (1 - net["s"] ** 2) * _delta_s(net, only_last(_delta_g(net)))


@_normalised("dLt-dW-vector", Variant.CORRECTED, of="E[tau]", by="W")
def d_step_loss_d_w(net: Network) -> Array:
    """dL_t/dW = sum_k diag(1 - s_k^2) (ds_t/ds_k)^T V^T (yhat_t - y_t) s_{k-1}^T; (D, D).

    Equations (57) and (65)-(67), with ds_t/ds_k by (63) made right.
    """
    return _d_step_loss_d_z(net).T @ net.before("s")


@_normalised("dLt-dU-vector", Variant.CORRECTED, of="E[tau]", by="U")
def d_step_loss_d_u(net: Network) -> Array:
    """dL_t/dU = sum_k diag(1 - s_k^2) (ds_t/ds_k)^T V^T (yhat_t - y_t) x_k^T; (D, M).

    Equations (68) and (69), with ds_t/ds_k by (63) made right.
    """
    return _d_step_loss_d_z(net).T @ net["x"]


# The loss of all steps ---------------------------------------------------------------------------


@_form("dL-dyhat-vector", Variant.CORRECTED, of="L", by="yhat[t]")
def d_loss_d_yhat(net: Network) -> Array:
    """dL/dyhat_t = -y_t / yhat_t, entry by entry; (tau, C). Equation (32), at every step."""
    return -net["y"] / net["yhat"]


@_normalised("dL-dg-vector", Variant.CORRECTED, of="L", by="g[t]")
def d_loss_d_g(net: Network) -> Array:
    """dL/dg_t = yhat_t - y_t; (tau, C). Equation (44), at every step."""
    return _delta_g(net)


@_normalised("dL-ds-vector", Variant.CORRECTED, of="L", by="s[t]")
def d_loss_d_s(net: Network) -> Array:
    """dL/ds_t = V^T (yhat_t - y_t) + W^T diag(1 - s_{t+1}^2) dL/ds_{t+1}, backward; (tau, D)."""
    return _delta_s(net, _delta_g(net))


@_normalised("dL-dz-vector", Variant.CORRECTED, of="L", by="z[t]")
def d_loss_d_z(net: Network) -> Array:
    """dL/dz_t = diag(1 - s_t^2) dL/ds_t; (tau, D)."""
    return (1 - net["s"] ** 2) * d_loss_d_s(net)


@_normalised("dL-dV-vector", Variant.CORRECTED, of="L", by="V")
def d_loss_d_v(net: Network) -> Array:
    """dL/dV = sum_t (yhat_t - y_t) s_t^T; (C, D). Equation (71), with (54)."""
    return _delta_g(net).T @ net["s"]


@_normalised("dL-dW-vector", Variant.CORRECTED, of="L", by="W")
def d_loss_d_w(net: Network) -> Array:
    """dL/dW = sum_t dL/dz_t s_{t-1}^T; (D, D). Equation (72), with (67) made right."""
    return d_loss_d_z(net).T @ net.before("s")


@_normalised("dL-dU-vector", Variant.CORRECTED, of="L", by="U")
def d_loss_d_u(net: Network) -> Array:
    """dL/dU = sum_t dL/dz_t x_t^T; (D, M). Equation (73), with (69) made right."""
    return d_loss_d_z(net).T @ net["x"]
