"""What is said about a formula that cannot be read: every message, with formulas that cause it.

The tests read every example and expect its message; nothing else raises ReadError in the reader.
"""

from __future__ import annotations

from enum import Enum

from symbolic.errors import ReadError, Unbalanced
from symbolic.source import Span

MAX_DEPTH = 60
#: Of expressions of any kind inside each other; one bracket may hold a sum in a product in a sum.
MAX_HEIGHT = 120
MAX_NODES = 20_000
MAX_TOKENS = 100_000
MAX_EXPANSION = 10_000


class Message(Enum):
    """A message with places to fill in, and malformed examples."""

    # Brackets and environments
    UNCLOSED = (
        "'{opened}' opened at {line}:{column} is not closed: found {found}; expected '{closing}'",
        (
            "(a + b",
            r"\left( a + b \right]",
            r"\frac{a}{(b + c}",
            "|a + b",
            r"a + \| + b",
            r"\{ a, b",
            r"W \left| a \right.",
            r"\begin{pmatrix} (a & b \end{pmatrix}",
        ),
    )
    UNCLOSED_BRACE = (
        "'{{' is never closed; expected '}}'",
        (r"\frac{a}{b + c", "x_{t", r"\tag{3", r"\begin{align"),
    )
    STRAY_CLOSING = (
        "found {found}, which closes nothing; expected no closing bracket here",
        (
            "a + b)",
            "(a + b))",
            "a}",
            r"\frac{a]}{b}",
            r"\right) a",
            r"\begin{bmatrix} a ) \end{bmatrix}",
        ),
    )
    NO_DELIMITER = (
        "found {found} without a bracket behind it; expected a bracket such as '('",
        (r"\left x", r"\left( x \right y", r"\left"),
    )
    UNKNOWN_ENVIRONMENT = (
        "unknown environment '{name}'{nearest}",
        (r"\begin{pmatrx} a \end{pmatrx}", r"x = \begin{tikzpicture} a \end{tikzpicture}"),
    )
    UNCLOSED_ENVIRONMENT = (
        "\\begin{{{name}}} at {line}:{column} is not closed: found {found};"
        " expected \\end{{{name}}}",
        (
            r"\begin{pmatrix} a & b",
            r"\begin{cases} a & b \end{matrix}",
            r"(\begin{bmatrix} a ) \end{bmatrix}",
        ),
    )
    STRAY_END = (
        "found \\end{{{name}}}; expected \\begin{{{name}}} before it",
        (r"a + b \end{pmatrix}", r"\frac{a \end{aligned}}{b}", r"a = \end{x}"),
    )
    STRAY = (
        "found {found} where no row or column can end; expected it outside of braces and brackets",
        (
            r"\frac{a & b}{c}",
            r"\frac{a \\ b}{c}",
            r"\begin{pmatrix} (a \\ b) \end{pmatrix}",
            r"x_{a & b}",
            r"\left[ \begin{aligned} a \\ b \end{aligned} \right]",
        ),
    )
    EMPTY_CELL = (
        "an empty cell; expected an entry (0 if it is zero)",
        (
            r"\begin{pmatrix} a & \\ b & c \end{pmatrix}",
            r"\begin{matrix} \end{matrix}",
            r"\begin{cases} & b \end{cases}",
        ),
    )
    # Scripts and arguments
    DOUBLE_SCRIPT = (
        "a second '{script}' on one base; expected a single one, or braces around the base",
        ("x_1_2", "x^a^b", r"\sum_i_j a", r"{x_i}_j^k_l", r"\underbrace{a}_b_c"),
    )
    NO_BASE = (
        "found {found} with nothing before it; expected a base such as a letter",
        ("^2", "a + _i", "(^T)", r"\left. f \right|_{x=0}^2"),
    )
    INVISIBLE_BASE = (
        "found {found} on braces around several things, which do not show;"
        " expected one letter or visible brackets",
        (r"{A B}^T", r"{a + b}^2", r"{\sum_i a_i}^2", r"\mathbf{Wh}_t"),
    )
    MISSING_ARGUMENT = (
        "{command} has no argument: found {found}; expected one in braces",
        (
            "x_",
            "x^{}",
            r"\frac{a}",
            r"\hat",
            r"\hat + b",
            r"\underbrace_x",
            r"W^-1",
            r"\pdv f x",
            r"\tag",
            r"\sqrt[n]{x}",
            r"\begin aligned",
            r"\color",
            r"\text",
        ),
    )
    MACRO_ARGUMENT = (
        "the macro {command} has only {found} arguments here; expected {count}",
        (r"\two{a}", r"a + \one", r"\two{a}{b"),
    )
    EMPTY_FRACTION = (
        "{command} with nothing {part} its line; expected an expression",
        (r"\frac{}{b}", r"\frac{a}{}", r"\dfrac{ }{}", r"x^{\tfrac{}{2}}"),
    )
    ACCENT = (
        "{command} over more than one letter; expected one letter",
        (r"\hat{a + b}", r"\bar{xy}", r"\tilde{\frac{a}{b}}", r"\hat{(a)}"),
    )
    # Operands
    UNEXPECTED_END = (
        "the row ends after {before}; expected a term",
        ("a =", "a +", r"a \cdot", r"a \\ b + ", "-"),
    )
    TWO_OPERATORS = (
        "found {found} right after {before}; expected a term between them",
        (r"a = = b", r"a =\ = b", "a + * b", "a + + b", r"a \cdot \cdot b", r"a = \times b"),
    )
    NO_OPERAND = (
        "found {found}; expected a term",
        (
            "(a, , b)",
            "(a + )",
            r"\frac{a +}{b}",
            "a = , b",
            "(= , a)",
            r"\boxed{\quad}",
            "x_{,}",
            "||",
        ),
    )
    NO_BODY = (
        "{command} has nothing to run over: found {found}; expected an expression behind it",
        (r"\sum_{i=1}^n", r"\sum = b", r"(\prod_i) a", r"a \sum_i + b"),
    )
    TWO_NUMBERS = (
        "found {found} right after another number; expected an operator between them",
        ("1 0", r"2\,3", r"a + 0.5 {2}"),
    )
    LEFT_OVER = (
        "found {found}; expected an operator, a relation or the end of the row",
        (r"x \| y", r"\frac{a . b}{c}", r"f(a) \|_2"),
    )
    # Words and characters
    UNKNOWN_COMMAND = (
        "unknown command {name}{nearest}",
        (r"\aplha", r"a + \frc{a}{b}", r"\not x", r"\undefinedcommand", r"a \pm b"),
    )
    UNKNOWN_CHARACTER = (
        "found {found}, which is read nowhere in a formula",
        ("a ? b", "a # b", "a $ b", "n!", "a \x00 b", "\\", "☃"),
    )
    # Bounds
    TOO_DEEP = (
        f"more than {MAX_DEPTH} brackets, braces or sums inside each other",
        ("(" * 61 + "a" + ")" * 61, "x_{" * 61 + "a" + "}" * 61, r"\sum_i " * 61 + "a"),
    )
    TOO_LARGE = (
        f"a formula of more than {MAX_NODES} parts; expected it in several displays",
        ("+".join("a" * (MAX_NODES + 1)), "(a)" * MAX_NODES),
    )
    TOO_LONG = (
        f"a formula of more than {MAX_TOKENS} symbols; expected it in several displays",
        ("a" * (MAX_TOKENS + 1),),
    )
    TOO_MUCH_EXPANSION = (
        "the macro {command} expands to more than " + f"{MAX_EXPANSION} symbols; is it recursive?",
        (r"a + \forever", r"\forever", r"\doubling"),
    )

    def __init__(self, text: str, examples: tuple[str, ...]) -> None:
        self.text = text
        self.examples = examples

    def filled(self, **values: object) -> str:
        """Return the message with its places filled in.

        >>> Message.UNKNOWN_ENVIRONMENT.filled(name="x", nearest="")
        "unknown environment 'x'"
        """
        return self.text.format(**values)

    def at(self, span: Span, **values: object) -> ReadError:
        """Return the error with this message at a place."""
        kind = Unbalanced if self is Message.STRAY_CLOSING else ReadError
        return kind(self.filled(**values), span)


#: The macros that the examples above use.
EXAMPLE_MACROS: dict[str, tuple[int, str]] = {
    "one": (1, "#1"),
    "two": (2, "#1 + #2"),
    "forever": (0, r"\forever"),
    "doubling": (0, r"\doubling + \doubling"),
}
