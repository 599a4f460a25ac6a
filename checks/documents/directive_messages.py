"""The messages about what directives say, with examples of what causes them.

The tests read every example and expect its message. The examples stand in a section whose names are
W, U, h and x, with the equations (1) and (2).
"""

from __future__ import annotations

from checks.documents.messages import Message


def _said(*texts: str) -> tuple[tuple[str, str], ...]:
    """Return the texts as files of directives."""
    return tuple(("directives", text) for text in texts)


UNKNOWN_MODEL = Message(
    "unknown model {name!r}; expected one of {known}{nearest}",
    _said("model elman-sofmax", "model lstm", "model Elman softmax"),
)

NO_MODEL = Message("a model without a name; expected one of {known}", _said("model"))

SECOND_MODEL = Message(
    "the model {name!r} in a section that has the model {first!r}; expected one model a section",
    _said("model linear-mse\nmodel elman-softmax"),
)

MALFORMED_SHAPE = Message(
    "cannot read the shape {text!r}; expected NAME: (SIZE, ...), such as W: (n, m)",
    _said(
        "shape",
        "shape W",
        "shape W (n, m)",
        "shape W: (n, m",
        "shape W: (0, n)",
        "shape W: (n, -1)",
        "shape W: (n; m)",
        "shape W: n + m =",
        "shape W: (n, 1.5)",
        "shape : (n)",
        "shape W,: (n, n)",
        "shape W U: (n, n)",
        "shape W + U: (n, n)",
    ),
)

UNKNOWN_NAME = Message(
    "no formula of the section has the name {name!r}{nearest}",
    _said("shape Q: (n, n)", "shape W, Wx: (n, n)", "per-step Q", "per-step W, Q"),
)

SECOND_SHAPE = Message(
    "{name} is {shape} here and {first} {where}; expected one shape",
    _said("shape W: (n, n)\nshape W: (n, m)", "shape W: (m, n)\nshape U, W: (n, n)"),
)

UNKNOWN_ASSUMPTION = Message(
    "cannot assume {text!r}; expected one of {known}{nearest}",
    _said(
        "assume",
        "assume one-hto",
        "assume h0 = 0",
        "assume D = 1",
        "assume class",
        "assume class 2",
        "assume class k",
        "assume linear activation",
    ),
)

CONTRADICTION = Message(
    "{text!r} contradicts {first!r}; expected one of them",
    _said(
        "assume none\nassume one-hot",
        "assume class 1\nassume none",
        "model elman-softmax\nassume all-scalars",
        "assume all-scalars\nmodel elman-softmax",
    ),
)

NO_NAMES = Message(
    "cannot read {text!r}; expected parameters or equations, such as W or (12)",
    _said("per-step", "per-step ,", "per-step W,", "per-step W U", "per-step (1", "per-step W = U"),
)

NOT_A_PARAMETER = Message(
    "{name} is no parameter, and only a parameter has copies of its own at each step; expected one"
    " of {known}, or an equation such as (12)",
    _said("per-step h", "per-step W, h", "per-step x"),
)

UNKNOWN_EQUATION = Message(
    "there is no equation {id}; expected one of {known}{nearest}",
    _said("per-step (3)", "ignore (11)", "ignore #7"),
)

MALFORMED_IGNORE = Message(
    "cannot ignore {text!r}; expected the number of an equation such as (12) or #3, or nothing for"
    " the next formula",
    _said("ignore W", "ignore the next line", "ignore (1"),
)

NOTHING_FOLLOWS = Message("ignore, and no formula follows; expected one", ())

#: What is wrong with the text of a directive; the examples are directives.
IN_DIRECTIVES = (
    UNKNOWN_MODEL,
    NO_MODEL,
    SECOND_MODEL,
    MALFORMED_SHAPE,
    UNKNOWN_NAME,
    SECOND_SHAPE,
    UNKNOWN_ASSUMPTION,
    CONTRADICTION,
    NO_NAMES,
    NOT_A_PARAMETER,
    UNKNOWN_EQUATION,
    MALFORMED_IGNORE,
)

SCOPE_WITHOUT_PLACE = Message(
    "scope without a place; expected scope HEADING or scope line N", _said("scope")
)

UNKNOWN_HEADING = Message(
    "no heading is {text!r}; expected scope HEADING or scope line N{nearest}",
    _said("scope Gradient", "scope line", "scope line 0x1"),
)

TWO_HEADINGS = Message(
    "the heading {text!r} stands in {lines}; expected scope {unit} N", _said("scope Twice")
)

NO_LINE = Message(
    "nothing stands in {unit} {number} or below; expected an earlier {unit}",
    _said("scope line 999"),
)

OTHER_UNIT = Message(
    "places in {name} are counted by {unit}; expected scope {unit} N, found {found}",
    _said("scope cell 2"),
)

IGNORE_WITHOUT_NUMBER = Message(
    "ignore without a number; beside a document, expected one such as (12) or #3", _said("ignore")
)

#: What only a side file can have wrong.
IN_SIDE_FILES = (
    SCOPE_WITHOUT_PLACE,
    UNKNOWN_HEADING,
    TWO_HEADINGS,
    NO_LINE,
    OTHER_UNIT,
    IGNORE_WITHOUT_NUMBER,
)
