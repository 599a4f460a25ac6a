"""The page of a gradient, or of the picture of a network, in one of the formats."""

from __future__ import annotations

from collections.abc import Callable

from checks.pages import dot, html, markdown, pdf, svg, tex, tikz
from symbolic.errors import ConfigError
from symbolic.expand import Gradient
from symbolic.expand.picture import Picture, picture
from symbolic.expand.question import Question
from symbolic.expand.result import loss_of, parsed
from symbolic.model import Model
from symbolic.notation import notation as notation_named

#: What formulas are written as, and what pictures are drawn as; the first is the default.
FORMATS: dict[bool, tuple[str, ...]] = {
    False: ("tex", "md", "html", "pdf"),
    True: ("svg", "dot", "mermaid", "tikz"),
}
_WHOLE: dict[str, Callable[[Gradient], str | bytes]] = {
    "tex": tex.render,
    "md": markdown.render,
    "html": html.render,
    "pdf": lambda gradient: pdf.render(tex.render(gradient)),
}
_FRAGMENTS: dict[str, Callable[[Gradient], str]] = {
    "tex": tex.fragment,
    "md": markdown.fragment,
    "html": html.fragment,
}
_PICTURES: dict[str, Callable[[Picture], str]] = {
    "svg": svg.render,
    "dot": dot.render_dot,
    "mermaid": dot.render_mermaid,
    "tikz": tikz.render,
}


def formula_page(gradient: Gradient, format_: str, *, fragment: bool) -> str | bytes:
    """Return a gradient as a page, or its bare mathematics."""
    if not fragment:
        return _WHOLE[format_](gradient)
    if format_ not in _FRAGMENTS:
        raise ConfigError(f"a fragment is {', '.join(_FRAGMENTS)}; found {format_}")
    return _FRAGMENTS[format_](gradient)


def picture_page(
    model: Model,
    wrt: str | None,
    of: str | None,
    tau: int,
    notation: str,
    *,
    format_: str,
    fragment: bool,
    force: bool = False,
) -> str:
    """Return the unrolled network as a picture, with the paths of ``wrt`` where it is given."""
    if fragment and format_ != "tikz":
        raise ConfigError(f"a fragment of a picture is tikz; found {format_}")
    by = None if wrt is None else parsed(wrt, model, tau)
    start = loss_of(model) if of is None else parsed(of, model, tau)
    question = Question(model, start, by or start, notation_named(notation), tau, force=force)
    drawn = picture(question, by)
    return tikz.fragment(drawn) if fragment else _PICTURES[format_](drawn)
