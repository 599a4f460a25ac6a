"""The scalar functions that an expression may apply, as a table.

The derivatives are not here: SymPy knows its own, and ``numeric.functions`` has another table, so
that the two oracles share no derivative rule.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScalarFunction:
    """A function of one real number: its formula in words of the field, and where it is defined."""

    name: str
    formula: str
    domain: str = "all real numbers"


FUNCTIONS: dict[str, ScalarFunction] = {
    f.name: f
    for f in (
        ScalarFunction("identity", "x"),
        ScalarFunction("tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"),
        ScalarFunction("sigmoid", "1 / (1 + exp(-x))"),
        ScalarFunction("softplus", "log(1 + exp(x))"),
        ScalarFunction("exp", "exp(x)"),
        ScalarFunction("log", "the natural logarithm", "x > 0"),
        ScalarFunction("sin", "sin(x)"),
        ScalarFunction("cos", "cos(x)"),
        ScalarFunction("sinh", "(exp(x) - exp(-x)) / 2"),
        ScalarFunction("cosh", "(exp(x) + exp(-x)) / 2"),
    )
}

#: What an undefined function of a model is replaced by where numbers are needed.
GENERIC_INSTANCES: tuple[str, ...] = ("tanh", "sigmoid", "identity", "sin", "softplus")
