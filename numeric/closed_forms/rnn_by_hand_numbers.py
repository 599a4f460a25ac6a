"""RNN by Hand, the worked numbers: states, loss, (a) and (b), at the data of the document.

The activation is tanh here, as in the document's first step. A number may be right from the exact
values, or from the rounded ones that stand before it.
"""

from __future__ import annotations

from functools import partial

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network, Variant
from numeric.closed_forms.rnn_by_hand_registry import ALL_DATA, REGISTRY, W_a, W_x, alpha, x, y

_number = partial(REGISTRY.number, model="linear-mse-tanh", setting=ALL_DATA)
_printed = partial(_number, variant=Variant.PRINTED)

#: Hundredths of the printed states: example by example, steps 1 to 3.
_STATES = ((76, 64, 57), (0, 76, 94), (76, 94, 96))


def _state(net: Network, i: int, t: int) -> Array:
    """alpha^<t> of example i: exact, or as it is printed; scalar."""
    if net.reading.rounded and t > 0:
        return net[W_a] * _STATES[i - 1][t - 1] / 100
    return net[alpha(t)][i - 1]


@_printed("ex3-alpha3", "0.96", i=3, t=3)
@_printed("ex3-alpha2", "0.94", i=3, t=2)
@_printed("ex3-alpha1", "0.76", i=3, t=1)
@_printed("ex2-alpha3", "0.94", i=2, t=3)
@_printed("ex2-alpha2", "0.76", i=2, t=2)
@_printed("ex2-alpha1", "0", i=2, t=1)
@_printed("ex1-alpha3", "0.57", i=1, t=3)
@_printed("ex1-alpha2", "0.64", i=1, t=2)
@_printed("ex1-alpha1", "0.76", i=1, t=1)
def state(net: Network, i: int, t: int) -> Array:
    """alpha^<{t}> of example {i} = tanh(W_a alpha^<t-1> + W_x x^<t>)"""
    before = _state(net, i, t - 1)
    return net.apply("tanh", net[W_a] * before + net[W_x] * net[x(t)][i - 1])


def _gap(net: Network, i: int) -> Array:
    """alpha^<3> - y, example i; scalar."""
    return _state(net, i, 3) - net[y][i - 1]


@_printed("loss", "1.82")
def loss(net: Network) -> Array:
    """L = ((1 - alpha^<3>_1)^2 + (2 - alpha^<3>_2)^2 + (3 - alpha^<3>_3)^2) / 3"""
    return (_gap(net, 1) ** 2 + _gap(net, 2) ** 2 + _gap(net, 3) ** 2) / 3


@_printed("a-worked", "-1.36", fails="the second example is lost: 2/3 (-1.06 - 2.04) is -2.07")
@_number("a-worked", "-2.07", Variant.CORRECTED)
def worked_a(net: Network) -> Array:
    """(a) = (2/3) ((alpha^<3>_1 - 1) 0 + (alpha^<3>_2 - 2) 1 + (alpha^<3>_3 - 3) 1)"""
    return 2 * (_gap(net, 1) * 0 + _gap(net, 2) * 1 + _gap(net, 3) * 1) / 3


_FACTOR = "the numbers set into (b) are the states before the last, where its formula has the last"


@_printed("b-worked-3", "0.94", note=_FACTOR, i=3)
@_printed("b-worked-2", "0.76", note=_FACTOR, i=2)
@_printed("b-worked-1", "0.64", note=_FACTOR, i=1)
def worked_b_factor(net: Network, i: int) -> Array:
    """the factor of example {i} in (b) = alpha^<2>"""
    return net.apply("tanh", net[W_a] * _state(net, i, 1) + net[W_x] * net[x(2)][i - 1])
