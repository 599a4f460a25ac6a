"""What directives do to a document."""

from __future__ import annotations

import pytest

from checks.library import verify

SHAPES = r"$W \in \mathbb{R}^{n \times n}$, $V \in \mathbb{R}^{c \times n}$, $y_t \in \mathbb{R}^c$"
#: A network whose shapes stand in SHAPES, but for those of x and U.
NETWORK = r"""
$$h_t = \tanh(W h_{t-1} + U x_t) \tag{1}$$
$$\hat{y}_t = \operatorname{softmax}(V h_t) \tag{2}$$
$$L_t = -y_t^\top \log \hat{y}_t \tag{3}$$
$$L = \sum_t L_t \tag{4}$$
"""
LAST = "shape h: (n)\nshape x: (m)\nshape U: (n, m)\n"
TEXT = f"With {SHAPES}\n{NETWORK}"


def comment(directives: str) -> str:
    return f"<!-- gradproof: {directives.rstrip()} -->\n\n"


def verdicts(text: str, directives: str = "", **given: str) -> dict[str, str]:
    found = verify(text, directives=directives, **given)
    problems = [s.problem for s in found.sections if s.problem]
    assert problems == []
    return {record.id: record.verdict for record in found}


def last(text: str, directives: str = "") -> str:
    found = verify(text, directives=directives)
    assert [s.problem for s in found.sections if s.problem] == []
    return found.records[-1].verdict


RIGHT = r"$$\nabla_U L = \sum_t ((1 - h_t^2) \odot \nabla_{h_t} L) x_t^\top$$"
WRONG = r"$$\nabla_U L = \sum_t (\nabla_{h_t} L) x_t^\top$$"


# shape --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shapes",
    [
        LAST,
        "shape h: (n)\nshape x: (m)\nshape  U :(n,m)",
        "shape h: n\nshape x: m\nshape U: n \\times m",
        "shape h_t: (n, 1)\nshape x_{t-1}: \\mathbb{R}^m\nshape U: \\mathbb{R}^{n \\times m}",
        "shape h^{(t)}: (n)\nshape \\mathbf{x}: (m)\nshape \\mathbf U: (n, m)",
        "gradproof: shape h: (n)\n# hidden states\nshape x: (5) # five inputs\nshape U: (n, 5)",
    ],
)
def test_shapes_say_what_the_text_leaves_out(shapes):
    if "#" not in shapes:
        assert last(comment(shapes) + TEXT + RIGHT) == "holds"
        assert last(TEXT + WRONG + comment(shapes)) == "fails"
    assert last(TEXT + RIGHT, shapes) == "holds"
    assert last(TEXT + WRONG, shapes) == "fails"


def test_one_shape_for_several_names():
    text = r"$$h_t = \tanh(W h_{t-1} + x_t + b), \quad L = u^\top h_T$$ $$\nabla_{x_t} L = {}$$"
    shapes = "shape h, x, b, u: (n)\nshape W: (n, n)"
    right = r"(1 - h_t^2) \odot \nabla_{h_t} L"
    assert last(text.replace("{}", right), shapes) == "holds"
    assert last(text.replace("{}", r"\nabla_{h_t} L"), shapes) == "fails"


def test_names_with_hats_and_scalars():
    text = (
        r"$$\hat s_t = w \hat s_{t-1} + \phi, \quad L = \hat s_T$$"
        r" $$\nabla_\phi L = \sum_t w^{T-t}$$"
    )
    assert last(text, "shape \\hat s, w, \\phi: ()") == "holds"
    assert last(text, "shape shat, w, phi: scalar") == "holds"
    assert last(text.replace("T-t}", "t}"), "shape shat, w, phi: scalar") == "fails"


