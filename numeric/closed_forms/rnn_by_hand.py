"""The gradients of "RNN by Hand": a scalar recurrence over n examples, loss from the last state.

The document runs forward with tanh and backward with the identity, as it says itself: ``-tanh``
marks the forms with both directions under tanh. Its letters (a) to (f) name one term each.
"""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Variant
from numeric.closed_forms.rnn_by_hand_registry import REGISTRY

_form = REGISTRY.form


def _linear_slope(net: Network) -> Array:
    """dalpha_t/dz_t = 1; (tau, n)."""
    return np.ones_like(net["alpha"])


def _tanh_slope(net: Network) -> Array:
    """dalpha_t/dz_t = 1 - alpha_t^2; (tau, n)."""
    return 1 - net["alpha"] ** 2


_SLOPES = {"linear-mse": _linear_slope, "linear-mse-tanh": _tanh_slope}


def _slope(net: Network) -> Array:
    """dalpha_t/dz_t of the model's own activation; (tau, n)."""
    return _SLOPES[net.trajectory.instance.model.name](net)


# The states --------------------------------------------------------------------------------------


@_form("dL-dalpha-last-tanh", Variant.CORRECTED, model="linear-mse-tanh", of="L", by="alpha[tau]")
@_form("dL-dalpha-last", Variant.CORRECTED, model="linear-mse", of="L", by="alpha[tau]")
def d_loss_d_last_alpha(net: Network) -> Array:
    """dL/dalpha_tau = (2/n) (alpha_tau - y); (n). Printed with a sum over the examples."""
    return 2 * (net["alpha"][-1] - net["y"]) / net.size("n")


@_form("dL-dalpha-tanh", Variant.CORRECTED, model="linear-mse-tanh", of="L", by="alpha[t]")
@_form("dL-dalpha", Variant.CORRECTED, model="linear-mse", of="L", by="alpha[t]")
def d_loss_d_alpha(net: Network) -> Array:
    """dL/dalpha_t = W_a dalpha_{t+1}/dz_{t+1} dL/dalpha_{t+1}, backward; (tau, n).

    Where linear, (2/n) W_a^(tau-t) (alpha_tau - y): the first factors of (c) to (f).
    """
    W_a, slope = net["W_a"], _slope(net)
    result = np.zeros_like(net["alpha"])
    result[-1] = d_loss_d_last_alpha(net)
    for t in reversed(range(net.tau - 1)):
        result[t] = W_a * slope[t + 1] * result[t + 1]
    return result


@_form("dL-dz-tanh", Variant.CORRECTED, model="linear-mse-tanh", of="L", by="z[t]")
@_form("dL-dz", Variant.CORRECTED, model="linear-mse", of="L", by="z[t]")
def d_loss_d_z(net: Network) -> Array:
    """dL/dz_t = dalpha_t/dz_t dL/dalpha_t; (tau, n)."""
    return _slope(net) * d_loss_d_alpha(net)


# The copies of the weights -----------------------------------------------------------------------


@_form("dL-dW_x-last", Variant.CORRECTED, model="linear-mse", of="L", by="W_x[tau]")
def d_loss_d_last_copy_of_w_x(net: Network) -> Array:
    """dL/dW_x at tau = (2/n) sum_i (alpha_tau - y)_i (x_tau)_i; scalar. Equation (a)."""
    return 2 * (net["alpha"][-1] - net["y"]) @ net["x"][-1] / net.size("n")


@_form("dL-dW_a-last", Variant.CORRECTED, model="linear-mse", of="L", by="W_a[tau]")
def d_loss_d_last_copy_of_w_a(net: Network) -> Array:
    """dL/dW_a at tau = (2/n) sum_i (alpha_tau - y)_i (alpha_{tau-1})_i; scalar.

    Equation (b), with the state before the one that it prints.
    """
    return 2 * (net["alpha"][-1] - net["y"]) @ net.before("alpha")[-1] / net.size("n")


@_form("dL-dW_x_t-tanh", Variant.CORRECTED, model="linear-mse-tanh", of="L", by="W_x[t]")
@_form("dL-dW_x_t", Variant.CORRECTED, model="linear-mse", of="L", by="W_x[t]")
def d_loss_d_copies_of_w_x(net: Network) -> Array:
    """dL/dW_x at t = sum_i (dL/dz_t)_i (x_t)_i; (tau).

    Equations (a), (c) and (e), where linear: (2/n) sum_i (alpha_tau - y)_i W_a^(tau-t) (x_t)_i.
    """
    return (d_loss_d_z(net) * net["x"]).sum(axis=1)


@_form("dL-dW_a_t-tanh", Variant.CORRECTED, model="linear-mse-tanh", of="L", by="W_a[t]")
@_form("dL-dW_a_t", Variant.CORRECTED, model="linear-mse", of="L", by="W_a[t]")
def d_loss_d_copies_of_w_a(net: Network) -> Array:
    """dL/dW_a at t = sum_i (dL/dz_t)_i (alpha_{t-1})_i; (tau).

    Equations (b), (d) and (f), with the state before the one that (b) and (d) print.
    """
    return (d_loss_d_z(net) * net.before("alpha")).sum(axis=1)


# The weights -------------------------------------------------------------------------------------


@_form("dL-dW_x-tanh", Variant.CORRECTED, model="linear-mse-tanh", of="L", by="W_x")
@_form("dL-dW_x", Variant.CORRECTED, model="linear-mse", of="L", by="W_x")
def d_loss_d_w_x(net: Network) -> Array:
    """dL/dW_x = sum_t sum_i (dL/dz_t)_i (x_t)_i; scalar.

    The sum (a) + (c) + (e) of step 3.
    """
    return (d_loss_d_z(net) * net["x"]).sum()


@_form("dL-dW_a-tanh", Variant.CORRECTED, model="linear-mse-tanh", of="L", by="W_a")
@_form("dL-dW_a", Variant.CORRECTED, model="linear-mse", of="L", by="W_a")
def d_loss_d_w_a(net: Network) -> Array:
    """dL/dW_a = sum_t sum_i (dL/dz_t)_i (alpha_{t-1})_i; scalar.

    The sum (b) + (d) + (f) of step 3, with the states made right.
    """
    return (d_loss_d_z(net) * net.before("alpha")).sum()
