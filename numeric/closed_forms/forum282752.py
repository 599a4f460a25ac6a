"""The gradients of a forum answer (Cross Validated 282752): one softmax output after the last step.

The answer's recurrence is additive, z_t = a_t + b_t + k; ``-product`` marks the forms under the
question's z_t = a_t b_t. It writes two steps; the forms nest or sum as many as there are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Variant
from numeric.closed_forms.forum282752_registry import REGISTRY

_form = REGISTRY.form


# The output --------------------------------------------------------------------------------------


@_form("dE-do-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="o")
@_form("dE-do", Variant.CORRECTED, model="many-to-one", of="E", by="o")
def d_loss_d_o(net: Network) -> Array:
    """dE/do = -y / o, entry by entry; (c)."""
    return -net["y"] / net["o"]


@_form("dE-dq-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="q")
@_form("dE-dq", Variant.CORRECTED, model="many-to-one", of="E", by="q")
def d_loss_d_q(net: Network) -> Array:
    """dE/dq = dE/do do/dq = (sum_k y_k) o - y; (c)."""
    y = net["y"]
    return y.sum() * net["o"] - y


@_form("dE-dv-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="v")
@_form("dE-dv", Variant.CORRECTED, model="many-to-one", of="E", by="v")
def d_loss_d_v(net: Network) -> Array:
    """dE/dv = dE/dq s_tau; (c)."""
    return d_loss_d_q(net) * net["s"][-1]


@_form("dE-dc0", Variant.CORRECTED, model="many-to-one", of="E", by="c0")
def d_loss_d_c0(net: Network) -> Array:
    """dE/dc0 = dE/dq; (c)."""
    return d_loss_d_q(net)


def _d_loss_d_last_z(net: Network) -> Array:
    """dE/dz_tau = dE/do do/dq v func'(z_tau); scalar. The factors before the bracket."""
    return d_loss_d_q(net) @ net["v"] * net.slope("func", "z")[-1]


# The clean formulas ------------------------------------------------------------------------------


def _nested(immediate: Array, factor: Array) -> Array:
    """I_t + F_t (I_{t-1} + F_{t-1} (... + F_1 I_0)) at the last t; scalar."""
    result = immediate[0]
    for t in range(1, len(immediate)):
        result = immediate[t] + factor[t] * result
    return result


def _d_z_d_earlier_z(net: Network, d_z_d_b: Array) -> Array:
    """dz_t/dz_{t-1} = dz_t/db_t w func'(z_{t-1}), t > 0, and 0 for the first; (tau)."""
    slope, result = net.slope("func", "z"), np.zeros_like(net["z"])
    result[1:] = d_z_d_b[1:] * net["w"] * slope[:-1]
    return result


@_form("dE-du", Variant.CORRECTED, model="many-to-one", of="E", by="u")
def d_loss_d_u(net: Network) -> Array:
    """dE/du = dE/do do/dq v func'(z_1) (x_1 + w func'(z_0) x_0); scalar, two steps."""
    factor = _d_z_d_earlier_z(net, np.ones_like(net["b"]))
    return _d_loss_d_last_z(net) * _nested(net["x"], factor)


@_form("dE-dw", Variant.CORRECTED, model="many-to-one", of="E", by="w")
def d_loss_d_w(net: Network) -> Array:
    """dE/dw = dE/do do/dq v func'(z_1) (s_0 + w func'(z_0) s_{-1}); scalar, two steps."""
    factor = _d_z_d_earlier_z(net, np.ones_like(net["b"]))
    return _d_loss_d_last_z(net) * _nested(net.before("s"), factor)


