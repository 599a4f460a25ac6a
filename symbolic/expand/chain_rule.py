"""The chain rule at a state, before its Jacobians are put in."""

from __future__ import annotations

from symbolic.expand.backward import ONE, Backward
from symbolic.expand.closed import Closed
from symbolic.expand.network import Unrolled, paths
from symbolic.expand.question import Line
from symbolic.expand.reading import RUNNING
from symbolic.forward import NodeKey
from symbolic.notation.build import product, total


def chain_rule(found: Closed, state: str) -> Line | None:
    """Return dL/dh_t = dE_t/dh_t + dL/dh_{t+1} dh_{t+1}/dh_t, where one state is all there is."""
    backward, made = found.backward, found.question.writer
    model = backward.model
    timed = [n for n in backward.kept if model.declaration(n).timed]
    losses = step_losses(backward, state)
    if timed != [state] or backward.longest(state) != 1 or not _is_all(backward, state, losses):
        return None
    head = found.head()
    here, after = made.variable(state, RUNNING), made.variable(state, RUNNING + 1)
    terms = []
    for name in losses:
        terms.append(("+", made.derivative(made.variable(name, RUNNING), here)))
    later = product((made.derivative(head, after), made.derivative(after, here)))
    return Line(made.derivative(head, here), total([*terms, ("+", later)]))


def _is_all(backward: Backward, state: str, losses: list[str]) -> bool:
    """Whether every path from the head to a state leads over a loss of its step or the next state.

    The paths are counted: none leads over two of them. Losses of a step count once in the whole.
    """
    if any(backward.written(name, RUNNING).entry != ONE for name in losses):
        return False
    net = Unrolled(backward.model, 3)
    step = net.steps[1]

    def count(of: NodeKey, by: NodeKey) -> int:
        return paths(net, of, by, every_node=True).count()

    last = None if backward.head.step is None else net.last_step
    whole, here = NodeKey(backward.of, last), NodeKey(state, step)
    over = [NodeKey(state, step + 1), *(NodeKey(name, step) for name in losses)]
    return count(whole, here) == sum(count(whole, key) * count(key, here) for key in over)


def step_losses(backward: Backward, state: str) -> list[str]:
    """Return the losses of a step that are reached from a state within its step."""
    found: list[str] = []
    pending, seen = [state], {state}
    while pending:
        name = pending.pop()
        for reader in backward.readers(name):
            other = reader.equation.name
            if other == backward.of and name != state and reader.lag is None:
                is_timed = backward.model.declaration(name).timed
                found += [name] if is_timed and name not in found else []
            elif reader.lag == 0 and other not in seen:
                seen.add(other)
                pending.append(other)
    return found
