"""Sums and products with a letter under them."""

from __future__ import annotations

from symbolic.affine import Affine, integer, letter
from symbolic.errors import Slip, UnknownName, UnsupportedNotation
from symbolic.expr import Index, Sum, TimeProduct, TimeSum
from symbolic.latex.context import Context
from symbolic.latex.lexicon import ANGLE, BELOW, written_name
from symbolic.latex.meaning import meaning
from symbolic.latex.scripts import affine, sort_scripts, takes_argument
from symbolic.latex.syntax import (
    Big,
    Bracket,
    Chain,
    Factors,
    Listed,
    Node,
    Scripted,
    Symbol,
    Terms,
)
from symbolic.latex.tensor import ShapeConflict, Tensor
from symbolic.latex.walk import children, map_children, walk
from symbolic.model import HORIZON


def big(node: Big, context: Context) -> Tensor:
    """Return a sum or a product over one letter, or over several written together."""
    if (others := _all_but_one(node)) is not None:
        return meaning(others, context)
    names, first, last = limits(node, context)
    if len(names) > 1:
        if node.kind != "sum":
            raise UnsupportedNotation("a product over several letters", node.span)
        inner: Node = node.body
        for name in reversed(names[1:]):
            inner = Big("sum", Symbol(name), None, inner, node.span)
        node, names = Big("sum", Symbol(names[0]), None, inner, node.span), names[:1]
    (name,) = names
    is_size = last is not None and bool(last.letters & context.lexicon.sizes)
    if not is_size and _at_step(name, node.body, context):
        return _over_steps(node, name, first, last, context)
    if node.kind != "sum":
        raise UnsupportedNotation("a product over an index", node.span)
    return _over_index(node, name, first, last, context)


def _all_but_one(node: Big) -> Node | None:
    """Return a sum over j != i as that over all j without the term of i; None for any other."""
    match node:
        case Big(
            kind="sum",
            below=Chain(items=(Symbol(name=name) as one, Symbol() as other), relations=("neq",)),
            above=None,
        ):
            term = substituted(node.body, name, other)
            return Terms((Big("sum", one, None, node.body), term), ("+", "-"), node.span)
        case _:
            return None


def limits(node: Big, context: Context) -> tuple[list[str], Affine | None, Affine | None]:
    """Return the letters and the limits of a sum or product; None where one is left out."""
    last = None if node.above is None else affine(node.above, context.lexicon)
    if node.above is not None and last is None:
        raise UnsupportedNotation("an upper limit that is no number or letter", node.span)
    match node.below:
        case None:
            raise UnsupportedNotation("a sum without a letter", node.span)
        case Chain(items=(left, right), relations=("=",)) if left is not None and right is not None:
            name, first = written_name(left), affine(right, context.lexicon)
            if name is None or first is None:
                raise UnsupportedNotation("a lower limit that cannot be read", node.span)
            return [name], first, last
        case Chain(items=(low, middle, high), relations=(("le", "le") | ("ge", "ge"))) if (
            low and middle and high
        ):
            name = written_name(middle)
            first, last = affine(low, context.lexicon), affine(high, context.lexicon)
            if name is None or first is None or last is None:
                raise UnsupportedNotation("limits that cannot be read", node.span)
            return [name], first, last
        case Chain():
            raise UnsupportedNotation("a condition under a sum", node.span)
        case below:
            items = below.items if hasattr(below, "items") else (below,)
            names = [written_name(item) for item in items]
            if any(name is None for name in names):
                raise UnsupportedNotation("a letter under a sum that cannot be read", node.span)
            return [name for name in names if name is not None], None, last


def summed_letters(node: Node) -> frozenset[str]:
    """Return the letters under the sums and products of an expression."""
    return frozenset(x for part in walk(node) if isinstance(part, Big) for x in bound_by(part))


def bound_by(node: Big) -> frozenset[str]:
    """Return the letters that a sum or product runs over, without those of its limits."""
    found: tuple[Node | None, ...]
    match node.below:
        case Chain(items=(_, middle, _), relations=(("le", "le") | ("ge", "ge"))):
            found = (middle,)
        case Chain(items=(first, *_)):
            found = (first,)
        case Listed(items=items):
            found = items
        case below:
            found = (below,)
    return frozenset(name for n in found if n is not None and (name := written_name(n)))


def substituted(node: Node, letter: str, by: Node) -> Node:
    """Return a node with something in place of a letter, except where a sum binds the letter."""
    if isinstance(node, Big) and letter in bound_by(node):
        return node
    if isinstance(node, Symbol):
        return by if node == Symbol(letter) else node
    return map_children(node, lambda child: substituted(child, letter, by))


def _at_step(name: str, node: Node, context: Context) -> bool:
    """Whether a letter occurs where the section writes its steps."""
    found: list[Node] = []
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Factors):
            pairs = zip(current.factors, current.factors[1:], strict=False)
            found += [b for a, b in pairs if takes_argument(a, context.lexicon)]
        if isinstance(current, Scripted):
            scripts = sort_scripts(current)
            slot = context.lexicon.slot
            above = scripts.steps_above[:1]
            if slot == ANGLE:
                above = tuple(b for b in above if isinstance(b, Bracket) and b.kind == "<")
            found += above if slot != BELOW or not scripts.below else ()
            base = written_name(current.base)
            known = context.lexicon.variable(base, timed=True) if base else None
            if slot == BELOW and known and known.timed:
                found += scripts.below[:1]
        pending.extend(children(current))
    values = (affine(node, context.lexicon) for node in found if isinstance(node, _STEPS))
    return any(value is not None and name in value.letters for value in values)


_STEPS = (Symbol, Terms, Bracket, Scripted, Factors)


def _over_steps(
    node: Big, name: str, first: Affine | None, last: Affine | None, context: Context
) -> Tensor:
    first = integer(context.lexicon.first_step) if first is None else first
    last = letter(HORIZON) if last is None else last
    body = meaning(node.body, context)
    is_falling = isinstance(node.below, Chain) and node.below.relations == ("ge", "ge")
    runs_back = is_falling or _runs_back(first, last, context)
    if runs_back:
        first, last = last, first
    if node.kind == "sum":
        return body.with_entry(TimeSum(name, first, last, body.entry))
    return ordered_product(name, first, last, body, context, descending=runs_back or None)


def _runs_back(first: Affine, last: Affine, context: Context) -> bool:
    """Whether the lower limit is the later step: as numbers, or by the derivatives of the line."""
    if first == last:
        return False
    difference = first - last
    if difference.is_constant:
        return False
    if first == letter(HORIZON) and last.is_constant:
        return True
    names = first.letters, last.letters
    return any(
        (later.letters, earlier.letters) == names
        for later, earlier in context.ordered
        if later.letters != earlier.letters
    )


def ordered_product(
    name: str,
    first: Affine,
    last: Affine,
    body: Tensor,
    context: Context,
    *,
    descending: bool | None = None,
) -> Tensor:
    """Return a product over steps: of scalars, or in the order that is read of maps.

    A map is a square matrix, or the derivative of one array by another of as many axes.
    """
    if not body.axes:
        return body.with_entry(TimeProduct(name, first, last, body.entry))
    if len(body.upper) != len(body.lower):
        raise UnsupportedNotation("a product over steps of what does not follow itself")
    if descending is None:
        context.has_product = True
        descending = context.choices.descending
    entry = TimeProduct(name, first, last, body.entry, body.upper, body.lower, descending)
    return body.with_entry(entry)


def _over_index(
    node: Big, name: str, first: Affine | None, last: Affine | None, context: Context
) -> Tensor:
    _check_bound(node, name, first, context)
    outer = context.sizes.pop(name, None)
    if last is not None and last.letters <= context.lexicon.sizes and last.letters:
        context.sizes[name] = last
    try:
        body = meaning(node.body, context)
    except ShapeConflict:
        letters = {written_name(part) for part in walk(node.body)}
        if last is None and name not in context.lexicon.steps and name not in letters:
            message = f"a sum over {name}, which its term does not have"
            raise UnknownName(message, node.span) from None
        raise
    size = context.sizes.pop(name, None)
    if outer is not None:
        context.sizes[name] = outer
    ends = frozenset(x for end in (first, last) if end is not None for x in end.letters)
    to_step = any(context.lexicon.is_running_step(x) for x in ends)
    if size is None and (name in context.lexicon.steps or to_step):
        return _over_steps(node, name, first, last, context)
    size = last if size is None else size
    if size is None:
        raise UnsupportedNotation(f"the sum over {name} has no end that is known", node.span)
    if (first is not None and first != integer(1)) or (last is not None and last != size):
        raise UnsupportedNotation(f"a sum over a part of the range of {name}", node.span)
    return body.with_entry(Sum(Index(name, size), body.entry))


def _check_bound(node: Big, name: str, first: Affine | None, context: Context) -> None:
    """Raise Slip where a sum binds another letter than its term has: sum_{i=j} of x_j."""
    if first is None or first.single is None or first.single in context.sizes:
        return
    known = first.single in context.lexicon.sizes or context.lexicon.is_step_letter(first.single)
    letters = {written_name(part) for part in walk(node.body)}
    if not known and name not in letters and first.single in letters:
        raise Slip(f"the sum binds {name}, but its term has {first.single}", node.span)
