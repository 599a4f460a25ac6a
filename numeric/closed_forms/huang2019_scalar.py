"""Huang (2019), section 1: a scalar state and a sigmoid output, under either loss.

The document drops the slopes of tanh, W^(t-k) for ds_t/ds_k; here every factor has its own. The
two losses, of one class as printed and of both, differ in dL/dyhat and dL/dg alone.
"""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Variant
from numeric.closed_forms.huang2019_registry import REGISTRY

_form = REGISTRY.form


# The output --------------------------------------------------------------------------------------


@_form("dL-dyhat-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="L", by="yhat[t]")
def d_loss_d_yhat(net: Network) -> Array:
    """dL/dyhat_t = -y_t / yhat_t; (tau). A factor of (4), which leaves it open."""
    return -net["y"] / net["yhat"]


@_form("dL-dyhat-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="L", by="yhat[t]")
def d_full_loss_d_yhat(net: Network) -> Array:
    """dL/dyhat_t = (1 - y_t) / (1 - yhat_t) - y_t / yhat_t; (tau)."""
    return (1 - net["y"]) / (1 - net["yhat"]) - net["y"] / net["yhat"]


@_form("dL-dg-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="L", by="g[t]")
def d_loss_d_g(net: Network) -> Array:
    """dL/dg_t = -y_t (1 - yhat_t); (tau)."""
    return -net["y"] * (1 - net["yhat"])


@_form("dL-dg-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="L", by="g[t]")
def d_full_loss_d_g(net: Network) -> Array:
    """dL/dg_t = yhat_t - y_t, for any target; (tau)."""
    return net["yhat"] - net["y"]


_D_YHAT = {"scalar-sigmoid": d_loss_d_yhat, "scalar-sigmoid-full": d_full_loss_d_yhat}
_D_G = {"scalar-sigmoid": d_loss_d_g, "scalar-sigmoid-full": d_full_loss_d_g}


def _delta_yhat(net: Network) -> Array:
    """dL/dyhat_t of the model's own loss; (tau)."""
    return _D_YHAT[net.trajectory.instance.model.name](net)


def _delta_g(net: Network) -> Array:
    """dL/dg_t of the model's own loss; (tau)."""
    return _D_G[net.trajectory.instance.model.name](net)


# The state at the last step ----------------------------------------------------------------------


def _d_last_state_d_z(net: Network) -> Array:
    """ds_t/dz_k = (prod_{i=k+1..t} (1 - s_i^2) W) (1 - s_k^2), k = t, ..., 1; (tau)."""
    W, slope = net["W"], 1 - net["s"] ** 2
    result = np.zeros_like(slope)
    result[-1] = slope[-1]
    for k in reversed(range(net.tau - 1)):
        result[k] = result[k + 1] * W * slope[k]
    return result


@_form("dst-dW_k-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="s[tau]", by="W[t]")
def d_last_state_d_copies_of_w(net: Network) -> Array:
    """ds_t/ds_k ds_k/dW_* = (prod_{i=k+1..t} (1 - s_i^2) W) (1 - s_k^2) s_{k-1}; (tau).

    Equations (13)-(15), which print W^(t-k) for the product.
    """
    return _d_last_state_d_z(net) * net.before("s")


@_form("dst-dW-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="s[tau]", by="W")
def d_last_state_d_w(net: Network) -> Array:
    """ds_t/dW = sum_k (prod_{i=k+1..t} (1 - s_i^2) W) (1 - s_k^2) s_{k-1}; scalar.

    Equations (11)-(16), with the slopes of tanh that (14)-(16) lack.
    """
    return _d_last_state_d_z(net) @ net.before("s")


@_form("dst-dU-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="s[tau]", by="U")
def d_last_state_d_u(net: Network) -> Array:
    """ds_t/dU = sum_k (prod_{i=k+1..t} (1 - s_i^2) W) (1 - s_k^2) x_k; scalar.

    Equation (18), with the slopes of tanh that it lacks.
    """
    return _d_last_state_d_z(net) @ net["x"]


# The loss of one step ----------------------------------------------------------------------------


def _d_step_loss_d_s(net: Network) -> Array:
    """dE_t/ds_t = dE_t/dyhat_t yhat_t (1 - yhat_t) V; scalar. Factors of (5) and (17)."""
    yhat = net["yhat"][-1]
    return _delta_yhat(net)[-1] * yhat * (1 - yhat) * net["V"]


@_form("dEt-dV-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="E[tau]", by="V")
@_form("dEt-dV-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="E[tau]", by="V")
def d_step_loss_d_v(net: Network) -> Array:
    """dE_t/dV = dE_t/dyhat_t dyhat_t/dV = dE_t/dyhat_t yhat_t (1 - yhat_t) s_t; scalar.

    Equation (4).
    """
    yhat = net["yhat"][-1]
    return _delta_yhat(net)[-1] * yhat * (1 - yhat) * net["s"][-1]


@_form("dEt-dW-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="E[tau]", by="W")
@_form("dEt-dW-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="E[tau]", by="W")
def d_step_loss_d_w(net: Network) -> Array:
    """dE_t/dW = dE_t/dyhat_t dyhat_t/ds_t ds_t/dW; scalar.

    Equation (5), with ds_t/dW by (16) made right.
    """
    return _d_step_loss_d_s(net) * d_last_state_d_w(net)


@_form("dEt-dU-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="E[tau]", by="U")
@_form("dEt-dU-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="E[tau]", by="U")
def d_step_loss_d_u(net: Network) -> Array:
    """dE_t/dU = dE_t/dyhat_t dyhat_t/ds_t ds_t/dU; scalar.

    Equation (17), with ds_t/dU by (18) made right.
    """
    return _d_step_loss_d_s(net) * d_last_state_d_u(net)


# The loss of all steps, which the document leaves out --------------------------------------------


@_form("dL-ds-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="L", by="s[t]")
@_form("dL-ds-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="L", by="s[t]")
def d_loss_d_s(net: Network) -> Array:
    """dL/ds_t = V dL/dg_t + W (1 - s_{t+1}^2) dL/ds_{t+1}, backward; (tau)."""
    W, slope = net["W"], 1 - net["s"] ** 2
    result = net["V"] * _delta_g(net)
    for t in reversed(range(net.tau - 1)):
        result[t] += W * slope[t + 1] * result[t + 1]
    return result


@_form("dL-dz-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="L", by="z[t]")
@_form("dL-dz-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="L", by="z[t]")
def d_loss_d_z(net: Network) -> Array:
    """dL/dz_t = (1 - s_t^2) dL/ds_t; (tau)."""
    return (1 - net["s"] ** 2) * d_loss_d_s(net)


@_form("dL-dV-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="L", by="V")
@_form("dL-dV-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="L", by="V")
def d_loss_d_v(net: Network) -> Array:
    """dL/dV = sum_t dL/dg_t s_t; scalar."""
    return _delta_g(net) @ net["s"]


@_form("dL-dW-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="L", by="W")
@_form("dL-dW-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="L", by="W")
def d_loss_d_w(net: Network) -> Array:
    """dL/dW = sum_t dL/dz_t s_{t-1}; scalar."""
    return d_loss_d_z(net) @ net.before("s")


@_form("dL-dU-full", Variant.CORRECTED, model="scalar-sigmoid-full", of="L", by="U")
@_form("dL-dU-scalar", Variant.CORRECTED, model="scalar-sigmoid", of="L", by="U")
def d_loss_d_u(net: Network) -> Array:
    """dL/dU = sum_t dL/dz_t x_t; scalar."""
    return d_loss_d_z(net) @ net["x"]
