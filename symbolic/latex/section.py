"""A section's forward equations, declarations and loss, read into a lexicon and a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice

from symbolic.arrays import Shape
from symbolic.errors import GradproofError, ModelError
from symbolic.latex import elaborate as _rules
from symbolic.latex.activations import Activations, activations_in
from symbolic.latex.aliases import Alias, aliases_in, resolved_chain
from symbolic.latex.composite import as_linear, composites_in, last_of
from symbolic.latex.context import Layout
from symbolic.latex.declared import declared_shapes
from symbolic.latex.definitions import (
    Definition,
    is_called,
    is_worked,
    with_names,
    without_lemmas,
)
from symbolic.latex.derivatives import totals_in
from symbolic.latex.derived import derived_in
from symbolic.latex.extent import DEFAULT, extent
from symbolic.latex.immediate import has_immediate
from symbolic.latex.implied import implied_in
from symbolic.latex.inference import variables_of, with_inferred
from symbolic.latex.layers import layered_name
from symbolic.latex.lexicon import Lexicon, Variable
from symbolic.latex.names import (
    arrays_in,
    counts_to_t,
    find_slot,
    undefined_functions,
)
from symbolic.latex.network import Section, build
from symbolic.latex.oriented import oriented
from symbolic.latex.shapes import (
    ALTERNATIVES,
    UNKNOWN,
    UndeclaredShapes,
    obstacle,
    solutions,
    speaks_of_arrays,
)
from symbolic.latex.syntax import Chain, Factors, Node, Scripted, Symbol
from symbolic.latex.system import closes_recurrence, definitions_in
from symbolic.latex.unspecified import with_slopes
from symbolic.latex.widening import wide_names

#: The cotangent of a lemma's result; no page can write this name.
_WEIGHT = "#weight"


def read_section(
    rows: list[tuple[Chain, ...]],
    *,
    name: str,
    shapes: Mapping[str, Shape] | None = None,
    all_scalars: bool = False,
    all_arrays: bool = False,
    letters: Mapping[str, str] | None = None,
    latest: bool = False,
    from_one: bool = False,
    has_implied: bool = True,
) -> Section:
    """Return the network of a section.

    ``shapes`` are given beside the text; ``all_scalars`` says that the text declares every quantity
    to be a scalar, ``all_arrays`` that its letters are arrays where they can be; ``letters`` are
    functions of the core by the letters that the text calls them. Of several equations for one name
    the first counts, or the last with ``latest``. ``has_implied`` takes names that a chain says by
    the way. With ``from_one`` steps begin with 1 whatever the
    text says. Raises UndeclaredShapes where nothing says which of both the quantities are, and
    ModelError where the forward equations make no model.
    """
    again = partial(read_section, rows, name=name, shapes=shapes, letters=letters, latest=latest)
    again = partial(again, all_scalars=all_scalars, all_arrays=all_arrays)
    again = partial(again, has_implied=has_implied)
    chains = [chain for row in rows for chain in row]
    if (layered := layered_name(chains)) is not None:
        raise ModelError(f"{layered} has a step and a layer that both run; no such layers are read")
    activations = activations_in(chains[::-1] if latest else chains)
    chains = [chain for chain in chains if not any(chain is c for c in activations.chains)]
    slot, steps = find_slot(chains)
    known = {**declared_shapes(rows, slot), **(shapes or {})}
    named = aliases_in(chains)
    aliases = (*(alias for alias, _ in named), *(implied_in(chains) if has_implied else ()))
    written = [chain for chain in chains if not any(chain is c for _, c in named)]
    chains = [resolved_chain(chain, aliases) for chain in written] if aliases else written
    chains, open_losses = with_slopes(oriented(chains, slot, steps), slot, steps)
    every = with_names(definitions_in(chains, slot, steps, latest=latest))
    definitions = without_lemmas(every, slot, steps)
    if not definitions:
        raise ModelError("no forward equations are found here")
    lexicon = _lexicon(chains, definitions, known, letters or {}, activations.known)
    found = DEFAULT if from_one else extent(rows, definitions, slot, steps)
    lexicon = replace(lexicon, aliases=aliases, first_step=found.first, beyond=found.beyond)
    section = _shaped(
        name, lexicon, definitions, chains, known, all_scalars=all_scalars, all_arrays=all_arrays
    )
    section = replace(_with_names(section, open_losses), extent=found)
    section = _with_derived(_with_activations(section, activations), chains, known)
    local = [d.chain for d in every if d not in definitions]
    section = _with_lemmas(section, local, chains, known)
    section = _with_other_origin(section, again)
    return _as_written(section, dict(zip(map(id, chains), written, strict=True)), named)


def _shaped(
    name: str,
    lexicon: Lexicon,
    definitions: list[Definition],
    chains: list[Chain],
    known: Mapping[str, Shape],
    *,
    all_scalars: bool,
    all_arrays: bool,
) -> Section:
    """Return the section with a shape for every name, declared, inferred or said in words."""
    slot, steps = lexicon.slot, lexicon.steps
    variables = variables_of(definitions, chains, known, lexicon, all_scalars=all_scalars)
    wide = wide_names(definitions, slot, steps) - known.keys() if all_scalars else set()
    if wide:
        variables = {key: _widened(key, v, wide) for key, v in variables.items()}
        all_scalars = False
    lexicon = replace(lexicon, variables=variables, horizon=_horizon(lexicon, frozenset(variables)))
    lexicon = with_inferred(lexicon, definitions, known, all_scalars=all_scalars)
    has_entries = any(d.positions for d in definitions)
    has_arrays = bool(wide) or all_arrays or has_entries or speaks_of_arrays(chains)
    return _fitted(name, lexicon, definitions, chains, is_open=has_arrays and not all_scalars)


def _with_other_origin(section: Section, again: Callable[..., Section]) -> Section:
    """Return the section with the one whose steps begin with 1, if only a sum says they do not."""
    if section.extent.is_open and section.extent.first == 0:
        with suppress(GradproofError):
            return replace(section, from_one=again(from_one=True))
    return section


def _widened(key: str, variable: Variable, wide: set[str]) -> Variable:
    if key.strip() in wide:
        return replace(variable, shape=UNKNOWN)
    return replace(variable, shape=()) if variable.shape == UNKNOWN else variable


def _with_names(section: Section, others: Mapping[str, str]) -> Section:
    """Return the section in which losses are called by their functions too: L for E = L(o)."""
    variables = section.lexicon.variables
    added = {new: variables[old] for new, old in others.items() if new not in variables}
    if not added:
        return section
    return replace(section, lexicon=section.lexicon.with_variables({**variables, **added}))


def _lexicon(
    chains: list[Chain],
    definitions: list[Definition],
    known: Mapping[str, Shape],
    letters: Mapping[str, str],
    given: Mapping[str, str],
) -> Lexicon:
    """Return a lexicon of functions and letters, before any variable is in it.

    ``letters`` are functions of the core by what they are called, where nothing else says what
    these letters are; ``given`` are those for which the text does.
    """
    slot, steps = find_slot(chains)
    names = frozenset(d.name for d in definitions) | known.keys()
    found = (use for d in definitions for use in d.uses(slot, steps))
    names |= {use.name for use in found if use.step is not None}
    functions = undefined_functions([d.chain for d in definitions], names)
    functions -= {d.name for d in definitions} | arrays_in(chains, slot, steps) | given.keys()
    called_so = {name: core for name, core in letters.items() if name in functions}
    lefts = [(d.name, d.chain.items[0]) for d in definitions]
    return Lexicon(
        {},
        slot,
        steps,
        sizes=frozenset(x for shape in known.values() for s in shape for x in s.letters),
        functions=functions - called_so.keys(),
        called=frozenset(n for n, left in lefts if left and is_called(left, slot, steps)),
        counts_to_t=counts_to_t(chains, slot, steps),
        totals=totals_in(chains, slot, steps),
        has_immediate=has_immediate(chains),
        letters_of_functions={**called_so, **given},
    )


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


def _with_lemmas(
    section: Section, chains: list[Chain], every: list[Chain], known: Mapping[str, Shape]
) -> Section:
    """Return the section with a network for each equation between names without steps.

    Its loss is any linear function of the left side, whose first derivatives are those of any
    smooth one. What is declared to be a number is one there too.
    """
    found: list[Section] = []
    numbers = {name: shape for name, shape in known.items() if not shape}
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
                shapes=numbers,
                all_scalars=all_scalars,
            )
            found.append(replace(lemma, definitions=(chain,)))
    if (composites := composites_in(every)) and (last := last_of(composites)) is not None:
        rows = [(as_linear(chain),) for chain in composites]
        loss = Chain((Symbol("L"), Factors((Symbol(_WEIGHT), last), ("",))), ("=",))
        with suppress(GradproofError):
            name = f"{section.model.name}, functions of functions"
            lemma = read_section([*rows, (loss,)], name=name, all_scalars=True)
            found.append(replace(lemma, definitions=tuple(composites)))
    return replace(section, lemmas=tuple(found))


def _with_activations(section: Section, activations: Activations) -> Section:
    """Return the section with what the text says of its functions."""
    given = (*section.definitions, *activations.chains)
    return replace(section, definitions=given, opaque=activations.opaque)


def _fitted(
    name: str,
    lexicon: Lexicon,
    definitions: list[Definition],
    chains: list[Chain],
    *,
    is_open: bool,
) -> Section:
    """Return the section, with shapes from its equations where it declares none."""
    missing = [v.name for v in lexicon.variables.values() if v.shape == UNKNOWN]
    if not missing:
        return build(name, lexicon, definitions)
    is_open = is_open or any(v.shape not in ((), UNKNOWN) for v in lexicon.variables.values())
    found = (
        list(islice(solutions(lexicon, definitions, chains), 1 + ALTERNATIVES)) if is_open else []
    )
    if not found and (error := obstacle(lexicon, definitions)) is not None:
        raise error
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