def test_shapes_decide_between_wrong_and_right():
    text = (
        r"$$s_t = w \odot s_{t-1}, \quad L = u^\top s_T$$"
        r" $$\frac{\partial s_t}{\partial s_{t-1}} = w$$"
    )
    assert last(text, "shape s, w: (n)\nshape u: (n)") == "fails"
    assert last(text.replace("= w$", r"= \operatorname{diag}(w)$"), "shape s, w, u: (n)") == "holds"


# model --------------------------------------------------------------------------------------------

SHEET = r"$$\nabla_{o_t} L = \hat y_t - y_t$$"
OTHER = r"$$\nabla_{g_t} L = \hat y_t - y_t$$"


def test_each_section_has_its_model():
    text = (
        f"# One\n\n{comment('model elman-softmax')}{SHEET}\n\n{OTHER}\n\n"
        f"# Two\n\n{comment('model vector-softmax')}{SHEET}\n\n{OTHER}\n"
    )
    found = verify(text)
    assert [r.verdict for r in found] == ["holds", "undecided", "undecided", "holds"]
    assert [s.conventions["model"] for s in found.sections] == ["elman-softmax", "vector-softmax"]


def test_a_model_in_the_document_comes_before_that_of_the_command():
    text = f"{SHEET}\n\n{comment('scope')}{comment('model vector-softmax')}{OTHER}"
    assert list(verdicts(text, model="elman-softmax").values()) == ["holds", "holds"]
    assert list(verdicts(text, "model elman-softmax").values()) == ["holds", "holds"]


def test_forward_equations_open_no_section_in_one_with_a_model():
    text = (
        f"{comment('model elman-softmax')}{SHEET}\n\n# Forward\n\n"
        r"$$h_t = \tanh(U x_t + W h_{t-1})$$ $$h_t = \tanh(U x_t + W h_{t-1} + b)$$"
    )
    found = verify(text)
    assert len(found.sections) == 1
    assert [r.verdict for r in found] == ["holds", "fails", "holds"]


def test_a_section_of_its_own_stands_before_one_with_a_model():
    text = f"{TEXT}{RIGHT}\n\n# The same with biases\n\n{comment('model elman-softmax')}{SHEET}"
    found = verify(comment(LAST) + text)
    assert [s.conventions.get("model") for s in found.sections] == [None, "elman-softmax"]
    assert [r.verdict for r in found if r.kind == "claim"] == ["holds", "holds"]


# assume -------------------------------------------------------------------------------------------

SECTION = comment("model elman-softmax")
FIRST = r"$$\frac{\partial L_t}{\partial \hat y_{t,1}} = -\frac{1}{\hat y_{t,1}}$$"
SQUARE = r"$$y_{t,i}^2 = y_{t,i}$$"
PLAIN = r"$$\nabla_{o_t} L = \hat y_t - y_t$$"
SUMS = r"$$\nabla_{o_t} L = \hat y_t \sum_i y_{t,i} - y_t$$"
ASSUMED = [
    (FIRST, "class 1", "fails", "holds"),
    (FIRST, "Class  1", "fails", "holds"),
    (FIRST, "one-hot", "fails", "fails"),
    (SQUARE, "one-hot", "fails", "holds"),
    (SQUARE, "class 1", "fails", "holds"),
    (SQUARE, "sum(y) = 1", "fails", "fails"),
    (PLAIN, "none", "holds", "fails"),
    (PLAIN, "sum(y_t)=1", "holds", "holds"),
    (SUMS, "none", "holds", "holds"),
]


@pytest.mark.parametrize(("claim", "assumption", "without", "with_it"), ASSUMED)
def test_assumptions(claim, assumption, without, with_it):
    assert last(SECTION + claim) == without
    assert last(SECTION + comment(f"assume {assumption}") + claim) == with_it
    assert last(SECTION + claim, f"assume {assumption}") == with_it


def test_assumptions_count_for_what_comes_after_them():
    text = f"{SECTION}{FIRST}\n\n{comment('assume class 1')}{FIRST}"
    assert list(verdicts(text).values()) == ["fails", "holds"]


def test_the_weakest_assumption_is_reported():
    found = verify(SECTION + comment("assume class 1") + f"{SQUARE}\n\n{PLAIN}\n\n{SUMS}")
    assert [r.note for r in found] == [
        "holds for one-hot targets",
        "holds for targets that sum to 1",
        None,
    ]
    assert found.sections[0].conventions["targets"] == "one-hot targets of class 1"


SCALARS = r"$$s_t = \tanh(w s_{t-1} + u x_t)$$"


def test_all_quantities_may_be_scalars():
    right = r"$$\frac{\partial s_t}{\partial s_{t-1}} = w (1 - s_t^2)$$"
    record = verify(f"{SCALARS}\n\n{right}").records[-1]
    assert (record.verdict, record.when) == ("holds-when", ("all quantities are scalars",))
    assert last(f"{SCALARS}\n\n{right}", "assume all-scalars") == "holds"
    assert last(f"{SCALARS}\n\n{right.replace('w (', '(')}", "assume all-scalars") == "fails"


def test_a_shape_may_stand_beside_scalars():
    text = r"$$s_t = w s_{t-1} + x_t, \quad L = v^\top v s_T$$ $$\nabla_v L = 2 v s_T$$"
    assert last(text, "assume all-scalars\nshape v: (n)") == "holds"
    assert last(text.replace("2 v", "v"), "assume all-scalars\nshape v: (n)") == "fails"


# per-step -----------------------------------------------------------------------------------------

STEP = r"\frac{\partial h_t}{\partial b} = \operatorname{diag}(1 - h_t^2)"
TOTAL = STEP + r" + \operatorname{diag}(1 - h_t^2) W \frac{\partial h_{t-1}}{\partial b}"
CHAIN = (
    r"\frac{\partial L_t}{\partial b} = \sum_{k=1}^t \frac{\partial L_t}{\partial h_t}"
    r" \frac{\partial h_t}{\partial h_k} \frac{\partial h_k}{\partial b}"
)
PER_STEP = f"$${STEP} \\tag{{1}}$$\n\n$${TOTAL} \\tag{{2}}$$\n\n$${CHAIN} \\tag{{3}}$$\n"


@pytest.mark.parametrize(
    ("directive", "expected"),
    [
        ("assume one-hot", ["holds", "holds", "holds"]),
        ("per-step b", ["holds", "fails", "holds"]),
        ("per-step \\mathbf{b}", ["holds", "fails", "holds"]),
        ("per-step c, b", ["holds", "fails", "holds"]),
        ("per-step W", ["holds", "holds", "holds"]),
        ("per-step (2)", ["holds", "fails", "holds"]),
        ("per-step (1), (3)", ["holds", "holds", "holds"]),
        ("per-step W, (2)", ["holds", "fails", "holds"]),
    ],
)
def test_a_plain_derivative_is_per_step_where_a_directive_says_so(directive, expected):
    for text, beside in ((SECTION + comment(directive), ""), (SECTION, directive)):
        assert list(verdicts(text + PER_STEP, beside).values()) == expected


def test_the_reading_is_fixed_and_is_no_choice_any_more():
    found = {r.id: r for r in verify(SECTION + PER_STEP)}
    assert found["1"].reading is not None
    fixed = verify(SECTION + PER_STEP, directives="per-step b")
    assert [r.reading for r in fixed] == [None, None, None]
    assert fixed.sections[0].conventions["per-step"] == "b"


def test_derivatives_of_the_loss_stay_total():
    claim = r"$$\frac{\partial L_t}{\partial V} = (\hat y_t - y_t) h_t^\top$$"
    wrong = (
        r"$$\frac{\partial L_t}{\partial W} = ((1 - h_t^2) \odot \nabla_{h_t} L_t) h_{t-1}^\top$$"
    )
    for text, verdict in ((claim, "holds"), (wrong, "fails")):
        assert last(SECTION + text, "per-step W, V") == verdict


