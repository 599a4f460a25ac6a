"""Formulas and their trees: a table of outlines, and what the tree of a row cannot show."""

import pytest
from support.outline import row_outline

from symbolic.latex.reader import read
from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Factors,
    Fraction,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Terms,
    Word,
)
from symbolic.latex.write import write


def row(latex: str) -> Row:
    """Return the only row of a formula."""
    (found,) = read(latex)
    assert isinstance(found, Row), str(found)
    return found


def node(latex: str) -> Node:
    """Return the only expression of a formula without relations."""
    (chain,) = row(latex).chains
    (item,) = chain.items
    assert item is not None
    return item


#: LaTeX, outline of the row.
TREES = [
    # Letters, styles, accents
    ("x", "x"),
    (r"\phi + \varphi + \epsilon - \varepsilon", "t(+phi +varphi +epsilon -varepsilon)"),
    (r"\mathbf{W} \bm{h} \boldsymbol\theta", "p(bold:W . bold:h . bold:theta)"),
    (r"\mathbf{h}_1^{(t)}", "s(bold:h, 1, (t))"),
    (r"\mathbf{Wh} + {\bf x y}", "t(+p(bold:W . bold:h) +p(bold:x . bold:y))"),
    (r"\mathbf{h_t^{(i)}}", "s(bold:h, t, (i))"),
    (r"\mathrm{d}x + \mathrm dx", "t(+p(roman:d . x) +p(roman:d . x))"),
    (r"\mathcal{L} + \mathscr L", "t(+cal:L +cal:L)"),
    (r"\mathbb{R}^{5 \times 4}", "s(bb:R, ~, p(5 times 4))"),
    (r"\mathbb{1}_{i, y^{(t)}}", "s(bb:1, l(i, s(y, ~, (t))), ~)"),
    (r"\mathbf{1}(i=j)", "p(bold:1 . (c(i = j)))"),
    (r"\mathsf{T} + \mathfrak{g}", "t(+sans:T +frak:g)"),
    (r"\hat{y} + \widehat{y}", "t(+y^hat +y^hat)"),
    (r"\hat{\mathbf{y}}_t", "s(bold:y^hat, t, ~)"),
    (r"\mathbf{\hat y}", "bold:y^hat"),
    (r"\hat{y_t}^2", "s(y^hat, t, 2)"),
    (r"\tilde h \bar x \vec{x}_1 \dot h", "p(h^tilde . x^bar . s(x^vec, 1, ~) . h^dot)"),
    (r"f' + f'' + f^{\prime}", "t(+f' +f'' +f')"),
    ("f'_t(x)", "p(s(f', t, ~) . (x))"),
    ("(f g)'", "s((p(f . g)), ~, prime)"),
    (r"\ell + \partial + \nabla + \top + \infty", "t(+ell +partial +nabla +top +infty)"),
    (r"\vec 0", "0^vec"),
    # Words and numbers
    (r"\operatorname{diag}(v)", 'p("diag" . (v))'),
    (r"\text{softmax}(z)", 'p("softmax" . (z))'),
    (r"\mathrm{softmax}(z) + \mathit{tr}(W)", 't(+p("softmax" . (z)) +p("tr" . (W)))'),
    (r"\tanh x", 'p("tanh" . x)'),
    (r"\tanh^2(x)", 'p(s("tanh", ~, 2) . (x))'),
    (r"\log_2 x", 'p(s("log", 2, ~) . x)'),
    (r"\operatorname*{arg\,max}_i z_i", 'p(s("argmax", i, ~) . s(z, i, ~))'),
    (r"\softmax(z)", 'p("softmax" . (z))'),
    ("tanh(Ux_t)", 'p("tanh" . (p(U . s(x, t, ~))))'),
    ("Ux_texp(z)", 'p(U . s(x, t, ~) . "exp" . (z))'),
    ("sigm(Vs_t) + softplus(x)", 't(+p("sigm" . (p(V . s(s, t, ~)))) +p("softplus" . (x)))'),
    (
        "func_0(z_0) + funct(z) + sig(z)",
        't(+p(s("func", 0, ~) . (s(z, 0, ~))) +p("funct" . (z)) +p("sig" . (z)))',
    ),
    (r"diag\left(1 - h^2\right)", 'p("diag" . (t(+1 -s(h, ~, 2))))'),
    ("t a n h(x)", "p(t . a . n . h . (x))"),
    ("ftanh'(x)", 'p(f . "tanh"\' . (x))'),
    ("2x + 0.76", "t(+p(2 . x) +0.76)"),
    (r"\text{hidden state}", '"hidden state"'),
    (r"W^{\text{T}} + \text{x}", "t(+s(W, ~, roman:T) +roman:x)"),
    (r"p_{\text{model}}", 's(p, "model", ~)'),
    # Scripts
    ("x_t^2 + x^2_t", "t(+s(x, t, 2) +s(x, t, 2))"),
    ("x_{t}^{2}", "s(x, t, 2)"),
    ("s_{t-1} + s_{-1}", "t(+s(s, t(+t -1), ~) +s(s, t(-1), ~))"),
    ("h^{(t)}", "s(h, ~, (t))"),
    (r"h^{(\tau-1-1)}", "s(h, ~, (t(+tau -1 -1)))"),
    (r"\alpha^{<t>} + \alpha^{<t-1>}", "t(+s(alpha, ~, <t>) +s(alpha, ~, <t(+t -1)>))"),
    (r"\alpha^{<3>(i)}", "s(alpha, ~, l(<3>, (i)))"),
    (r"x^{\langle t \rangle}", "s(x, ~, <t>)"),
    (r"\hat{y}^{[2]}", "s(y^hat, ~, [2])"),
    ("W_* + W_{*}", "t(+s(W, *, ~) +s(W, *, ~))"),
    (r"\partial^+ h + x^-", "t(+p(s(partial, ~, +) . h) +s(x, ~, -))"),
    (
        r"y_{t,i} + w_{1i} + w_{i\alpha} + a_{31}",
        "t(+s(y, l(t, i), ~) +s(w, p(1 . i), ~) +s(w, p(i . alpha), ~) +s(a, 31, ~))",
    ),
    ("W^{t-k} A^{-1}", "p(s(W, ~, t(+t -k)) . s(A, ~, t(-1)))"),
    (
        r"W^\top + W^T + W^{\mathsf T} + W^\intercal",
        "t(+s(W, ~, top) +s(W, ~, T) +s(W, ~, sans:T) +s(W, ~, intercal))",
    ),
    ("A{}^T", "s(A, ~, T)"),
    ("x_t^2{}^T", "s(s(x, t, 2), ~, T)"),
    ("{x_t}^2", "s(x, t, 2)"),
    ("{x^a}^b", "s(s(x, ~, a), ~, b)"),
    ("W_{i,:} + x_{1:t}", "t(+s(W, l(i, :), ~) +s(x, c(1 colon t), ~))"),
    ("x_12", "p(s(x, 1, ~) . 2)"),
    ("h^(t)", "s(h, ~, (t))"),
    (r"\sum_{i<j} a_{ij}", "sum(c(i < j), ~: s(a, p(i . j), ~))"),
    ("h^{(t)T}", "s(h, ~, p((t) . T))"),
    ("g_{t_{t,i}}", "s(g, s(t, l(t, i), ~), ~)"),
    # Fractions and derivatives
    (r"\frac{a}{b} + \dfrac ab + \tfrac12", "t(+f(a, b) +f(a, b) +f(1, 2))"),
    (r"\frac{\partial L}{\partial W_*}", "f(p(partial . L), p(partial . s(W, *, ~)))"),
    (r"\frac{dz}{dx}", "f(p(d . z), p(d . x))"),
    (r"\pdv{L}{W}", "f(p(partial . L), p(partial . W))"),
    (r"\pdv[2]{f}{x}", "f(p(s(partial, ~, 2) . f), p(partial . s(x, ~, 2)))"),
    (r"\pdv{x} f", "p(f(partial, p(partial . x)) . f)"),
    (r"\pdv{f}{x}{y}", "f(p(s(partial, ~, 2) . f), p(partial . x . partial . y))"),
    (
        r"\dv{z}{x} + \dv{x} z",
        "t(+f(p(roman:d . z), p(roman:d . x)) +p(f(roman:d, p(roman:d . x)) . z))",
    ),
    (r"\pdv{\pdv{f}{x}}{y}", "f(p(partial . f(p(partial . f), p(partial . x))), p(partial . y))"),
    (r"\partial E/\partial u", "p(partial . E / partial . u)"),
    (
        r"\partial E/\partial o * \partial o/\partial q",
        "p(partial . E / partial . o * partial . o / partial . q)",
    ),
    (r"\sqrt{x}", 'p("sqrt" . (x))'),
    (r"\frac{1}{\sqrt{d_k}}", 'f(1, p("sqrt" . (s(d, k, ~))))'),
    (
        r"\frac{\partial \ln(\cdot)}{\partial h_1^{(\tau)}}",
        'f(p(partial . "ln" . (_)), p(partial . s(h, 1, (tau))))',
    ),
    # Sums, products, operators
    ("a - b + c", "t(+a -b +c)"),
    ("-a + b", "t(-a +b) after -"),
    ("-x", "t(-x) after -"),
    (
        r"a * b \cdot c \times d \circ e \odot f \ast g \otimes h",
        "p(a * b cdot c times d circ e odot f * g otimes h)",
    ),
    (r"a \cdot -b", "p(a cdot t(-b))"),
    (r"1 \cdot 0 + 1 \cdot 1", "t(+p(1 cdot 0) +p(1 cdot 1))"),
    (r"W \cdot W \cdots \frac{a}{b}", "p(W cdot W . ... . f(a, b))"),
    (r"a + \dots + b", "t(+a +... +b)"),
    (r"\sum_{i=1}^n a_i", "sum(c(i = 1), n: s(a, i, ~))"),
    (r"\sum^n_{i=1} a_i + b", "t(+sum(c(i = 1), n: s(a, i, ~)) +b)"),
    (r"\sum\limits_{1 \le k \le t} W^{t-k}", "sum(c(1 le k le t), ~: s(W, ~, t(+t -k)))"),
    (r"a \sum_i b c + d", "t(+p(a . sum(i, ~: p(b . c))) +d)"),
    (r"\sum_t^\tau x_t", "sum(t, tau: s(x, t, ~))"),
    (r"\sum_i \sum_j a_{ij} - 1", "t(+sum(i, ~: sum(j, ~: s(a, p(i . j), ~))) -1)"),
    (
        r"-\sum_i y_i \log \hat{y}_i",
        't(-sum(i, ~: p(s(y, i, ~) . "log" . s(y^hat, i, ~)))) after -',
    ),
    (r"\sum_i -y_i", "sum(i, ~: t(-s(y, i, ~)))"),
    (r"\left( \prod_{j=i+1}^k J_j \right) v", "p((prod(c(j = t(+i +1)), k: s(J, j, ~))) . v)"),
    (r"\sum_{\substack{i < n \\ i \neq j}} a_i", "sum(l(c(i < n), c(i neq j)), ~: s(a, i, ~))"),
    (
        r"\sum_{i \neq j} \exp(z_i) / \sum_k \exp(z_k)",
        'sum(c(i neq j), ~: p("exp" . (s(z, i, ~)) / sum(k, ~: p("exp" . (s(z, k, ~))))))',
    ),
    (r"\sum a", "sum(~, ~: a)"),
    ("{a + b} c", "t(+a +p(b . c))"),
    ("a {- b} c", "t(+a -p(b . c))"),
    (r"\textcolor{red}{a + b} c", "t(+a +p(b . c))"),
    # Blanks
    (r"F(\cdot)", "p(F . (_))"),
    (r"\exp(c_j + \cdot) \ln(\cdot)", 'p("exp" . (t(+s(c, j, ~) +_)) . "ln" . (_))'),
    (r"F(\cdot, -)", "p(F . (_ , _))"),
    (r"F(\cdot \quad a)", "p(F . (_ space a))"),
    (r"\|\cdot\|", "||_||"),
    # Brackets
    (r"\Big( \bigl[ a \bigr] \Big)", "([a])"),
    (r"\left\{ a, b \right\} + \{ c; d \}", "t(+{a , b} +{c ; d})"),
    (r"|x| + \left| y \right|", "t(+|x| +|y|)"),
    (r"\|x\|_2^2 + ||y||", "t(+s(||x||, 2, 2) +||y||)"),
    ("|a| |b|", "p(|a| . |b|)"),
    ("p(y | x)", "p(p . (c(y mid x)))"),
    (r"p(y \mid x, z)", "p(p . (c(y mid x) , z))"),
    ("( a & b )", "(a & b)"),
    (r"\left[ a \quad b \;\; c \right]", "[a space b space c]"),
    (r"\left( x \quad -y \quad z \right)^T", "s((x space t(-y) space z), ~, T)"),
    (r"( a \quad + b )", "(t(+a +b))"),
    (r"[1 \ 0 \ 0]", "[1 space 0 space 0]"),
    (r"[1 \ -1 \ 2]", "[1 space t(-1) space 2]"),
    (r"\log()", 'p("log" . ())'),
    (r"\mathbf{1}(m=i, n=j)", "p(bold:1 . (c(m = i) , c(n = j)))"),
    (r"\left. f \right|_{x=0}", "at(f, c(x = 0))"),
    ("f(x)|_{x=0}", "at(p(f . (x)), c(x = 0))"),
    (
        r"\frac{\partial L}{\partial W}\Big|_{W=W_0} v",
        "p(at(f(p(partial . L), p(partial . W)), c(W = s(W, 0, ~))) . v)",
    ),
    (r"\langle a, b \rangle", "<a , b>"),
    (r"\left\lbrace a \right\rbrace", "{a}"),
    (r"\diag((1 - s_{i,1}^2), \cdots)", 'p("diag" . ((t(+1 -s(s, l(i, 1), 2))) , ...))'),
    # Environments
    (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "m([a, b; c, d]"),
    (r"\begin{bmatrix} a \\ b \\ \end{bmatrix}", "m[[a; b]"),
    (r"\left( \begin{array}{cc} a & b \\ c & d \end{array} \right)", "m([a, b; c, d]"),
    (r"\begin{smallmatrix} 1 \\ 2 \end{smallmatrix}", "m[1; 2]"),
    (
        r"\begin{pmatrix} 1 & \cdots & 0 \\ \vdots & \ddots & \vdots \end{pmatrix}^\top",
        "s(m([1, ..., 0; ..., ..., ...], ~, top)",
    ),
    (r"\begin{bmatrix} [1, 0] \\ [0, 1] \end{bmatrix}", "m[[[1 , 0]; [0 , 1]]"),
    (
        r"\begin{cases} a & \text{if } i = j \\ b & \text{otherwise} \end{cases}",
        "cases(a if c(i = j); b if ~)",
    ),
    (
        r"\begin{cases} a, & i = j \\ b, & i \neq j, k = l \end{cases}",
        "cases(a if c(i = j); b if l(c(i neq j), c(k = l)))",
    ),
    (
        r"\begin{cases} 1 \text{ if } i = j \\ 0 & \text{during training} \end{cases}",
        'cases(1 if c(i = j); 0 if "during training")',
    ),
    (
        r"\left\{ \begin{array}{ll} 1 & \mbox{if $i=j$} \\ 0 & \mbox{else} \end{array} \right.",
        "cases(1 if c(i = j); 0 if ~)",
    ),
    (
        r"x: \begin{cases} a = b & , c = d \\ e = f \end{cases}",
        "c(x colon cases(c(a = b) if c(c = d); c(e = f) if ~))",
    ),
    (r"a = \left[ \begin{aligned} & b \\ & + c \end{aligned} \right]", "c(a = [t(+b +c)])"),
    (r"\underbrace{a + b}_{c}", "brace(t(+a +b), c)"),
    (r"\overbrace{a}^{b} + \underbrace{a}", "t(+brace(a, b) +brace(a, ~))"),
    (r"\underbrace{\sum_i a_i}_{A} b", "p(brace(sum(i, ~: s(a, i, ~)), A) . b)"),
    (r"\underset{x}{\max} f + \underset{a}{b}", 't(+p(s("max", x, ~) . f) +brace(b, a))'),
    (r"\boxed{a + b}", "t(+a +b)"),
    (r"2 \boxed{a + b}", "p(2 . (t(+a +b)))"),
    # Relations and chains
    ("a = b = c", "c(a = b = c)"),
    ("= b", "c(~ = b)"),
    (r"a \equiv b := c \approx d", "c(a equiv b := c approx d)"),
    (r"a \neq b \ne c < d > e \le f \leq g \ge h", "c(a neq b neq c < d > e le f le g ge h)"),
    (r"x \in \mathbb{R} \to y \mapsto z", "c(x in bb:R to y mapsto z)"),
    (r"a \propto b \sim c", "c(a propto b sim c)"),
    (r"x_t: M \times 1", "c(s(x, t, ~) colon p(M times 1))"),
    (r"W \gets W - 1", "c(W gets t(+W -1))"),
    (r"a \overset{!}{=} b \stackrel{\text{def}}{=} c \underset{x}{=} d", "c(a = b = c = d)"),
    (r"a \not= b", "c(a neq b)"),
    ("a = b, c = d", "c(a = b); c(c = d)"),
    ("a = b; c", "c(a = b); c"),
    (r"a = b \quad c = d", "c(a = b); c(c = d)"),
    (r"a = b \qquad \text{and} \qquad c = d", "c(a = b); c(c = d)"),
    (r"a \Rightarrow b = c \iff d", "a; c(b = c); d"),
    (r"z_t, s_t: D \times 1", "s(z, t, ~); c(s(s, t, ~) colon p(D times 1))"),
    (r"i = 1, 2, \dots, C", "c(i = l(1, 2, ..., C))"),
    (r"y_1, y_2, \cdots, y_C", "l(s(y, 1, ~), s(y, 2, ~), ..., s(y, C, ~))"),
    (r"a = b \text{ for } t = 1, \dots, T", 'c(a = b); c(p("for" . t) = l(1, ..., T))'),
    (r"g = V s, \quad (i = 1, 2, \dots, C)", "c(g = p(V . s)); (c(i = 1) , 2 , ... , C)"),
    (r"\forall t", "p(forall . t)"),
    ("a = b.", "c(a = b)"),
    (r"(a \Rightarrow b)", "(c(a implies b))"),
    # For the eye only
    (r"\displaystyle a \, b \; c ~ d \! e", "p(a . b . c . d . e)"),
    (r"a \phantom{x} b \label{eq:1} \nonumber", "p(a . b)"),
    (r"{\color{red} a} + \color{blue} b", "t(+a +b)"),
    ("a % a comment = 3", "a"),
    (r"a \left( b \middle| c \right)", "p(a . (c(b mid c)))"),
    (r"a \text{big} ( b )", "p(a . (b))"),
    # Unicode
    ("ŷ_t = σ(W·h) − 1", "c(s(y^hat, t, ~) = t(+p(sigma . (p(W cdot h))) -1))"),
    ("hᵀ + h² + xₜ₋₁ + f′", "t(+s(h, ~, top) +s(h, ~, 2) +s(x, t(+t -1), ~) +f')"),
    (
        "∂L/∂W ≤ ∇f ⊙ x ∘ y × z",
        "c(p(partial . L / partial . W) le p(nabla . f odot x circ y times z))",
    ),
    ("𝐖 + 𝑥 + ℝ", "t(+bold:W +x +bb:R)"),
    ("φ + ϕ", "t(+varphi +phi)"),
    ("∑_{i=1}^n aᵢ", "sum(c(i = 1), n: s(a, i, ~))"),
]


