r"""Rules for commands that act on what follows them: sizes, derivatives, arrows, environments.

A rule is given the cleaner, the token of the command and its index; the cleaner already stands
behind it.
"""

from __future__ import annotations

from symbolic.latex import vocabulary as v
from symbolic.latex.cleaner import Cleaner
from symbolic.latex.messages import Message
from symbolic.latex.texts import plain_text
from symbolic.latex.tokens import Kind, Space, Token

_MAX_NAME = 40


def drop_with_argument(cleaner: Cleaner, token: Token, index: int) -> None:
    """A label, a colour, a phantom: gone with its argument; a horizontal space stays one."""
    start = index + 1 + (cleaner.fresh_at(index + 1) == "*")
    end = cleaner.group_end(start)
    if end < 0:
        cleaner.missing(token, start)
        return
    is_wide = token.text == r"\hspace" and _is_wide(plain_text(cleaner.fresh[start + 1 : end]))
    cleaner.space = max(cleaner.space, token.space, Space.WIDE if is_wide else Space.PLAIN)
    cleaner.at = end + 1


def _is_wide(length: str) -> bool:
    """Whether a length is at least about half a quad; a length in small units is not."""
    return not length.startswith("-") and not length.replace(" ", "").endswith(("pt", "mu", "sp"))


