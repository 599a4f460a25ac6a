"""The picture of the unrolled network: what is in it, its numbers, its four languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from click.testing import CliRunner

from checks.cli import main
from checks.pages.grid import HEIGHT, grid
from symbolic.expand import gradient
from symbolic.expand.picture import picture
from symbolic.expand.question import Question
from symbolic.forward import NodeKey
from symbolic.latex.syntax import Terms
from symbolic.model import Role
from symbolic.models import load, names
from symbolic.notation import notation

PARAMETERS = [(m, p.name) for m in names() for p in load(m).named(Role.PARAMETER)]


def drawn(model: str, by: str | None, tau: int):
    loaded = load(model)
    of = NodeKey(loaded.loss)
    wrt = None if by is None else NodeKey(by)
    return picture(Question(loaded, of, wrt or of, notation("plain"), tau), wrt)


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["latex", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(("model", "by"), PARAMETERS)
def test_the_paths_are_numbered_like_the_terms(model, by):
    found = drawn(model, by, 3)
    (line,) = gradient(model, wrt=by, tau=3).lines
    terms = len(line.right.terms) if isinstance(line.right, Terms) else 1
    assert len(found.paths) == terms
    on = {number for edge in found.edges for number in edge.terms}
    assert on == set(range(1, terms + 1))


@pytest.mark.parametrize(("model", "by"), PARAMETERS)
def test_the_edges_of_a_number_are_one_way_from_the_parameter_to_the_loss(model, by):
    found = drawn(model, by, 3)
    for number, path in enumerate(found.paths, 1):
        edges = [edge for edge in found.edges if number in edge.terms]
        assert [e.start for e in edges].count(NodeKey(by)) == 1
        assert [e.end for e in edges].count(found.of) == 1
        starts, ends = {e.start for e in edges}, {e.end for e in edges}
        assert starts - {NodeKey(by)} == ends - {found.of}
        assert set(path[:-1]) <= ends


def test_a_parameter_is_drawn_once_with_an_edge_to_each_step():
    found = drawn("elman-softmax", None, 4)
    assert [box.key for box in found.boxes].count(NodeKey("W")) == 1
    ends = [edge.end for edge in found.edges if edge.start == NodeKey("W")]
    assert ends == [NodeKey("a", step) for step in (1, 2, 3, 4)]
    assert all(not edge.terms for edge in found.edges)


@pytest.mark.parametrize("model", names())
@pytest.mark.parametrize("tau", [1, 4])
def test_no_two_boxes_overlap_and_all_lie_within(model, tau):
    found = grid(drawn(model, None, tau))
    areas = []
    for key, (x, y) in found.centres.items():
        half = found.widths[key] / 2
        areas.append((x - half, x + half, y - HEIGHT / 2, y + HEIGHT / 2))
        assert areas[-1][0] > 0
        assert areas[-1][1] < found.width
        assert areas[-1][2] > 0
        assert areas[-1][3] < found.height
    for place, one in enumerate(areas):
        for two in areas[:place]:
            apart = one[1] <= two[0] or two[1] <= one[0] or one[3] <= two[2] or two[3] <= one[2]
            assert apart, (one, two)


@pytest.mark.parametrize("model", names())
def test_the_svg_is_one_file_that_asks_for_nothing(model):
    by = load(model).named(Role.PARAMETER)[0].name
    page = printed(model, "--form", "graph", "--wrt", by, "--tau", "2")
    root = ElementTree.fromstring(page)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    boxes = [e for e in root.iter() if e.get("class", "").startswith("box")]
    assert len(boxes) == len(drawn(model, by, 2).boxes)
    assert re.findall(r"(?:href|src)=|url\((?!#)|@import|<script", page) == []


def test_the_other_languages():
    arguments = ("elman-softmax", "--form", "graph", "--wrt", "W", "--tau", "2", "--format")
    dot, mermaid = printed(*arguments, "dot"), printed(*arguments, "mermaid")
    assert dot.startswith("digraph network {")
    assert dot.count("{") == dot.count("}")
    assert '[label="n (1, 2)", color=' in dot
    assert mermaid.startswith("flowchart LR\n")
    assert '-->|"n (1, 2)"|' in mermaid
    number = mermaid.count("-->")
    marked = re.search(r"linkStyle ([\d,]+) ", mermaid)
    assert all(int(place) < number for place in marked[1].split(","))
    tikz = printed(*arguments, "tikz")
    bare = printed(*arguments, "tikz", "--fragment")
    assert bare in tikz
    assert bare.startswith("\\begin{tikzpicture}")
    assert bare.count("\\node") == len(drawn("elman-softmax", "W", 2).boxes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "tex"), "the form 'graph' is not written as tex; expected one of svg, dot"),
        (("--format", "svgg"), "unknown format 'svgg'; did you mean 'svg'?"),
        (("--fragment",), "a fragment of a picture is tikz; found svg"),
        (("--wrt", "Q"), "elman-softmax has no variable 'Q'"),
        (("--tau", "0"), "--tau is 0; expected 1 or more"),
    ],
)
def test_wrong_use_is_refused(arguments, message):
    result = CliRunner().invoke(main, ["latex", "elman-softmax", "--form", "graph", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr
