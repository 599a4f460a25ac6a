"""What the directives of a section state: its model, shapes, assumptions, readings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from checks.documents import directive_messages as messages
from checks.documents.directives import MALFORMED, text_span
from checks.documents.record import Directive
from checks.stated_names import Names, is_name, listed, shape_in
from checks.statements import Block
from numeric.points import Targets
from symbolic.arrays import Shape, show
from symbolic.errors import ModelError, ReadError, nearest
from symbolic.model import Model
from symbolic.models import load
from symbolic.models import names as model_names
from symbolic.resize import sizes_of
from symbolic.source import Span

#: What may be assumed: as it is written, and what it says of targets.
ASSUMPTIONS: dict[str, Targets] = {
    "none": Targets.FREE,
    "sum(y) = 1": Targets.NORMALISED,
    "one-hot": Targets.ONE_HOT,
    "class 1": Targets.FIRST_CLASS,
}
#: What may be assumed of shapes: a quantity whose shape stands nowhere is a scalar.
ALL_SCALARS = "all-scalars"

_SUM = re.compile(r"sum\(\s*\S+\s*\)\s*=\s*1")
_NUMBER = re.compile(r"\((?P<tag>[^()]+)\)|(?P<count>#[0-9]+)")


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated beside the text of a section.

    ``targets`` are assumptions with the number of statements before them; ``per_step`` are names
    of parameters and their places, ``per_step_in`` and ``ignored`` numbers of equations.
    ``problems`` are directives of the section that cannot be used, ``notes`` files that could not
    be included, ``absent`` directives for the whole document about what is not in this section.
    """

    model: Model | None = None
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    all_scalars: bool = False
    targets: tuple[tuple[int, Targets], ...] = ()
    per_step: tuple[tuple[str, Span], ...] = ()
    per_step_in: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    problems: tuple[ReadError, ...] = ()
    notes: tuple[str, ...] = ()
    absent: Mapping[Directive, ReadError] = field(default_factory=dict)

    @property
    def conventions(self) -> dict[str, str]:
        """What a report says of it."""
        found: dict[str, str] = {}
        if self.model is not None:
            found["model"] = self.model.name
        if self.targets:
            found["targets"] = ", ".join(dict.fromkeys(t.value for _, t in self.targets))
        names = [name for name, _ in self.per_step]
        numbers = [id_ if id_.startswith("#") else f"({id_})" for id_ in sorted(self.per_step_in)]
        if names or numbers:
            found["per-step"] = ", ".join(dict.fromkeys(names + numbers))
        return found


class Absent(ReadError):
    """A directive is about something that does not occur."""


def stated_in(
    block: Block,
    ids: Sequence[str],
    everywhere: Sequence[Directive] = (),
    model: Model | None = None,
) -> Stated:
    """Return what is stated beside a section; what it says itself comes before all else.

    ``ids`` are the numbers of its equations, ``everywhere`` the directives for the whole document,
    ``model`` is given for it. Raises ReadError for a directive of ``everywhere`` that is wrong.
    """
    reader = _Reader(block, ids, model)
    notes = [f"{d.span}: {d.text}" for _, d in block.directives if d.word == "error"]
    absent: dict[Directive, ReadError] = {}
    # The model first: the names that other directives speak of are its names.
    models = [(n, d) for n, d in block.directives if d.word == "model"]
    others = [(n, d) for n, d in block.directives if d.word in _READERS and d.word != "model"]
    problems = reader.problems_of(models)
    reader.is_own = False
    for directive in sorted(everywhere, key=lambda directive: directive.word != "model"):
        try:
            reader.read(directive, 0)
        except Absent as error:
            absent[directive] = error
    reader.is_own = True
    problems += [*reader.problems_of(others), *reader.conflicts_of_sizes()]
    found = reader.stated()
    return replace(found, problems=tuple(problems), notes=tuple(notes), absent=absent)


class _Reader:
    """Reads the directives of one section, its own and those for the whole document."""

    def __init__(self, block: Block, ids: Sequence[str], model: Model | None) -> None:
        self.block, self.ids = block, ids
        self.is_own = True
        self.model = model
        self._own_model = False
        self._scalars = False
        self._shapes: dict[str, tuple[Shape, Span, bool]] = {}
        self._targets: list[tuple[int, Targets, str]] = []
        self._per_step: list[tuple[str, Span]] = []
        self._per_step_in: set[str] = set()
        self._ignored: set[str] = set()
        self._names: Names | None = None

    @property
    def names(self) -> Names:
        """The names of the section, those of its model if it has one."""
        if self._names is None:
            rows = [s.chains for s in self.block.statements if not s.is_ignored]
            self._names = Names(rows, self.model)
        return self._names

    def stated(self) -> Stated:
        """Return what was read."""
        return Stated(
            self.model,
            {name: shape for name, (shape, _, _) in self._shapes.items()},
            self._scalars,
            tuple((count, targets) for count, targets, _ in self._targets),
            tuple(self._per_step),
            frozenset(self._per_step_in),
            frozenset(self._ignored),
        )

    def read(self, directive: Directive, count: int) -> None:
        """Read one directive with ``count`` statements before it; raises ReadError."""
        _READERS[directive.word](self, directive, count)

    def problems_of(self, directives: Sequence[tuple[int, Directive]]) -> list[ReadError]:
        """Read directives with the numbers of statements before them; return what is wrong."""
        problems: list[ReadError] = []
        for count, directive in directives:
            try:
                self.read(directive, count)
            except ReadError as error:
                problems.append(error)
        return problems

    def malformed(self, directive: Directive, count: int) -> None:
        """Raise what kept a directive from being read at all; its text is the message."""
        raise ReadError(directive.text, directive.span)

    def read_model(self, directive: Directive, count: int) -> None:
        """``model NAME``: a model of the box."""
        name, known = directive.text, ", ".join(model_names())
        if not name:
            raise ReadError(messages.NO_MODEL.format(known=known), directive.span)
        if name not in model_names():
            close = nearest(name, model_names())
            message = messages.UNKNOWN_MODEL.format(name=name, known=known, nearest=close)
            raise ReadError(message, text_span(directive))
        if self._own_model and not self.is_own:
            return
        if self.model is not None and (self._own_model or not self.is_own):
            message = messages.SECOND_MODEL.format(name=name, first=self.model.name)
            raise ReadError(message, text_span(directive))
        self.model, self._own_model, self._names = load(name), self.is_own, None

    def read_shape(self, directive: Directive, count: int) -> None:
        """``shape NAME, ...: (SIZE, ...)``: the shape of names whose shape the text leaves out."""
        left, colon, right = directive.text.partition(":")
        shape = shape_in(right.strip()) if colon else None
        written = list(listed(left))
        if shape is None or not all(is_name(text) for text, _ in written):
            message = messages.MALFORMED_SHAPE.format(text=directive.text)
            raise ReadError(message, text_span(directive))
        for text, offset in written:
            place = text_span(directive, offset, len(text))
            name = self._name(text, place)
            if self.is_own or name not in self.names.declared:
                self._agrees(name, shape, place)
                self._shapes[name] = (shape, place, self.is_own)

    def _agrees(self, name: str, shape: Shape, place: Span) -> None:
        """Raise ReadError where a name has another shape, in the text or in a directive."""
        first, where = self.names.declared.get(name), "in the text"
        if first is None and name in self._shapes:
            first, before, is_own = self._shapes[name]
            where = f"in {before.line_in_words}"
            if is_own is not self.is_own:
                return
        if first is not None and first != shape:
            message = messages.SECOND_SHAPE.format(
                name=name, shape=show(shape), first=show(first), where=where
            )
            raise ReadError(message, place)

    def conflicts_of_sizes(self) -> Iterator[ReadError]:
        """Yield an error for each shape that the model of the section contradicts."""
        if self.model is None:
            return
        shapes: dict[str, Shape] = {}
        for name, (shape, place, _) in self._shapes.items():
            try:
                sizes_of(self.model, {**shapes, name: shape})
                shapes[name] = shape
            except ModelError as error:
                yield ReadError(error.message, place)

    def read_assume(self, directive: Directive, count: int) -> None:
        """``assume WHAT``: what may be assumed of targets, or that quantities are scalars."""
        text = " ".join(directive.text.split()).lower()
        text = "sum(y) = 1" if _SUM.fullmatch(text) else text
        if text == ALL_SCALARS:
            if self.model is not None:
                first = f"model {self.model.name}"
                message = messages.CONTRADICTION.format(text=f"assume {text}", first=first)
                raise ReadError(message, text_span(directive))
            self._scalars = True
            return
        if text not in ASSUMPTIONS:
            known = (*ASSUMPTIONS, ALL_SCALARS)
            message = messages.UNKNOWN_ASSUMPTION.format(
                text=directive.text, known=", ".join(known), nearest=nearest(text, known)
            )
            raise ReadError(message, text_span(directive))
        for _, _, other in self._targets:
            if (text == "none") is not (other == "none"):
                message = messages.CONTRADICTION.format(
                    text=f"assume {text}", first=f"assume {other}"
                )
                raise ReadError(message, text_span(directive))
        self._targets.append((count, ASSUMPTIONS[text], text))

    def read_per_step(self, directive: Directive, count: int) -> None:
        """``per-step W, (12)``: plain derivatives of states that are per-step."""
        written = list(listed(directive.text))
        if not all(is_name(text) or _NUMBER.fullmatch(text) for text, _ in written):
            raise ReadError(messages.NO_NAMES.format(text=directive.text), text_span(directive))
        for text, offset in written:
            place = text_span(directive, offset, len(text))
            if _NUMBER.fullmatch(text):
                self._per_step_in.add(self._id(text, place))
            else:
                self._per_step.append((self._name(text, place), place))

    def read_ignore(self, directive: Directive, count: int) -> None:
        """``ignore (12)``: an equation that is not judged and is no part of the model."""
        if not directive.text:
            raise ReadError(messages.IGNORE_WITHOUT_NUMBER.format(), directive.span)
        for text, offset in listed(directive.text):
            place = text_span(directive, offset, len(text))
            if not _NUMBER.fullmatch(text):
                raise ReadError(messages.MALFORMED_IGNORE.format(text=text), place)
            self._ignored.add(self._id(text, place))

    def _id(self, text: str, place: Span) -> str:
        """Return the number of an equation of the section."""
        match = _NUMBER.fullmatch(text)
        assert match is not None
        id_ = match["tag"] or match["count"]
        if id_ not in self.ids:
            shown = [one if one.startswith("#") else f"({one})" for one in self.ids]
            known = ", ".join(shown[:12]) + (", ..." if len(shown) > 12 else "")
            close = nearest(text, shown)
            message = messages.UNKNOWN_EQUATION.format(id=text, known=known, nearest=close)
            raise Absent(message, place)
        return id_

    def _name(self, text: str, place: Span) -> str:
        """Return the name that is meant, as it is known in the section."""
        found = self.names.find(text)
        if found is None:
            close = nearest(text, self.names.known)
            raise Absent(messages.UNKNOWN_NAME.format(name=text, nearest=close), place)
        return found


#: The words of directives, and how each is read; the others are met while the text is divided.
_READERS: dict[str, Callable[[_Reader, Directive, int], None]] = {
    "model": _Reader.read_model,
    "shape": _Reader.read_shape,
    "assume": _Reader.read_assume,
    "per-step": _Reader.read_per_step,
    "ignore": _Reader.read_ignore,
    MALFORMED: _Reader.malformed,
}