def sized(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\left(``, ``\right.``, ``\Big|``: the bracket alone."""
    following = cleaner.fresh[index + 1] if index + 1 < len(cleaner.fresh) else None
    delimiter = "" if following is None else following.text
    found = _delimiter(token.text, "." if delimiter == ".." else delimiter)
    if found is None:
        if token.text in v.SIZES:
            cleaner.drop(token, index)
        else:
            cleaner.fault(Message.NO_DELIMITER, token, found=cleaner.shown(token))
        return
    kind, text = found
    if (kind, text) == (Kind.OPEN, ".") and _broken_bracket(cleaner):
        cleaner.at += 1
        return
    end = token.end if following is None else following.end
    cleaner.emit(kind, text, token._replace(end=end))
    cleaner.at += 1


def _delimiter(size: str, text: str) -> tuple[Kind, str] | None:
    """Return what a bracket of a size is; None if it is none."""
    either = v.OPENING | v.CLOSING | v.BARS | {"<": "<", ">": "<", ".": "."}
    if size in v.SIZES_LEFT:
        return (Kind.OPEN, either[text]) if text in either and text not in v.CLOSING else None
    if size in v.SIZES_RIGHT:
        return (Kind.CLOSE, either[text]) if text in either and text not in v.OPENING else None
    if size == r"\middle":
        return (Kind.RELATION, "mid") if text in v.BARS else None
    return _UNSIZED.get(text)


_UNSIZED: dict[str, tuple[Kind, str]] = {
    **{text: (Kind.OPEN, kind) for text, kind in v.OPENING.items()},
    **{text: (Kind.CLOSE, kind) for text, kind in v.CLOSING.items()},
    **{text: (Kind.BAR, kind) for text, kind in v.BARS.items()},
    "/": (Kind.OPERATOR, "/"),
}


def _broken_bracket(cleaner: Cleaner) -> bool:
    r"""Remove ``\right. \\ & ``: with ``\left.`` it only breaks the line inside a bracket."""
    place = len(cleaner.done)
    rows = 0
    while place and (token := cleaner.done[place - 1]) and token.kind in (Kind.TAB, Kind.ROW):
        rows += token.kind is Kind.ROW
        place -= 1
    last = cleaner.done[place - 1] if place else None
    if rows != 1 or last is None or (last.kind, last.text) != (Kind.CLOSE, "."):
        return False
    del cleaner.done[place - 1 :]
    return True


def derivative(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\pdv{L}{W}``, ``\pdv[2]{L}{W}``, ``\pdv{W}``, ``\pdv{L}{V}{W}``, ``\dv{z}{x}``."""
    start = index + 1 + (cleaner.fresh_at(index + 1) == "*")
    is_partial = v.DERIVATIVES[token.text] == r"\partial"
    name, set_in = ("partial", "") if is_partial else ("d", "roman")
    d = Token(Kind.SYMBOL, name, token.start, token.end, Space.NONE, set_in)
    raised: list[Token] = []
    if cleaner.fresh_at(start) == "[" and cleaner.fresh_at(start + 2) == "]":
        order = cleaner.fresh[start + 1]
        if order.kind in (Kind.LETTER, Kind.NUMBER):
            raised = _raised(token, order)
            start += 3
    groups: list[tuple[int, int]] = []
    most = 3 if is_partial and not raised else 2
    while len(groups) < most and (end := cleaner.group_end(start)) > 0:
        groups.append((start, end))
        start = end + 1
    if not groups:
        cleaner.missing(token, start)
        return
    cleaner.emit(Kind.COMMAND, r"\frac", token)
    cleaner.wants += 2
    _fill_derivative(cleaner, d, raised, groups)
    cleaner.at = groups[0][0]


def _fill_derivative(
    cleaner: Cleaner, d: Token, raised: list[Token], groups: list[tuple[int, int]]
) -> None:
    """Put the letter of a derivative and its order before what stands in the braces."""
    if len(groups) == 1:
        brace = d._replace(kind=Kind.BRACE_OPEN, text="{", style="")
        cleaner.done += [brace, d, *raised, brace._replace(kind=Kind.BRACE_CLOSE, text="}")]
        cleaner.wants -= 1
    below = groups[-1]
    if len(groups) == 3:
        raised = _raised(d, d._replace(kind=Kind.NUMBER, text="2"))
        (_, joint), (second, _) = groups[1], groups[2]
        cleaner.left_out |= {joint, second}
        cleaner.before[second + 1] = [d]
        below = groups[1]
    if len(groups) > 1:
        cleaner.before[groups[0][0] + 1] = [d, *raised]
    cleaner.before.setdefault(below[0] + 1, []).append(d)
    if len(groups) < 3:
        cleaner.before.setdefault(below[1], []).extend(raised)


def _raised(command: Token, order: Token) -> list[Token]:
    """Return the tokens of a superscript with one number or letter."""
    kind = Kind.NUMBER if order.kind is Kind.NUMBER else Kind.SYMBOL
    place = command._replace(space=Space.NONE, style="")
    return [place._replace(kind=Kind.SCRIPT, text="^"), place._replace(kind=kind, text=order.text)]


def square_root(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\sqrt{x}``: the word sqrt and a bracket."""
    end = cleaner.group_end(index + 1)
    if end < 0:
        cleaner.missing(token, index + 1)
        return
    as_argument = cleaner.wants > 0
    last = cleaner.fresh[end]._replace(kind=Kind.CLOSE, text="(")
    closing = [last]
    opening = [token._replace(kind=Kind.WORD, text="sqrt")]
    opening.append(token._replace(kind=Kind.OPEN, text="(", space=Space.NONE))
    if as_argument:
        opening.insert(0, token._replace(kind=Kind.BRACE_OPEN, text="{"))
        closing.append(last._replace(kind=Kind.BRACE_CLOSE, text="}", space=Space.NONE))
    cleaner.push(as_argument, tuple(closing))
    cleaner.done += opening
    cleaner.at = index + 2


def annotated(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\overset{!}{=}`` is the relation; anything else is left to the reader."""
    end = cleaner.group_end(index + 1)
    place = (end if end > 0 else index + 1) + 1
    in_braces = cleaner.fresh_at(place) == "{" and cleaner.fresh_at(place + 2) == "}"
    relation = v.RELATIONS.get(cleaner.fresh_at(place + in_braces))
    if relation is None:
        cleaner.command(token, index)
        return
    cleaner.emit(Kind.RELATION, relation, token)
    cleaner.at = place + 1 + 2 * in_braces


def long_arrow(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\xrightarrow{...}``: the arrow alone."""
    end = cleaner.group_end(index + 1)
    if end < 0:
        cleaner.missing(token, index + 1)
        return
    cleaner.emit(Kind.RELATION, "gets" if token.text == r"\xleftarrow" else "to", token)
    cleaner.at = end + 1


def negated(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\not=``: one relation."""
    following = cleaner.fresh_at(index + 1)
    if following not in v.NEGATED:
        cleaner.fault(Message.UNKNOWN_COMMAND, token, name=rf"\not {following}".strip(), nearest="")
        return
    cleaner.emit(Kind.RELATION, v.NEGATED[following], token)
    cleaner.at += 1


def environment(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\begin{array}{cc}``, ``\end{array}``: one token with the name; options are dropped."""
    end = cleaner.group_end(index + 1)
    if end < 0:
        cleaner.missing(token, index + 1)
        return
    name = plain_text(cleaner.fresh[index + 2 : end])
    is_begin = token.text == r"\begin"
    kind = Kind.BEGIN if is_begin else Kind.FINISH
    cleaner.emit(kind, name[:_MAX_NAME], token._replace(end=cleaner.fresh[end].end))
    cleaner.at = end + 1
    if is_begin:
        position = cleaner.fresh_at(end + 2)
        if cleaner.fresh_at(end + 1) == "[" and cleaner.fresh_at(end + 3) == "]":
            cleaner.at += 3 * (position in ("t", "b", "c", "r", "l"))
        argument = cleaner.group_end(cleaner.at)
        if name.rstrip("*") in v.WITH_ARGUMENT and argument > 0:
            cleaner.at = argument + 1
