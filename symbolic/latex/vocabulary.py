"""The words of LaTeX mathematics that are read, and how they are written: tables only."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _commands(text: str) -> frozenset[str]:
    return frozenset("\\" + name for name in text.split())


_GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda"
    " mu nu xi omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega"
    " Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega digamma"
)
_SIGNS = (
    "ell partial nabla top bot infty intercal prime dagger ddagger star hbar imath jmath wp Re Im"
    " aleph emptyset perp forall exists angle triangle square diamond bullet"
    " downarrow uparrow Downarrow Uparrow updownarrow sharp flat natural"
)
#: Letters with a name: the name is the command without its backslash.
SYMBOLS = _names(f"{_GREEK} {_SIGNS}")

#: What stands over a letter; the first command of each accent is the one that is written.
ACCENTS = {
    r"\hat": "hat",
    r"\widehat": "hat",
    r"\tilde": "tilde",
    r"\widetilde": "tilde",
    r"\bar": "bar",
    r"\overline": "bar",
    r"\vec": "vec",
    r"\overrightarrow": "vec",
    r"\dot": "dot",
    r"\ddot": "ddot",
    r"\check": "check",
    r"\breve": "breve",
    r"\acute": "acute",
    r"\grave": "grave",
    r"\mathring": "ring",
    r"\underline": "underline",
}

#: What a letter is set in; the first command of each style is the one that is written.
STYLES = {
    r"\mathbf": "bold",
    r"\bm": "bold",
    r"\boldsymbol": "bold",
    r"\pmb": "bold",
    r"\vb": "bold",
    r"\symbf": "bold",
    r"\mathrm": "roman",
    r"\mathup": "roman",
    r"\mathcal": "cal",
    r"\mathscr": "cal",
    r"\mathbb": "bb",
    r"\mathbbm": "bb",
    r"\mathds": "bb",
    r"\mathsf": "sans",
    r"\mathtt": "sans",
    r"\mathfrak": "frak",
    r"\mathit": "",
    r"\mathnormal": "",
}
#: The old way: for the rest of the braces around it.
SWITCHES = {
    r"\bf": "bold",
    r"\boldmath": "bold",
    r"\rm": "roman",
    r"\cal": "cal",
    r"\it": "",
    r"\sf": "sans",
}
#: Of these, several letters in braces are one word.
WORD_STYLES = frozenset({"roman", "sans"})

OPERATORS = {
    r"\cdot": "cdot",
    "*": "*",
    r"\ast": "*",
    r"\times": "times",
    r"\circ": "circ",
    r"\odot": "odot",
    r"\otimes": "otimes",
    "/": "/",
    r"\slash": "/",
    r"\div": "/",
}

RELATIONS = {
    "=": "=",
    r"\equiv": "equiv",
    ":=": ":=",
    r"\coloneqq": ":=",
    r"\triangleq": ":=",
    r"\approx": "approx",
    r"\neq": "neq",
    r"\ne": "neq",
    "!=": "neq",
    "<": "<",
    r"\lt": "<",
    ">": ">",
    r"\gt": ">",
    r"\le": "le",
    r"\leq": "le",
    r"\leqslant": "le",
    "<=": "le",
    r"\ge": "ge",
    r"\geq": "ge",
    r"\geqslant": "ge",
    ">=": "ge",
    r"\ll": "ll",
    r"\gg": "gg",
    r"\in": "in",
    r"\ni": "ni",
    r"\notin": "notin",
    r"\subset": "subset",
    r"\subseteq": "subseteq",
    r"\to": "to",
    r"\rightarrow": "to",
    r"\longrightarrow": "to",
    "->": "to",
    r"\mapsto": "mapsto",
    r"\longmapsto": "mapsto",
    r"\gets": "gets",
    r"\leftarrow": "gets",
    r"\longleftarrow": "gets",
    r"\propto": "propto",
    r"\sim": "sim",
    r"\simeq": "simeq",
    r"\cong": "cong",
    r"\doteq": "doteq",
    ":": "colon",
    r"\colon": "colon",
    r"\mid": "mid",
    r"\parallel": "parallel",
    r"\Rightarrow": "implies",
    r"\implies": "implies",
    r"\Longrightarrow": "implies",
    "=>": "implies",
    r"\therefore": "implies",
    r"\iff": "iff",
    r"\Leftrightarrow": "iff",
    r"\Longleftrightarrow": "iff",
}
#: Between whole statements: on the level of the row these part the chains.
CONNECTIVES = frozenset({"implies", "iff"})
NEGATED = {"=": "neq", r"\in": "notin", r"\equiv": "neq"}

DOTS = frozenset(
    {r"\cdots", r"\ldots", r"\dots", r"\dotsb", r"\dotsc", r"\dotsm", r"\vdots", r"\ddots"}
)
BIG = {r"\sum": "sum", r"\prod": "prod"}

#: Functions that LaTeX has a command for.
LATEX_FUNCTIONS = _names(
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf"
    " limsup ln log max min Pr sec sin sinh sup tan tanh"
)
#: Functions that authors declare with the same name; their commands are read undeclared too.
DECLARED_FUNCTIONS = _names(
    "softmax Softmax sigmoid softplus relu ReLU diag Diag tr Tr trace rank argmax argmin sgn sign"
    " logsumexp erf arctanh artanh"
)
#: Functions that are read as one word where their letters stand directly before a bracket.
BARE_FUNCTIONS = _names(
    "arccos arcsin arctan arctanh artanh cos cosh cot coth det diag Diag elu erf exp func funct"
    " gelu ln log logistic logsumexp max min relu ReLU sgn sig sigm sigmoid sign silu sin sinh soft"
    " softmax Softmax softplus swish tan tanh tr Tr trace vec argmax argmin sqrt"
)

#: Names of sizes of brackets that conversion tools leave as text before a bracket.
SIZE_DEBRIS = frozenset({"big", "Big", "bigg", "Bigg", "left", "right"})

#: Rows with marks of alignment, or a wrapper around a display; names without their star.
ALIGNMENTS = _names(
    "align aligned alignat alignedat flalign gather gathered split multline multlined eqnarray"
    " equation displaymath math subequations dmath IEEEeqnarray"
)
#: Environments of rows of entries and the bracket around them.
MATRICES = {
    "matrix": "",
    "smallmatrix": "",
    "array": "",
    "tabular": "",
    "pmatrix": "(",
    "psmallmatrix": "(",
    "bmatrix": "[",
    "bsmallmatrix": "[",
    "Bmatrix": "{",
    "vmatrix": "|",
    "Vmatrix": "||",
}
CASES = frozenset({"cases", "dcases", "rcases"})
#: Environments with an argument in braces behind their name.
WITH_ARGUMENT = frozenset({"array", "tabular", "alignat", "alignedat", "IEEEeqnarray"})

#: How brackets are written, by kind: opening and closing.
DELIMITERS = {
    "(": ("(", ")"),
    "[": ("[", "]"),
    "{": (r"\{", r"\}"),
    "|": ("|", "|"),
    "||": (r"\|", r"\|"),
    "<": (r"\langle", r"\rangle"),
    ".": (r"\left.", r"\right|"),
}
OPENING = {
    "(": "(",
    r"\lparen": "(",
    "[": "[",
    r"\lbrack": "[",
    r"\{": "{",
    r"\lbrace": "{",
    r"\langle": "<",
    r"\lvert": "|",
    r"\lVert": "||",
}
CLOSING = {
    ")": "(",
    r"\rparen": "(",
    "]": "[",
    r"\rbrack": "[",
    r"\}": "{",
    r"\rbrace": "{",
    r"\rangle": "<",
    r"\rvert": "|",
    r"\rVert": "||",
}
BARS = {"|": "|", r"\vert": "|", r"\|": "||", r"\Vert": "||"}
SIZES_LEFT = frozenset({r"\left", r"\bigl", r"\Bigl", r"\biggl", r"\Biggl", r"\mleft"})
SIZES_RIGHT = frozenset({r"\right", r"\bigr", r"\Bigr", r"\biggr", r"\Biggr", r"\mright"})
SIZES = frozenset({r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigm", r"\Bigm", r"\middle"})

#: The width of white space in mu; 18 mu are one quad.
SPACES = {
    r"\,": 3,
    r"\thinspace": 3,
    r"\:": 4,
    r"\>": 4,
    r"\medspace": 4,
    r"\;": 5,
    r"\thickspace": 5,
    r"\ ": 6,
    "\\\n": 6,
    "\\\t": 6,
    "~": 6,
    r"\space": 6,
    r"\nobreakspace": 6,
    r"\enspace": 9,
    r"\enskip": 9,
    r"\quad": 18,
    r"\qquad": 36,
    r"\hfill": 36,
    r"\hfil": 36,
    r"\!": -3,
    r"\negthinspace": -3,
}
#: From this width on white space parts entries and statements.
WIDE_MU = 9

#: For the eye only.
DROPPED = _commands(
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits displaylimits"
    " nonumber notag hline allowbreak nobreak break noindent mathop mathrel mathbin mathord"
    " mathopen mathclose mathpunct mathinner ensuremath protect relax mathstrut strut qed qedhere"
    " smash mathclap mathllap mathrlap small normalsize large centering bigskip medskip smallskip"
    " toprule midrule bottomrule"
) | {r"\-", r"\/"}
#: For the eye only, with what stands in braces behind it.
DROPPED_WITH_ARGUMENT = _commands(
    "label phantom hphantom vphantom color hspace vspace mspace intertext shortintertext cline"
    " textcolor"
)
TEXTS = _commands(
    "text textrm textnormal textit textbf textsf texttt textup textsl textsc mbox hbox"
)

#: Commands that take arguments and are left for the reader, with their number.
ARGUMENTS = {
    **dict.fromkeys(ACCENTS, 1),
    r"\frac": 2,
    r"\dfrac": 2,
    r"\tfrac": 2,
    r"\cfrac": 2,
    r"\underbrace": 1,
    r"\overbrace": 1,
    r"\boxed": 1,
    r"\fbox": 1,
    r"\underset": 2,
    r"\overset": 2,
    r"\stackrel": 2,
    r"\substack": 1,
}
#: Derivatives as commands, and the letter they stand for.
DERIVATIVES = {
    r"\pdv": r"\partial",
    r"\pderiv": r"\partial",
    r"\dv": "d",
    r"\odv": "d",
    r"\deriv": "d",
}
