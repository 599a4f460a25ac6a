"""Back-propagation through time written out by hand for each network, in NumPy alone.

A third opinion: nothing of the project is imported here. Every function takes the values by name
(``"W"``, ``"x[3]"``), the first step and the number of steps, and returns the loss and its
derivatives under the same names. Columns: a vector is (n,); rows of a batch: (N, n).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Values = Mapping[str, Any]
Gradients = dict[str, Any]
Activation = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


#: A function and its derivative.
ACTIVATIONS: dict[str, Activation] = {
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "sigmoid": (_sigmoid, lambda x: _sigmoid(x) * _sigmoid(-x)),
    "identity": (lambda x: x, np.ones_like),
    "sin": (np.sin, np.cos),
    "softplus": (lambda x: np.log(1 + np.exp(x)), _sigmoid),
}


def _softmax(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def columns(
    p: Values, first: int, tau: int, activation: str, state: str, biases: tuple[str, str] | None
) -> tuple[float, Gradients]:
    """h_t = f(b + W h_{t-1} + U x_t), E_t = -y_t . log softmax(c0 + V h_t)."""
    f, slope = ACTIVATIONS[activation]
    b, c0 = (p[biases[0]], p[biases[1]]) if biases else (0.0, 0.0)
    steps = range(first, first + tau)
    h, a, yhat = {first - 1: p[f"{state}[{first - 1}]"]}, {}, {}
    loss = 0.0
    for t in steps:
        a[t] = b + p["W"] @ h[t - 1] + p["U"] @ p[f"x[{t}]"]
        h[t] = f(a[t])
        yhat[t] = _softmax(c0 + p["V"] @ h[t])
        loss -= float(p[f"y[{t}]"] @ np.log(yhat[t]))
    d: Gradients = {name: np.zeros_like(p[name]) for name in ("U", "W", "V")}
    db, dc0 = np.zeros(len(h[first])), np.zeros(len(yhat[first]))
    carried = np.zeros(len(h[first]))
    for t in reversed(steps):
        y = p[f"y[{t}]"]
        do = yhat[t] * y.sum() - y
        da = (p["V"].T @ do + carried) * slope(a[t])
        d["V"] += np.outer(do, h[t])
        d["W"] += np.outer(da, h[t - 1])
        d["U"] += np.outer(da, p[f"x[{t}]"])
        db += da
        dc0 += do
        d[f"x[{t}]"] = p["U"].T @ da
        d[f"y[{t}]"] = -np.log(yhat[t])
        carried = p["W"].T @ da
    d[f"{state}[{first - 1}]"] = carried
    if biases:
        d[biases[0]], d[biases[1]] = db, dc0
    return loss, d


def rows(p: Values, first: int, tau: int) -> tuple[float, Gradients]:
    """S_t = tanh(X_t U + S_{t-1} W), E_t = -sum(Y_t * log softmax(S_t V)), one row per example."""
    steps = range(first, first + tau)
    S, yhat, loss = {first - 1: p[f"S[{first - 1}]"]}, {}, 0.0
    for t in steps:
        S[t] = np.tanh(p[f"X[{t}]"] @ p["U"] + S[t - 1] @ p["W"])
        yhat[t] = _softmax(S[t] @ p["V"])
        loss -= float(np.sum(p[f"Y[{t}]"] * np.log(yhat[t])))
    d: Gradients = {name: np.zeros_like(p[name]) for name in ("U", "W", "V")}
    carried = np.zeros_like(S[first])
    for t in reversed(steps):
        Y = p[f"Y[{t}]"]
        dG = yhat[t] * Y.sum(axis=1, keepdims=True) - Y
        dZ = (dG @ p["V"].T + carried) * (1 - S[t] * S[t])
        d["V"] += S[t].T @ dG
        d["U"] += p[f"X[{t}]"].T @ dZ
        d["W"] += S[t - 1].T @ dZ
        d[f"X[{t}]"] = dZ @ p["U"].T
        d[f"Y[{t}]"] = -np.log(yhat[t])
        carried = dZ @ p["W"].T
    d[f"S[{first - 1}]"] = carried
    return loss, d


def squared_error(p: Values, first: int, tau: int, activation: str) -> tuple[float, Gradients]:
    """alpha_t = f(W_a alpha_{t-1} + W_x x_t), L = |alpha_tau - y|^2 / n."""
    f, slope = ACTIVATIONS[activation]
    last = first + tau - 1
    alpha, z = {first - 1: p[f"alpha[{first - 1}]"]}, {}
    for t in range(first, last + 1):
        z[t] = p["W_a"] * alpha[t - 1] + p["W_x"] * p[f"x[{t}]"]
        alpha[t] = f(z[t])
    error = alpha[last] - p["y"]
    carried = 2 * error / len(error)
    d: Gradients = {"W_a": 0.0, "W_x": 0.0, "y": -carried}
    for t in range(last, first - 1, -1):
        dz = carried * slope(z[t])
        d["W_a"] += dz @ alpha[t - 1]
        d["W_x"] += dz @ p[f"x[{t}]"]
        d[f"x[{t}]"] = p["W_x"] * dz
        carried = p["W_a"] * dz
    d[f"alpha[{first - 1}]"] = carried
    return float(error @ error) / len(error), d


def one_output(
    p: Values, first: int, tau: int, activation: str, *, product: bool
) -> tuple[float, Gradients]:
    """s_t = f(z_t), z = x u + s w + k or (x u)(s w); E = -y . log softmax(v s_tau + c0)."""
    f, slope = ACTIVATIONS[activation]
    last = first + tau - 1
    s, z = {first - 1: p[f"s[{first - 1}]"]}, {}
    for t in range(first, last + 1):
        a, b = p[f"x[{t}]"] * p["u"], s[t - 1] * p["w"]
        z[t] = a * b if product else a + b + p["k"]
        s[t] = f(z[t])
    o = _softmax(p["v"] * s[last] + (0.0 if product else p["c0"]))
    y = p["y"]
    dq = o * y.sum() - y
    d: Gradients = {"u": 0.0, "w": 0.0, "v": dq * s[last], "y": -np.log(o)}
    if not product:
        d |= {"k": 0.0, "c0": dq}
    carried = dq @ p["v"]
    for t in range(last, first - 1, -1):
        dz, x, before = carried * slope(z[t]), p[f"x[{t}]"], s[t - 1]
        if product:
            d["u"] += dz * x * before * p["w"]
            d["w"] += dz * x * before * p["u"]
            d[f"x[{t}]"] = dz * p["u"] * before * p["w"]
            carried = dz * x * p["u"] * p["w"]
        else:
            d["u"] += dz * x
            d["w"] += dz * before
            d["k"] += dz
            d[f"x[{t}]"] = dz * p["u"]
            carried = dz * p["w"]
    d[f"s[{first - 1}]"] = carried
    return -float(y @ np.log(o)), d


def scalar_softmax(p: Values, first: int, tau: int, activation: str) -> tuple[float, Gradients]:
    """s_t = f(U x_t + W s_{t-1}), E_t = -y_t . log softmax(V s_t), V and y_t vectors."""
    f, slope = ACTIVATIONS[activation]
    steps = range(first, first + tau)
    s, a, o, loss = {first - 1: p[f"s[{first - 1}]"]}, {}, {}, 0.0
    for t in steps:
        a[t] = p["U"] * p[f"x[{t}]"] + p["W"] * s[t - 1]
        s[t] = f(a[t])
        o[t] = _softmax(p["V"] * s[t])
        loss -= float(p[f"y[{t}]"] @ np.log(o[t]))
    d: Gradients = {"U": 0.0, "W": 0.0, "V": np.zeros_like(p["V"])}
    carried = 0.0
    for t in reversed(steps):
        y = p[f"y[{t}]"]
        dg = o[t] * y.sum() - y
        da = (dg @ p["V"] + carried) * slope(a[t])
        d["V"] += dg * s[t]
        d["U"] += da * p[f"x[{t}]"]
        d["W"] += da * s[t - 1]
        d[f"x[{t}]"] = da * p["U"]
        d[f"y[{t}]"] = -np.log(o[t])
        carried = da * p["W"]
    d[f"s[{first - 1}]"] = carried
    return loss, d


def scalar_sigmoid(p: Values, first: int, tau: int, *, both: bool) -> tuple[float, Gradients]:
    """s_t = tanh(U x_t + W s_{t-1}), E_t = -y log sigmoid(V s_t), and the other class."""
    steps = range(first, first + tau)
    s, g, loss = {first - 1: p[f"s[{first - 1}]"]}, {}, 0.0
    for t in steps:
        s[t] = np.tanh(p["U"] * p[f"x[{t}]"] + p["W"] * s[t - 1])
        g[t] = p["V"] * s[t]
        y = p[f"y[{t}]"]
        loss += float(y * np.log(1 + np.exp(-g[t])))
        if both:
            loss += float((1 - y) * np.log(1 + np.exp(g[t])))
    d: Gradients = {"U": 0.0, "W": 0.0, "V": 0.0}
    carried = 0.0
    for t in reversed(steps):
        y = p[f"y[{t}]"]
        dg = -y * _sigmoid(-g[t]) + ((1 - y) * _sigmoid(g[t]) if both else 0.0)
        dz = (dg * p["V"] + carried) * (1 - s[t] ** 2)
        d["V"] += dg * s[t]
        d["U"] += dz * p[f"x[{t}]"]
        d["W"] += dz * s[t - 1]
        d[f"x[{t}]"] = dz * p["U"]
        # log s(g) - log(1 - s(g)) = g
        d[f"y[{t}]"] = -g[t] if both else np.log(1 + np.exp(-g[t]))
        carried = dz * p["W"]
    d[f"s[{first - 1}]"] = carried
    return loss, d


def linear_lemma(p: Values, activation: str) -> tuple[float, Gradients]:
    """y = W x, L = f(u . y); there is no time."""
    f, slope = ACTIVATIONS[activation]
    y = p["W"] @ p["x"]
    z = p["u"] @ y
    dz = slope(z)
    dy = dz * p["u"]
    return float(f(z)), {"W": np.outer(dy, p["x"]), "u": dz * y, "x": p["W"].T @ dy}


#: By name of the model: (values, first step, tau, activation of an undefined function).
NETWORKS: dict[str, Callable[[Values, int, int, str], tuple[float, Gradients]]] = {
    "batch-softmax": lambda p, first, tau, f: rows(p, first, tau),
    "elman-softmax": lambda p, first, tau, f: columns(p, first, tau, "tanh", "h", ("b", "c0")),
    "linear-lemma": lambda p, first, tau, f: linear_lemma(p, f),
    "linear-mse": lambda p, first, tau, f: squared_error(p, first, tau, "identity"),
    "linear-mse-tanh": lambda p, first, tau, f: squared_error(p, first, tau, "tanh"),
    "many-to-one": lambda p, first, tau, f: one_output(p, first, tau, f, product=False),
    "many-to-one-product": lambda p, first, tau, f: one_output(p, first, tau, f, product=True),
    "matrix-generic": lambda p, first, tau, f: columns(p, first, tau, f, "s", None),
    "scalar-generic": scalar_softmax,
    "scalar-sigmoid": lambda p, first, tau, f: scalar_sigmoid(p, first, tau, both=False),
    "scalar-sigmoid-full": lambda p, first, tau, f: scalar_sigmoid(p, first, tau, both=True),
    "vector-softmax": lambda p, first, tau, f: columns(p, first, tau, "tanh", "s", None),
}
