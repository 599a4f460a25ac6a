"""The two oracles compared with each other on a model that has no closed forms.

Each "form" is the loss differentiated forward, by dual numbers; ``checks.decide`` compares it with
the tape in every ring, and with SymPy.
"""

from __future__ import annotations

from numeric.closed_forms.form import Derivative, Document, Form, Network, Quantity, Variant
from numeric.derivative import PlainPass, forward, tangent
from symbolic.errors import ModelError
from symbolic.forward import NodeKey
from symbolic.model import Model, Role
from symbolic.ring import ObjectArray


def oracle_forms(model: Model) -> dict[str, Form]:
    """Return one form for each parameter of the model; raises ModelError if it has no loss."""
    if model.loss is None:
        raise ModelError(f"{model.name} has no loss; expected a line 'loss NAME'")
    if not model.named(Role.PARAMETER):
        raise ModelError(f"{model.name} has no parameter to differentiate by")
    document = Document(model.name, model.name)
    forms = [
        _form(document, model, model.loss, declared.name)
        for declared in model.named(Role.PARAMETER)
    ]
    return {form.id: form for form in forms}


def _form(document: Document, model: Model, loss: str, parameter: str) -> Form:
    def compute(network: Network) -> ObjectArray:
        """Dual numbers, the tape and SymPy agree."""
        trajectory = network.trajectory
        plain = trajectory.interpretation
        if not isinstance(plain, PlainPass):
            raise TypeError("the closed forms are given plain values")
        by = NodeKey(parameter)
        carried = forward(trajectory.instance, plain.ring, plain.point, by, trajectory.functions)
        result: ObjectArray = tangent(carried, NodeKey(loss))
        return result

    return Form(
        document,
        f"d{loss}-d{parameter}",
        Variant.ORACLES,
        model.name,
        Derivative(Quantity(loss, None), Quantity(parameter, None)),
        compute,
    )
