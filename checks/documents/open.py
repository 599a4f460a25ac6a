"""From a file, the standard input or a text to the document that it is."""

from __future__ import annotations

import re
from pathlib import Path

from checks.documents.files import STANDARD_INPUT, check_size, read_text, with_line_feeds
from checks.documents.latex import read_latex
from checks.documents.markdown import read_markdown
from checks.documents.notebook import is_notebook, read_notebook
from checks.documents.placed import place_of
from checks.documents.record import Document

__all__ = ["place_of", "read_document"]

_MARKDOWN = (".md", ".markdown", ".txt")
_LATEX = (".tex", ".ltx")
_SIGN_OF_LATEX = re.compile(
    r"^[ \t]*\\(?:documentclass|begin\{document\}|(?:sub)*section\b|chapter\b)", re.MULTILINE
)


def read_document(path_or_name: str | Path, text: str | None = None) -> Document:
    r"""Return what stands in a file; ``-`` is the standard input; a text given needs a name only.

    The suffix decides between Markdown, LaTeX and notebooks, else the content. The offset of a
    character in the LaTeX of a formula becomes a place with ``checks.documents.placed.place_of``.

    A directive that is malformed is one of the word ``checks.documents.directives.MALFORMED``.
    Raises ConfigError for a file that cannot be read or is larger than 20 MB, and ReadError for a
    notebook that is none; anything else in a text is read as something.

    >>> document = read_document("notes.md", "So\n\n$$a = b$$ (5)\n")
    >>> formula = document.items[1]
    >>> formula.latex, formula.tag, str(formula.span)
    ('a = b', '5', 'notes.md:3:3')
    """
    name = str(path_or_name)
    if text is None:
        text = read_text(path_or_name)
    else:
        check_size(len(text), name)
        text = with_line_feeds(text)
    if name == "-":
        name = STANDARD_INPUT
    if is_notebook(name, text):
        items, macros, cells = read_notebook(text, name)
        return Document(name, text, items, macros, cells)
    if _is_latex(name, text):
        items, macros = read_latex(text, name, _directory(name))
    else:
        items, macros = read_markdown(text, name)
    return Document(name, text, items, macros)


def _is_latex(name: str, text: str) -> bool:
    suffix = Path(name).suffix.lower()
    if suffix in _MARKDOWN:
        return False
    return suffix in _LATEX or _SIGN_OF_LATEX.search(text) is not None


def _directory(name: str) -> Path | None:
    """Return the directory of a document that is a file; other texts have nothing beside them."""
    try:
        return Path(name).parent if Path(name).is_file() else None
    except (OSError, ValueError):  # too long a name, a null character
        return None
