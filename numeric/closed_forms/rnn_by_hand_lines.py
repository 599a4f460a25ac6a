"""RNN by Hand, the formulas: the loss, (a) to (f), the update, the vectorised network."""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network
from numeric.closed_forms.network import eye
from numeric.closed_forms.reading import PLAIN
from numeric.closed_forms.rnn_by_hand_registry import (
    INPUTS,
    L,
    W_a,
    W_a_at,
    W_x,
    W_x_at,
    alpha,
    corrected,
    printed,
    x,
    y,
)
from numeric.closed_forms.setting import leaves_are_zero, size_is
from symbolic.forward import NodeKey

_Sides = tuple[Array, Array]


def _error(net: Network) -> Array:
    """(2/n) (alpha^<3> - y), example by example; (n). The document's 2/n is lost in its scan."""
    return 2 * (net[alpha(3)] - net[y]) / net.size("n")


# The loss ----------------------------------------------------------------------------------------


@printed("dL-dtheta-1", note="theta_0 is W_a, h_theta is alpha^<3>")
def d_loss_d_theta(net: Network) -> _Sides:
    """dL/dtheta_0 = (1/n) sum_i 2 (h_theta(x_i) - y_i) d(h_theta(x_i) - y_i)/dtheta_0"""
    gap = net[alpha(3)] - net[y]
    return net.d(L, W_a), (2 * gap * net.d(alpha(3), W_a)).sum() / net.size("n")


@printed(
    "dL-dtheta-2",
    note="theta_0 is W_a, h_theta is alpha^<3>",
    fails="the factor 2 is lost, and alpha^<1>, of no example, stands for dh_theta/dtheta_0",
)
def d_loss_d_theta_printed(net: Network) -> _Sides:
    """dL/dtheta_0 = (alpha^<1> / n) sum_i (h_theta(x_i) - y_i)"""
    right = net[alpha(1)] * (net[alpha(3)] - net[y]).sum() / net.size("n")
    return net.d(L, W_a) * np.ones_like(right), right


@corrected("dL-dtheta-2")
def d_loss_d_theta_written_out(net: Network) -> _Sides:
    """dL/dtheta_0 = (2/n) sum_i (h_theta(x_i) - y_i) (alpha^<2> + W_a alpha^<1>
    + W_a^2 alpha^<0>)_i
    """
    slope = net[alpha(2)] + net[W_a] * net[alpha(1)] + net[W_a] ** 2 * net[alpha(0)]
    return net.d(L, W_a), _error(net) @ slope


_SUMMED = "an example's own derivative has no sum over the examples"


@printed("dL-da3", fails=_SUMMED, when=size_is("n", 1))
@printed("dL-dalpha3", fails=_SUMMED, when=size_is("n", 1))
def d_loss_d_last_state_printed(net: Network) -> _Sides:
    """dL/dalpha^<3> = (2/n) sum_i (alpha^<3>_i - y_i)"""
    left = net.d(L, alpha(3))
    return left, np.ones_like(left) * _error(net).sum()


@corrected("dL-da3")
@corrected("dL-dalpha3")
def d_loss_d_last_state(net: Network) -> _Sides:
    """dL/dalpha^<3>_i = (2/n) (alpha^<3>_i - y_i)"""
    return net.d(L, alpha(3)), _error(net)


# The factors -------------------------------------------------------------------------------------


@printed("dalpha2-dalpha1", t=2, k=1)
@printed("dalpha3-dalpha2", t=3, k=2)
def d_state_d_state(net: Network, t: int, k: int) -> _Sides:
    """dalpha^<{t}>/dalpha^<{k}> = W_a, for one example"""
    return net.d(alpha(t), alpha(k)), net[W_a] * eye(net.size("n"))


@printed("dalpha1-dW_x", readings=PLAIN, t=1)
@printed("dalpha2-dW_x", readings=PLAIN, t=2)
def d_state_d_w_x(net: Network, t: int) -> _Sides:
    """dalpha^<{t}>/dW_x = x^<{t}>"""
    return net.head(alpha(t), W_x), net[x(t)]


@printed("dalpha1-dW_a", readings=PLAIN, t=1, k=0)
@printed("dalpha2-dW_a", readings=PLAIN, t=2, k=1)
def d_state_d_w_a(net: Network, t: int, k: int) -> _Sides:
    """dalpha^<{t}>/dW_a = alpha^<{k}>"""
    return net.head(alpha(t), W_a), net[alpha(k)]


# (a) to (f) --------------------------------------------------------------------------------------


def _chain(net: Network, t: int, last: Array) -> Array:
    """dL/dalpha^<3> dalpha^<3>/dalpha^<2> ... dalpha^<t+1>/dalpha^<t> times ``last``; scalar."""
    result = net.d(L, alpha(3))
    for step in range(3, t, -1):
        result = result @ net.d(alpha(step), alpha(step - 1))
    return result @ last


