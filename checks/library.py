"""``gradproof verify`` for programs and notebooks: a text or one equation in, records out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from checks import pipeline
from checks.documents.comments import hide_latex
from checks.documents.directives import directives_in, directives_of, read_directives
from checks.documents.formulas import formula_at
from checks.documents.latex import read_latex
from checks.documents.open import read_document
from checks.documents.placed import lines_of, placed
from checks.documents.record import Directive, Document, Formula, Item, Prose
from checks.equations import combined_verdict
from checks.records import Record, Verification
from symbolic.errors import ConfigError
from symbolic.model import Model
from symbolic.model_parser import read_model_file
from symbolic.models import load

#: What the text of one equation is called in places.
EQUATION = "equation"
#: Suffixes by which a string in one line is a path and no text.
SUFFIXES = (".md", ".markdown", ".txt", ".tex", ".ltx", ".ipynb")


def verify(
    text_or_path: str | Path,
    *,
    model: str | Path | Model | None = None,
    directives: str | Path = "",
    seed: int = 0,
    only: tuple[str, ...] = (),
) -> Verification:
    r"""Return the records of a text, or of a file: a Path, or a string that ends like its name.

    ``model``: the name of a bundled model, the path of a model file, or a model; ``directives``:
    their text, or the path of their file. Raises ConfigError or ReadError for wrong use.

    >>> text = r'''Let $W \in \mathbb{R}^{n \times n}$ and $u \in \mathbb{R}^n$. With
    ... $$h_t = \tanh(W h_{t-1}), \quad L = u^\top h_T,$$
    ... $$\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W^\top. \tag{3}$$
    ... '''
    >>> for record in verify(text, directives="shape h: (n)"):
    ...     if record.id == "3":
    ...         print(record.verdict, record.counterexample.shapes)
    fails {'n': 2}
    """
    is_path = isinstance(text_or_path, Path) or _is_path(text_or_path)
    return pipeline.verify(
        text_or_path if is_path else read_document("text", str(text_or_path)),
        seed=seed,
        only=only,
        model=model_of(model),
        directives=_beside(directives),
    )


def verify_equation(
    latex: str,
    *,
    model: str | Path | Model,
    directives: str | Path = "",
    seed: int = 0,
) -> Record:
    r"""Return the record of one equation about a model; a chain of several has one record.

    >>> verify_equation(r"\nabla_V L = \sum_t (\hat y_t - y_t) h_t^\top", model="elman-softmax")
    ... # doctest: +ELLIPSIS
    Record(id='#1', ... verdict='holds', ...)
    """
    document = _one_equation(latex)
    found = pipeline.verify(
        document, seed=seed, model=model_of(model), directives=_beside(directives)
    )
    records = [record for record in found.records if "/" not in record.id]
    if not records:
        raise ConfigError("no equation is given")
    if len(records) == 1:
        return records[0]
    verdict, reason = combined_verdict(records)
    parts = tuple(record.id for record in records)
    return replace(
        records[0], id="#1", latex=latex, kind="claim", verdict=verdict, parts=parts, reason=reason
    )


def _is_path(text: str) -> bool:
    return "\n" not in text and text.lower().endswith(SUFFIXES) and "$" not in text


def _one_equation(latex: str) -> Document:
    """Return the document that is one formula, whether or not delimiters stand around it."""
    items, macros = read_latex(latex, EQUATION, None)
    has_prose = any(isinstance(item, Prose) for item in items)
    if has_prose or not any(isinstance(item, Formula) for item in items):
        items, macros = _bare(latex), {}
    return Document(EQUATION, latex, items, macros)


def _bare(latex: str) -> tuple[Item, ...]:
    """Return the directives in the comments of a formula without delimiters, and the formula."""
    hidden, source = hide_latex(latex), placed(lines_of(latex, EQUATION))
    said = [d for at, text in hidden.comments for d in directives_in(text, source.after(at))]
    formula = formula_at(source, 0, hidden.text)
    return (*said, formula) if formula is not None else tuple(said)


def model_of(model: str | Path | Model | None) -> Model | None:
    """Return a model by its name in the box, or by the path of its file; None stays None.

    Raises ConfigError for an unknown name, ReadError or ModelError for a file.
    """
    match model:
        case str():
            return load(model)
        case Path():
            return read_model_file(model)
        case _:
            return model


def _beside(directives: str | Path) -> tuple[Directive, ...]:
    """Return directives from their text, or from the file at a path."""
    if isinstance(directives, Path):
        return read_directives(directives)
    return directives_of(directives, "directives")
