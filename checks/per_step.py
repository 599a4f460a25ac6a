"""Sections in which plain derivatives of states are per-step, because a directive says so."""

from __future__ import annotations

from dataclasses import replace

from checks.documents import directive_messages as messages
from checks.stated import Stated
from symbolic.errors import ReadError
from symbolic.latex.section import Section


def with_per_step(section: Section, stated: Stated) -> Section:
    """Return a section in which derivatives by some parameters are read as per-step.

    Raises ReadError where something that is stated so is no parameter.
    """
    lexicon, found = section.lexicon, set()
    parameters = {name: v.name for name, v in lexicon.variables.items() if v.is_parameter}
    for name, place in stated.per_step:
        if name not in parameters:
            known = ", ".join(sorted(set(parameters.values())))
            raise ReadError(messages.NOT_A_PARAMETER.format(name=name, known=known), place)
        found.add(parameters[name])
    return replace(section, lexicon=replace(lexicon, per_step=frozenset(found)))


def all_per_step(section: Section) -> Section:
    """Return a section in which every plain derivative of a state is read as per-step."""
    variables = section.lexicon.variables.values()
    every = frozenset(v.name for v in variables if v.is_parameter)
    return replace(section, lexicon=replace(section.lexicon, per_step=every))