@_form("dE-du-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="u")
def d_loss_d_u_product(net: Network) -> Array:
    """dE/du = dE/do do/dq v func'(z_1) (b_1 x_1 + a_1 w func'(z_0) b_0 x_0); scalar, two steps.

    The clean formula for u, with dz_t/da_t = b_t and dz_t/db_t = a_t where it has 1.
    """
    factor = _d_z_d_earlier_z(net, net["a"])
    return _d_loss_d_last_z(net) * _nested(net["b"] * net["x"], factor)


@_form("dE-dw-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="w")
def d_loss_d_w_product(net: Network) -> Array:
    """dE/dw = dE/do do/dq v func'(z_1) (a_1 s_0 + a_1 w func'(z_0) a_0 s_{-1}); scalar, two steps.

    The clean formula for w, with dz_t/db_t = a_t where it has 1.
    """
    factor = _d_z_d_earlier_z(net, net["a"])
    return _d_loss_d_last_z(net) * _nested(net["a"] * net.before("s"), factor)


# The nodes, factor by factor ---------------------------------------------------------------------


def _ones(net: Network) -> Array:
    """dz_t/da_t and dz_t/db_t where z_t = a_t + b_t + k; (tau)."""
    return np.ones_like(net["z"])


_Slopes = dict[str, Callable[[Network], Array]]
_D_Z_D_A: _Slopes = {"many-to-one": _ones, "many-to-one-product": lambda net: net["b"]}
_D_Z_D_B: _Slopes = {"many-to-one": _ones, "many-to-one-product": lambda net: net["a"]}


def _own(slopes: _Slopes, net: Network) -> Array:
    """The slope under the model's own recurrence; (tau)."""
    return slopes[net.trajectory.instance.model.name](net)


@_form("dE-ds-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="s[t]")
@_form("dE-ds", Variant.CORRECTED, model="many-to-one", of="E", by="s[t]")
def d_loss_d_s(net: Network) -> Array:
    """dE/ds_tau = dE/dq . v; dE/ds_t = w dz_{t+1}/db_{t+1} func'(z_{t+1}) dE/ds_{t+1}; (tau)."""
    w, slope, d_z_d_b = net["w"], net.slope("func", "z"), _own(_D_Z_D_B, net)
    result = np.zeros_like(slope)
    result[-1] = d_loss_d_q(net) @ net["v"]
    for t in reversed(range(net.tau - 1)):
        result[t] = w * d_z_d_b[t + 1] * slope[t + 1] * result[t + 1]
    return result


@_form("dE-dz-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="z[t]")
@_form("dE-dz", Variant.CORRECTED, model="many-to-one", of="E", by="z[t]")
def d_loss_d_z(net: Network) -> Array:
    """dE/dz_t = func'(z_t) dE/ds_t; (tau)."""
    return net.slope("func", "z") * d_loss_d_s(net)


@_form("dE-da-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="a[t]")
@_form("dE-da", Variant.CORRECTED, model="many-to-one", of="E", by="a[t]")
def d_loss_d_a(net: Network) -> Array:
    """dE/da_t = dE/dz_t dz_t/da_t; (tau). The second factor is 1, or b_t in the product form."""
    return d_loss_d_z(net) * _own(_D_Z_D_A, net)


@_form("dE-db-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="b[t]")
@_form("dE-db", Variant.CORRECTED, model="many-to-one", of="E", by="b[t]")
def d_loss_d_b(net: Network) -> Array:
    """dE/db_t = dE/dz_t dz_t/db_t; (tau). The second factor is 1, or a_t in the product form."""
    return d_loss_d_z(net) * _own(_D_Z_D_B, net)


@_form("dE-dk", Variant.CORRECTED, model="many-to-one", of="E", by="k")
def d_loss_d_k(net: Network) -> Array:
    """dE/dk = sum_t dE/dz_t; scalar."""
    return d_loss_d_z(net).sum()


# The copies of the parameters, as the intermediate lines have them -------------------------------


@_form("dE-du_t-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="u[t]")
@_form("dE-du_t", Variant.CORRECTED, model="many-to-one", of="E", by="u[t]")
def d_loss_d_copies_of_u(net: Network) -> Array:
    """dE/du_t = dE/da_t da_t/du_t = dE/da_t x_t; (tau). Printed for two steps, a factor each."""
    return d_loss_d_a(net) * net["x"]


@_form("dE-dw_t-product", Variant.CORRECTED, model="many-to-one-product", of="E", by="w[t]")
@_form("dE-dw_t", Variant.CORRECTED, model="many-to-one", of="E", by="w[t]")
def d_loss_d_copies_of_w(net: Network) -> Array:
    """dE/dw_t = dE/db_t db_t/dw_t = dE/db_t s_{t-1}; (tau). The terms of the last sum."""
    return d_loss_d_b(net) * net.before("s")