def test_equations_without_a_number_have_that_of_the_report():
    text = f"{SECTION}$${STEP}$$\n\n$${TOTAL}$$\n"
    assert verdicts(text, "per-step #2") == {"#1": "holds", "#2": "fails"}
    assert verdicts(text, "per-step (#2)") == {"#1": "holds", "#2": "fails"}


# ignore -------------------------------------------------------------------------------------------


def ignored(text: str, directives: str = "") -> list[str]:
    found = verify(text, directives=directives)
    return [r.id for r in found if (r.note or "").startswith("not judged")]


def test_the_next_formula_is_left_out_and_no_other():
    text = f"{SECTION}{comment('ignore')}{OTHER}\n\n{OTHER}\n\n{SHEET}"
    assert ignored(text) == ["#1"]
    assert list(verdicts(text).values()) == ["not-a-claim", "undecided", "holds"]


def test_all_rows_of_a_display_are_left_out():
    rows = r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$"
    text = f"{SECTION}{comment('ignore')}{rows}\n\n{SHEET}"
    assert ignored(text) == ["#1", "#2"]


def test_equations_are_left_out_by_their_numbers():
    text = f"{SECTION}$$a = b \\tag{{7}}$$\n\n{SHEET}\n\n$$c = d$$\n"
    assert ignored(text, "ignore (7), #2") == ["7", "#2"]
    assert ignored(text + comment("ignore (7)")) == ["7"]


def test_what_is_left_out_is_no_part_of_the_network():
    """Without its second equation the text has the network that its gradients are of."""
    before = comment("ignore") + r"$$h_t = W h_{t-1} + U x_t$$" + "\n\n"
    assert last(before + TEXT + RIGHT, LAST) == "holds"
    assert last(before.replace("ignore", "assume none") + TEXT + RIGHT, LAST) == "fails"


def test_a_line_after_one_that_is_left_out_goes_on_from_it():
    text = f"{SECTION}{comment('ignore')}$$\\nabla_{{o_t}} L = y_t$$\n\n$$= {{}}$$\n"
    assert last(text.replace("{}", r"\hat y_t - y_t")) == "holds"
    assert last(text.replace("{}", r"\hat y_t + y_t")) == "fails"


def test_what_cannot_be_read_may_be_left_out():
    text = f"{SECTION}{comment('ignore')}$$\\frac{{1}}{{$$\n\n{SHEET}"
    assert list(verdicts(text).values()) == ["not-a-claim", "holds"]


# scope --------------------------------------------------------------------------------------------


def test_a_scope_begins_a_section():
    one = r"$$s_t = w s_{t-1}, \quad L = s_T$$ $$\frac{\partial s_t}{\partial s_{t-1}} = w$$"
    two = one.replace("w s_{t-1},", r"\tanh(w s_{t-1}),")
    text = f"{comment('assume all-scalars')}{one}\n\n{comment('scope')}{two}"
    found = verify(text, directives="assume all-scalars")
    assert len(found.sections) == 2
    assert [r.verdict for r in found if r.kind == "claim"] == ["holds", "fails"]
    assert len(verify(text.replace("scope", "assume none")).sections) == 1


TWO = f"""# First

{SHEET}

# Second

{OTHER}

{SHEET}

# Twice

{OTHER}

# Twice
"""


@pytest.mark.parametrize("place", ["Second", "second", "line 5", "line 6", "line 7"])
def test_a_file_of_directives_may_speak_of_a_place(place):
    directives = f"model elman-softmax\nscope {place}\nmodel vector-softmax\n"
    found = verify(TWO, directives=directives)
    assert [s.conventions["model"] for s in found.sections] == ["elman-softmax", "vector-softmax"]
    assert [r.verdict for r in found] == ["holds", "holds", "undecided", "holds"]


def test_places_count_for_ignore_too():
    assert ignored(TWO, "model elman-softmax\nscope line 9\nmodel elman-softmax\nignore") == ["#3"]