@printed("a-1", readings=PLAIN)
def chain_x_last(net: Network) -> _Sides:
    """dL/dW_x = dL/dalpha^<3> dalpha^<3>/dW_x"""
    return net.d(L, W_x), _chain(net, 3, net.plain(alpha(3), W_x))


@printed("b-1", readings=PLAIN)
def chain_a_last(net: Network) -> _Sides:
    """dL/dW_a = dL/dalpha^<3> dalpha^<3>/dW_a"""
    return net.d(L, W_a), _chain(net, 3, net.plain(alpha(3), W_a))


_PART = "the part of one step alone, written as the whole derivative"
_ONE_PATH = "one path alone, written as the whole derivative: the later copies of the weight lack"


@printed("e-1", readings=PLAIN, t=1, fails=_ONE_PATH)
@printed("c-1", readings=PLAIN, t=2, fails=_ONE_PATH)
def chain_x_printed(net: Network, t: int) -> _Sides:
    """dL/dW_x = dL/dalpha^<3> ... dalpha^<{t}>/dW_x"""
    return net.d(L, W_x), _chain(net, t, net.plain(alpha(t), W_x))


@printed("f-1", readings=PLAIN, t=1, fails=_ONE_PATH)
@printed("d-1", readings=PLAIN, t=2, fails=_ONE_PATH)
def chain_a_printed(net: Network, t: int) -> _Sides:
    """dL/dW_a = dL/dalpha^<3> ... dalpha^<{t}>/dW_a"""
    return net.d(L, W_a), _chain(net, t, net.plain(alpha(t), W_a))


@corrected("e-1", t=1)
@corrected("c-1", t=2)
def chain_x(net: Network, t: int) -> _Sides:
    """dL/dW_x^<{t}> = dL/dalpha^<3> ... dalpha^<{t}>/dW_x^<{t}>"""
    return net.d(L, W_x_at(t)), _chain(net, t, net.d(alpha(t), W_x_at(t)))


@corrected("f-1", t=1)
@corrected("d-1", t=2)
def chain_a(net: Network, t: int) -> _Sides:
    """dL/dW_a^<{t}> = dL/dalpha^<3> ... dalpha^<{t}>/dW_a^<{t}>"""
    return net.d(L, W_a_at(t)), _chain(net, t, net.d(alpha(t), W_a_at(t)))


_ALONE = leaves_are_zero("W_a = 0", "W_a")


@printed("a-2", fails=_PART, when=_ALONE)
def d_loss_d_w_x_last_printed(net: Network) -> _Sides:
    """dL/dW_x = (2/n) sum_i (alpha^<3> - y)_i x^<3>_i"""
    return net.d(L, W_x), _error(net) @ net[x(3)]


@printed("b-2", fails=_PART + ", and with alpha^<3> for alpha^<2>")
def d_loss_d_w_a_last_printed(net: Network) -> _Sides:
    """dL/dW_a = (2/n) sum_i (alpha^<3> - y)_i alpha^<3>_i"""
    return net.d(L, W_a), _error(net) @ net[alpha(3)]


@printed("c-2", fails=_PART)
def d_loss_d_w_x_second_printed(net: Network) -> _Sides:
    """dL/dW_x = (2/n) sum_i (alpha^<3> - y)_i W_a x^<2>_i"""
    return net.d(L, W_x), _error(net) @ net[x(2)] * net[W_a]


@printed("d-2", fails=_PART + ", and with alpha^<2> for alpha^<1>")
def d_loss_d_w_a_second_printed(net: Network) -> _Sides:
    """dL/dW_a = (2/n) sum_i (alpha^<3> - y)_i W_a alpha^<2>_i"""
    return net.d(L, W_a), _error(net) @ net[alpha(2)] * net[W_a]


@printed("e-2", fails=_PART + ", and with W_a alpha^<2> for W_a^2")
def d_loss_d_w_x_first_printed(net: Network) -> _Sides:
    """dL/dW_x = (2/n) sum_i (alpha^<3> - y)_i W_a alpha^<2>_i x^<1>_i"""
    return net.d(L, W_x), (_error(net) * net[alpha(2)] * net[x(1)]).sum() * net[W_a]


@printed("f-2", fails=_PART + ", and with W_a alpha^<2> for W_a^2")
def d_loss_d_w_a_first_printed(net: Network) -> _Sides:
    """dL/dW_a = (2/n) sum_i (alpha^<3> - y)_i W_a alpha^<2>_i alpha^<0>_i"""
    return net.d(L, W_a), (_error(net) * net[alpha(2)] * net[alpha(0)]).sum() * net[W_a]


@corrected("a-2", t=3, power=0)
@corrected("c-2", t=2, power=1)
@corrected("e-2", t=1, power=2)
def d_loss_d_w_x_part(net: Network, t: int, power: int) -> _Sides:
    """dL/dW_x^<{t}> = (2/n) sum_i (alpha^<3> - y)_i W_a^{power} x^<{t}>_i"""
    return net.d(L, W_x_at(t)), _error(net) @ net[x(t)] * net[W_a] ** power


