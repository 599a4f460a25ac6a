"""A section's forward equations, declarations and loss, read into a lexicon and a model."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from symbolic.arrays import Shape
from symbolic.errors import GradproofError, ModelError
from symbolic.latex import elaborate as _rules
from symbolic.latex.activations import Activations, activations_in
from symbolic.latex.aliases import Alias, aliases_in, resolved_chain
from symbolic.latex.context import Layout
from symbolic.latex.definitions import (
    Definition,
    closes_recurrence,
    declared_shapes,
    definitions_in,
    is_called,
    is_worked,
    with_names,
    without_lemmas,
)
from symbolic.latex.derived import derived_in
from symbolic.latex.inference import variables_of, with_inferred
from symbolic.latex.lexicon import Lexicon
from symbolic.latex.names import (
    arrays_in,
    counts_to_t,
    find_slot,
    script_letters,
    undefined_functions,
    uses,
    whole_variables,
)
from symbolic.latex.network import Section, build
from symbolic.latex.shapes import ALTERNATIVES, UNKNOWN, solutions, speaks_of_arrays
from symbolic.latex.syntax import Chain, Factors, Node, Scripted, Symbol

#: The cotangent of a lemma's result; no page can write this name.
_WEIGHT = "#weight"


class UndeclaredShapes(ModelError):
    """Shapes are declared nowhere and follow from nothing."""


def read_section(
    rows: list[tuple[Chain, ...]],
    *,
    name: str,
    shapes: Mapping[str, Shape] | None = None,
    all_scalars: bool = False,
    all_arrays: bool = False,
    letters: Mapping[str, str] | None = None,
) -> Section:
    """Return the network of a section.

    ``shapes`` are given beside the text; ``all_scalars`` says that the text declares every quantity
    to be a scalar, ``all_arrays`` that its letters are arrays where they can be; ``letters`` are
    functions of the core by the letters that the text calls them. Raises UndeclaredShapes where
    nothing says which of both they are, and ModelError where the forward equations make no model.
    """
    chains = [chain for row in rows for chain in row]
    activations = activations_in(chains)
    chains = [chain for chain in chains if not any(chain is c for c in activations.chains)]
    slot, steps = find_slot(chains)
    known = {**declared_shapes(rows, slot), **(shapes or {})}
    named = aliases_in(chains)
    aliases = tuple(alias for alias, _ in named)
    written = [chain for chain in chains if not any(chain is c for _, c in named)]
    chains = [resolved_chain(chain, aliases) for chain in written] if aliases else written
    every = definitions_in(chains, slot, steps)
    definitions = with_names(without_lemmas(every, slot, steps))
    if not definitions:
        raise ModelError("no forward equations are found here")
    has_t = counts_to_t(chains, slot, steps)
    found_uses = [
        use
        for d in definitions
        for use in uses(d.body, slot, steps)
        if not (has_t and use.name == "T" and use.step is None)
    ]
    defined = {(d.name, d.step is not None) for d in definitions}
    names = frozenset(n for n, _ in defined) | known.keys()
    names |= {use.name for use in found_uses if use.step is not None}
    functions = undefined_functions([d.chain for d in definitions], names)
    sizes = frozenset(letter_ for shape in known.values() for s in shape for letter_ in s.letters)
    functions -= {d.name for d in definitions} | activations.known.keys()
    functions -= arrays_in(chains, slot, steps)
    letters = {name: core for name, core in (letters or {}).items() if name in functions}
    functions -= letters.keys()
    lefts = [(d.name, d.chain.items[0]) for d in definitions]
    called = frozenset(n for n, left in lefts if left and is_called(left, slot, steps))
    fixed = [step for d in definitions for step in d.fixed]
    first_step = min(fixed, default=1)
    lexicon = Lexicon({}, slot, steps, sizes, functions, first_step, aliases=aliases, called=called)
    lexicon = replace(lexicon, counts_to_t=has_t)
    lexicon = replace(lexicon, letters_of_functions={**letters, **activations.known})
    indices = script_letters(chains)
    whole = whole_variables(chains, slot, steps)
    whole -= {u.name for d in definitions if not d.fixed for u in uses(d.body, slot, steps)}
    variables = variables_of(
        definitions, found_uses, known, lexicon, indices, whole, all_scalars=all_scalars
    )
    lexicon = replace(lexicon, variables=variables, horizon=_horizon(lexicon, frozenset(variables)))
    lexicon = with_inferred(lexicon, definitions, known, all_scalars=all_scalars)
    is_open = not all_scalars and (all_arrays or speaks_of_arrays(chains))
    section = _fitted(name, lexicon, definitions, is_open=is_open)
    section = _with_derived(_with_activations(section, activations), chains, known)
    section = _with_lemmas(section, [d.chain for d in every if d not in definitions])
    return _as_written(section, dict(zip(map(id, chains), written, strict=True)), named)


def _as_written(
    section: Section, written: Mapping[int, Chain], named: list[tuple[Alias, Chain]]
) -> Section:
    """Return the section with its defining equations as they stand in the text."""

    def original(section: Section) -> tuple[Chain, ...]:
        return tuple(written.get(id(chain), chain) for chain in section.definitions)

    lemmas = tuple(replace(lemma, definitions=original(lemma)) for lemma in section.lemmas)
    definitions = (*original(section), *(chain for _, chain in named))
    return replace(section, definitions=definitions, lemmas=lemmas)


def _with_derived(section: Section, chains: list[Chain], known: Mapping[str, Shape]) -> Section:
    """Return the section with the names that its text defines by derivatives.

    One that is declared a vector is a column, and so are all derivatives of the loss by vectors.
    """
    found = list(derived_in(chains, section.lexicon))
    if not found:
        return section
    lexicon = replace(section.lexicon, derived={name: derived for name, derived, _ in found})
    is_column = any(len(known.get(name, ())) == 1 for name, _, _ in found)
    return replace(
        section,
        lexicon=lexicon,
        definitions=(*section.definitions, *(chain for _, _, chain in found)),
        layout=Layout.COLUMNS if is_column else section.layout,
    )


def _with_lemmas(section: Section, chains: list[Chain]) -> Section:
    """Return the section with a network for each equation between names without steps.

    Its loss is any linear function of the left side, whose first derivatives are those of any
    smooth one.
    """
    found: list[Section] = []
    all_scalars = not any(v.shape for v in section.lexicon.variables.values())
    for chain in chains:
        left = chain.items[0]
        assert left is not None
        weight: Node = Symbol(_WEIGHT)
        if not all_scalars:
            weight = Scripted(weight, above=Symbol("top"))
        loss = Chain((Symbol("L"), Factors((weight, left), ("",))), ("=",))
        with suppress(GradproofError):
            lemma = read_section(
                [(replace(chain, items=chain.items[:2], relations=("=",)),), (loss,)],
                name=f"{section.model.name}, a lemma",
                all_scalars=all_scalars,
            )
            found.append(replace(lemma, definitions=(chain,)))
    return replace(section, lemmas=tuple(found))


def _with_activations(section: Section, activations: Activations) -> Section:
    """Return the section with what the text says of its functions."""
    given = (*section.definitions, *activations.chains)
    return replace(section, definitions=given, opaque=activations.opaque)


def _fitted(
    name: str,
    lexicon: Lexicon,
    definitions: list[Definition],
    *,
    is_open: bool,
) -> Section:
    """Return the section, with shapes from its equations where it declares none."""
    missing = [v.name for v in lexicon.variables.values() if v.shape == UNKNOWN]
    if not missing:
        return build(name, lexicon, definitions)
    is_open = is_open or any(v.shape not in ((), UNKNOWN) for v in lexicon.variables.values())
    found = list(islice(solutions(lexicon, definitions), 1 + ALTERNATIVES)) if is_open else []
    if not found:
        raise UndeclaredShapes(
            f"the shape of {', '.join(missing)} is not declared; write it, or say that all"
            " quantities are scalars"
        )
    return replace(build(name, found[0], definitions), alternatives=tuple(found[1:]))


def _horizon(lexicon: Lexicon, names: frozenset[str]) -> frozenset[str]:
    return frozenset(x for x in lexicon.horizon if x not in names and x not in lexicon.sizes)


#: Importing the rules is what gives the syntax its meaning.
__all__ = [
    "Section",
    "UndeclaredShapes",
    "_rules",
    "closes_recurrence",
    "is_worked",
    "read_section",
]
