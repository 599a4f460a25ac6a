"""The forum answer (Cross Validated 282752), line by line: dE/du and dE/dw over two steps.

Each line is judged under the answer's recurrence and under the question's. With the substitutions
the lines hold for z_t = a_t + b_t + k alone, where dz_t/da_t = dz_t/db_t = 1.
"""

from __future__ import annotations

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import EVERY_STEP
from numeric.closed_forms.form import Network
from numeric.closed_forms.forum282752_registry import (
    E,
    a,
    b,
    corrected_product,
    k,
    o,
    printed,
    printed_product,
    q,
    s,
    u,
    u_at,
    v,
    w,
    w_at,
    x,
    z,
)

_Sides = tuple[Array, Array]

_MIXED = "d and the curly d in one quotient are read as the same"
_SAME_LOSS = "L is the loss E = L(o)"
_PRODUCT = "where z_t = a_t b_t, dz_t/da_t = b_t and dz_t/db_t = a_t, not 1"


def _to_z(net: Network) -> Array:
    """dE/do do/dq dq/ds_1 ds_1/dz_1: the factors before the bracket."""
    return net.d(E, o) @ net.d(o, q) @ net.d(q, s(1)) * net.d(s(1), z(1))


def _to_z_by_v(net: Network) -> Array:
    """dE/do do/dq v_1 ds_1/dz_1: the same, with v_1 for dq/ds_1."""
    return net.d(E, o) @ net.d(o, q) @ net[v] * net.d(s(1), z(1))


def _back_to_z(net: Network) -> Array:
    """dz_1/db_1 db_1/ds_0 ds_0/dz_0: one step back."""
    return net.d(z(1), b(1)) * net.d(b(1), s(0)) * net.d(s(0), z(0))


# Forward, the answer's form in one expression ----------------------------------------------------


@printed("z1", t=1, before=0)
@printed("z0", t=0, before=-1)
def argument_at(net: Network, t: int, before: int) -> _Sides:
    """z_{t} = u x_{t} + w s_{{before}} + k"""
    return net[z(t)], net[u] * net[x(t)] + net[w] * net[s(before)] + net[k]


@printed("zt", over=EVERY_STEP)
def argument(net: Network, t: int) -> _Sides:
    """z_t = u x_t + w s_{t-1} + k"""
    return argument_at(net, t, t - 1)


# By u --------------------------------------------------------------------------------------------


@printed_product("du-sum-product")
@printed("du-sum")
def d_loss_d_u(net: Network) -> _Sides:
    """dE/du = dE/du_1 + dE/du_0"""
    return net.d(E, u), net.d(E, u_at(1)) + net.d(E, u_at(0))


@printed_product("du1-chain-product", note=_MIXED)
@printed("du1-chain", note=_MIXED)
def d_loss_d_last_u(net: Network) -> _Sides:
    """dE/du_1 = dE/do do/dq dq/ds_1 ds_1/dz_1 dz_1/da_1 da_1/du_1"""
    return net.d(E, u_at(1)), _to_z(net) * net.d(z(1), a(1)) * net.d(a(1), u_at(1))


@printed_product("du0-chain-product", note=_MIXED)
@printed("du0-chain", note=_MIXED)
def d_loss_d_first_u(net: Network) -> _Sides:
    """dE/du_0 = dE/do do/dq dq/ds_1 ds_1/dz_1 dz_1/db_1 db_1/ds_0 ds_0/dz_0 dz_0/da_0 da_0/du_0"""
    right = _to_z(net) * _back_to_z(net) * net.d(z(0), a(0)) * net.d(a(0), u_at(0))
    return net.d(E, u_at(0)), right


@printed_product("du-gathered-product")
@printed("du-gathered")
def d_loss_d_u_gathered(net: Network) -> _Sides:
    """dE/du = dE/do do/dq dq/ds_1 ds_1/dz_1 ((dz_1/da_1 da_1/du_1)
    + (dz_1/db_1 db_1/ds_0 ds_0/dz_0 dz_0/da_0 da_0/du_0))
    """
    last = net.d(z(1), a(1)) * net.d(a(1), u_at(1))
    first = _back_to_z(net) * net.d(z(0), a(0)) * net.d(a(0), u_at(0))
    return net.d(E, u), _to_z(net) * (last + first)


@printed_product("du-substituted-product", fails=_PRODUCT)
@printed("du-substituted")
def d_loss_d_u_substituted(net: Network) -> _Sides:
    """dE/du = dE/do do/dq v_1 ds_1/dz_1 ((1 x_1) + (1 w_1 ds_0/dz_0 1 x_0))"""
    bracket = 1 * net[x(1)] + 1 * net[w_at(1)] * net.d(s(0), z(0)) * 1 * net[x(0)]
    return net.d(E, u), _to_z_by_v(net) * bracket