@corrected("b-2", t=3, k=2, power=0)
@corrected("d-2", t=2, k=1, power=1)
@corrected("f-2", t=1, k=0, power=2)
def d_loss_d_w_a_part(net: Network, t: int, k: int, power: int) -> _Sides:
    """dL/dW_a^<{t}> = (2/n) sum_i (alpha^<3> - y)_i W_a^{power} alpha^<{k}>_i"""
    return net.d(L, W_a_at(t)), _error(net) @ net[alpha(k)] * net[W_a] ** power


# The update --------------------------------------------------------------------------------------

_DESCENT = "a step down the gradient, with (a) to (f) read as the parts of the steps that they name"
_SIGNS = "the earlier parts are added, where the whole gradient is to be subtracted"


def _parts(net: Network, copy: NodeKey) -> tuple[Array, Array, Array]:
    """dL/dW^<3>, dL/dW^<2>, dL/dW^<1> of a weight; scalars."""
    third, second, first = (net.d(L, NodeKey(copy.name, t)) for t in (3, 2, 1))
    return third, second, first


@printed("update-W_x", note=_DESCENT, fails=_SIGNS)
def update_of_w_x_printed(net: Network) -> _Sides:
    """W_x - dL/dW_x = W_x - (a) + (c) + (e)"""
    a, c, e = _parts(net, W_x)
    return net[W_x] - net.d(L, W_x), net[W_x] - a + c + e


@corrected("update-W_x", note=_DESCENT)
def update_of_w_x(net: Network) -> _Sides:
    """W_x - dL/dW_x = W_x - ((a) + (c) + (e))"""
    a, c, e = _parts(net, W_x)
    return net[W_x] - net.d(L, W_x), net[W_x] - (a + c + e)


@printed("update-W_a", note=_DESCENT, fails=_SIGNS)
def update_of_w_a_printed(net: Network) -> _Sides:
    """W_a - dL/dW_a = W_a - (b) + (d) + (f)"""
    b, d, f = _parts(net, W_a)
    return net[W_a] - net.d(L, W_a), net[W_a] - b + d + f


@corrected("update-W_a", note=_DESCENT)
def update_of_w_a(net: Network) -> _Sides:
    """W_a - dL/dW_a = W_a - ((b) + (d) + (f))"""
    b, d, f = _parts(net, W_a)
    return net[W_a] - net.d(L, W_a), net[W_a] - (b + d + f)


# The vectorised network, on the worked inputs ----------------------------------------------------

_ONE_WEIGHT = "w_x1, w_x3 and w_a1 are read as the weights W_x and W_a"


@printed("a1-1", setting=INPUTS)
def first_states_by_inputs(net: Network) -> _Sides:
    """a_1 = (0, 0, 0)^T W_a + (1, 0, 1)^T W_x"""
    return net[alpha(1)], np.array([0, 0, 0]) * net[W_a] + np.array([1, 0, 1]) * net[W_x]


@printed("a1-2", setting=INPUTS, note=_ONE_WEIGHT)
def first_states(net: Network) -> _Sides:
    """a_1 = (W_x, 0, W_x)^T"""
    return net[alpha(1)], np.array([1, 0, 1]) * net[W_x]


@printed("a2-1", setting=INPUTS, note=_ONE_WEIGHT)
def second_states_by_inputs(net: Network) -> _Sides:
    """a_2 = (W_x, 0, W_x)^T W_a + (0, 1, 1)^T W_x"""
    first = np.array([1, 0, 1]) * net[W_x]
    return net[alpha(2)], first * net[W_a] + np.array([0, 1, 1]) * net[W_x]


@printed(
    "a2-2",
    setting=INPUTS,
    note=_ONE_WEIGHT,
    fails="the input W_x stands in the first entry, whose input is 0, and lacks in the second",
)
def second_states_printed(net: Network) -> _Sides:
    """a_2 = (W_x W_a + W_x, 0, W_x W_a + W_x)^T"""
    entry = net[W_x] * net[W_a] + net[W_x]
    return net[alpha(2)], np.array([1, 0, 1]) * entry


@corrected("a2-2", setting=INPUTS, note=_ONE_WEIGHT)
@printed("a2-3", setting=INPUTS, note=_ONE_WEIGHT)
def second_states(net: Network) -> _Sides:
    """a_2 = (W_x W_a, W_x, W_x W_a + W_x)^T"""
    carried, new = net[W_x] * net[W_a], net[W_x]
    return net[alpha(2)], np.array([1, 0, 1]) * carried + np.array([0, 1, 1]) * new


@printed(
    "L-vector",
    fails="the square of a vector is a vector: the sum over the examples is missing",
)
def loss_of_vector_printed(net: Network) -> _Sides:
    """L = (1/n) (a_3 - y)^2"""
    return net[L], (net[alpha(3)] - net[y]) ** 2 / net.size("n")


@corrected("L-vector")
def loss_of_vector(net: Network) -> _Sides:
    """L = (1/n) sum_i (a_3 - y)_i^2"""
    return net[L], ((net[alpha(3)] - net[y]) ** 2).sum() / net.size("n")
