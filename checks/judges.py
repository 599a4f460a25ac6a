"""What judges the claims of a section: its network as the text has it, and the other ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from checks.faults import INTERNAL, internal
from checks.layouts import said
from checks.per_step import with_per_step
from checks.section_judge import Judge
from checks.stated import Stated
from checks.statements import Block
from checks.variants import early_section, later_section
from symbolic.errors import GradproofError, ReadError
from symbolic.latex.declared import declared_shapes
from symbolic.latex.from_model import section_from
from symbolic.latex.implied import implied_in
from symbolic.latex.losses import loss_given
from symbolic.latex.names import find_slot
from symbolic.latex.section import Section, UndeclaredShapes, read_section
from symbolic.latex.shapes import Misfit, speaks_of_arrays
from symbolic.latex.syntax import Chain

#: The phrase by which a text declares all shapes at once.
ALL_SCALARS = (
    r"all (?:quantities|variables) are (?:scalars?|one-?\s?dimensional)|(?<!of )\bscalars\b"
)

#: What a section says of its quantities that holds in its subsections too.
SAID_SCALARS = r"\b(?:are|be) (?:all )?(?:scalars|one-?\s?dimensional)\b"

#: Words of a text whose quantities are numbers, and of one that has arrays.
SCALAR_CASE = r"\bscalar (?:inputs?|case|setting|network|RNN|version|model|weights?|parameters?)\b"
ARRAYS = r"(?<!opposed to )(?<!instead of )(?<!rather than )\b(?:vectors?|matri(?:x|ces))\b"

#: The letter that usually is the sigmoid, and how a text says that it is.
SIGMOID = {"sigma": "sigmoid"}
SAYS_SIGMOID = r"\bsigmoid|\blogistic"


def raise_if_beside(error: ReadError, files: frozenset[str]) -> None:
    """Raise an error in a side file: that is wrong use, where one in the document is its own."""
    if error.span is not None and error.span.file in files:
        raise error


def judge_of(
    block: Block,
    stated: Stated,
    number: int,
    seed: int,
    timeout: float | None,
    files: frozenset[str],
) -> Judge | str:
    """Return what judges the claims of a section; in words why there is no model."""
    if block.fault is not None:
        return block.fault
    if stated.problems:
        return "; ".join(str(problem) for problem in stated.problems)
    try:
        found, left_out = _understood_in_part(block, stated, f"section {number}")
    except ReadError as error:
        raise_if_beside(error, files)
        return str(error)
    except GradproofError as error:
        return error.message
    except INTERNAL as error:
        return internal(error)

    def judge(section: Section) -> Judge:
        return Judge(
            section,
            block,
            seed,
            layout=said(block) or section.layout,
            timeout=timeout,
            assumed=stated.targets,
            per_step_in=stated.per_step_in,
            left_out=left_out.reasons,
            misfits=left_out.misfits,
        )

    main = judge(found.section)
    main.is_undeclared = found.is_undeclared
    main.otherwise = judge(found.otherwise) if found.otherwise else None
    main.arrays = judge(found.arrays) if found.arrays else None
    main.numbers = judge(found.numbers) if found.numbers else None
    if found.later is not None:
        main.later, main.since = judge(found.later[0]), found.later[1]
    if found.early is not None:
        main.early, main.until = judge(found.early[0]), found.early[1]
    return main


@dataclass(slots=True)
class _Understood:
    """The network of a section, and what else it may be; see the fields of ``Judge``."""

    section: Section
    is_undeclared: bool = False
    otherwise: Section | None = None
    arrays: Section | None = None
    later: tuple[Section, int] | None = None
    early: tuple[Section, int] | None = None
    numbers: Section | None = None


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Losses whose equations are left out, with reasons; those right sides that fit no shapes."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    misfits: Mapping[int, str] = field(default_factory=dict)


def _understood_in_part(block: Block, stated: Stated, name: str) -> tuple[_Understood, _LeftOut]:
    """Return what a section is understood as, if need be without the equations of its losses.

    Raises GradproofError where it makes no network without them either.
    """
    rows = [statement.chains for statement in block.statements if not statement.is_ignored]
    try:
        return _understood(block, stated, name, rows), _LeftOut()
    except ReadError:
        raise
    except GradproofError as error:
        losses = {loss for row in rows for chain in row if (loss := loss_given(chain)) is not None}
        rest = [tuple(chain for chain in row if loss_given(chain) is None) for row in rows]
        if not losses or stated.model is not None:
            raise
        with suppress(GradproofError):
            found = _understood(block, stated, name, rest)
            misfits = dict(_misfits(block, stated, rows, rest))
            return found, _LeftOut(dict.fromkeys(losses, error.message), misfits)
        raise


def _misfits(
    block: Block, stated: Stated, rows: list[tuple[Chain, ...]], rest: list[tuple[Chain, ...]]
) -> Iterator[tuple[int, str]]:
    """Yield the right sides of equations for losses that fit no shapes of their names, and why."""
    for chain in (chain for row in rows for chain in row):
        loss = loss_given(chain)
        for side in chain.items[1:] if loss is not None else ():
            alone = replace(chain, items=(chain.items[0], side), relations=("=",))
            try:
                _understood(block, stated, "one equation", [*rest, (alone,)])
            except Misfit as error:
                if error.name == loss:
                    yield id(side), error.message
            except GradproofError:
                continue


def _understood(
    block: Block, stated: Stated, name: str, rows: list[tuple[Chain, ...]]
) -> _Understood:
    """Return what a section is understood as; raises GradproofError where it makes no network."""
    if stated.model is not None:
        return _Understood(with_per_step(section_from(stated.model, rows, stated.shapes), stated))
    are_arrays = block.says(ARRAYS)
    are_scalars = stated.all_scalars or block.says(ALL_SCALARS)
    are_scalars = are_scalars or (block.says(SCALAR_CASE) and not are_arrays)
    are_scalars = are_scalars or (not are_arrays and block.inherits(SAID_SCALARS))

    def read(rows: list[tuple[Chain, ...]], **options: bool) -> Section:
        letters = SIGMOID if options.pop("is_sigmoid", block.says(SAYS_SIGMOID)) else None
        known = {"all_scalars": are_scalars, "all_arrays": are_arrays and not are_scalars}
        known |= options

        def reading(**more: bool) -> Section:
            options = {**known, **more}
            return read_section(rows, name=name, shapes=stated.shapes, letters=letters, **options)

        try:
            section = reading()
        except GradproofError:
            if not implied_in([chain for row in rows for chain in row]):
                raise
            section = reading(has_implied=False)
        return with_per_step(section, stated)

    arrays = None
    is_undeclared = False
    try:
        section = read(rows)
    except UndeclaredShapes as undeclared:
        if are_arrays or are_scalars:
            raise
        are_scalars = True
        is_undeclared = True
        try:
            section = read(rows)
        except GradproofError:
            raise undeclared from None
        with suppress(GradproofError):
            arrays = read(rows, all_scalars=False, all_arrays=True)
    numbers = None
    if are_arrays and not are_scalars and not stated.shapes and _is_without_arrays(rows):
        with suppress(GradproofError):
            numbers = read(rows, all_scalars=True, all_arrays=False)
    has_sigma = not SIGMOID.keys().isdisjoint(section.model.functions)
    return _Understood(
        section,
        is_undeclared,
        read(rows, is_sigmoid=True) if has_sigma else None,
        arrays,
        later_section(block, section, partial(read, rows)),
        early_section(block, read),
        numbers,
    )


def _is_without_arrays(rows: list[tuple[Chain, ...]]) -> bool:
    """Whether no equation of a section declares a shape, or is one of arrays by its notation."""
    chains = [chain for row in rows for chain in row]
    slot, _ = find_slot(chains)
    return not declared_shapes(rows, slot) and not speaks_of_arrays(chains)
