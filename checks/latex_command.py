"""The options of ``gradproof latex``, and the page that they ask for. It prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbolic.errors import ConfigError, nearest

if TYPE_CHECKING:
    from symbolic.model import Model

#: The steps of the forms that are written out, where none are given.
TAU = 3
GRAPH = "graph"
#: Formats by the suffix of the file that is written.
SUFFIXES = {
    ".tex": "tex",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".svg": "svg",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".tikz": "tikz",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What the options say, as they were given."""

    model: str | None
    model_file: Path | None
    wrt: str | None
    of: str | None
    tau: int | None
    dims: str
    form: str
    notation: str
    format_: str | None
    every_node: bool
    cse: bool
    force: bool
    fragment: bool
    output: Path | None

    def page(self) -> str | bytes:
        """Return the page; raises ConfigError or ModelError for wrong use."""
        from checks.pages.render import FORMATS, formula_page
        from symbolic.expand.result import NAMES, gradient

        forms = (*NAMES, GRAPH)
        if self.form not in forms:
            hint = nearest(self.form, forms) or f"; expected one of {', '.join(forms)}"
            raise ConfigError(f"unknown form {self.form!r}{hint}")
        format_ = self._format(FORMATS[self.form == GRAPH])
        if format_ == "pdf" and self.output is None:
            raise ConfigError("a PDF is no text; give -o FILE")
        model, sizes = self._model(), dimensions(self.dims)
        if self.form == GRAPH:
            from checks.pages.render import picture_page

            asked = (model, self.wrt, self.of, self._tau(), self.notation)
            return picture_page(*asked, format_=format_, fragment=self.fragment, force=self.force)
        if self.wrt is None:
            raise ConfigError(f"say by what to differentiate: --wrt NAME{_parameters(model)}")
        found = gradient(
            model,
            wrt=self.wrt,
            of=self.of,
            tau=self._tau(),
            form=self.form,
            dims=sizes,
            notation=self.notation,
            every_node=self.every_node,
            cse=self.cse,
            force=self.force,
        )
        return formula_page(found, format_, fragment=self.fragment)

    def _model(self) -> Model:
        from symbolic.model_parser import read_model_file
        from symbolic.models import load, names

        if self.model_file is not None and self.model is None:
            return read_model_file(self.model_file)
        if self.model is None:
            raise ConfigError(f"no model is given; expected one of {', '.join(names())}")
        if self.model_file is not None:
            raise ConfigError("MODEL and --model-file are both given; expected one of them")
        return load(self.model)

    def _tau(self) -> int:
        tau = TAU if self.tau is None else self.tau
        if tau < 1:
            raise ConfigError(f"--tau is {tau}; expected 1 or more")
        return tau

    def _format(self, known: tuple[str, ...]) -> str:
        """Return the format that is named, else that of the file's suffix, else the first."""
        by_suffix = SUFFIXES.get(self.output.suffix.lower()) if self.output is not None else None
        wanted = self.format_ or by_suffix or known[0]
        if wanted in known:
            return wanted
        expected = nearest(wanted, known) or f"; expected one of {', '.join(known)}"
        everything = set(SUFFIXES.values())
        if wanted in everything:
            raise ConfigError(f"the form {self.form!r} is not written as {wanted}{expected}")
        raise ConfigError(f"unknown format {wanted!r}{expected}")


def dimensions(text: str) -> dict[str, int]:
    """Return the sizes that a text such as ``n=2,m=3`` gives; raises ConfigError.

    >>> dimensions("n=2, m=3")
    {'n': 2, 'm': 3}
    """
    found: dict[str, int] = {}
    for part in text.split(",") if text.strip() else ():
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not name or not equals or not value.removeprefix("-").isdecimal():
            raise ConfigError(f"--dims has {part.strip()!r}; expected NAME=NUMBER, as in n=2,m=3")
        if name in found:
            raise ConfigError(f"--dims gives {name} twice")
        found[name] = int(value)
    return found


def _parameters(model: Model) -> str:
    from symbolic.model import Role

    names = [declared.name for declared in model.named(Role.PARAMETER)]
    return f"; {model.name} has the parameters {', '.join(names)}" if names else ""


def command(deliver: Callable[[Request], None]) -> click.Command:
    """Return the command; ``deliver`` prints the page of a request, or writes it to its file."""

    @click.command("latex")
    @click.argument("model", required=False)
    @click.option("--wrt", metavar="NAME", help="Parameter, copy W[2], state or node h[1].")
    @click.option("--of", metavar="NAME", help="What is differentiated.  [default: the loss]")
    @click.option("--tau", type=int, help=f"Steps that are written out.  [default: {TAU}]")
    @click.option("--dims", default="", metavar="n=2,m=3", help="Sizes.  [default: 2, or least]")
    @click.option(
        "--form",
        default="paths",
        show_default=True,
        help="closed, derivation (both for any tau), paths, matrix, entries, full, graph.",
    )
    @click.option("--notation", default="plain", show_default=True, help="A name or a TOML file.")
    @click.option("--format", "format_", help="tex, md, html, pdf; svg, dot, mermaid, tikz.")
    @click.option("--every-node", is_flag=True, help="Paths over pre-activations as well.")
    @click.option("--cse", is_flag=True, help="In full: name the parts that repeat.")
    @click.option("--force", is_flag=True, help="Write out what is too long as well.")
    @click.option("--fragment", is_flag=True, help="The bare mathematics, no document around it.")
    @click.option("--model-file", type=click.Path(path_type=Path), help="A model of your own.")
    @click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
    def latex(**options: object) -> None:
        """Write a gradient out, or draw the unrolled network.

        MODEL is a name that `gradproof check --list` prints. Exit status: 0 written, 2 wrong use.
        """
        deliver(Request(**options))  # type: ignore[arg-type]  # click has checked the types

    return latex
