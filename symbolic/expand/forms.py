"""The forms for a number of steps: paths, matrix, entries, full; each returns its lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

from symbolic.errors import ConfigError
from symbolic.expand.concrete import ONE, Substituted, added, at, concrete, places
from symbolic.expand.drawing import NoMatrix
from symbolic.expand.entries import Scribe
from symbolic.expand.nesting import nested
from symbolic.expand.network import Path, paths
from symbolic.expand.question import Line, Material, Question, is_copy, letters_of
from symbolic.expand.sharing import shared
from symbolic.expand.size import check_entries, check_size
from symbolic.expr import Expr
from symbolic.forward import NodeKey
from symbolic.latex.syntax import Node
from symbolic.model import entries_of
from symbolic.notation.build import product, total
from symbolic.traverse import reindex

#: The positions of an entry on both sides, and its terms, one a path.
EntryTerms: TypeAlias = tuple[tuple[Node, ...], tuple[Node, ...], list[Expr]]

#: More Jacobians than this are not multiplied out unless asked for in so many words.
MAX_FACTORS = 1500


def path_lines(found: Material) -> tuple[Line, ...]:
    """Return the sum over all paths of products of Jacobians."""
    question = found.question
    known = shown_paths(found)
    if any(len(path) == 1 for path in known):
        # A variable by itself: no Jacobians, but an identity.
        return matrix_lines(found)
    made = question.writer
    left = question.left(made.key(question.of), made.key(question.by), nabla=False)
    return (Line(left, total(("+", path_product(found, path)) for path in known)),)


def shown_paths(found: Material) -> tuple[Path, ...]:
    """Return the paths that are written out, in the order of the terms."""
    question, known = found.question, found.paths()
    if len(known) == 1 and len(known[0]) == 2 and known[0][1].name == question.by.name:
        # The derivative by what is read directly would be said to be itself.
        found.among = paths(found.net, question.of, question.by, every_node=True)
        known = found.paths()
    return known


def path_product(found: Material, path: Path) -> Node:
    """Return the Jacobians along a path, a factor of 1 left out."""
    factors = [
        quotient(found, key, parent)
        for key, parent in pairwise(path)
        if not is_one(found, key, parent)
    ]
    return product(factors, found.question.notation.between)


def is_one(found: Material, key: NodeKey, parent: NodeKey) -> bool:
    """Whether a node is read with a factor of 1 by a scalar: a loss by that of a step."""
    if found.net.model.declaration(parent.name).shape or parent not in found.net.parents(key):
        return False
    if is_copy(found.net.model, parent):
        return False
    adjoint = found.jacobians.local(key, parent)
    return not adjoint.of and adjoint.entry == ONE


def quotient(found: Material, key: NodeKey, parent: NodeKey) -> Node:
    """Return one Jacobian; a plus marks it where the total derivative has other paths too."""
    made, notation = found.question.writer, found.question.notation
    mark = not found.among.is_direct(key, parent)
    if key.step is None and is_copy(found.net.model, parent) and _has_one_use(found, parent.name):
        return made.derivative(made.key(key), made.variable(parent.name), mark=mark)
    if is_copy(found.net.model, parent) and notation.copies == "star" and key.step == parent.step:
        return made.derivative(made.key(key), made.starred(parent.name), mark=mark)
    return made.derivative(made.key(key), made.key(parent), mark=mark)


def multiplied_paths(found: Material) -> tuple[Path, ...]:
    """Return the paths, for their Jacobians to be multiplied; ConfigError for too many factors."""
    known = found.paths()
    count = sum(len(path) - 1 for path in known)
    if count > MAX_FACTORS and not found.question.force:
        raise ConfigError(
            f"{found.question.of} by {found.question.by} at tau = {found.net.tau} is a sum of"
            f" {len(known)} products of {count} Jacobians in all; more than {MAX_FACTORS} are not"
            " multiplied out. Take the form 'closed', which holds for every tau, 'paths',"
            " a smaller tau, or --force"
        )
    return known


def _has_one_use(found: Material, name: str) -> bool:
    """Whether no equation of a step reads a parameter, so that it is the copy of the last one."""
    model = found.net.model
    timed = (e for e in model.equations if model.declaration(e.name).timed)
    return found.question.by.step is None and not any(
        entry.name == name for e in timed for entry in entries_of(e.body)
    )


def matrix_lines(found: Material) -> tuple[Line, ...]:
    """Return the sum over all paths in matrix notation; by entries where there is none."""
    question, made = found.question, found.question.writer
    layout = found.layout()
    try:
        terms = []
        for path in multiplied_paths(found):
            adjoint = found.adjoint(path)
            node = layout.node(adjoint.entry, adjoint.of + adjoint.by, row=question.is_row)
            terms.append(("+", node))
    except NoMatrix:
        return letter_lines(found)
    left = question.left(made.key(question.of), made.key(question.by), nabla=True)
    return (Line(left, total(terms)),)


def letter_lines(found: Material) -> tuple[Line, ...]:
    """Return one equation for all entries, with letters for the positions."""
    question, made = found.question, found.question.writer
    scribe = Scribe(made)
    of = letters_of(scribe, found.of_indices)
    by = letters_of(scribe, found.by_indices)
    algebra = found.jacobians.algebra
    terms = [scribe.write(nested(found.joint(p).entry, algebra)) for p in multiplied_paths(found)]
    return (Line(_left(question, of, by), total(("+", term) for term in terms)),)


def _left(question: Question, of: tuple[Node, ...], by: tuple[Node, ...]) -> Node:
    made = question.writer
    above = made.at(question.of, of)
    return question.left(above, made.at(question.by, by), nabla=False)


def joint_terms(found: Material) -> list[Expr]:
    """Return the terms of all paths in the indices that they share, sums pushed inside."""
    algebra = found.jacobians.algebra
    return [nested(found.joint(path).entry, algebra) for path in multiplied_paths(found)]


def entry_values(found: Material, joint: list[Expr]) -> list[EntryTerms]:
    """Return, entry by entry, the positions and the terms in the values of nodes."""
    question = found.question
    sizes = question.checked_sizes()
    of, by = found.of_indices, found.by_indices
    result = []
    for place in places(tuple(i.size for i in of + by), sizes):
        numbers = at(of + by, place)
        terms = [concrete(reindex(e, {**numbers}), sizes) for e in joint]
        made = question.writer
        written = tuple(made.affine(numbers[index]) for index in of + by)
        result.append((written[: len(of)], written[len(of) :], terms))
    return result


def entry_lines(found: Material) -> tuple[Line, ...]:
    """Return each entry of the derivative in the values of the nodes."""
    scribe, question = Scribe(found.question.writer), found.question
    joint = joint_terms(found)
    if not question.force:
        check_entries(joint, found.net, question.of, question.by, question.checked_sizes())
    return tuple(
        Line(_left(found.question, of, by), _sum(scribe, terms))
        for of, by, terms in entry_values(found, joint)
    )


def _sum(scribe: Scribe, terms: list[Expr]) -> Node:
    return scribe.write(added(terms))


def full_lines(found: Material) -> tuple[Line, ...]:
    """Return each entry down to parameters, inputs and initial states; parts named if asked for."""
    question = found.question
    sizes = question.checked_sizes()
    if not question.force:
        check_size(found.net, question.of, question.by, sizes, shared=question.share)
    values = entry_values(found, joint_terms(found))
    scribe = Scribe(question.writer)
    if question.share:
        definitions, substituted = shared([added(t) for _, _, t in values], found.net, sizes)
        lines = [Line(scribe.write(name), scribe.write(body)) for name, body in definitions]
        found_sums = [scribe.write(e) for e in substituted]
    else:
        down = Substituted(found.net, sizes)
        lines = []
        found_sums = [scribe.write(down.expression(added(t))) for _, _, t in values]
    for (of, by, _), right in zip(values, found_sums, strict=True):
        lines.append(Line(_left(question, of, by), right))
    return tuple(lines)