@corrected_product("du-substituted-product")
def d_loss_d_u_substituted_product(net: Network) -> _Sides:
    """dE/du = dE/do do/dq v_1 ds_1/dz_1 ((b_1 x_1) + (a_1 w_1 ds_0/dz_0 b_0 x_0))"""
    first = net[a(1)] * net[w_at(1)] * net.d(s(0), z(0)) * net[b(0)] * net[x(0)]
    return net.d(E, u), _to_z_by_v(net) * (net[b(1)] * net[x(1)] + first)


@printed_product("du-clean-product", fails=_PRODUCT)
@printed("du-clean")
def d_loss_d_u_clean(net: Network) -> _Sides:
    """dE/du = dE/do do/dq v_1 ds_1/dz_1 (x_1 + w_1 ds_0/dz_0 x_0)"""
    bracket = net[x(1)] + net[w_at(1)] * net.d(s(0), z(0)) * net[x(0)]
    return net.d(E, u), _to_z_by_v(net) * bracket


@corrected_product("du-clean-product")
def d_loss_d_u_clean_product(net: Network) -> _Sides:
    """dE/du = dE/do do/dq v_1 ds_1/dz_1 (b_1 x_1 + a_1 w_1 ds_0/dz_0 b_0 x_0)"""
    first = net[a(1)] * net[w_at(1)] * net.d(s(0), z(0)) * net[b(0)] * net[x(0)]
    return net.d(E, u), _to_z_by_v(net) * (net[b(1)] * net[x(1)] + first)


@printed_product("du-final-1-product", note=_SAME_LOSS)
@printed("du-final-1", note=_SAME_LOSS)
def d_loss_d_u_over_steps(net: Network) -> _Sides:
    """dL/du = sum_t dL/du_t"""
    return net.d(E, u), sum(net.d(E, u_at(t)) for t in net.steps)


@printed_product("du-final-2-product", note=_SAME_LOSS)
@printed("du-final-2", note=_SAME_LOSS)
def d_loss_d_u_by_states(net: Network) -> _Sides:
    """dL/du = dL/do do/ds_1 ds_1/du_1 + dL/do do/ds_1 ds_1/ds_0 ds_0/du_0"""
    last = net.d(E, o) @ net.d(o, s(1)) * net.d(s(1), u_at(1))
    first = net.d(E, o) @ net.d(o, s(1)) * net.d(s(1), s(0)) * net.d(s(0), u_at(0))
    return net.d(E, u), last + first


# By w --------------------------------------------------------------------------------------------


@printed_product("dw-clean-product", fails=_PRODUCT)
@printed("dw-clean")
def d_loss_d_w_clean(net: Network) -> _Sides:
    """dE/dw = dE/do do/dq v_1 ds_1/dz_1 (s_0 + w_1 ds_0/dz_0 s_{-1})"""
    bracket = net[s(0)] + net[w_at(1)] * net.d(s(0), z(0)) * net[s(-1)]
    return net.d(E, w), _to_z_by_v(net) * bracket


@corrected_product("dw-clean-product")
def d_loss_d_w_clean_product(net: Network) -> _Sides:
    """dE/dw = dE/do do/dq v_1 ds_1/dz_1 (a_1 s_0 + a_1 w_1 ds_0/dz_0 a_0 s_{-1})"""
    first = net[a(1)] * net[w_at(1)] * net.d(s(0), z(0)) * net[a(0)] * net[s(-1)]
    return net.d(E, w), _to_z_by_v(net) * (net[a(1)] * net[s(0)] + first)


@printed_product("dw-final-1-product", note=_SAME_LOSS)
@printed("dw-final-1", note=_SAME_LOSS)
def d_loss_d_w_over_steps(net: Network) -> _Sides:
    """dL/dw = sum_t dL/dw_t"""
    return net.d(E, w), sum(net.d(E, w_at(t)) for t in net.steps)


@printed_product("dw-final-2-product", note=_SAME_LOSS)
@printed("dw-final-2", note=_SAME_LOSS)
def d_loss_d_w_by_states(net: Network) -> _Sides:
    """dL/dw = dL/do do/ds_1 ds_1/dw_1 + dL/do do/ds_1 ds_1/ds_0 ds_0/dw_0"""
    last = net.d(E, o) @ net.d(o, s(1)) * net.d(s(1), w_at(1))
    first = net.d(E, o) @ net.d(o, s(1)) * net.d(s(1), s(0)) * net.d(s(0), w_at(0))
    return net.d(E, w), last + first
