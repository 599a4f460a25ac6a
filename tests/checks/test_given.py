"""Data that a text gives: equations with them put in, and equations about all inputs."""

from __future__ import annotations

from checks.pipeline import verify
from checks.records import Record

DATA = r"""The steps are $t = 1, 2, 3$. $a_t \in \mathbb{R}^{3}$, $x_t \in \mathbb{R}^{3}$ and
$y \in \mathbb{R}^{3}$, while $w, u, L \in \mathbb{R}$.

$$a_0 = \begin{bmatrix} 0 \\ 0 \\ 0 \end{bmatrix}, \quad x_1 = \begin{bmatrix} 1 \\ 0 \\ 1
\end{bmatrix}, \quad x_2 = \begin{bmatrix} 0 \\ 2 \\ \frac{1}{2} \end{bmatrix}$$

$$a_1 = a_0 w + x_1 u, \quad a_2 = a_1 w + x_2 u, \quad a_3 = a_2 w + x_3 u$$
"""
LOSS = "\n$$L = \\frac12 \\|a_3 - y\\|^2$$\n"


def records(*equations: str, text: str = DATA) -> list[Record]:
    rows = [rf"$${one} \tag{{{k}}}$$" for k, one in enumerate(equations, start=1)]
    found = {r.id: r for r in verify("own.md", text="\n\n".join([text, *rows])).records}
    return [found[str(k)] for k in range(1, len(equations) + 1)]


def verdicts(*equations: str, text: str = DATA) -> list[str]:
    return [record.verdict for record in records(*equations, text=text)]


def column(*entries: str) -> str:
    return r"\begin{bmatrix} " + r" \\ ".join(entries) + r" \end{bmatrix}"


def test_data_are_put_in() -> None:
    right, wrong, later = records(
        f"a_1 = {column('u', '0', 'u')}",
        f"a_1 = {column('u', 'u', '0')}",
        f"a_2 = {column('u', '0', 'u')} w + {column('0', '2', '0.5')} u",
    )
    assert [right.verdict, wrong.verdict, later.verdict] == ["holds", "fails", "holds"]
    assert right.note == "for the values that the text gives: a[0], x[1], x[2]"
    assert wrong.counterexample is not None
    assert wrong.counterexample.values["x[1]"] == ["1", "0", "1"]


def test_equations_without_numbers_are_about_all_inputs() -> None:
    assert verdicts("a_2 = a_0 w^2 + x_1 u w + x_2 u") == ["holds"]
    assert verdicts("a_2 = a_0 w^2 + x_1 u + x_2 u") == ["fails"]
    # True of x_2, whose first entry is zero, and of no other.
    assert verdicts(r"\frac{\partial a_{2,1}}{\partial u} = w x_{1,1}") == ["undecided"]
    assert verdicts(r"\frac{\partial a_{2,2}}{\partial u} = w x_{1,2}") == ["fails"]


def test_a_line_that_is_true_of_the_data_alone_is_not_decided() -> None:
    text = (
        r"All are scalars, and $t = 1, 2$. $a_0 = 0$, $x_1 = 1$, $x_2 = 3$,"
        r" $a_1 = w a_0 + u x_1$, $a_2 = w a_1 + u x_2$, $L = \frac12 (a_2 - y)^2$."
    )
    found = records(
        "a_1 = u", "a_2 = w u + 3 u", "a_2 = w u + 2 u", "a_1 = u x_1 + w a_0", text=text
    )
    assert [record.verdict for record in found] == ["undecided", "undecided", "fails", "holds"]
    said = "it fails in general, and holds for the values that the text gives: "
    assert (found[0].reason or "").startswith(said)


def test_numbers_without_data_for_them() -> None:
    assert verdicts(f"x_3 = {column('0', '0', '1')} u + x_2") == ["fails"]
    open_sizes = r"$a_t = a_{t-1} w + x_t u$, $a_t, x_t \in \mathbb{R}^n$, $w, u \in \mathbb{R}$,"
    given = rf"{open_sizes} $x_1 = {column('1', '0')}$, $a_0 = {column('0', '0')}$."
    assert verdicts(f"a_1 = {column('u', '0')}", text=given) == ["undecided"]


def test_a_state_that_is_zero_at_first_is_no_data() -> None:
    text = (
        r"$W \in \mathbb{R}^{2 \times 2}$, $h_0 = 0$, $h_t = W h_{t-1} + x_t$,"
        r" $L = \frac12 \sum_t \|h_t - y_t\|^2$."
    )
    identity = r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}"
    swapped = r"\begin{pmatrix} 0 & 1 \\ 1 & 0 \end{pmatrix}"
    slope = r"\frac{\partial h_t}{\partial x_t}"
    assert verdicts(f"{slope} = {identity}", text=text) == ["holds"]
    assert verdicts(f"{slope} = {swapped}", text=text) == ["fails"]


def test_values_of_another_size_are_not_put_in() -> None:
    text = DATA.replace(r"0 \\ 2 \\ \frac{1}{2}", r"0 \\ 2")
    assert verdicts(f"a_1 = {column('u', '0', 'u')}", text=text) == ["undecided"]


def test_a_loss_that_fits_no_shapes_leaves_the_states() -> None:
    text = DATA + "\n$$L = \\frac{1}{n} (a_3 - y)^2 \\tag{9}$$\n"
    found = {
        r.id: r
        for r in verify(
            "own.md",
            text=text + r"$$a_1 = x_1 u + w a_0 \tag{1}$$"
            r"$$a_1 = x_1 w + a_0 u \tag{2}$$ $$\nabla_u L = 0 \tag{3}$$",
        ).records
    }
    assert [found[k].verdict for k in "1239"] == ["holds", "fails", "undecided", "fails"]
    assert (found["9"].reason or "").startswith("shape: the equation for L in line 9 fits")
    assert (found["3"].reason or "").endswith("fits together with no shapes of its names")


def test_a_loss_that_fits_is_used() -> None:
    assert verdicts(r"\nabla_{a_3} L = a_3 - y", r"\nabla_{a_3} L = y - a_3", text=DATA + LOSS) == [
        "holds",
        "fails",
    ]
