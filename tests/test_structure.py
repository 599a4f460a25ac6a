"""What a reader may rely on without looking: imports, sizes, names in docstrings, the page of docs.

Most tests here walk over the syntax trees of all modules of the three packages.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numeric.closed_forms import all_forms
from numeric.derivative import forward, reverse, tangent
from numeric.points import in_ring, rational_point
from numeric.rings import float64
from numeric.rings.base import Comparison
from numeric.rings.float64 import Float64Ring
from symbolic.errors import GradproofError, ModelError, ReadError
from symbolic.forward import NodeKey
from symbolic.functions import FUNCTIONS
from symbolic.model import Instance, Model, Role
from symbolic.model_parser import read_model
from symbolic.source import caret

ROOT = Path(__file__).parents[1]
PACKAGES = ("symbolic", "numeric", "checks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}

MAX_LINES = 400
MAX_FUNCTION_LINES = 60


def place(path: Path, node: ast.AST | None = None) -> str:
    """Return a path below the root, with the line of a node."""
    line = f":{node.lineno}" if isinstance(node, ast.expr | ast.stmt | ast.ExceptHandler) else ""
    return path.relative_to(ROOT).as_posix() + line


def test_the_tests_below_see_all_modules() -> None:
    assert len(MODULES) > 40
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)


# Imports ------------------------------------------------------------------------------------------


def imported(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has after running the code."""
    program = f"import sys\n{code}\nprint('\\n'.join(['modules:', *sys.modules]))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return set(run.stdout.partition("modules:\n")[2].split())


@pytest.mark.parametrize(
    "code",
    [
        "import numeric",
        "import numeric.derivative, numeric.points, numeric.rings.field, numeric.rings.degree",
        "import numeric.closed_forms; assert numeric.closed_forms.all_forms()",
        "import checks",
        "import checks.suite, checks.report.suite_terminal, checks.report.suite_json",
        "import symbolic.models; symbolic.models.load('linear-mse')",
    ],
)
def test_sympy_is_not_imported(code: str) -> None:
    found = imported(code)
    assert code.split()[1].strip(",;").split(".")[0] in found
    assert not {"sympy", "mpmath"} & found


def test_a_look_at_the_modules_would_see_sympy() -> None:
    assert {"sympy", "symbolic.unroll"} <= imported("import symbolic.unroll")


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["--version"]])
def test_help_imports_neither_sympy_nor_numpy(arguments: list[str]) -> None:
    code = (
        "from checks.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert end.code == 0"
    )
    found = imported(code)
    assert "checks.cli" in found
    assert not {"sympy", "numpy", "flint", "rich"} & found


def importing(name: str) -> set[str]:
    """Return the modules that import ``name`` or something below it, wherever they do."""
    found = set()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names.append(node.module)
            if any(n == name or n.startswith(name + ".") for n in names):
                found.add(place(path))
    return found


def test_sympy_is_imported_by_the_few_files_that_need_it() -> None:
    assert importing("sympy") == {
        "symbolic/unroll.py",
        "symbolic/differentiate.py",
        "symbolic/recognise.py",
        "symbolic/sympy_value.py",
    }


def test_flint_is_imported_inside_the_rings_only() -> None:
    found = importing("flint")
    assert found
    assert all(path.startswith("numeric/rings/") for path in found)


@pytest.mark.parametrize(
    ("package", "above"), [("symbolic", PACKAGES[1:]), ("numeric", ["checks"])]
)
def test_no_import_points_back(package: str, above: list[str]) -> None:
    for name in above:
        assert {path for path in importing(name) if path.startswith(package + "/")} == set()