def test_the_table_is_large() -> None:
    assert len({latex for latex, _ in TREES}) == len(TREES) >= 150


@pytest.mark.parametrize(("latex", "expected"), TREES)
def test_the_tree_of_a_formula(latex: str, expected: str) -> None:
    assert row_outline(row(latex)) == expected


@pytest.mark.parametrize("latex", [latex for latex, _ in TREES])
def test_a_formula_is_read_back_from_what_is_written(latex: str) -> None:
    found = row(latex)
    assert read(write(found)) == (found,)


def test_the_nodes_of_a_formula() -> None:
    """One formula in full, so that the outlines do not stand alone."""
    t, W, L = Symbol("t"), Symbol("W", "bold"), Symbol("L", "cal")
    partial = Symbol("partial")
    step = Bracket("(", (Terms((t, Numeral("1")), ("+", "-")),))
    argument = Bracket("(", (Factors((W, Scripted(Symbol("h"), None, step)), ("",)),))
    derivative = Fraction(Factors((partial, L), ("",)), Factors((partial, W), ("",)))
    expected = Row(
        (Chain((derivative, Factors((Word("tanh", primes=1), argument), ("",))), ("=",)),), "7"
    )
    latex = (
        r"\frac{\partial \mathcal{L}}{\partial \mathbf W} = \tanh'(\mathbf{W}h^{(t-1)}) \quad(7)"
    )
    assert read(latex) == (expected,)


