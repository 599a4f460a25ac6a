"""What was printed, read back: the text of a model and of an equation, its values at a point."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from checks.claims import Sides, understand, value
from checks.documents.open import read_document
from checks.oracle import at
from checks.statements import blocks_of
from numeric.closed_forms.network import Network
from numeric.points import Targets, in_ring, rational_point
from numeric.rings.float64 import Float64Ring
from symbolic.expand import Gradient
from symbolic.expand.forward import forward_lines, shape_chains
from symbolic.expand.lines import display
from symbolic.latex.section import Section, read_section
from symbolic.latex.write import write
from symbolic.model import Instance, Model
from symbolic.notation import notation
from symbolic.notation.writer import writer


def preamble(model: Model, name: str) -> str:
    """Return the shapes and forward equations of a model, as a text."""
    made = writer(model, notation(name))
    shapes = "\n\n".join(f"${write(chain)}$" for chain in shape_chains(made))
    equations = "\n\n".join(f"$$\n{display([line])}\n$$" for line in forward_lines(made))
    return f"{shapes}\n\n{equations}\n"


@dataclass(frozen=True)
class Printed:
    """The section that a preamble makes, and the claims of a display read within it."""

    section: Section
    claims: list

    def at(self, tau: int, sizes: dict[str, int], seed: int = 0) -> list:
        """Return both sides of every claim at a point, in float64."""
        model = self.section.model
        instance = Instance(model, sizes, tau)
        ring = Float64Ring()
        point = rational_point(instance, seed, Targets.NORMALISED, spread=False)
        functions = {f: ("sin", "tanh")[k % 2] for k, f in enumerate(model.functions)}
        net = at(instance, ring, in_ring(point, ring), functions).network
        return [self._sides(claim, net) for claim in self.claims]

    def _sides(self, claim, net: Network):
        meaning = understand(*claim, self.section)
        sides = next(iter(meaning.by_reading.values()))
        assert isinstance(sides, Sides), sides
        letters = {}
        left = value(sides.left, sides.axes, net, letters)
        return left, value(sides.right, sides.axes, net, letters)


def read_back(model: Model, name: str, *displays: str) -> Printed:
    """Read displays within the text of their model."""
    shown = "\n\n".join(f"$$\n{latex}\n$$" for latex in displays)
    text = f"{preamble(model, name)}\n{shown}\n"
    (block,) = blocks_of(read_document("printed.md", text))
    section = read_section([s.chains for s in block.statements], name="printed")
    known = len(forward_lines(writer(model, notation(name))))
    claims = []
    for statement in block.statements:
        for chain in statement.chains:
            if chain.relations == ("=",):
                claims.append((chain.items[0], chain.items[1]))
    # The reader counts from 1 where no sum says otherwise; the text of a model says it in words.
    first = model.first_step
    lexicon = replace(section.lexicon, first_step=first)
    section = replace(section, lexicon=lexicon, model=replace(section.model, first_step=first))
    return Printed(section, claims[known:])


def sizes_of(found: Gradient, printed: Printed) -> dict[str, int]:
    """Return the sizes of a gradient by their letters on the page."""
    written = found.question.writer.symbols.sizes
    known = {dimension.name for dimension in printed.section.model.dimensions}
    sizes = {written[k].name: size for k, size in found.question.checked_sizes().items()}
    return {name: size for name, size in sizes.items() if name in known}


def agree(left, right) -> bool:
    """Whether two arrays are equal up to the rounding of float64."""
    scale = np.max(np.abs(left), initial=0) + np.max(np.abs(right), initial=0)
    return left.shape == right.shape and bool(np.all(np.abs(left - right) <= 1e-9 * scale + 1e-15))