def test_imports_are_absolute() -> None:
    relative = [
        place(path, node)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_the_import_contract_is_noticed_when_it_is_broken(tmp_path: Path) -> None:
    """A copy in which the lowest package imports the highest one; the original keeps all."""
    pytest.importorskip("importlinter")
    program = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports())"
    layout = {"symbolic": "", "numeric": "import symbolic\n", "checks": "import numeric\n"}
    for package, text in layout.items():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(text)
    (tmp_path / "numeric" / "rings").mkdir()
    (tmp_path / "numeric" / "rings" / "__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())

    def lint() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    kept = lint()
    assert kept.returncode == 0, kept.stdout + kept.stderr
    (tmp_path / "symbolic" / "__init__.py").write_text("import checks\n")
    broken = lint()
    assert broken.returncode == 1
    assert "symbolic is not allowed to import checks" in broken.stdout


# Docstrings ---------------------------------------------------------------------------------------


_DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_NAME = re.compile(rf"``((?:{'|'.join(PACKAGES)})(?:\.\w+)+)(?:\([^`]*\))?``")


def docstrings() -> Iterator[tuple[Path, ast.AST, str]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, _DEFINITIONS) and (text := ast.get_docstring(node, clean=False)):
                yield path, node, text


def exists(name: str) -> bool:
    """Return whether a dotted name is a module, or an attribute of one, or an attribute of that."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        module_name = ".".join(parts[:cut])
        try:
            found: Any = importlib.import_module(module_name)
        except ModuleNotFoundError:
            continue
        for attribute in parts[cut:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


def test_every_name_of_ours_in_a_docstring_exists() -> None:
    names = [
        (place(path, node), name)
        for path, node, text in docstrings()
        for name in _NAME.findall(text)
    ]
    assert len(names) > 12
    assert [(where, name) for where, name in names if not exists(name)] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("symbolic.forward", True),
        ("symbolic.forward.run", True),
        ("numeric.functions.FIRST_DERIVATIVE", True),
        ("symbolic.unroll.UnrolledGraph.node", True),
        ("symbolic.forwards", False),
        ("symbolic.forward.walk_back", False),
        ("symbolic.forward.run.nothing", False),
        ("checks.nothing.at_all", False),
    ],
)
def test_whether_a_name_exists(name: str, expected: bool) -> None:
    assert exists(name) is expected


def test_names_are_found_in_docstrings() -> None:
    text = "``symbolic.forward``, ``numeric.dual.Dual`` and ``checks.suite.run(x)``; ``flint.arb``"
    assert _NAME.findall(text) == ["symbolic.forward", "numeric.dual.Dual", "checks.suite.run"]


def test_every_module_says_what_it_is() -> None:
    missing = [place(path) for path, tree in TREES.items() if not ast.get_docstring(tree)]
    assert missing == []


# Habits -------------------------------------------------------------------------------------------


def test_no_exception_is_caught_blindly() -> None:
    handlers = [
        (path, node)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
    ]
    assert len(handlers) > 5
    blind = [place(path, node) for path, node in handlers if is_blind(node)]
    assert blind == []


def is_blind(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler catches everything, also as one of several."""
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    return bool(names & {"Exception", "BaseException"})


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("except:", True),
        ("except Exception:", True),
        ("except (ValueError, Exception) as e:", True),
        ("except BaseException:", True),
        ("except ValueError:", False),
        ("except (ValueError, KeyError):", False),
    ],
)
def test_whether_a_handler_is_blind(clause: str, expected: bool) -> None:
    (handler,) = ast.parse(f"try:\n    f()\n{clause}\n    g()").body[0].handlers  # type: ignore[attr-defined]
    assert is_blind(handler) is expected


FORBIDDEN_CALLS = {"eval", "exec", "sympify", "parse_expr", "simplify", "equals", "__import__"}