# Pairs that differ, or do not -----------------------------------------------------------------

DIFFERENT = [
    (r"\phi", r"\varphi"),
    ("W x", "w x"),
    (r"\mathbf{W}", "W"),
    (r"\mathbf{1}", "1"),
    ("W^T d", "W d"),
    ("W^T d", "d W^T"),
    (r"\hat{y}", "y"),
    ("f'", "f"),
    ("x_{12}", "x_{1,2}"),
    ("a b", r"a \cdot b"),
    (r"a \circ b", r"a \cdot b"),
    ("1 - h^2", "(1 - h)^2"),
    (r"\sum_i (a + b)", r"\sum_i a + b"),
    ("-a + b", "-(a + b)"),
    (r"\frac{a}{b} c", r"\frac{a}{b c}"),
    ("a / b c", "(a / b) c"),
    ("x_t^2", "x_{t^2}"),
    ("|x|", r"\|x\|"),
    ("(a, b)", "(a; b)"),
    (r"\begin{pmatrix} a & b \end{pmatrix}", r"\begin{pmatrix} a \\ b \end{pmatrix}"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_on_the_page_differs_in_the_tree(one: str, other: str) -> None:
    assert node(one) != node(other)


SAME = [
    ("x_t^2", "x^{2}_{t}"),
    (r"\frac12", r"\tfrac{1}{2}"),
    (r"\left( a \right)", r"\bigl( a \bigr)"),
    (r"a \, b", "a b"),
    (r"\pdv{L}{W}", r"\frac{\partial L}{\partial W}"),
    (r"\text{diag}(v)", r"\operatorname{diag}(v)"),
    ("tanh(x)", r"\tanh(x)"),
    (r"\mathbf{h}", r"\bm h"),
    (r"a \ast b", "a * b"),
    (r"\displaystyle a", "a"),
    ("a\n+ b % c\n", "a + b"),
    (r"\hat{\mathbf{y}}", r"\mathbf{\hat{y}}"),
    (r"\left( \begin{matrix} a \end{matrix} \right)", r"\begin{pmatrix} a \end{pmatrix}"),
    (r"\sum_i^n a", r"\sum\nolimits^n_i a"),
    ("a' b", r"a^\prime b"),
    (r"\smash{a}", "a"),
    ("{{a}}", "a"),
    ("·".join("ab"), r"a \cdot b"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_the_same_on_the_page_is_the_same_tree(one: str, other: str) -> None:
    assert node(one) == node(other)
