"""Characters beyond ASCII that stand for a command of LaTeX: Greek letters, operators, accents."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ϵ": "epsilon", "ε": "varepsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa",
    "ϰ": "varkappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron",
    "π": "pi", "ϖ": "varpi", "ρ": "rho", "ϱ": "varrho", "σ": "sigma", "ς": "varsigma",
    "τ": "tau", "υ": "upsilon", "ϕ": "phi", "φ": "varphi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "∆": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_COMMANDS = {
    "·": "cdot", "⋅": "cdot", "×": "times", "∘": "circ", "⊙": "odot", "⊗": "otimes",
    "∗": "ast", "÷": "div", "∂": "partial", "∇": "nabla", "∞": "infty", "ℓ": "ell", "∑": "sum",
    "∏": "prod", "≤": "le", "⩽": "le", "≥": "ge", "⩾": "ge", "≠": "neq", "≈": "approx",
    "≡": "equiv", "≔": "coloneqq", "≜": "triangleq", "∝": "propto", "∼": "sim", "≪": "ll",
    "≫": "gg", "∈": "in", "∉": "notin", "∋": "ni", "⊂": "subset", "⊆": "subseteq", "→": "to",
    "⟶": "to", "↦": "mapsto", "←": "gets", "⇒": "Rightarrow", "⟹": "implies", "⇔": "iff",
    "⟺": "iff", "∣": "mid", "∥": "|", "‖": "|", "⟨": "langle", "⟩": "rangle", "…": "dots",
    "⋯": "cdots", "⋮": "vdots", "⋱": "ddots", "⊤": "top", "∅": "emptyset", "†": "dagger",
    "↓": "downarrow", "↑": "uparrow", "∀": "forall", "∃": "exists", "ℜ": "Re", "ℑ": "Im",
    "★": "star", "⋆": "star", "•": "bullet",
}  # fmt: skip
_TEXTS = {
    "−": "-", "–": "-", "—": "-", "′": "'", "’": "'", "″": "''", "∕": "/", "⁄": "/", "∶": ":",
    "ᵀ": r"^\top ", "⊺": r"\top ", "𝟙": r"\mathbb{1}",
    "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "ℂ": r"\mathbb{C}",
    "ℚ": r"\mathbb{Q}", "ℒ": r"\mathcal{L}", "½": r"\frac{1}{2}", "（": "(", "）": ")",
}  # fmt: skip
_TABLE = {
    **_TEXTS,
    **{character: rf"\{name} " for character, name in (_GREEK | _COMMANDS).items()},
    "∥": r"\|",
    "‖": r"\|",
}

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_LOWERED = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-=()aeoxhklmnpstijruv", strict=True)
)
RAISED, LOWERED = "".join(_RAISED), "".join(_LOWERED)

_MARKS = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot",
    "\u0308": "ddot", "\u20d7": "vec",
}  # fmt: skip
MARKS = "".join(_MARKS)


def raised_or_lowered(run: str) -> str:
    """Return a run of small digits and letters as a script.

    >>> raised_or_lowered("ₜ₋₁")
    '_{t-1}'
    """
    table, script = (_RAISED, "^") if run[0] in _RAISED else (_LOWERED, "_")
    return script + "{" + "".join(table[character] for character in run) + "}"


@lru_cache(maxsize=1024)
def as_latex(text: str) -> str | None:
    r"""Return what a character, or a letter with combining marks, stands for; None if nothing.

    >>> as_latex("φ"), as_latex("ŷ"), as_latex("𝐖"), as_latex("☃")
    ('\\varphi ', '\\hat{y}', '\\mathbf{W}', None)
    """
    if text in _TABLE:
        return _TABLE[text]
    decomposed = unicodedata.normalize("NFD", text)
    base, marks = decomposed[0], decomposed[1:]
    if not marks and base in _TABLE:
        return _TABLE[base]
    if marks:
        inner = base if base.isascii() and base.isalpha() else _TABLE.get(base)
        if inner is None or not all(mark in _MARKS for mark in marks):
            return None
        for mark in marks:
            inner = rf"\{_MARKS[mark]}{{{inner}}}"
        return inner
    name = unicodedata.name(text, "")
    if not name.startswith("MATHEMATICAL "):
        return None
    plain = unicodedata.normalize("NFKC", text)
    letter = plain if plain.isascii() and plain.isalnum() else _TABLE.get(plain)
    for word, command in (("BOLD", "mathbf"), ("SCRIPT", "mathcal"), ("DOUBLE-STRUCK", "mathbb")):
        if word in name and letter is not None:
            return rf"\{command}{{{letter}}}"
    return letter
