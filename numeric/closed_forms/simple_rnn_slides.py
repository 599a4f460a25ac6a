"""The gradients of the slides on a simple RNN: an undefined activation f, a softmax output.

The slides derive ds_k/dW for scalars and claim it for matrices; their equations have no numbers.
``ds_i/dW_*`` is the derivative by the copy of W at step i: the states before it are held fixed.
"""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Variant
from numeric.closed_forms.simple_rnn_slides_registry import REGISTRY

_form = REGISTRY.form


# The last state, scalars -------------------------------------------------------------------------


def _d_last_scalar_d_a(net: Network) -> Array:
    """ds_k/da_i = (prod_{j=i+1..k} f'(a_j) W) f'(a_i), i = k, ..., 1; (tau)."""
    W, slope = net["W"], net.slope("f", "a")
    result = np.zeros_like(slope)
    result[-1] = slope[-1]
    for i in reversed(range(net.tau - 1)):
        result[i] = result[i + 1] * W * slope[i]
    return result


@_form("dsk-dW-scalar", Variant.CORRECTED, model="scalar-generic", of="s[tau]", by="W")
def d_last_scalar_d_w(net: Network) -> Array:
    """ds_k/dW = sum_i (prod_{j=i+1..k} ds_j/ds_{j-1}) ds_i/dW_*; scalar.

    The last display, with ds_j/ds_{j-1} = f'(a_j) W and ds_i/dW_* = f'(a_i) s_{i-1}.
    """
    return _d_last_scalar_d_a(net) @ net.before("s")


@_form("dsk-dU-scalar", Variant.CORRECTED, model="scalar-generic", of="s[tau]", by="U")
def d_last_scalar_d_u(net: Network) -> Array:
    """ds_k/dU = sum_i (prod_{j=i+1..k} ds_j/ds_{j-1}) ds_i/dU_*, ds_i/dU_* = f'(a_i) x_i; scalar.

    The last display, with U for W.
    """
    return _d_last_scalar_d_a(net) @ net["x"]


@_form("dsk-dW_i-scalar", Variant.CORRECTED, model="scalar-generic", of="s[tau]", by="W[t]")
def d_last_scalar_d_copies_of_w(net: Network) -> Array:
    """ds_k/dW_i = (prod_{j=i+1..k} ds_j/ds_{j-1}) ds_i/dW_*; (tau).

    The terms of the last display.
    """
    return _d_last_scalar_d_a(net) * net.before("s")


# The last state, matrices ------------------------------------------------------------------------


def _d_last_vector_d_a(net: Network) -> Array:
    """ds_k/da_i = (prod_{j=k..i+1} diag(f'(a_j)) W) diag(f'(a_i)), i = k, ..., 1; (tau, n, n).

    The latest factor stands first; axes: step, entry of s_k, entry of a_i.
    """
    W, slope = net["W"], net.slope("f", "a")
    result = [np.diag(slope[-1])]
    for i in reversed(range(net.tau - 1)):
        result.append((result[-1] @ W) * slope[i])
    return np.stack(result[::-1])


@_form("dsk-dW-matrix", Variant.CORRECTED, model="matrix-generic", of="s[tau]", by="W")
def d_last_vector_d_w(net: Network) -> Array:
    """ds_k/dW = sum_i (prod_{j=k..i+1} ds_j/ds_{j-1}) ds_i/dW_*; (n, n, n), the axis of s_k first.

    The last display, with the latest factor first; d(s_i)_p/d(W_*)_{qr} = 1(p = q) f'(a_i)_q
    (s_{i-1})_r.
    """
    return np.einsum("tpq,tr->pqr", _d_last_vector_d_a(net), net.before("s"))


@_form("dsk-dU-matrix", Variant.CORRECTED, model="matrix-generic", of="s[tau]", by="U")
def d_last_vector_d_u(net: Network) -> Array:
    """ds_k/dU = sum_i (prod_{j=k..i+1} ds_j/ds_{j-1}) ds_i/dU_*; (n, n, m), the axis of s_k first.

    The last display, with U for W and the latest factor first.
    """
    return np.einsum("tpq,tr->pqr", _d_last_vector_d_a(net), net["x"])


@_form("dsk-dW_i-matrix", Variant.CORRECTED, model="matrix-generic", of="s[tau]", by="W[t]")
def d_last_vector_d_copies_of_w(net: Network) -> Array:
    """ds_k/dW_i = (prod_{j=k..i+1} ds_j/ds_{j-1}) ds_i/dW_*; (tau, n, n, n).

    The terms of the last display, with the latest factor first.
    """
    return np.einsum("tpq,tr->tpqr", _d_last_vector_d_a(net), net.before("s"))