def forbidden_calls(tree: ast.AST) -> list[ast.Call]:
    """Return the calls of functions that run text as code, or that guess equality."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name in FORBIDDEN_CALLS:
                found.append(node)
    return found


def test_no_text_is_run_as_code() -> None:
    assert [place(p, call) for p, tree in TREES.items() for call in forbidden_calls(tree)] == []


def test_a_call_that_runs_text_is_seen() -> None:
    text = "eval('1')\nsympy.sympify('x')\na.equals(b)\nlambda: sympy.parsing.parse_expr('x')\nf(1)"
    assert len(forbidden_calls(ast.parse(text))) == 4


def test_only_the_command_line_prints_and_exits() -> None:
    found = {
        place(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"print", "sys.exit", "exit", "click.echo", "quit"}
    }
    assert found == {"checks/cli.py"}


def test_no_module_is_too_long() -> None:
    lengths = {place(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {p: n for p, n in lengths.items() if n > MAX_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{place(path, node)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert len(lengths) > 300
    assert {name: n for name, n in lengths.items() if n > MAX_FUNCTION_LINES} == {}


# Nothing about one document in code ---------------------------------------------------------------

#: Where a key may stand: the forms and models that came from the document.
OWN = ("numeric/closed_forms/", "symbolic/models/")
#: The help of the command line shows keys as examples of what may be asked for.
IN_HELP = ("checks/cli.py",)


def document_keys() -> list[str]:
    return sorted({form.document.key for form in all_forms().values()})


def test_the_keys_of_documents() -> None:
    assert document_keys() == [
        "forum282752",
        "huang2019",
        "rnn-by-hand",
        "rnn-notes",
        "simple-rnn-slides",
    ]


def without_docstrings(tree: ast.Module) -> str:
    """Return the code of a module as text, without comments and docstrings."""
    copy = ast.parse(ast.unparse(tree))
    for node in ast.walk(copy):
        if isinstance(node, _DEFINITIONS) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    return ast.unparse(copy)


def test_no_code_knows_a_document() -> None:
    """Keys stand beside their formulas; elsewhere not in code, and in docstrings only as help."""
    found = []
    for path, tree in TREES.items():
        where = place(path)
        if not where.startswith(OWN):
            text = path.read_text(encoding="utf-8")
            text = without_docstrings(tree) if where in IN_HELP else text
            spelled = {key for k in document_keys() for key in (k, k.replace("-", "_"))}
            found += [(where, key) for key in sorted(spelled) if key in text]
    assert found == []


# docs/model-files.md ------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "model-files.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```model\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def rows(header: str) -> list[list[str]]:
    """Return the rows of the table of the page with that header."""
    table = PAGE.partition(header + "\n")[2].partition("\n\n")[0].splitlines()[1:]
    assert table, header
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table]


def example() -> Model:
    return read_model(BLOCKS[0], "model-files.md")


def test_every_fenced_block_of_the_page_is_a_model() -> None:
    assert len(BLOCKS) >= 1
    assert PAGE.count("```") == 2 * len(BLOCKS)
    for block in BLOCKS:
        model = read_model(block, "model-files.md")
        assert model.loss is not None
        assert model.named(Role.PARAMETER)


def test_the_example_can_be_differentiated() -> None:
    model = example()
    instance = Instance(model, {d.name: 2 for d in model.dimensions}, 3)
    ring = Float64Ring()
    point = in_ring(rational_point(instance, 0), ring)
    loss = NodeKey(model.loss or "")
    backward = reverse(instance, ring, point).derivatives(loss)
    for declared in model.named(Role.PARAMETER):
        by = NodeKey(declared.name)
        left, right = backward.by(by), tangent(forward(instance, ring, point, by), loss)
        assert float64.compare(left, right) is Comparison.AGREE
        assert np.any(left != 0)


def test_the_page_lists_the_functions_of_the_language() -> None:
    listed = {
        row[0].strip("`").removesuffix("(x)"): row[1] for row in rows("| function | formula |")
    }
    assert list(listed) == list(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        all_reals = function.domain == "all real numbers"
        expected = function.formula + ("" if all_reals else f", for {function.domain}")
        assert listed[name] == expected


#: A model in which the examples of the page can stand.
_AROUND = "model m\ndimensions n\nparameter k\nparameter W: (n, n)\nparameter b: (n)\n"


def body(text: str) -> Any:
    """Return the right side as the parser reads it, whatever its shape."""
    for shape in ("", ": (n)", ": (n, n)"):
        try:
            return read_model(f"{_AROUND}z{shape} = {text}").equations[0].body
        except ModelError as error:
            if "declared with shape" not in error.message:
                raise
    raise AssertionError(text)


@pytest.mark.parametrize(("written", "read"), rows("| written | read as |"))
def test_precedence_is_as_the_page_says(written: str, read: str) -> None:
    assert body(written.strip("`")) == body(read.strip("`"))


def test_other_brackets_are_other_expressions() -> None:
    assert body("(-k) ** 2") != body("-k ** 2")
    assert body("k / (k * k)") != body("k / k * k")


@pytest.mark.parametrize(("line", "message"), rows("| line | message |"))
def test_errors_are_as_the_page_says(line: str, message: str) -> None:
    written = line.strip("`")
    with pytest.raises(GradproofError) as raised:
        read_model(f"{BLOCKS[0]}{written}\n", "lstm.model")
    assert raised.value.message.startswith(message)
    assert raised.value.span is not None


def test_the_error_with_its_line_is_as_the_page_says() -> None:
    """The message with line and column, the line, the mark."""
    shown = re.search(r"gradproof: (lstm\.model.*)\n    (.*)\n    (.*)\n", PAGE)
    assert shown is not None
    misspelt = BLOCKS[0].replace("= tanh(Ag", "= tahn(Ag")
    with pytest.raises(ModelError) as raised:
        read_model(misspelt, "lstm.model")
    assert raised.value.span is not None
    assert str(raised.value) == shown[1]
    assert caret(misspelt, raised.value.span) == f"{shown[2]}\n{shown[3]}"


def test_every_statement_of_the_page_is_one() -> None:
    """Each row of the table, with its dots filled in, is accepted where it may stand."""
    statements = [row[0].strip("`") for row in rows("| statement | meaning |")]
    assert len(statements) == 11
    text = "\n".join(s.replace("...", "tanh(W @ x[t]) * f(h[t-1])") for s in statements)
    model = read_model(text.replace("loss L", "L = h[tau] @ h[tau]\nloss L"))
    assert (model.name, model.title, model.source) == ("NAME", "TEXT", "TEXT")
    assert model.functions == ("f",)


@pytest.mark.parametrize(
    "line",
    ["z = k ** 65", "z = (k ** 2) ** -65", "z = k ** k", "z = 1e-3", "z = k ** 2 ** 3", "z = 2k"],
)
def test_what_the_page_rules_out_is_an_error(line: str) -> None:
    with pytest.raises(ReadError):
        read_model(_AROUND + line)


def test_numbers_are_exact() -> None:
    assert body("0.1") == body("0.10")
    assert str(body("0.1").value) == "1/10"


@pytest.mark.parametrize(("first", "length", "last"), [(1, 3, 3), (0, 3, 2)])
def test_the_last_step_is_as_the_page_says(first: int, length: int, last: int) -> None:
    model = read_model(f"model m\nsteps {first}..tau\nparameter k\nL = k")
    instance = Instance(model, {}, length)
    assert (instance.steps[0], instance.last_step) == (first, last)


# Benchmarks ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_benchmark_of_the_oracles_checks_and_then_measures() -> None:
    command = [sys.executable, "benchmarks/oracles.py", "--quick", "--repeats", "1"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr
    checks, _, tables = run.stdout.partition("milliseconds")
    for name in ("float64", "prime field", "balls"):
        assert f"{name}: reverse is forward" in checks
        assert name in tables
