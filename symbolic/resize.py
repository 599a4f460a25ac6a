"""A model with other letters, or numbers, for its sizes: those that a text declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from symbolic.affine import Affine, integer, letter
from symbolic.arrays import Shape, show
from symbolic.errors import ModelError
from symbolic.expr import Delta, Entry, Expr, Index, Position, Power, Size, Sum, TimeProduct
from symbolic.model import Dimension, Model
from symbolic.traverse import map_children


def sizes_of(model: Model, shapes: Mapping[str, Shape]) -> dict[str, Affine]:
    """Return what each dimension is called by shapes that are given for variables of the model.

    Raises ModelError where a shape has another rank, or where one dimension would be two sizes.

    >>> from symbolic.models import load
    >>> found = sizes_of(load("elman-softmax"), {"W": (letter("D"), letter("D"))})
    >>> str(found["n"])
    'D'
    """
    found: dict[str, Affine] = {}
    for name, shape in shapes.items():
        own = model.declaration(name).shape
        fits = len(own) == len(shape)
        for size, given in zip(own, shape, strict=False):
            if size.is_constant:
                fits = fits and size == given
            elif size == letter(min(size.letters)):
                fits = fits and found.setdefault(min(size.letters), given) == given
            else:
                fits = fits and size == given
        if not fits:
            names = ", ".join(f"{size} for {old}" for old, size in found.items())
            raise ModelError(
                f"{name} is declared {show(shape)}; in the model {model.name} it is {show(own)}"
                + (f", with {names}" if names else "")
            )
    return found


def resized(model: Model, sizes: Mapping[str, Affine]) -> Model:
    """Return the model with its dimensions replaced, all at once.

    A dimension that is not replaced, and whose letter is taken now, gets a letter of its own.
    """
    taken = {name for size in sizes.values() for name in size.letters}
    change: dict[str, Affine] = dict(sizes)
    for dimension in model.dimensions:
        if dimension.name not in sizes and dimension.name in taken:
            fresh = next(n for k in count(1) if (n := f"{dimension.name}{k}") not in taken)
            change[dimension.name] = letter(fresh)
    if all(size == letter(name) for name, size in change.items()):
        return model

    def moved(size: Affine) -> Affine:
        return _substituted(size, change)

    return replace(
        model,
        dimensions=_dimensions(model, change),
        declarations=tuple(
            replace(d, shape=tuple(moved(size) for size in d.shape)) for d in model.declarations
        ),
        equations=tuple(
            replace(
                e,
                indices=tuple(Index(i.name, moved(i.size)) for i in e.indices),
                body=_with_sizes(e.body, moved),
            )
            for e in model.equations
        ),
    )


def _substituted(size: Affine, change: Mapping[str, Affine]) -> Affine:
    total = integer(size.constant)
    for name, coefficient in size.coefficients:
        total = total + change.get(name, letter(name)) * coefficient
    return total


def _dimensions(model: Model, change: Mapping[str, Affine]) -> tuple[Dimension, ...]:
    """Return the new dimensions; one that stands for two has the larger minimum of both."""
    minimum: dict[str, int] = {}
    for dimension in model.dimensions:
        size = change.get(dimension.name, letter(dimension.name))
        for name in sorted(size.letters):
            is_plain = size == letter(name)
            least = dimension.minimum if is_plain else 1
            minimum[name] = max(least, minimum.get(name, 1))
    return tuple(Dimension(name, least) for name, least in minimum.items())


def _with_sizes(e: Expr, moved: Callable[[Affine], Affine]) -> Expr:
    """Return an expression with the sizes of its indices, and sizes as numbers, replaced."""

    def resized(index: Index) -> Index:
        return Index(index.name, moved(index.size))

    def place(position: Position) -> Position:
        return resized(position) if isinstance(position, Index) else position

    def change(node: Expr) -> Expr:
        inner = map_children(node, change)
        match inner:
            case Entry():
                return replace(inner, positions=tuple(place(p) for p in inner.positions))
            case Delta():
                left, right = place(inner.left), place(inner.right)
                return replace(inner, left=left, right=right, shift=moved(inner.shift))
            case Sum(index=index):
                return replace(inner, index=resized(index))
            case Size():
                return replace(inner, of=moved(inner.of))
            case Power():
                return replace(inner, exponent=moved(inner.exponent))
            case TimeProduct(rows=rows, columns=columns):
                rows, columns = tuple(map(resized, rows)), tuple(map(resized, columns))
                return replace(inner, rows=rows, columns=columns)
            case _:
                return inner

    return change(e)