# The loss, which the slides leave out: what scalars and matrices share ---------------------------


@_form("dL-do-matrix", Variant.CORRECTED, model="matrix-generic", of="L", by="o[t]")
@_form("dL-do-scalar", Variant.CORRECTED, model="scalar-generic", of="L", by="o[t]")
def d_loss_d_o(net: Network) -> Array:
    """dL/do_t = -y_t / o_t, entry by entry; (tau, c)."""
    return -net["y"] / net["o"]


@_form("dL-dg-matrix", Variant.CORRECTED, model="matrix-generic", of="L", by="g[t]")
@_form("dL-dg-scalar", Variant.CORRECTED, model="scalar-generic", of="L", by="g[t]")
def d_loss_d_g(net: Network) -> Array:
    """dL/dg_t = (sum_k y_{t,k}) o_t - y_t; (tau, c)."""
    y = net["y"]
    return y.sum(axis=1, keepdims=True) * net["o"] - y


@_form("dL-dV-matrix", Variant.CORRECTED, model="matrix-generic", of="L", by="V")
@_form("dL-dV-scalar", Variant.CORRECTED, model="scalar-generic", of="L", by="V")
def d_loss_d_v(net: Network) -> Array:
    """dL/dV = sum_t dL/dg_t s_t^T; (c) where the state is a scalar, else (c, n)."""
    return d_loss_d_g(net).T @ net["s"]


# The loss, scalars -------------------------------------------------------------------------------


@_form("dL-ds-scalar", Variant.CORRECTED, model="scalar-generic", of="L", by="s[t]")
def d_loss_d_scalar(net: Network) -> Array:
    """dL/ds_t = V . dL/dg_t + W f'(a_{t+1}) dL/ds_{t+1}, backward; (tau)."""
    W, slope = net["W"], net.slope("f", "a")
    result = d_loss_d_g(net) @ net["V"]
    for t in reversed(range(net.tau - 1)):
        result[t] += W * slope[t + 1] * result[t + 1]
    return result


@_form("dL-da-scalar", Variant.CORRECTED, model="scalar-generic", of="L", by="a[t]")
def d_loss_d_scalar_a(net: Network) -> Array:
    """dL/da_t = f'(a_t) dL/ds_t; (tau)."""
    return net.slope("f", "a") * d_loss_d_scalar(net)


@_form("dL-dW-scalar", Variant.CORRECTED, model="scalar-generic", of="L", by="W")
def d_loss_d_scalar_w(net: Network) -> Array:
    """dL/dW = sum_t dL/da_t s_{t-1}; scalar."""
    return d_loss_d_scalar_a(net) @ net.before("s")


@_form("dL-dU-scalar", Variant.CORRECTED, model="scalar-generic", of="L", by="U")
def d_loss_d_scalar_u(net: Network) -> Array:
    """dL/dU = sum_t dL/da_t x_t; scalar."""
    return d_loss_d_scalar_a(net) @ net["x"]


# The loss, matrices ------------------------------------------------------------------------------


@_form("dL-ds-matrix", Variant.CORRECTED, model="matrix-generic", of="L", by="s[t]")
def d_loss_d_vector(net: Network) -> Array:
    """dL/ds_t = V^T dL/dg_t + W^T diag(f'(a_{t+1})) dL/ds_{t+1}, backward; (tau, n)."""
    W, slope = net["W"], net.slope("f", "a")
    result = d_loss_d_g(net) @ net["V"]
    for t in reversed(range(net.tau - 1)):
        result[t] += W.T @ (slope[t + 1] * result[t + 1])
    return result


@_form("dL-da-matrix", Variant.CORRECTED, model="matrix-generic", of="L", by="a[t]")
def d_loss_d_vector_a(net: Network) -> Array:
    """dL/da_t = diag(f'(a_t)) dL/ds_t; (tau, n)."""
    return net.slope("f", "a") * d_loss_d_vector(net)


@_form("dL-dW-matrix", Variant.CORRECTED, model="matrix-generic", of="L", by="W")
def d_loss_d_matrix_w(net: Network) -> Array:
    """dL/dW = sum_t dL/da_t s_{t-1}^T; (n, n)."""
    return d_loss_d_vector_a(net).T @ net.before("s")


@_form("dL-dU-matrix", Variant.CORRECTED, model="matrix-generic", of="L", by="U")
def d_loss_d_matrix_u(net: Network) -> Array:
    """dL/dU = sum_t dL/da_t x_t^T; (n, m)."""
    return d_loss_d_vector_a(net).T @ net["x"]
